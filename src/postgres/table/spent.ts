/** Adds up what the statements of one reading cost. */
export interface Spent {
  statements: number;
  serverMs: number;
}

/** Column for every statement whose cost is to be known: from the start of its transaction, parsing and planning included. */
export const SERVER_MS = 'extract(epoch FROM clock_timestamp() - now())::float8 * 1000 AS server_ms';

/** Rows repeat the column: the last one was made last. */
export function spend(spent: Spent, rows: readonly { readonly server_ms: number }[]): void {
  spent.statements++;
  spent.serverMs += rows.at(-1)?.server_ms ?? 0;
}
