import { isKnown, unknown, type Measured } from '../../common/measured.ts';
import type { Database } from '../connect/connection.ts';
import { placed } from '../connect/tablePlace.ts';
import { readIndexes } from '../readings/indexes.ts';
import { timeOfSignature } from '../sample/signatureTime.ts';
import { IN_TOAST } from '../readings/space.ts';
import { randomRows, type SessionDecoder } from '../sample/sessionSample.ts';
import type { SessionTable } from '../table/readings.ts';
import { shown } from '../table/tableName.ts';
import { hashOf } from '../saves/entryHashes.ts';
import { canFindSaves } from '../saves/savedSessions.ts';

/** What the rows tell of how visitors come and go. Users are compared by the hashes of their ids, which are forgotten. */
export interface Visits {
  /** Of unexpired sessions in random pages: seconds since each was saved last. */
  readonly idle: readonly number[];
  /** Of those pages, sessions that don't tell when they were saved. */
  readonly unstamped: number;
  /** Seconds between save and expiry, the most frequent; undefined: none of them tells. */
  readonly lifetime?: number;
  readonly current: CurrentVisits;
  readonly ended: EndedVisits;
  readonly lost: LostRows;
}

/** Of the sessions that expire last. */
export interface CurrentVisits {
  readonly sessions: number;
  /** Those with a user. */
  readonly signedIn: number;
  readonly users: number;
  /** Those with a user who has another one that was saved later. */
  readonly replaced: number;
}

/** Of the sessions that expired last and are still there. */
export interface EndedVisits {
  readonly signedIn: number;
  /** Those with a user for whom another session was saved soon after: see SOON. */
  readonly cameBack: number;
}

/** Rows that went without a DELETE, by the counters of the table. */
export interface LostRows {
  readonly inserted: number;
  readonly deleted: number;
  readonly live: number;
  /** The table is in another file than the one that it was made in: TRUNCATE, VACUUM FULL, CLUSTER and some ALTER TABLE make one. */
  readonly rewritten: boolean;
}

/** Rows that were inserted, are not there and were not deleted: TRUNCATE counts no deletes. Inserts that were rolled back are among them. */
export function goneWithoutDelete({ inserted, deleted, live }: LostRows): number {
  return Math.max(0, inserted - deleted - live);
}

/** Pages and rows of the random sample; rows of each of the other two. */
const PAGES = 200;
const SAMPLE = 3_000;
const ROWS = 1_000;
const ROW_BYTES = 8_192;
const ALL_BYTES = 4 * 1024 * 1024;
/** A user comes back soon within so many seconds, or within half of the session's lifetime. */
const SOON = 3_600;
const SOON_SHARE = 0.5;
const ROUND_LIFETIME = 5;
const USER_ENTRY = '_auth_user_id';

interface Stamp {
  readonly stamp: string | null;
  readonly expires: number;
}

interface Row {
  readonly data: string | null;
  readonly expires: number;
  readonly expired: boolean;
}

const BY_INDEX = { jit: 'off', enable_seqscan: 'off', enable_bitmapscan: 'off', enable_sort: 'off' };

/** Three statements of bounded cost, for a diagnosis and not for a poll: at most 5,000 rows and 4 MB. */
export async function readVisits(
  db: Database,
  table: SessionTable,
  decode: SessionDecoder,
  signal?: AbortSignal,
): Promise<Measured<Visits>> {
  const indexes = await readIndexes(db, table, { statements: 0, serverMs: 0 });
  if (!isKnown(indexes) || !canFindSaves(indexes.value)) {
    return unknown(
      'The sessions that expired last are found by the index on expire_date, which is missing.',
      'Run "python manage.py migrate": Django makes it.',
    );
  }
  const context = { what: 'Cannot see how visitors come and go', table: shown(table), ...(signal && { signal }) };
  const name = await placed(db, table, undefined, signal);
  const stamp = `CASE WHEN bytes <= ${IN_TOAST} AND session_data LIKE '%:%:%' THEN split_part(session_data, ':', 2) END AS stamp, expires`;
  const stamps = await db.query<Stamp>(randomRows(name, db.server.version, stamp), [name, PAGES, SAMPLE], {
    ...context,
    settings: { jit: 'off' },
  });
  const rows = await db.query<Row>(lastOnes(name), [], { ...context, settings: BY_INDEX });
  const [lost] = await db.query<LostRows>(LOST, [name], context);
  if (lost === undefined) return unknown('The table is gone.');
  const now = Date.now() + db.server.clockAheadMs;
  const sessions = rows.flatMap((row) => signedIn(row, decode));
  const value = {
    ...idleOf(stamps, now),
    current: currentOf(rows, sessions),
    ended: endedOf(sessions),
    lost,
  };
  return {
    how: 'estimated',
    value,
    at: new Date(),
    note: `from ${stamps.length} sessions in random pages, and ${rows.length} that expire or expired last`,
  };
}

