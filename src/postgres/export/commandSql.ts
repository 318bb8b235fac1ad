import { DEFAULT_PAGES, PAGES_WITHOUT_RANGES } from '../readings/sessionMetrics.ts';
import type { SessionTable } from '../table/readings.ts';
import { TAG } from './relation.ts';

/** What the management command has besides the queries of all systems. The program that runs them puts names in. */

/** Stands in the statements where the table is meant: as SQL, in a text that is SQL, and as its name alone in a text. */
export const COMMAND_TABLE: SessionTable = { schema: '@schema@', name: '@table@' };

/**
 * Who and where one is, and what the table is, which `'@table@'` names as SQL: what has to be told before anything else is asked of it.
 * `whole`: the sample of pages is all of them, so that what it counts is exact.
 */
export const FACTS_SQL = `SELECT ${TAG} relkind::text, n.nspname::text AS schemaname, relname::text, quote_ident(n.nspname) || '.' || quote_ident(relname) AS qualified_name,
       coalesce(has_table_privilege(named.oid, 'SELECT')
         OR (SELECT bool_and(has_column_privilege(named.oid, attnum, 'SELECT')) FROM pg_attribute
              WHERE attrelid = named.oid AND attname IN ('session_key', 'session_data', 'expire_date')), false) AS may_read,
       (SELECT count(*) FROM pg_attribute WHERE attrelid = named.oid AND NOT attisdropped
           AND attname IN ('session_key', 'session_data', 'expire_date')) = 3 AS is_django,
       relkind = 'r' AND pg_relation_size(named.oid) / current_setting('block_size')::int
         <= CASE WHEN current_setting('server_version_num')::int >= 140000 THEN ${DEFAULT_PAGES} ELSE ${PAGES_WITHOUT_RANGES} END AS whole,
       coalesce(pg_stat_get_numscans(named.oid), 0)::float8 AS sequential_scans,
       coalesce((SELECT sum(pg_stat_get_numscans(indexrelid)) FROM pg_index WHERE indrelid = named.oid), 0)::float8 AS index_scans,
       current_setting('server_version_num')::int AS version, 'PostgreSQL ' || current_setting('server_version') AS server,
       current_database()::text AS database, current_user::text AS "user", pg_is_in_recovery() AS in_recovery,
       extract(epoch FROM pg_postmaster_start_time())::float8 AS started_at, extract(epoch FROM now())::float8 AS began, extract(epoch FROM clock_timestamp())::float8 AS server_time
  FROM (SELECT to_regclass('@table@')::oid AS oid) AS named
  LEFT JOIN pg_class AS c ON c.oid = named.oid LEFT JOIN pg_namespace AS n ON n.oid = c.relnamespace`;

/** One of the statements, `@query@`, with the milliseconds that it takes on the server. */
export const TIMED_SQL = `SELECT asked.*, extract(epoch FROM clock_timestamp() - statement_timestamp())::float8 * 1000 AS server_ms
  FROM (@query@) AS asked`;
