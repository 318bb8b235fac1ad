import { FAR_FROM_HERE } from './savedLately.ts';
import { IN_TOAST } from './space.ts';
import { TURNS } from '../sample/rotatingSample.ts';

/**
 * The light reading as one statement. What it costs must not depend on the size of the table: statistics functions
 * (not the pg_stat views, whose joins take longer to plan than to run), file sizes, a page sample of fixed size, and
 * an index scan that ends at a cap. Through a pooler it is parsed and planned each time, so it is kept small.
 *
 * $1 table name, quoted         $2 strata of the page sample        $3 places in the strata, two bytes each
 * $4 cap of the expired rows    $5 $6 $7 limits of the index scan, see countLimits.ts
 * $8 this monitor's application_name         $9 the time an hour ago as it stands in signatures
 * $10 width, $11 number, $12 turn of the strata that are known, $13 the table's changes then, see rotatingSample.ts
 * $14 $15 from when to when sessions expire that were saved in the last hour, $16 up to how many of them are counted (0: none),
 * $17 whether now, $18 $19 $20 limits of that index scan
 *
 * The tag stands behind the first keyword: pg_stat_statements cuts off what is before it.
 *
 * @param partitioned sum the statistics over the leaves of a partitioned table (PostgreSQL 12 and later can list them)
 */
export function sessionSql(table: string, version: number, partitioned: boolean): string {
  return `WITH /* django-session-monitor */ rel AS MATERIALIZED (
  SELECT relkind::text, relnamespace::regnamespace || '.' || quote_ident(relname) AS name, block,
         CASE WHEN relkind = 'r' THEN pg_relation_size(oid) / block ELSE 0 END::float8 AS pages,
         (SELECT ARRAY[sum(pg_stat_get_numscans(indexrelid)), count(*) FILTER (WHERE ${ORDERS_BY_EXPIRE_DATE})]::float8[]
            FROM pg_index WHERE indrelid = oid) AS indexes,
         ${statistics(partitioned && version >= 120_000)}
    FROM pg_class, (SELECT current_setting('block_size')::int AS block) AS b WHERE oid = $1::text::regclass
)
SELECT rel.*, sample.width, sample.sample, sample.newest, client.*, ${SERVER},
       lately.recent, extract(epoch FROM lately.ended - lately.began)::float8 * 1000 AS recent_ms,
       limits.cap, expired.counted, extract(epoch FROM expired.ended - expired.began)::float8 * 1000 AS expired_ms,
       extract(epoch FROM clock_timestamp())::float8 * 1000 AS server_time,
       extract(epoch FROM clock_timestamp() - now())::float8 * 1000 AS server_ms
  FROM rel, pg_database AS db, (
    SELECT min(width) AS width, array_agg(counts) AS sample, array_agg(newest) FILTER (WHERE $17::boolean) AS newest, avg(counts[8]) AS saved, avg(counts[3]) AS expired, sum(counts[3]) AS seen
      FROM (SELECT i, width, floor(i * width + CASE WHEN width > 1 THEN ${PLACE} * least(width, pages - i * width) ELSE 0 END)::bigint AS page
              FROM (SELECT pages, ${WIDTH} AS width, ${MUCH_CHANGED} AS changed FROM rel OFFSET 0) AS strata, generate_series(0, ceil(pages / width)::int - 1) AS i
             WHERE width = 1 OR changed OR width IS DISTINCT FROM $10::float8 OR i >= $11::int OR i % ${TURNS} = $12::int OFFSET 0) AS picked
     CROSS JOIN LATERAL (
        SELECT ARRAY[i, count(*), count(*) FILTER (WHERE expire_date < now()), extract(epoch FROM min(expire_date)) * 1000,
                     sum(((32 + bytes) & -8) + 12), count(stamp), count(*) FILTER (WHERE length(stamp) = 6),
                     count(*) FILTER (WHERE length(stamp) = 6 AND stamp COLLATE "C" >= $9::text),
                     count(*) FILTER (WHERE length(stamp) = 6 AND expire_date >= $14::timestamptz AND expire_date < $15::timestamptz)]::float8[] AS counts,
               max(CASE WHEN $17::boolean AND length(stamp) = 6 THEN stamp || extract(epoch FROM expire_date) END COLLATE "C") AS newest
          FROM (SELECT expire_date, pg_column_size(session_key) + CASE WHEN pg_column_size(session_data) > ${IN_TOAST} THEN ${TOAST_POINTER} ELSE pg_column_size(session_data) END AS bytes,
                       CASE WHEN expire_date < now() - interval '1 hour' THEN NULL
                            WHEN pg_column_size(session_data) > 2048 THEN ''
                            ELSE split_part(session_data, ':', 2) END AS stamp
                  FROM ONLY ${table} WHERE ${version < 140_000 ? BY_TIDS : BY_RANGE} OFFSET 0) AS r
      ) AS page_counts
  ) AS sample, LATERAL (${CLIENTS}) AS client, LATERAL (
    SELECT CASE WHEN ${FAR_BEYOND} THEN least(1, $4::int) ELSE $4::int END AS cap) AS limits, LATERAL (
    SELECT clock_timestamp() AS began,
           CASE WHEN ${MAY_COUNT} THEN (
             SELECT ARRAY[count(*), extract(epoch FROM min(expire_date)) * 1000]::float8[]
               FROM (SELECT expire_date FROM ${table} WHERE expire_date < now() ORDER BY expire_date LIMIT limits.cap) AS first
           ) END AS counted,
           clock_timestamp() AS ended) AS expired, LATERAL (
    SELECT clock_timestamp() AS began,
           CASE WHEN $17::boolean OR ${MUCH_CHANGED} THEN CASE WHEN ${MAY_COUNT_RECENT} THEN (
             SELECT count(*) FROM (SELECT FROM ${table} WHERE expire_date >= $14::timestamptz AND expire_date < $15::timestamptz LIMIT $16::int + 1) AS last
           ) ELSE -1 END END::float8 AS recent,
           clock_timestamp() AS ended) AS lately
 WHERE db.datname = current_database()`;
}

