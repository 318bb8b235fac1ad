import { decodeSession } from '../../django/sessionData.ts';
import type { Reader } from '../poll/monitorTypes.ts';
import type { Connection } from './connection.ts';
import { connectTo } from './openDatabase.ts';

/**
 * Opens what the monitor reads from: one connection that can't write, to a table that is known to be Django's.
 * `expiredCap`: up to where expired rows are counted exactly, asked before each reading.
 * The database code (with `pg`) is loaded here, at the first connection, and not when the extension is activated.
 */
export async function openReader(connection: Connection, expiredCap: () => number): Promise<Reader> {
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
  const db = await connectTo(connection, {
    readOnly: true,
    onLost: (error: unknown) => {
      for (const listener of lost) listener(error);
    },
  });
  const { table } = connection;
  try {
    await checkSessionTable(db, table);
  } catch (error) {
    await db.close();
    throw error;
  }
  const memory = new detail.StatementMemory();
  const saves = new SaveMemory();
  const keys = remembered(connection.keys);
  return {
    light: ({ fresh }) => light.readSessionMetrics(db, { table, expiredCap: expiredCap(), fresh }),
    detail: async () => {
      const verifier = await keys();
      const verified = verifier === undefined ? {} : { verifier };
      return await detail.readDetailMetrics(db, { table, decode: decodeSession, memory, saves, ...verified });
    },
    exact: () => exact.readExactCounts(db, { table }),
    close: () => db.close(),
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
