import { formatDuration } from '../../../common/format.ts';
import { Problem } from '../../../common/problem.ts';
import type { Database } from '../../connect/connection.ts';
import { rest } from '../plan/pause.ts';
import { LOCK_KEY } from '../plan/sql.ts';

/** One session of the server. Process ids are used again; together with the start they are not. */
export interface Backend {
  readonly pid: number;
  /** pg_stat_activity.backend_start in UTC as ISO 8601, with microseconds; null: hidden from this role. */
  readonly startedAt: string | null;
}

/** Who holds the lock of cleanups. Null is what the role may not see (`masked`), or what the session has not. */
export interface Holder extends Backend {
  readonly user: string | null;
  readonly application: string | null;
  /** The client's address as the server sees it: through a pooler the pooler's; null: a socket of the server's own machine. */
  readonly address: string | null;
  /** Seconds since the session began, and since it last began or ended a statement. */
  readonly seconds: number | null;
  readonly quietSeconds: number | null;
  /** Address and times are hidden from this role. */
  readonly masked: boolean;
  /** This role may end the session. */
  readonly mayEnd: boolean;
}

/** Microseconds included, whatever the session's time zone and DateStyle. */
export const BACKEND_START = `to_json(backend_start AT TIME ZONE 'UTC') #>> '{}'`;

const HOLDS = `l.locktype = 'advisory' AND l.granted AND l.classid = ${LOCK_KEY[0]} AND l.objid = ${LOCK_KEY[1]} AND l.objsubid = 2
   AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/** @see https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-SIGNAL for who may end whom */
const HOLDER = `SELECT /* django-session-monitor */ l.pid, ${BACKEND_START} AS "startedAt", usename::text AS "user",
       nullif(application_name, '') AS application, host(client_addr) AS address,
       extract(epoch FROM clock_timestamp() - backend_start)::float8 AS seconds,
       extract(epoch FROM clock_timestamp() - state_change)::float8 AS "quietSeconds",
       backend_start IS NULL AS masked,
       backend_start IS NOT NULL AND coalesce(pg_has_role(usesysid, 'USAGE') OR pg_has_role('pg_signal_backend', 'USAGE'), false) AS "mayEnd"
  FROM pg_locks AS l LEFT JOIN pg_stat_activity AS a USING (pid)
 WHERE ${HOLDS} AND l.pid <> pg_backend_pid() LIMIT 1`;

/** Who holds the lock; undefined: nobody but we. */
export async function lockHolder(db: Database): Promise<Holder | undefined> {
  const [holder] = await db.query<Holder>(HOLDER, [], { what: 'Cannot see whether another cleanup runs' });
  return holder;
}

/** "user app, application django-session-monitor, from 10.0.0.7, for 20 min, quiet for 15 min, process 4711" */
export function holderText({ user, application, address, seconds, quietSeconds, masked, pid }: Holder): string {
  const parts: readonly (string | undefined)[] = [
    user === null ? 'a user that is hidden' : `user ${user}`,
    application === null ? undefined : `application ${application}`,
    ...(masked
      ? ['from where and since when is hidden from this role, which is not a member of pg_read_all_stats']
      : [
          `from ${address ?? 'the server’s own machine'}`,
          seconds === null ? undefined : `connected for ${formatDuration(seconds)}`,
          quietSeconds === null ? undefined : `quiet for ${formatDuration(quietSeconds)}`,
        ]),
    `process ${pid}`,
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}

/** What to do about a cleanup that holds the lock, sentences. */
export function howToEnd({ pid, user, mayEnd }: Holder): string {
  const who = mayEnd ? '' : ` as user ${user ?? 'that it has'}, a member of pg_signal_backend or a superuser`;
  return `Wait until it is done, or cancel it in the window that started it. If nobody runs it any more, end its session${who}: SELECT pg_terminate_backend(${pid});`;
}

export async function alreadyRunning(db: Database): Promise<Problem> {
  const holder = await lockHolder(db);
  return new Problem({
    code: 'cleanup-running',
    what: 'Cannot clear sessions',
    why: `Another cleanup is running in this database${holder === undefined ? '' : ` (${holderText(holder)})`}.`,
    next: holder === undefined ? 'It may have ended by now: try again.' : howToEnd(holder),
    transient: true,
  });
}

const END = `SELECT /* django-session-monitor */ pg_terminate_backend(l.pid) AS ended
  FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid) WHERE ${HOLDS} AND l.pid = $1::int AND ${BACKEND_START} = $2::text`;
/** A backend that waits for its client ends at once; one that works, with its next look. */
const END_MS = 5_000;
const LOOK_MS = 50;

/**
 * Ends the session of a cleanup, if it is this very one and still holds the lock, and waits until it is gone. @returns false: it is
 * not, or it is not gone after five seconds @throws Problem, where the role may not
 */
export async function endHolder(db: Database, { pid, startedAt }: Backend, signal?: AbortSignal): Promise<boolean> {
  if (startedAt === null) return false;
  const what = 'Cannot end the session of the other cleanup';
  const [row] = await db.query<{ ended: boolean }>(END, [pid, startedAt], { what });
  if (row?.ended !== true) return false;
  const deadline = performance.now() + END_MS;
  while (performance.now() < deadline) {
    const holder = await lockHolder(db);
    if (holder?.pid !== pid || holder.startedAt !== startedAt) return true;
    await rest(LOOK_MS, signal);
    if (signal?.aborted === true) break;
  }
  return false;
}
