import { OF_EVERY_DATABASE, type At, type HistoryQuery } from '../../services/prometheusHistory/historyRow.ts';
import { SERVER_LABELS, type Selectors } from '../../services/prometheusHistory/selectors.ts';

/**
 * Our metrics as postgres_exporter publishes them: pg_stat_user_tables_* since 0.12 by itself and before that (Debian 12 has
 * 0.11) by the queries.yaml that comes with it; sizes since 0.14. Only where it is the same figure in the same unit:
 * n_live_tup is not, as it is an estimate that counts rows twice that were inserted since the last ANALYZE began.
 * @see https://github.com/prometheus-community/postgres_exporter
 */

export const SECONDS_A_MINUTE = 60;
/** Older exporters do not tell it: then it is every backend of a database, which are clients but for a few workers. */
export const CLIENTS = 'backend_type=~"(?:client backend)?"';
export const ACTIVITY = 'pg_stat_activity_count';

/** An expression over columns of a view, each with its value or its rate a second. */
type Expression = (column: (name: string) => string) => string;

const maximum = (expression: string, factor: number): string =>
  `${factor === 1 ? '' : `${factor} * `}max(${expression})`;

function ofView(kind: HistoryQuery['kind'], view: string, of: 'table' | 'database') {
  return (expression: Expression, factor = 1): HistoryQuery => ({
    kind,
    promql: (select, at) =>
      maximum(
        expression((name) => at(select[of](`${view}_${name}`))),
        factor,
      ),
  });
}

/** Of columns of pg_stat_user_tables, and of sizes that are published beside them. */
export const tableGauge = ofView('gauge', 'pg_stat_user_tables', 'table');
export const tableRate = ofView('rate', 'pg_stat_user_tables', 'table');
/** Of columns of pg_stat_database. */
export const databaseGauge = ofView('gauge', 'pg_stat_database', 'database');
export const databaseRate = ofView('rate', 'pg_stat_database', 'database');

/** What is told of a whole server, of the one that our database is on. */
export function onServer(expression: string, select: Selectors, at: At): string {
  return `${expression} and on (${SERVER_LABELS}) ${at(select.database(OF_EVERY_DATABASE))}`;
}

/** Names of backend states as pg_stat_activity has them, which the exporter repeats. */
const STATES = [
  'active',
  'idle',
  'idle in transaction',
  'idle in transaction (aborted)',
  'fastpath function call',
  'disabled',
] as const;

/** Client connections by their backend state. */
export function backendStates(): Readonly<Record<string, HistoryQuery>> {
  return Object.fromEntries(
    STATES.map((state): [string, HistoryQuery] => [
      state,
      { kind: 'gauge', promql: ({ database }, at) => `sum(${at(database(ACTIVITY, `state="${state}"`, CLIENTS))})` },
    ]),
  );
}

export const MAX_CONNECTIONS: HistoryQuery = {
  kind: 'gauge',
  // The second reserve exists since PostgreSQL 16.
  promql: (select, at) => {
    const reserved = at(select.server('pg_settings_superuser_reserved_connections'));
    const more = at(select.server('pg_settings_reserved_connections'));
    const ordinary = `${at(select.server('pg_settings_max_connections'))} - ${reserved} - (${more} or ${reserved} * 0)`;
    return `max(${onServer(`(${ordinary})`, select, at)})`;
  },
};
