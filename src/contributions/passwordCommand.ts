/** A program that prints the password of a server, as the person's own settings have it. */
export interface PasswordCommand {
  /** The server that it is for, as the connection names it; no other gets what it prints. */
  readonly host: string;
  readonly port?: number;
  readonly user?: string;
  /** Program and arguments, run without a shell. */
  readonly command: readonly string[];
}
