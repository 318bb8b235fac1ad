import type { Database } from '../../postgres/connect/connection.ts';
import type { Connection } from './connection.ts';

/** A connection of its own that may write, to be closed by who asked for it; the monitor's never can. Rejects with a Problem. */
export function openToWrite(connection: Connection): Promise<Database> {
  return open(connection, false);
}

/** The same that can only read; the abort of the signal ends the attempt. */
export function openToRead(connection: Connection, signal?: AbortSignal): Promise<Database> {
  return open(connection, true, signal);
}

async function open({ access }: Connection, readOnly: boolean, signal?: AbortSignal): Promise<Database> {
  const { connect } = await import('../../postgres/connect/connection.ts');
  return connect({ ...(await access()), readOnly }, signal);
}
