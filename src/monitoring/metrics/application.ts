import { unknown } from '../../common/measured.ts';
import { FIGURES, type FigureId } from '../../services/applicationMetrics/applicationReading.ts';
import type { ChartSeries, MetricRow } from './metric.ts';

const NOT_SET_UP = unknown(
  'No source of application metrics is set up.',
  'Set djangoSessionMonitor.application.metricsUrl or prometheusUrl.',
);

type Quantile = Extract<FigureId, `p${number}`>;

interface ApplicationMetric extends MetricRow {
  readonly id: `application.${FigureId}`;
  readonly charts: readonly (ChartSeries & { readonly id: 'responseTimes' | Exclude<FigureId, Quantile> })[];
}

/** The application's own figures, row by row as `FIGURES` has them. Without a source there are none. */
export const APPLICATION_METRICS: readonly ApplicationMetric[] = FIGURES.map(({ id, label, unit, what, advice }) => ({
  id: `application.${id}`,
  group: 'application',
  label,
  unit,
  what,
  source: 'The application’s /metrics, or a Prometheus server that reads it',
  advice,
  ...(isQuantile(id) ? { inTree: id === 'p50' ? 'Median' : id } : {}),
  charts: isQuantile(id) ? [{ id: 'responseTimes', label: id }] : [{ id }],
  absent: ({ application }) => application === undefined,
  read: ({ application }) => application?.figures[id] ?? NOT_SET_UP,
}));

function isQuantile(id: FigureId): id is Quantile {
  return /^p\d+$/u.test(id);
}