/** What is left in the heap of a value that is in TOAST: varatt_external with its header. */
export const TOAST_POINTER = 18;

/** It can give expire_date in order and holds all rows. */
export const ORDERS_BY_EXPIRE_DATE = `indisvalid AND indisready AND indpred IS NULL AND pg_get_indexdef(indexrelid, 1, false) = 'expire_date'
                                AND pg_index_column_has_property(indexrelid, 1, 'orderable')`;

export const STATISTICS: Readonly<Record<string, (oid: string) => string>> = {
  heap_bytes: (oid) => `pg_relation_size(${oid})`,
  index_bytes: (oid) => `pg_indexes_size(${oid})`,
  toast_bytes: (oid) =>
    `(SELECT pg_total_relation_size(nullif(t.reltoastrelid, 0)) FROM pg_class AS t WHERE t.oid = ${oid})`,
  total_bytes: (oid) => `pg_total_relation_size(${oid})`,
  live: (oid) => `pg_stat_get_live_tuples(${oid})`,
  dead: (oid) => `pg_stat_get_dead_tuples(${oid})`,
  inserted: (oid) => `pg_stat_get_tuples_inserted(${oid})`,
  updated: (oid) => `pg_stat_get_tuples_updated(${oid})`,
  hot_updated: (oid) => `pg_stat_get_tuples_hot_updated(${oid})`,
  deleted: (oid) => `pg_stat_get_tuples_deleted(${oid})`,
  sequential_scans: (oid) => `pg_stat_get_numscans(${oid})`,
  vacuums: (oid) => `pg_stat_get_vacuum_count(${oid}) + pg_stat_get_autovacuum_count(${oid})`,
};

export const TIMES: Readonly<Record<string, (oid: string) => string>> = {
  last_manual_vacuum: (oid) => `pg_stat_get_last_vacuum_time(${oid})`,
  last_autovacuum: (oid) => `pg_stat_get_last_autovacuum_time(${oid})`,
  last_manual_analyze: (oid) => `pg_stat_get_last_analyze_time(${oid})`,
  last_autoanalyze: (oid) => `pg_stat_get_last_autoanalyze_time(${oid})`,
};

function statistics(overLeaves: boolean): string {
  const of = (fold: string, value: (oid: string) => string): string =>
    overLeaves ? `(SELECT ${fold}(${value('relid')}) FROM pg_partition_tree(oid) WHERE isleaf)` : value('pg_class.oid');
  return [
    ...Object.entries(STATISTICS).map(([name, value]) => `coalesce(${of('sum', value)}, 0)::float8 AS ${name}`),
    ...Object.entries(TIMES).map(
      ([name, value]) => `extract(epoch FROM ${of('max', value)})::float8 * 1000 AS ${name}`,
    ),
    `${overLeaves ? '(SELECT count(*) FROM pg_partition_tree(oid) WHERE isleaf)' : '1'}::int AS leaves`,
  ].join(', ');
}

