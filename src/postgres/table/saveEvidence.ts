/** What saves changed, as far as it was seen. Names of entries and numbers; the values are compared by their hashes and forgotten. */
export interface SaveEvidence {
  /** What is told here was saved in so many seconds. */
  readonly seconds: number;
  /** Saves of sessions that had been seen before. Those of one session between two looks count as one. */
  readonly saves: number;
  /** Most frequent first. */
  readonly changes: readonly SaveChange[];
  /** Of the saves, those that changed what is not among `changes`. */
  readonly others: number;
  readonly newcomers: Newcomers;
  /**
   * When sessions were saved lately, of a share of them: of each its first time in seconds since 1970, and the others as
   * seconds since the one before. undefined: another version has read it.
   */
  readonly times?: readonly (readonly number[])[];
}

export interface SaveChange {
  /** Entries that came, went or got another value, in order; none: the save changed nothing. */
  readonly entries: readonly string[];
  readonly saves: number;
  /** Entries that nearly all sessions held that were saved so. */
  readonly held: readonly string[];
}

/** Sessions that were saved for the first time, as far as that was seen. */
export interface Newcomers {
  readonly sessions: number;
  /** Of those, without a user. */
  readonly anonymous: number;
  /** Rows that were inserted into the table meanwhile, as its statistics have it. Far fewer: not all of the sessions are new. */
  readonly inserted: number;
  /** Of the sessions, those that came so long ago that they could have been saved again, and those that were. */
  readonly settled: number;
  readonly savedAgain: number;
  /** What they held at first, most frequent first. */
  readonly contents: readonly { readonly entries: readonly string[]; readonly sessions: number }[];
}
