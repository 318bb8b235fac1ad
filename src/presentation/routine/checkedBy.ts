import { Problem } from '../../common/problem.ts';
import { connectionIdentity } from '../../history/identity.ts';
import type { Connection } from '../../monitoring/watch/connection.ts';

const known = new WeakMap<Connection, string>();

/** What results of checks are kept by: the database and its table, whoever looks at it; as the history is. undefined: nothing is watched. */
export function checkedBy(connection: Connection | undefined): string | undefined {
  if (connection === undefined) return undefined;
  const made = known.get(connection) ?? identityText(connection);
  known.set(connection, made);
  return made;
}

function identityText(connection: Connection): string {
  const { table, target } = connection;
  try {
    return connectionIdentity(connection).text;
  } catch (error) {
    // Its service file can't be read now: then it can't be connected to either.
    if (error instanceof Problem) return `${target}, ${table.name}`;
    throw error;
  }
}
