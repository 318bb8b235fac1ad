import { SERVER_LABELS, type Selectors } from './selectors.ts';

/** What turns a selector into a value at one moment: itself, a rate of it, an extreme of a stretch of time. */
export type At = (selector: string) => string;

/** One of our series in PromQL. */
export interface HistoryRow {
  /** Id of a metric, or "metric/child". */
  readonly series: string;
  /** gauge: of values as they are; rate: of counters, whose `at` is a rate a second. */
  readonly kind: 'gauge' | 'rate';
  /** One value, in the unit of the metric. Where the exporter is read twice, by two servers, it counts once. */
  readonly promql: (select: Selectors, at: At) => string;
}

const SECONDS_A_MINUTE = 60;
/** Older exporters do not tell it: then it is every backend of a database, which are clients but for a few workers. */
const CLIENTS = 'backend_type=~"(?:client backend)?"';
const ACTIVITY = 'pg_stat_activity_count';
/** Names of backend states as pg_stat_activity has them, which the exporter repeats. */
const STATES = [
  'active',
  'idle',
  'idle in transaction',
  'idle in transaction (aborted)',
  'fastpath function call',
  'disabled',
] as const;

/** What there is of every database: by it the server is known that a database is on. */
export const OF_EVERY_DATABASE = 'pg_stat_database_xact_commit';

function onServer(expression: string, select: Selectors, at: At): string {
  return `${expression} and on (${SERVER_LABELS}) ${at(select.database(OF_EVERY_DATABASE))}`;
}

/**
 * Our metrics as postgres_exporter publishes them: pg_stat_user_tables_* since 0.12 by itself and before that (Debian 12 has
 * 0.11) by the queries.yaml that comes with it; sizes since 0.14. Only where it is the same figure in the same unit:
 * n_live_tup is not, as it is an estimate that counts rows twice that were inserted since the last ANALYZE began.
 * @see https://github.com/prometheus-community/postgres_exporter
 */
export const HISTORY_ROWS: readonly HistoryRow[] = [
  {
    series: 'table.total',
    kind: 'gauge',
    promql: ({ table }, at) =>
      // Until 0.16 in one, then heap, TOAST and maps apart from the indexes.
      `max(${at(table('pg_stat_user_tables_size_bytes'))} or ${at(table('pg_stat_user_tables_table_size_bytes'))} + ${at(table('pg_stat_user_tables_index_size_bytes'))})`,
  },
  {
    series: 'table.index',
    kind: 'gauge',
    promql: ({ table }, at) => `max(${at(table('pg_stat_user_tables_index_size_bytes'))})`,
  },
  {
    series: 'table.deadTuples',
    kind: 'gauge',
    promql: ({ table }, at) => `max(${at(table('pg_stat_user_tables_n_dead_tup'))})`,
  },
  {
    series: 'writes.saves',
    kind: 'rate',
    promql: ({ table }, at) =>
      `${SECONDS_A_MINUTE} * max(${at(table('pg_stat_user_tables_n_tup_ins'))} + ${at(table('pg_stat_user_tables_n_tup_upd'))})`,
  },
  ...(
    [
      ['writes.inserts', 'ins'],
      ['writes.updates', 'upd'],
      ['writes.deletes', 'del'],
    ] as const
  ).map(([series, counter]): HistoryRow => ({
    series,
    kind: 'rate',
    promql: ({ table }, at) => `${SECONDS_A_MINUTE} * max(${at(table(`pg_stat_user_tables_n_tup_${counter}`))})`,
  })),
  {
    series: 'writes.hotShare',
    kind: 'rate',
    // Without an update there is no share: a gap.
    promql: ({ table }, at) =>
      `max(${at(table('pg_stat_user_tables_n_tup_hot_upd'))} / (${at(table('pg_stat_user_tables_n_tup_upd'))} > 0))`,
  },
  {
    series: 'connections.total',
    kind: 'gauge',
    promql: ({ database }, at) => `sum(${at(database(ACTIVITY, CLIENTS))})`,
  },
  ...STATES.map((state): HistoryRow => ({
    series: `connections.total/${state}`,
    kind: 'gauge',
    promql: ({ database }, at) => `sum(${at(database(ACTIVITY, `state="${state}"`, CLIENTS))})`,
  })),
  {
    series: 'connections.used',
    kind: 'gauge',
    promql: (select, at) => `sum(${onServer(at(select.server(ACTIVITY, CLIENTS)), select, at)})`,
  },
  {
    series: 'connections.max',
    kind: 'gauge',
    // The second reserve exists since PostgreSQL 16.
    promql: (select, at) => {
      const reserved = at(select.server('pg_settings_superuser_reserved_connections'));
      const more = at(select.server('pg_settings_reserved_connections'));
      const ordinary = `${at(select.server('pg_settings_max_connections'))} - ${reserved} - (${more} or ${reserved} * 0)`;
      return `max(${onServer(`(${ordinary})`, select, at)})`;
    },
  },
  {
    series: 'connections.longestTransaction',
    kind: 'gauge',
    promql: ({ database }, at) => `max(${at(database('pg_stat_activity_max_tx_duration', CLIENTS))})`,
  },
  {
    series: 'database.transactions',
    kind: 'rate',
    promql: ({ database }, at) =>
      `max(${at(database('pg_stat_database_xact_commit'))} + ${at(database('pg_stat_database_xact_rollback'))})`,
  },
  {
    series: 'database.cacheHitShare',
    kind: 'rate',
    promql: ({ database }, at) => {
      const hit = at(database('pg_stat_database_blks_hit'));
      return `max(${hit} / (${hit} + ${at(database('pg_stat_database_blks_read'))} > 0))`;
    },
  },
  {
    series: 'database.tempRate',
    kind: 'rate',
    promql: ({ database }, at) => `${SECONDS_A_MINUTE} * max(${at(database('pg_stat_database_temp_bytes'))})`,
  },
  ...(
    [
      ['database.tempFiles', 'pg_stat_database_temp_files'],
      ['database.tempBytes', 'pg_stat_database_temp_bytes'],
    ] as const
  ).map(([series, counter]): HistoryRow => ({
    series,
    kind: 'gauge',
    promql: ({ database }, at) => `max(${at(database(counter))})`,
  })),
];
