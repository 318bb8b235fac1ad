import type { ExportedColumn, ExportedQuery } from './exportRow.ts';
import { sessionsSql } from './sessionsSql.ts';
import { CONNECTIONS_SQL, DATABASE_SQL, STATES_SQL, statementsSql } from './serverSql.ts';
import { tableSql } from './tableSql.ts';

export { exportedName, type ExportedColumn, type ExportOptions, type ExportedQuery } from './exportRow.ts';

const label = (name: string, what: string): ExportedColumn => ({ name, kind: 'label', unit: 'text', what });

const DATABASE = label('datname', 'Database');
const TABLE = [DATABASE, label('schemaname', 'Schema of the session table'), label('relname', 'The session table')];

/** Every query that other monitoring systems are given, once. Adding one is adding a row. */
export const EXPORT_QUERIES: readonly ExportedQuery[] = [
  {
    id: 'sessions',
    prefix: 'django_session',
    what: 'Sessions: from a sample of pages, expired ones counted by the index up to one more than the threshold of their alert.',
    everySeconds: 15,
    needs: ['select'],
    sql: sessionsSql,
    columns: [
      ...TABLE,
      {
        name: 'rows',
        kind: 'gauge',
        unit: 'count',
        what: 'All sessions, expired ones included',
        metric: 'sessions.total',
      },
      {
        name: 'active',
        kind: 'gauge',
        unit: 'count',
        what: 'Sessions whose expire_date has not passed',
        metric: 'sessions.active',
      },
      {
        name: 'expired',
        kind: 'gauge',
        unit: 'count',
        what: 'Sessions whose expire_date has passed',
        metric: 'sessions.expired',
      },
      {
        name: 'oldest_expired_age_seconds',
        kind: 'gauge',
        unit: 'seconds',
        what: 'How long ago the session expired that has been waiting longest to be cleared; 0 when none waits',
        metric: 'sessions.oldestExpired',
      },
      {
        name: 'saved_last_hour',
        kind: 'gauge',
        unit: 'count',
        what: 'Sessions whose last save, by the time in their signature, is less than an hour ago',
        metric: 'sessions.savedLastHour',
      },
      {
        name: 'heap_reusable_bytes',
        kind: 'gauge',
        unit: 'bytes',
        what: 'Room in the heap that new rows can take before the table has to grow',
        metric: 'table.reusable',
      },
    ],
  },
  {
    id: 'table',
    prefix: 'django_session_table',
    what: 'The session table: its sizes, counters and vacuums. Those that a standby does not keep are NULL there.',
    everySeconds: 15,
    needs: [],
    sql: tableSql,
    columns: [
      ...TABLE,
      { name: 'heap_bytes', kind: 'gauge', unit: 'bytes', what: 'Size of the rows themselves', metric: 'table.heap' },
      { name: 'index_bytes', kind: 'gauge', unit: 'bytes', what: 'Size of all indexes', metric: 'table.index' },
      {
        name: 'toast_bytes',
        kind: 'gauge',
        unit: 'bytes',
        what: 'Size of the session data too long for a page',
        metric: 'table.toast',
      },
      {
        name: 'size_bytes',
        kind: 'gauge',
        unit: 'bytes',
        what: 'Size of heap, indexes, TOAST and maps',
        metric: 'table.total',
      },
      {
        name: 'dead_tuples',
        kind: 'gauge',
        unit: 'count',
        what: 'Old versions of rows that VACUUM has not removed yet',
        metric: 'table.deadTuples',
      },
      { name: 'inserted_total', kind: 'counter', unit: 'count', what: 'Rows inserted' },
      { name: 'updated_total', kind: 'counter', unit: 'count', what: 'Rows updated' },
      { name: 'hot_updated_total', kind: 'counter', unit: 'count', what: 'Rows updated without touching an index' },
      { name: 'deleted_total', kind: 'counter', unit: 'count', what: 'Rows deleted' },
      {
        name: 'last_vacuum_timestamp_seconds',
        kind: 'gauge',
        unit: 'seconds',
        what: 'When the table was last vacuumed, by hand or by autovacuum',
        metric: 'table.lastVacuum',
      },
      {
        name: 'last_autovacuum_timestamp_seconds',
        kind: 'gauge',
        unit: 'seconds',
        what: 'When autovacuum last cleaned the table',
        metric: 'table.lastAutovacuum',
      },
      {
        name: 'last_analyze_timestamp_seconds',
        kind: 'gauge',
        unit: 'seconds',
        what: 'When the statistics for the planner were last gathered',
        metric: 'table.lastAnalyze',
      },
      {
        name: 'expire_index',
        kind: 'gauge',
        unit: 'count',
        what: '1 where a valid index leads with expire_date, else 0',
        metric: 'table.expireIndex',
      },
    ],
  },
  {
    id: 'connections',
    prefix: 'django_session_connections',
    what: 'Client connections, without those of this monitor.',
    everySeconds: 15,
    needs: ['pg_monitor'],
    sql: () => CONNECTIONS_SQL,
    columns: [
      DATABASE,
      {
        name: 'to_database',
        kind: 'gauge',
        unit: 'count',
        what: 'Connections to the database',
        metric: 'connections.total',
      },
      {
        name: 'waiting',
        kind: 'gauge',
        unit: 'count',
        what: 'Connections to it that wait for a lock',
        metric: 'connections.waiting',
      },
      {
        name: 'longest_transaction_seconds',
        kind: 'gauge',
        unit: 'seconds',
        what: 'Age of the oldest open transaction on the database',
        metric: 'connections.longestTransaction',
      },
      {
        name: 'used',
        kind: 'gauge',
        unit: 'count',
        what: 'Connections to all databases of the server',
        metric: 'connections.used',
      },
      {
        name: 'max',
        kind: 'gauge',
        unit: 'count',
        what: 'Connections that ordinary roles can have at the same time',
        metric: 'connections.max',
      },
    ],
  },
  {
    id: 'connectionStates',
    prefix: 'django_session_backend',
    what: 'The connections to the database by their state in pg_stat_activity; unknown where the role may not see it.',
    everySeconds: 15,
    needs: ['pg_monitor'],
    sql: () => STATES_SQL,
    columns: [
      DATABASE,
      label('state', 'State of the backend'),
      { name: 'connections', kind: 'gauge', unit: 'count', what: 'Connections to the database in this state' },
    ],
  },
  {
    id: 'database',
    prefix: 'django_session_database',
    what: 'Counters of the whole database.',
    everySeconds: 15,
    needs: [],
    sql: () => DATABASE_SQL,
    columns: [
      DATABASE,
      { name: 'commits_total', kind: 'counter', unit: 'count', what: 'Transactions committed' },
      { name: 'rollbacks_total', kind: 'counter', unit: 'count', what: 'Transactions rolled back' },
      { name: 'blocks_hit_total', kind: 'counter', unit: 'count', what: 'Pages found in shared buffers' },
      { name: 'blocks_read_total', kind: 'counter', unit: 'count', what: 'Pages that had to be read' },
      {
        name: 'temp_files_total',
        kind: 'counter',
        unit: 'count',
        what: 'Temporary files that queries wrote',
        metric: 'database.tempFiles',
      },
      {
        name: 'temp_bytes_total',
        kind: 'counter',
        unit: 'bytes',
        what: 'Bytes that queries wrote to temporary files',
        metric: 'database.tempBytes',
      },
      {
        name: 'stats_reset_timestamp_seconds',
        kind: 'gauge',
        unit: 'seconds',
        what: 'When the counters were last set to 0',
      },
    ],
  },
  {
    id: 'statements',
    prefix: 'django_session_statements',
    what: 'Statements on the session table by pg_stat_statements, without those of this monitor.',
    // Reading the texts is what costs.
    everySeconds: 60,
    needs: ['pg_monitor', 'extension'],
    optional: true,
    sql: statementsSql,
    columns: [
      ...TABLE,
      { name: 'distinct', kind: 'gauge', unit: 'count', what: 'Different statements', metric: 'statements.count' },
      {
        name: 'calls_total',
        kind: 'counter',
        unit: 'count',
        what: 'How often they were run',
        metric: 'statements.calls',
      },
      {
        name: 'seconds_total',
        kind: 'counter',
        unit: 'seconds',
        what: 'Server time that they took',
        metric: 'statements.totalTime',
      },
      {
        name: 'rows_total',
        kind: 'counter',
        unit: 'count',
        what: 'Rows that they returned or changed',
        metric: 'statements.rows',
      },
    ],
  },
];
