import type { Client } from 'pg';

/** What the light reading estimates, read in full. Bytes for `reusable`, `free` and `heapBytes`, rows for the others. */
export interface Truth {
  readonly total: number;
  readonly active: number;
  readonly expired: number;
  readonly savedLastHour: number;
  /** What whole rows of the mean size could take on the pages: what the reading says that it estimates. */
  readonly reusable: number;
  /** By pgstattuple: free space and what dead rows hold, the remainders of pages included into which no row fits. */
  readonly free: number;
  readonly heapBytes: number;
  /** Milliseconds since 1970, by the server's clock, which is this machine's. */
  readonly at: number;
}

/** SESSION_COOKIE_AGE of all rows that the bench makes: the time of a row's last save is its expire_date less this. */
const COOKIE_AGE_SECONDS = 1_209_600;

/** PageHeaderData in src/include/storage/bufpage.h takes 24 bytes of a page, a line pointer (ItemIdData) 4. */
const TRUTH = `
WITH stored AS (
  SELECT (ctid::text::point)[0]::int AS page, expire_date, ((pg_column_size(s.*) + 7) & -8) + 4 AS bytes FROM django_session AS s
), counts AS (
  SELECT count(*) AS total, count(*) FILTER (WHERE expire_date < now()) AS expired, avg(bytes) AS row_bytes,
         count(*) FILTER (WHERE expire_date > now() - interval '1 hour' + make_interval(secs => $1)) AS saved
    FROM stored
), free AS (
  SELECT current_setting('block_size')::int - 24 - coalesce(sum(bytes), 0) AS bytes
    FROM generate_series(0, pg_relation_size('django_session') / current_setting('block_size')::int - 1) AS page
    LEFT JOIN stored USING (page) GROUP BY page
)
SELECT total::float8, expired::float8, (total - expired)::float8 AS active, saved::float8 AS "savedLastHour",
       (SELECT sum(floor(free.bytes / row_bytes) * row_bytes) FROM free WHERE free.bytes > 0)::float8 AS reusable,
       (free_space + dead_tuple_len)::float8 AS free, table_len::float8 AS "heapBytes",
       extract(epoch FROM now())::float8 * 1000 AS at
  FROM counts, pgstattuple('django_session')`;

/** Counts every row and looks at every page. */
export async function readTruth(db: Client): Promise<Truth> {
  const { rows } = await db.query<Truth>(TRUTH, [COOKIE_AGE_SECONDS]);
  const [truth] = rows;
  if (truth === undefined) throw new Error('The truth has no row.');
  return truth;
}

/** Sessions expire while the bench draws: between two truths it lies on the line that joins them. */
export function truthAt(before: Truth, after: Truth, metric: keyof Truth, at: number): number {
  const share = after.at === before.at ? 0 : (at - before.at) / (after.at - before.at);
  return before[metric] + (after[metric] - before[metric]) * Math.min(1, Math.max(0, share));
}
