import type { Database } from '../connect/connection.ts';
import { placed } from '../connect/tablePlace.ts';
import type { IndexMetrics, SessionTable } from '../table/readings.ts';
import { SERVER_MS, spend, type Spent } from '../table/spent.ts';
import { shown } from '../table/tableName.ts';

/** A session that was probably saved lately. */
export interface SavedSession {
  /** Hash of the session key, made by the server: the key itself is not asked for. */
  readonly session: string;
  /** null: it is too large. */
  readonly data: string | null;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

export interface SavedSessions {
  readonly rows: readonly SavedSession[];
  /** By the server's clock, milliseconds since 1970. */
  readonly at: number;
  /** Rows inserted into the table so far, as its statistics have it; of a partitioned table 0. */
  readonly inserted: number;
}

export interface SavedQuery {
  /** So long sessions live after their saves, seconds; none is known at first. */
  readonly lifetimes: readonly number[];
  /** Saves of the last so many seconds are asked for. */
  readonly withinSeconds: number;
  /** Of the hash, so that nobody else makes the same one: a whole number of 63 bits. */
  readonly seed: string;
}

interface Row extends SavedSession {
  readonly read_at: number;
  readonly inserted: number;
  readonly server_ms: number;
}

/** Rows for each lifetime, and of those that expire last and first; bytes as they are stored, of one row and of all. */
const ROWS = 500;
const FEW_ROWS = 50;
const ROW_BYTES = 65_536;
const ALL_BYTES = 4 * 1024 * 1024;
/** The clocks of the application and of the database differ by less, seconds. */
const SLACK = 30;

/** The planner is not to read the table, whatever its statistics say. */
const BY_INDEX = { jit: 'off', enable_seqscan: 'off', enable_bitmapscan: 'off', enable_sort: 'off' };

/** Whether saves can be found without reading the table: by an index that has expire_date in order. */
export function canFindSaves(indexes: readonly IndexMetrics[]): boolean {
  return indexes.some(({ valid, definition }) => valid && /USING btree \(expire_date\b[^)]*\)$/.test(definition));
}

/**
 * Sessions that were saved lately. No index has the time of a save, but a save sets expire_date to now + the lifetime of the session:
 * sessions of one lifetime stand together in the index on expire_date, the newest last, and of each lifetime at most `ROWS`
 * are read. Besides, a few that expire last and a few that expire first, by which other lifetimes are learned.
 */
export async function readSavedSessions(
  db: Database,
  table: SessionTable,
  { lifetimes, withinSeconds, seed }: SavedQuery,
  spent: Spent,
): Promise<SavedSessions> {
  const name = await placed(db, table, spent);
  const values = [name, lifetimes, withinSeconds, lifetimes.length === 0 ? ROWS : FEW_ROWS, seed];
  const context = { what: 'Cannot look for saved sessions', table: shown(table), settings: BY_INDEX };
  const found = await db.query<Row | { readonly [K in keyof Row]: Row[K] | null }>(sqlOf(name), values, context);
  spend(spent, found as readonly Row[]);
  const { read_at = Date.now(), inserted = 0 } = (found[0] ?? {}) as Partial<Row>;
  return { rows: found.filter((row): row is Row => row.session !== null), at: read_at, inserted };
}

/** $1 name, $2 lifetimes, $3 seconds, $4 rows that expire last, $5 seed. The one row of `facts` comes also where nothing is found. */
function sqlOf(table: string): string {
  const columns = 'session_key, session_data, expire_date';
  const some = (where: string, order: string, limit: string): string =>
    `(SELECT ${columns}, row_number() OVER () AS nth FROM (
        SELECT ${columns} FROM ${table} WHERE ${where} ORDER BY expire_date ${order} LIMIT ${limit}) AS r)`;
  const ofLifetime = `expire_date > greatest(now(), now() + (lifetime - $3::float8 - ${SLACK}) * interval '1 s')
                  AND expire_date <= now() + (lifetime + ${SLACK}) * interval '1 s'`;
  return `SELECT /* django-session-monitor */ s.session, s.data, s.expires, facts.*, ${SERVER_MS}
  FROM (SELECT extract(epoch FROM now())::float8 * 1000 AS read_at,
               pg_stat_get_tuples_inserted($1::text::regclass)::float8 AS inserted) AS facts LEFT JOIN (
    SELECT hashtextextended(session_key::text, $5::bigint)::text AS session, extract(epoch FROM expire_date)::float8 * 1000 AS expires,
           CASE WHEN bytes <= ${ROW_BYTES} AND sum(least(bytes, ${ROW_BYTES})) OVER (ORDER BY nth, session_key) <= ${ALL_BYTES} THEN session_data END AS data
      FROM (SELECT DISTINCT ON (session_key) *, pg_column_size(session_data) AS bytes FROM (
             SELECT saved.* FROM unnest($2::float8[]) AS lifetime CROSS JOIN LATERAL ${some(ofLifetime, 'DESC', String(ROWS))} AS saved
             UNION ALL ${some('expire_date > now()', 'DESC', '$4::int')}
             UNION ALL ${some('expire_date > now()', 'ASC', String(FEW_ROWS))}) AS found
            ORDER BY session_key, nth) AS distinct_rows) AS s ON true`;
}
