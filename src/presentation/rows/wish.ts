/** Something that a workspace wants, and that a person has to allow once. */
export interface Wish {
  /** By which a person knows it: the id of a setting, or what is to be run. */
  readonly what: string;
  /** The value, or the line that would be run, as a whole. */
  readonly line: string;
  /** Changes with all that counts of it. */
  readonly hash: string;
}
