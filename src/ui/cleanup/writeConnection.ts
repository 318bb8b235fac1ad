import type { Database } from '../../database/connection.ts';
import type { Connection } from '../connections.ts';

/** A connection of its own that may write, to be closed by who asked for it; the monitor's never can. Rejects with a Problem. */
export async function openToWrite(connection: Connection): Promise<Database> {
  const { connect } = await import('../../database/connection.ts');
  const password = await connection.password();
  return connect({
    connectionString: connection.connectionString,
    ...(password === undefined ? {} : { password }),
    readOnly: false,
  });
}
