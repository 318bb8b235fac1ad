import type { Database } from '../connect/database.ts';

/** direct: no pooler is between. session: a server connection belongs to its client as long as that is connected. */
export type PoolMode = 'direct' | 'session' | 'transaction';

/** In a busy pool another client may take the connection just then. */
const TRIES = 5;

/**
 * How the pooler between here and the server gives its connections away: two clients ask in turn which backend answers. In transaction
 * mode the second gets the one that the first has just given back; in session mode never.
 * @throws Problem
 */
export async function findPoolMode(db: Database, signal?: AbortSignal): Promise<PoolMode> {
  if (db.direct) return 'direct';
  const other = await db.reopen(signal);
  try {
    for (let i = 0; i < TRIES; i++) {
      const pids = [await answering(db, signal), await answering(other, signal)];
      if (pids[0] === pids[1]) return 'transaction';
    }
    return 'session';
  } finally {
    await other.close();
  }
}

async function answering(db: Database, signal: AbortSignal | undefined): Promise<number | undefined> {
  const what = 'Cannot see how the pooler works';
  const [row] = await db.query<{ pid: number }>('SELECT /* django-session-monitor */ pg_backend_pid() AS pid', [], {
    what,
    signal,
  });
  return row?.pid;
}
