import type { HistoryRow } from '../../services/prometheusHistory/historyRow.ts';
import { childSeries } from './metric.ts';
import { METRICS } from './metrics.ts';

/** All series that Prometheus can be asked for, as the metric table has them. */
export const HISTORY_ROWS: readonly HistoryRow[] = METRICS.flatMap(({ id, prometheus, prometheusOfChildren = {} }) => [
  ...(prometheus === undefined ? [] : [{ series: id, ...prometheus }]),
  ...Object.entries(prometheusOfChildren).map(([key, query]) => ({ series: childSeries(id, key), ...query })),
]);
