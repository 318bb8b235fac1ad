import { Problem } from '../../../common/problem.ts';
import { sleep } from '../../../common/timers.ts';
import type { Database } from '../../connect/connection.ts';
import { endWhenIdle } from '../../connect/sessionGuard.ts';
import { LOCK, LOCK_KEY, TAKEN } from '../plan/sql.ts';
import { alreadyRunning, BACKEND_START, type Backend } from './holder.ts';

/**
 * One cleanup at a time per database, over all windows and machines, by one advisory lock:
 *
 * - Every batch takes it for its transaction (LOCK), whatever connection it comes by. Without it nothing is deleted.
 * - A direct connection also holds it for the session: from the first batch to the last, through rests and pauses.
 * - Through a pooler a session-level lock would stay with a server connection that others get. There a rest is slept on the
 *   server, in a transaction that holds the lock, and a cleanup that wants to begin looks several times whether it is free: between
 *   two transactions it is, for the time of a round trip. Should one slip in there all the same, the other's next batch
 *   fails at LOCK and it ends: never do both delete.
 *
 * @returns the session that holds it from now on; undefined through a pooler, where none does
 */
export async function takeLock(db: Database): Promise<Backend | undefined> {
  if (db.direct) {
    const [row] = await db.query<Backend & { ours: boolean }>(TRY, [], { what: WHAT });
    if (row?.ours !== true) throw await alreadyRunning(db);
    await guard(db, GUARD_MS);
    return { pid: row.pid, startedAt: row.startedAt };
  }
  for (let look = 0; look < LOOKS; look++) {
    if (look > 0) await sleep(LOOK_EVERY_MS * (0.5 + Math.random()));
    await db.transaction([LOCK], { what: WHAT }).catch(async (error: unknown) => {
      throw isTaken(error) ? await alreadyRunning(db) : error;
    });
  }
  return undefined;
}

/** Gives back what a direct connection holds for its session; on a connection that is lost the server has done so. */
export async function releaseLock(db: Database): Promise<void> {
  if (!db.direct) return;
  const options = { what: 'Cannot release the lock of the cleanup', statementTimeoutMs: RELEASE_MS };
  await Promise.all([db.query(RELEASE, [], options), guard(db, undefined)]);
}

/** To be called every so often while a direct connection holds the lock and says nothing else, so that the server does not end it. */
export const KEEP_EVERY_MS = 15_000;
const GUARD_MS = 4 * KEEP_EVERY_MS;

export async function keepLock(db: Database): Promise<void> {
  if (db.direct)
    await db.query('SELECT /* django-session-monitor */ 1', [], { what: 'Cannot keep the lock of the cleanup' });
}

/** A client that is gone without a word does not keep the lock for hours. */
async function guard(db: Database, ms: number | undefined): Promise<void> {
  const statement = endWhenIdle(db.server.version, ms);
  const what = 'Cannot have the server watch over the connection';
  if (statement !== undefined) await db.query(statement.text, statement.values, { what });
}

/** Rests for so many milliseconds on the server, with the lock held. For connections through a pooler. */
export async function restWithLock(db: Database, ms: number): Promise<void> {
  const sleep = { text: 'SELECT /* django-session-monitor */ pg_sleep($1::float8)', values: [ms / 1000] };
  await db.transaction([LOCK, sleep], { what: WHAT, statementTimeoutMs: ms + 5_000 });
}

/** The lock statement failed because somebody else holds the lock. */
export function isTaken(error: unknown): boolean {
  return error instanceof Problem && error.cause instanceof Error && error.cause.message.includes(TAKEN);
}

const WHAT = 'Cannot see whether another cleanup runs';
const KEY = LOCK_KEY.join(', ');
const TRY = `SELECT /* django-session-monitor */ pg_try_advisory_lock(${KEY}) AS ours, pid, ${BACKEND_START} AS "startedAt"
  FROM pg_stat_get_activity(pg_backend_pid())`;
const RELEASE = `SELECT /* django-session-monitor */ pg_advisory_unlock(${KEY})`;
/** It waits for nothing; a server that does not answer gives the lock back when the connection is closed. */
const RELEASE_MS = 500;

/** How often a connection through a pooler looks, and how far apart: some two rests of the gentle pace. */
const LOOKS = 8;
const LOOK_EVERY_MS = 40;
