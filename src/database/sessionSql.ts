/**
 * The light reading as one statement. What it costs must not depend on the size of the table: statistics functions
 * (not the pg_stat views, whose joins take longer to plan than to run), file sizes, a page sample of fixed size, and
 * an index scan that ends at a cap. It is planned anew each time (poolers allow no prepared statements), so it joins little.
 *
 * $1 table name, quoted        $2 strata of the page sample        $3 places in the strata, two bytes each
 * $4 cap of the expired rows   $5 $6 $7 limits of the index scan, see panel.ts   $8 this monitor's application_name
 */
export function sessionSql(table: string, version: number): string {
  return `/* django-session-monitor */
WITH rel AS MATERIALIZED (${RELATION}
), stats AS MATERIALIZED (
  SELECT count(*)::int AS leaves, ${COUNTERS.join(', ')}
    FROM (${version < 120_000 ? ONE_LEAF : LEAVES}) AS leaf
), expired AS MATERIALIZED (
  SELECT clock_timestamp() AS began,
         CASE WHEN (SELECT ${MAY_COUNT} FROM rel, stats) THEN (
           SELECT ARRAY[count(*), extract(epoch FROM min(expire_date)) * 1000]::float8[]
             FROM (SELECT expire_date FROM ${table} WHERE expire_date < now() ORDER BY expire_date LIMIT $4::int) AS first
         ) END AS counted,
         clock_timestamp() AS ended
)
SELECT rel.*, stats.*, sample.*, client.*, ${SERVER},
       expired.counted, extract(epoch FROM expired.ended - expired.began)::float8 * 1000 AS expired_ms,
       extract(epoch FROM clock_timestamp())::float8 * 1000 AS server_time,
       extract(epoch FROM clock_timestamp() - now())::float8 * 1000 AS server_ms
  FROM rel, stats, expired, pg_database AS db, (
    SELECT ${SUMS.map((name) => `coalesce(array_agg(${name}::float8 ORDER BY i), '{}') AS ${name}`).join(', ')},
           extract(epoch FROM min(oldest))::float8 * 1000 AS oldest
      FROM (${PAGES}) AS picked
     CROSS JOIN LATERAL (
        SELECT count(*) AS rows, count(*) FILTER (WHERE expire_date < now()) AS expired, min(expire_date) AS oldest,
               coalesce(sum(((32 + bytes) & -8) + 12), 0) AS bytes, count(stamp) AS fresh,
               count(*) FILTER (WHERE length(stamp) = 6) AS stamped,
               count(*) FILTER (WHERE length(stamp) = 6 AND stamp COLLATE "C" >= (SELECT ${HOUR_AGO})) AS saved
          FROM (SELECT expire_date, pg_column_size(session_key) + pg_column_size(session_data) AS bytes,
                       CASE WHEN expire_date < now() - interval '1 hour' THEN NULL
                            WHEN pg_column_size(session_data) > 2048 THEN ''
                            ELSE split_part(session_data, ':', 2) END AS stamp
                  FROM ONLY ${table} WHERE ${version < 140_000 ? BY_TIDS : BY_RANGE} OFFSET 0) AS r
      ) AS page_counts
  ) AS sample, LATERAL (${CLIENTS}) AS client
 WHERE db.datname = current_database()`;
}

/**
 * The width of a stratum in pages: the table's pages ÷ $2, rounded up to the next of 4, 5, 6, 7, 8, 10, 12, 14, … × a power
 * of two, so that a table that grows keeps its strata, and the panel its pages, until it is an eighth or a quarter larger.
 * Of the indexes, one counts that can give expire_date in order and holds all rows.
 */
const RELATION = `
  SELECT *, CASE WHEN pages <= $2::int THEN 1::float8 ELSE ceil(share / unit * 4) / 4 * unit END AS width
    FROM (SELECT *, power(2::float8, floor(ln(greatest(share, 1)) / ln(2::float8))) AS unit
            FROM (SELECT *, pages / $2::int AS share
                    FROM (SELECT oid, relkind, relnamespace::regnamespace || '.' || quote_ident(relname) AS name,
                                 current_setting('block_size')::int AS block,
                                 CASE WHEN relkind IN ('r', 'm') THEN pg_relation_size(oid) / current_setting('block_size')::int ELSE 0 END::float8 AS pages,
                                 (SELECT count(*) > 0 FROM pg_index
                                          WHERE indrelid = c.oid AND indisvalid AND indisready AND indpred IS NULL
                                            AND pg_get_indexdef(indexrelid, 1, false) = 'expire_date'
                                            AND pg_index_column_has_property(indexrelid, 1, 'orderable')) AS indexed
                            FROM pg_class AS c WHERE oid = $1::text::regclass) AS a) AS b) AS c`;

const ONE_LEAF = `SELECT oid FROM rel`;
/** Of a partitioned table the leaves hold the rows; PostgreSQL 12 and later can list them. */
const LEAVES = `SELECT oid FROM rel WHERE relkind <> 'p' UNION ALL
          SELECT relid FROM rel, pg_partition_tree(rel.oid) WHERE relkind = 'p' AND isleaf`;

