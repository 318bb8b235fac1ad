import type { StatementPlan } from '../../postgres/explain/explain.ts';
import type { Connection } from './connection.ts';
import { openToRead } from './openDatabase.ts';

/** The plan of a statement that was read, by a connection of its own; the abort of the signal ends it. Rejects with a Problem. */
export async function explain(connection: Connection, statement: string, signal: AbortSignal): Promise<StatementPlan> {
  const [{ explainStatement }, db] = await Promise.all([
    import('../../postgres/explain/explain.ts'),
    openToRead(connection, signal),
  ]);
  try {
    return await explainStatement(db, statement, connection.table, signal);
  } finally {
    await db.close();
  }
}
