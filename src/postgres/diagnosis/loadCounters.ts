import type { Database } from '../connect/database.ts';
import { placed } from '../connect/tablePlace.ts';
import type { SessionTable } from '../table/readings.ts';
import { shown } from '../table/tableName.ts';

/** Cumulative counters of the server and of the session table at one moment. Of a standby they say nothing. */
export interface LoadCounters {
  /** By the server's clock, ms since 1970. */
  readonly at: number;
  readonly standby: boolean;
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
  readonly sequentialScans: number;
  readonly indexScans: number;
  /** Rows, as the statistics have them. */
  readonly live: number;
  readonly dead: number;
  /** Bytes of WAL, and pages of which it holds a whole image; null before PostgreSQL 14. */
  readonly walBytes: number;
  readonly fullPages: number | null;
  readonly blockBytes: number;
  /** Milliseconds that statements took in this database and in all others; null before PostgreSQL 14. */
  readonly activeMs: number | null;
  readonly elsewhereMs: number | null;
  readonly checkpoints: CheckpointCounters;
}

/** Of pg_stat_checkpointer, before PostgreSQL 17 of pg_stat_bgwriter, with the settings that they go by. */
export interface CheckpointCounters {
  readonly timed: number;
  readonly requested: number;
  /** Milliseconds. */
  readonly writeMs: number;
  readonly syncMs: number;
  /** Since when they are counted, ms since 1970. */
  readonly since: number;
  /** checkpoint_timeout in seconds, max_wal_size in bytes. */
  readonly timeoutSeconds: number;
  readonly maxWalBytes: number;
}

/** One row, of functions and settings only. @throws Problem */
export async function readLoadCounters(db: Database, table: SessionTable, signal?: AbortSignal): Promise<LoadCounters> {
  const name = await placed(db, table, undefined, signal);
  const context = { what: 'Cannot read the counters of the server', table: shown(table), signal };
  const [row] = await db.query<LoadCounters>(sqlOf(db.server.version), [name], context);
  if (row === undefined) throw new Error('A statement over a table that was found has one row.');
  return row;
}

const EPOCH_MS = (time: string): string => `extract(epoch FROM ${time})::float8 * 1000`;

function active(isKnown: boolean, which: '=' | '<>'): string {
  if (!isKnown) return 'NULL::float8';
  return `(SELECT coalesce(sum(pg_stat_get_db_active_time(oid)), 0)::float8 FROM pg_database WHERE datname ${which} current_database())`;
}

/** $1 name of the table, quoted. */
function sqlOf(version: number): string {
  const wal = version >= 140_000;
  const checkpoints =
    version >= 170_000
      ? `SELECT num_timed AS timed, num_requested AS requested, write_time AS "writeMs", sync_time AS "syncMs", ${EPOCH_MS('stats_reset')} AS since FROM pg_stat_checkpointer`
      : `SELECT checkpoints_timed AS timed, checkpoints_req AS requested, checkpoint_write_time AS "writeMs", checkpoint_sync_time AS "syncMs", ${EPOCH_MS('stats_reset')} AS since FROM pg_stat_bgwriter`;
  return `SELECT /* django-session-monitor */ ${EPOCH_MS('clock_timestamp()')} AS at, pg_is_in_recovery() AS standby,
       pg_stat_get_tuples_inserted(oid)::float8 AS inserted, pg_stat_get_tuples_updated(oid)::float8 AS updated,
       pg_stat_get_tuples_deleted(oid)::float8 AS deleted, pg_stat_get_numscans(oid)::float8 AS "sequentialScans",
       coalesce((SELECT sum(pg_stat_get_numscans(indexrelid)) FROM pg_index WHERE indrelid = c.oid), 0)::float8 AS "indexScans",
       pg_stat_get_live_tuples(oid)::float8 AS live, pg_stat_get_dead_tuples(oid)::float8 AS dead,
       ${wal ? '(SELECT wal_bytes FROM pg_stat_wal)::float8' : `CASE WHEN pg_is_in_recovery() THEN 0 ELSE pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') END::float8`} AS "walBytes",
       ${wal ? '(SELECT wal_fpi FROM pg_stat_wal)::float8' : 'NULL::float8'} AS "fullPages",
       ${active(wal, '=')} AS "activeMs", ${active(wal, '<>')} AS "elsewhereMs", current_setting('block_size')::int AS "blockBytes",
       (SELECT to_jsonb(k) FROM (SELECT c.*, extract(epoch FROM current_setting('checkpoint_timeout')::interval)::float8 AS "timeoutSeconds",
               pg_size_bytes(current_setting('max_wal_size'))::float8 AS "maxWalBytes" FROM (${checkpoints}) AS c) AS k) AS checkpoints
  FROM pg_class AS c WHERE oid = $1::text::regclass`;
}

/** As a person would ask for it. */
export const CHECKPOINTS_SQL =
  'SELECT num_timed, num_requested, write_time, sync_time FROM pg_stat_checkpointer; -- before PostgreSQL 17 in pg_stat_bgwriter';
