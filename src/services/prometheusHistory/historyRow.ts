import type { Selectors } from './selectors.ts';

/** What turns a selector into a value at one moment: itself, a rate of it, an extreme of a stretch of time. */
export type At = (selector: string) => string;

/** How a figure of ours is asked of Prometheus. */
export interface HistoryQuery {
  /** gauge: of values as they are; rate: of counters, whose `at` is a rate a second. */
  readonly kind: 'gauge' | 'rate';
  /** One value, in the unit of the metric. Where the exporter is read twice, by two servers, it counts once. */
  readonly promql: (select: Selectors, at: At) => string;
}

/** One of our series in PromQL. */
export interface HistoryRow extends HistoryQuery {
  /** Id of a metric, or "metric/child". */
  readonly series: string;
}

/** What there is of every database: by it the server is known that a database is on. */
export const OF_EVERY_DATABASE = 'pg_stat_database_xact_commit';