const MAY_COUNT = `indexes[2] > 0 AND (relkind = 'p' OR pages > $2::int) AND vacuums IS DISTINCT FROM $7::float8
                 AND (dead <= $5::float8 OR deleted <= $6::float8)`;

/** Where the sample has seen far more expired rows than are counted, looking up the oldest says as much. */
const FAR_BEYOND = `sample.seen >= 30 AND sample.expired * pages > 3 * $4::int`;

/** Where the sample has found more than a count would go to, it would be for nothing. */
const MAY_COUNT_RECENT = `$16::int > 0 AND indexes[2] > 0 AND sample.width > 1 AND sample.saved * pages <= 2 * $16::int AND vacuums IS DISTINCT FROM $20::float8
                 AND (dead <= $18::float8 OR updated + deleted / ${FAR_FROM_HERE} <= $19::float8)`;

/**
 * The width of a stratum in pages: the table's pages ÷ $2, rounded up to a power of 1.25, so that a table that grows keeps its
 * strata, and the rotating sample its pages, until it is a quarter larger; the last stratum ends with the table. 1: all pages are
 * read.
 */
const WIDTH = `CASE WHEN pages <= $2::int THEN 1 ELSE power(1.25::float8, ceil(ln(pages / $2::int) / ln(1.25::float8))) END`;

/** Since the last reading a fiftieth of the rows were inserted or deleted, or the statistics were reset. */
const MUCH_CHANGED = `inserted + deleted NOT BETWEEN $13::float8 AND $13::float8 + greatest(1000, live / 50)`;

/** From 0 to 1: where in stratum i the page lies. */
const PLACE = `(get_byte($3::bytea, 2 * i) * 256 + get_byte($3::bytea, 2 * i + 1)) / 65536.0::float8`;

/** TID range scan: PostgreSQL 14 and later. */
export const BY_RANGE = `ctid >= ('(' || page || ',0)')::tid AND ctid < ('(' || page + 1 || ',0)')::tid`;
/** Before, every line pointer that a page of 8 kB can have (MaxHeapTuplesPerPage = 291) is asked for. */
export const BY_TIDS = `ctid = ANY (ARRAY(SELECT ('(' || page || ',' || line || ')')::tid FROM generate_series(1, 291) AS line))`;

/** Without pg_read_all_stats other users' rows have neither backend_type nor state: those count as state 'unknown'. */
const CLIENTS = `
    SELECT sum(n)::float8 AS used, sum(waiting)::float8 AS waiting, max(longest)::float8 AS longest,
           coalesce(jsonb_object_agg(state, n) FILTER (WHERE state IS NOT NULL), '{}') AS by_state
      FROM (SELECT CASE WHEN datid = db.oid AND pid <> pg_backend_pid() AND application_name IS DISTINCT FROM $8::text
                        THEN coalesce(state, CASE WHEN backend_type IS NULL THEN 'unknown' ELSE 'starting' END) END AS state,
                   count(*) AS n, count(*) FILTER (WHERE wait_event_type = 'Lock' AND datid = db.oid) AS waiting,
                   max(CASE WHEN datid = db.oid AND pid <> pg_backend_pid() THEN extract(epoch FROM clock_timestamp() - xact_start) END) AS longest
              FROM pg_stat_get_activity(NULL)
             WHERE backend_type = 'client backend' OR (backend_type IS NULL AND usesysid IS NOT NULL)
             GROUP BY 1) AS by_state`;

const SERVER = `pg_stat_get_db_xact_commit(db.oid)::float8 AS commits, pg_stat_get_db_xact_rollback(db.oid)::float8 AS rollbacks,
       pg_stat_get_db_blocks_hit(db.oid)::float8 AS blocks_hit,
       (pg_stat_get_db_blocks_fetched(db.oid) - pg_stat_get_db_blocks_hit(db.oid))::float8 AS blocks_read,
       pg_stat_get_db_temp_files(db.oid)::float8 AS temp_files, pg_stat_get_db_temp_bytes(db.oid)::float8 AS temp_bytes,
       extract(epoch FROM pg_stat_get_db_stat_reset_time(db.oid))::float8 * 1000 AS reset_at,
       current_setting('server_version_num')::int AS version, db.datname::text AS database, current_user::text AS "user",
       extract(epoch FROM pg_postmaster_start_time())::float8 * 1000 AS started_at, pg_is_in_recovery() AS in_recovery,
       current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
         - coalesce(current_setting('reserved_connections', true)::int, 0) AS max_connections`;
