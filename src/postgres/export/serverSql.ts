import { APPLICATION_NAME } from '../connect/connection.ts';
import type { SessionTable } from '../table/readings.ts';
import { literal, regclass, TAG } from './relation.ts';

/** Client backends as the extension counts them. */
const CLIENTS = `pg_stat_get_activity(NULL) AS a WHERE (backend_type = 'client backend' OR (backend_type IS NULL AND usesysid IS NOT NULL))`;

/** Of the watched database, without those that watch: this one, and what has the monitor's application_name. */
const WATCHED = `datid = db.oid AND pid <> pg_backend_pid() AND application_name IS DISTINCT FROM '${APPLICATION_NAME}'`;

/** Without pg_read_all_stats other users' rows have neither. */
const MASKED = 'state IS NULL AND backend_type IS NULL';

export const CONNECTIONS_SQL = `SELECT ${TAG} datname, to_database, CASE WHEN masked = 0 THEN waiting END AS waiting,
       CASE WHEN masked = 0 THEN longest END AS longest_transaction_seconds, used,
       (current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
         - coalesce(current_setting('reserved_connections', true)::int, 0))::float8 AS max
  FROM pg_database AS db, LATERAL (
       SELECT count(*)::float8 AS used, (count(*) FILTER (WHERE ${WATCHED}))::float8 AS to_database,
              count(*) FILTER (WHERE ${WATCHED} AND ${MASKED}) AS masked,
              (count(*) FILTER (WHERE wait_event_type = 'Lock' AND datid = db.oid))::float8 AS waiting,
              coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)) FILTER (WHERE datid = db.oid AND pid <> pg_backend_pid()), 0)::float8 AS longest
         FROM ${CLIENTS}) AS c
 WHERE db.datname = current_database()`;

/** Those that there can be: one without a connection is 0, and not absent, unless it can't be told who is in which. */
const STATES = ['active', 'idle', 'idle in transaction', 'idle in transaction (aborted)'] as const;

export const STATES_SQL = `WITH ${TAG} seen AS (
  SELECT coalesce(state, CASE WHEN backend_type IS NULL THEN 'unknown' ELSE 'starting' END) AS state, count(*)::float8 AS n
    FROM pg_database AS db, ${CLIENTS} AND db.datname = current_database() AND ${WATCHED}
   GROUP BY 1
)
SELECT current_database()::text AS datname, state::text, sum(n)::float8 AS connections
  FROM (SELECT * FROM seen UNION ALL
        SELECT unnest(ARRAY[${STATES.map((state) => literal(state)).join(', ')}]), 0 WHERE NOT EXISTS (SELECT FROM seen WHERE state = 'unknown')) AS s
 GROUP BY 2`;

export const DATABASE_SQL = `SELECT ${TAG} datname::text, pg_stat_get_db_xact_commit(oid)::float8 AS commits_total,
       pg_stat_get_db_xact_rollback(oid)::float8 AS rollbacks_total, pg_stat_get_db_blocks_hit(oid)::float8 AS blocks_hit_total,
       (pg_stat_get_db_blocks_fetched(oid) - pg_stat_get_db_blocks_hit(oid))::float8 AS blocks_read_total,
       pg_stat_get_db_temp_files(oid)::float8 AS temp_files_total, pg_stat_get_db_temp_bytes(oid)::float8 AS temp_bytes_total,
       extract(epoch FROM pg_stat_get_db_stat_reset_time(oid))::float8 AS stats_reset_timestamp_seconds
  FROM pg_database WHERE datname = current_database()`;

/** Statements whose text names the table; the extension has to be where search_path finds it. */
export function statementsSql(table: SessionTable): string {
  const found = `queryid IS NOT NULL AND strpos(query, ${literal(table.name)}) > 0 AND strpos(query, 'django-session-monitor') = 0`;
  const sum = (value: string): string => `CASE WHEN found > 0 OR hidden = 0 THEN ${value} END`;
  return `SELECT ${TAG} current_database()::text AS datname, n.nspname::text AS schemaname, c.relname::text AS relname,
       ${sum('found')}::float8 AS distinct, ${sum('calls')}::float8 AS calls_total, ${sum('ms / 1000')}::float8 AS seconds_total, ${sum('rows')}::float8 AS rows_total
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace, (
       SELECT count(DISTINCT queryid) FILTER (WHERE ${found}) AS found, count(*) FILTER (WHERE queryid IS NULL) AS hidden,
              coalesce(sum(calls) FILTER (WHERE ${found}), 0) AS calls, coalesce(sum(total_exec_time) FILTER (WHERE ${found}), 0) AS ms,
              coalesce(sum(rows) FILTER (WHERE ${found}), 0) AS rows
         FROM pg_stat_statements WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())) AS s
 WHERE c.oid = ${regclass(table)}`;
}