const LOST = `SELECT /* django-session-monitor */ pg_stat_get_tuples_inserted(c.oid)::float8 AS inserted, pg_stat_get_tuples_deleted(c.oid)::float8 AS deleted,
       pg_stat_get_live_tuples(c.oid)::float8 AS live, pg_relation_filenode(c.oid) <> c.oid AS rewritten
  FROM pg_class AS c WHERE c.oid = to_regclass($1::text)`;

function lastOnes(table: string): string {
  const some = (
    where: string,
  ): string => `(SELECT session_data, expire_date, pg_column_size(session_data) AS bytes, now() > expire_date AS expired
        FROM ${table} WHERE ${where} ORDER BY expire_date DESC LIMIT ${ROWS})`;
  return `SELECT /* django-session-monitor */ extract(epoch FROM expire_date)::float8 * 1000 AS expires, expired,
       CASE WHEN bytes <= ${ROW_BYTES} AND sum(least(bytes, ${ROW_BYTES})) OVER (ROWS UNBOUNDED PRECEDING) <= ${ALL_BYTES} THEN session_data END AS data
  FROM (${some('expire_date >= now()')} UNION ALL ${some('expire_date < now()')}) AS s`;
}

function idleOf(rows: readonly Stamp[], now: number): Pick<Visits, 'idle' | 'unstamped' | 'lifetime'> {
  const idle: number[] = [];
  const lifetimes = new Map<number, number>();
  for (const { stamp, expires } of rows) {
    if (stamp === null) continue;
    const savedAt = timeOfSignature(stamp);
    // What is no number of that alphabet gives no time.
    if (!(savedAt > 0) || savedAt > now + 86_400_000) continue;
    idle.push(Math.max(0, (now - savedAt) / 1000));
    const lifetime = Math.round((expires - savedAt) / 1000 / ROUND_LIFETIME) * ROUND_LIFETIME;
    lifetimes.set(lifetime, (lifetimes.get(lifetime) ?? 0) + 1);
  }
  const [lifetime] = [...lifetimes].sort(([, a], [, b]) => b - a)[0] ?? [];
  return {
    idle: idle.sort((a, b) => a - b),
    unstamped: rows.length - idle.length,
    ...(lifetime === undefined ? {} : { lifetime }),
  };
}

/** A session of a user, in milliseconds. */
interface SignedIn {
  readonly user: string;
  readonly savedAt: number;
  readonly expires: number;
  readonly expired: boolean;
}

function signedIn({ data, expires, expired }: Row, decode: SessionDecoder): SignedIn[] {
  const decoded = data === null ? {} : decode(data);
  const user = decoded.data?.[USER_ENTRY];
  const savedAt = decoded.savedAt?.getTime();
  if (user === undefined || savedAt === undefined) return [];
  return [{ user: hashOf(JSON.stringify(user)), savedAt, expires, expired }];
}

function currentOf(rows: readonly Row[], sessions: readonly SignedIn[]): CurrentVisits {
  const current = sessions.filter(({ expired }) => !expired);
  const users = new Set(current.map(({ user }) => user)).size;
  return {
    sessions: rows.filter(({ expired }) => !expired).length,
    signedIn: current.length,
    users,
    replaced: current.length - users,
  };
}

function endedOf(sessions: readonly SignedIn[]): EndedVisits {
  const ended = sessions.filter(({ expired }) => expired);
  const savesOf = Map.groupBy(sessions, ({ user }) => user);
  const cameBack = ended.filter(({ user, savedAt, expires }) => {
    const soon = Math.max(SOON * 1000, (expires - savedAt) * SOON_SHARE);
    return (savesOf.get(user) ?? []).some((other) => other.savedAt >= expires && other.savedAt <= expires + soon);
  });
  return { signedIn: ended.length, cameBack: cameBack.length };
}
