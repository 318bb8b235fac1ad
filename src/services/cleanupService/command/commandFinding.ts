/** What is wrong with the command of a service, at its place in the file, in UTF-16 units. */
export interface CommandFinding {
  /** A script that the command calls; undefined: it is in the compose file itself. */
  readonly file?: string;
  readonly code: 'compose-dollar' | 'compose-command-cut' | 'quoted-date' | 'window-missed';
  readonly severity: 'warning' | 'info';
  /** A sentence or two, for a person. */
  readonly message: string;
  readonly from: number;
  readonly to: number;
}
