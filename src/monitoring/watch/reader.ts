import type { Database } from '../../postgres/connect/connection.ts';
import { decodeSession } from '../../django/sessionData.ts';
import type { Reader } from '../poll/monitorTypes.ts';
import type { Connection } from './connection.ts';
import { connectTo } from './openDatabase.ts';
import { RestingDatabase } from './restingDatabase.ts';

/**
 * Opens what the monitor reads from: one connection that can't write, to a table that is known to be Django's.
 * `expiredCap`: up to where expired rows are counted exactly, asked before each reading. `whenItMay`: connects in its turn, at
 * first and after each rest.
 * The database code (with `pg`) is loaded here, at the first connection, and not when the extension is activated.
 */
export async function openReader(
  connection: Connection,
  expiredCap: () => number,
  whenItMay: (connect: () => Promise<Database>) => Promise<Database> = (connect) => connect(),
): Promise<Reader> {
  if (connection.command !== undefined) {
    const { openCommandReader } = await import('../metricsCommand/commandReader.ts');
    return openCommandReader(connection.command);
  }
  const [{ checkSessionTable }, light, detail, exact, { SaveMemory }] = await Promise.all([
    import('../../postgres/readings/checkTable.ts'),
    import('../../postgres/readings/sessionMetrics.ts'),
    import('../../postgres/readings/detailMetrics.ts'),
    import('../../postgres/readings/exactCounts.ts'),
    import('../../postgres/saves/saveMemory.ts'),
  ]);
  const lost = new Set<(error: unknown) => void>();
  const { table } = connection;
  const connectAndCheck = async (): Promise<Database> => {
    const db = await connectTo(connection, {
      readOnly: true,
      onLost: (error: unknown) => {
        for (const listener of lost) listener(error);
      },
    });
    try {
      await checkSessionTable(db, table);
      return db;
    } catch (error) {
      await db.close();
      throw error;
    }
  };
  const database = new RestingDatabase(() => whenItMay(connectAndCheck));
  await database.get();
  const remembering = new light.LightMemory();
  const memory = new detail.StatementMemory();
  const saves = new SaveMemory();
  const keys = remembered(connection.keys);
  return {
    light: async ({ fresh }) => {
      const options = { table, expiredCap: expiredCap(), fresh, memory: remembering };
      return await light.readSessionMetrics(await database.get(), options);
    },
    detail: async () => {
      const verifier = await keys();
      const verified = verifier === undefined ? {} : { verifier };
      return await detail.readDetailMetrics(await database.get(), {
        table,
        decode: decodeSession,
        memory,
        saves,
        ...verified,
      });
    },
    exact: async () => exact.readExactCounts(await database.get(), { table }),
    rest: () => database.rest(),
    close: () => database.close(),
    onLost: (listener) => {
      lost.add(listener);
      return { dispose: () => void lost.delete(listener) };
    },
  };
}

/** Settings change seldom, and reading them takes time: once in so many ms. */
const KEYS_MS = 600_000;

function remembered<T>(read: (() => Promise<T>) | undefined): () => Promise<T | undefined> {
  let known: { readonly at: number; readonly value: Promise<T> } | undefined;
  return async () => {
    if (read === undefined) return undefined;
    if (known === undefined || performance.now() - known.at > KEYS_MS) known = { at: performance.now(), value: read() };
    return await known.value;
  };
}
