import { Problem } from '../common/problem.ts';
import { LOCK, LOCK_KEY, TAKEN } from './cleanupSql.ts';
import type { Database } from './connection.ts';

/**
 * One cleanup at a time per database, over all windows and machines, by one advisory lock:
 *
 * - Every batch takes it for its transaction (LOCK), whatever connection it comes by. Without it nothing is deleted.
 * - A direct connection also holds it for the session: from the first batch to the last, through rests and pauses.
 * - Through a pooler a session-level lock would stay with a server connection that others get. There a rest is slept on the
 *   server, in a transaction that holds the lock, and a cleanup that wants to begin looks several times whether it is free: between
 *   two transactions it is, for the time of a round trip. Should one slip in there all the same, the other's next batch
 *   fails at LOCK and it ends: never do both delete.
 */
export async function takeLock(db: Database): Promise<void> {
  if (db.direct) {
    const [row] = await db.query<{ ours: boolean }>(TRY, [], { what: WHAT });
    if (row?.ours !== true) throw await alreadyRunning(db);
    return;
  }
  for (let look = 0; look < LOOKS; look++) {
    if (look > 0) await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS * (0.5 + Math.random())));
    await db.transaction([LOCK], { what: WHAT }).catch(async (error: unknown) => {
      throw isTaken(error) ? await alreadyRunning(db) : error;
    });
  }
}

/** Gives back what a direct connection holds for its session; on a connection that is lost the server has done so. */
export async function releaseLock(db: Database): Promise<void> {
  if (db.direct) await db.query(RELEASE, [], { what: 'Cannot release the lock of the cleanup' });
}

/** Rests for so many milliseconds on the server, with the lock held. For connections through a pooler. */
export async function restWithLock(db: Database, ms: number, signal?: AbortSignal): Promise<void> {
  const sleep = { text: 'SELECT /* django-session-monitor */ pg_sleep($1::float8)', values: [ms / 1000] };
  const options = { what: WHAT, statementTimeoutMs: ms + 5_000, ...(signal === undefined ? {} : { signal }) };
  await db.transaction([LOCK, sleep], options);
}

/** The lock statement failed because somebody else holds the lock. */
export function isTaken(error: unknown): boolean {
  return error instanceof Problem && error.cause instanceof Error && error.cause.message.includes(TAKEN);
}

/** Who holds the lock; undefined: nobody does any more. */
export async function lockHolder(db: Database): Promise<Holder | undefined> {
  const [holder] = await db.query<Holder>(HOLDER, [], { what: WHAT });
  return holder;
}

export interface Holder {
  readonly pid: number;
  /** The same role as ours: its backend may be ended by us. */
  readonly ours: boolean;
  /** For people: "user app from 10.0.0.7 since 12:30:05". */
  readonly who: string;
}

export async function alreadyRunning(db: Database): Promise<Problem> {
  const holder = await lockHolder(db);
  return new Problem({
    code: 'cleanup-running',
    what: 'Cannot clear sessions',
    why: `Another cleanup is running in this database${holder === undefined ? '' : ` (${holder.who}, process ${holder.pid})`}.`,
    next: 'Wait until it is done, or cancel it in the window that started it.',
    transient: true,
  });
}

const WHAT = 'Cannot see whether another cleanup runs';
const KEY = LOCK_KEY.join(', ');
const TRY = `SELECT /* django-session-monitor */ pg_try_advisory_lock(${KEY}) AS ours`;
const RELEASE = `SELECT /* django-session-monitor */ pg_advisory_unlock(${KEY})`;
const HOLDER = `SELECT /* django-session-monitor */ l.pid, coalesce(a.usename = current_user, false) AS ours,
       concat_ws(' ', 'user ' || a.usename, 'from ' || host(a.client_addr), 'since ' || to_char(a.backend_start, 'HH24:MI:SS')) AS who
  FROM pg_locks AS l LEFT JOIN pg_stat_activity AS a USING (pid)
 WHERE l.locktype = 'advisory' AND l.granted AND l.classid = ${LOCK_KEY[0]} AND l.objid = ${LOCK_KEY[1]} AND l.objsubid = 2
   AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) LIMIT 1`;

/** How often a connection through a pooler looks, and how far apart: some two rests of the gentle pace. */
const LOOKS = 8;
const LOOK_EVERY_MS = 40;