/** Sums over the leaves. */
const COUNTERS = [
  ...Object.entries({
    heap_bytes: 'pg_relation_size(oid)',
    index_bytes: 'pg_indexes_size(oid)',
    toast_bytes:
      '(SELECT pg_total_relation_size(reltoastrelid) FROM pg_class WHERE oid = leaf.oid AND reltoastrelid <> 0)',
    total_bytes: 'pg_total_relation_size(oid)',
    live: 'pg_stat_get_live_tuples(oid)',
    dead: 'pg_stat_get_dead_tuples(oid)',
    inserted: 'pg_stat_get_tuples_inserted(oid)',
    updated: 'pg_stat_get_tuples_updated(oid)',
    hot_updated: 'pg_stat_get_tuples_hot_updated(oid)',
    deleted: 'pg_stat_get_tuples_deleted(oid)',
    sequential_scans: 'pg_stat_get_numscans(oid)',
    index_scans: '(SELECT sum(pg_stat_get_numscans(indexrelid)) FROM pg_index WHERE indrelid = leaf.oid)',
    vacuums: 'pg_stat_get_vacuum_count(oid) + pg_stat_get_autovacuum_count(oid)',
  }).map(([name, value]) => `coalesce(sum(${value}), 0)::float8 AS ${name}`),
  ...Object.entries({
    last_manual_vacuum: 'pg_stat_get_last_vacuum_time',
    last_autovacuum: 'pg_stat_get_last_autovacuum_time',
    last_manual_analyze: 'pg_stat_get_last_analyze_time',
    last_autoanalyze: 'pg_stat_get_last_autoanalyze_time',
  }).map(([name, fn]) => `extract(epoch FROM max(${fn}(oid)))::float8 * 1000 AS ${name}`),
];

const MAY_COUNT = `indexed AND (relkind = 'p' OR pages > $2::int) AND vacuums IS DISTINCT FROM $7::float8
                 AND (dead <= $5::float8 OR deleted <= $6::float8)`;

/** What is counted on each page of the sample. `fresh`: rows that may have been saved in the last hour. */
const SUMS = ['rows', 'expired', 'bytes', 'fresh', 'stamped', 'saved'];

const PAGES = `SELECT i, floor((i + CASE WHEN width = 1 THEN 0 ELSE (get_byte($3::bytea, 2 * i) * 256 + get_byte($3::bytea, 2 * i + 1)) / 65536.0::float8 END) * width)::bigint AS page
              FROM rel, generate_series(0, ceil(pages / width)::int - 1) AS i OFFSET 0`;

/** TID range scan: PostgreSQL 14 and later. */
const BY_RANGE = `ctid >= ('(' || page || ',0)')::tid AND ctid < ('(' || page + 1 || ',0)')::tid`;
/** Before, every line pointer that a page of 8 kB can have (MaxHeapTuplesPerPage = 291) is asked for. */
const BY_TIDS = `ctid = ANY (ARRAY(SELECT ('(' || page || ',' || line || ')')::tid FROM generate_series(1, 291) AS line))`;

/**
 * The time an hour ago as django.core.signing writes it: six base-62 digits (until the year 3769). The digits are in ASCII
 * order, so that such texts compare like their times.
 */
const HOUR_AGO = [5, 4, 3, 2, 1, 0]
  .map(
    (digit) =>
      `substr('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz', (floor(extract(epoch FROM now()) - 3600)::bigint / ${62 ** digit} % 62)::int + 1, 1)`,
  )
  .join(' || ');

/** Without pg_read_all_stats other users' rows have neither backend_type nor state: those count as state 'unknown'. */
const CLIENTS = `
    SELECT coalesce(sum(n), 0)::float8 AS used,
           coalesce(sum(n) FILTER (WHERE theirs), 0)::float8 AS total,
           coalesce(sum(waiting) FILTER (WHERE theirs), 0)::float8 AS waiting,
           coalesce(max(longest) FILTER (WHERE theirs), 0)::float8 AS longest,
           coalesce(jsonb_object_agg(state, n) FILTER (WHERE theirs), '{}') AS by_state
      FROM (SELECT coalesce(state, CASE WHEN backend_type IS NULL THEN 'unknown' ELSE 'starting' END) AS state,
                   datid = db.oid AND pid <> pg_backend_pid() AND application_name IS DISTINCT FROM $8::text AS theirs,
                   count(*) AS n, count(*) FILTER (WHERE wait_event_type = 'Lock') AS waiting,
                   max(extract(epoch FROM clock_timestamp() - xact_start)) AS longest
              FROM pg_stat_get_activity(NULL)
             WHERE backend_type = 'client backend' OR (backend_type IS NULL AND usesysid IS NOT NULL)
             GROUP BY 1, 2) AS by_state`;

const SERVER = `
       pg_stat_get_db_xact_commit(db.oid)::float8 AS commits, pg_stat_get_db_xact_rollback(db.oid)::float8 AS rollbacks,
       pg_stat_get_db_blocks_hit(db.oid)::float8 AS blocks_hit,
       (pg_stat_get_db_blocks_fetched(db.oid) - pg_stat_get_db_blocks_hit(db.oid))::float8 AS blocks_read,
       pg_stat_get_db_temp_files(db.oid)::float8 AS temp_files, pg_stat_get_db_temp_bytes(db.oid)::float8 AS temp_bytes,
       extract(epoch FROM pg_stat_get_db_stat_reset_time(db.oid))::float8 * 1000 AS reset_at,
       current_setting('server_version_num')::int AS version, current_database()::text AS database, current_user::text AS "user",
       extract(epoch FROM pg_postmaster_start_time())::float8 * 1000 AS started_at, pg_is_in_recovery() AS in_recovery,
       current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
         - coalesce(current_setting('reserved_connections', true)::int, 0) AS max_connections`;
