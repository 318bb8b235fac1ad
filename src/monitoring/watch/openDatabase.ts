import { Problem } from '../../common/problem.ts';
import type { ConnectOptions, Database } from '../../postgres/connect/connection.ts';
import type { Connection } from './connection.ts';

/** A connection of its own that may write, to be closed by who asked for it; the monitor's never can. Rejects with a Problem. */
export function openToWrite(connection: Connection): Promise<Database> {
  return open(connection, false);
}

/** The same that can only read; the abort of the signal ends the attempt. */
export function openToRead(connection: Connection, signal?: AbortSignal): Promise<Database> {
  return open(connection, true, signal);
}

function open(connection: Connection, readOnly: boolean, signal?: AbortSignal): Promise<Database> {
  return connectTo(connection, { readOnly }, signal);
}

/** Connects with what the connection has; where its password is a command's and is refused, once more with another. */
export async function connectTo(
  { access }: Connection,
  options: Pick<ConnectOptions, 'readOnly' | 'onLost'>,
  signal?: AbortSignal,
): Promise<Database> {
  const { connect } = await import('../../postgres/connect/connection.ts');
  const { renewPassword, ...given } = await access();
  try {
    return await connect({ ...given, ...options }, signal);
  } catch (error) {
    const isRefused = error instanceof Problem && error.code === 'wrong-password';
    if (renewPassword === undefined || !isRefused || signal?.aborted === true) throw error;
    return await connect({ ...given, password: await renewPassword(), ...options }, signal);
  }
}
