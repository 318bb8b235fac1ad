import { unknown } from '../../common/measured.ts';
import { FIGURES } from '../../services/applicationMetrics/applicationReading.ts';
import type { Metric } from './metric.ts';

const NOT_SET_UP = unknown(
  'No source of application metrics is set up.',
  'Set djangoSessionMonitor.application.metricsUrl or prometheusUrl.',
);

/** The application's own figures, row by row as `FIGURES` has them. Without a source there are none. */
export const APPLICATION_METRICS: readonly Metric[] = FIGURES.map(({ id, label, unit, what, advice }) => ({
  id: `application.${id}`,
  group: 'application',
  label,
  unit,
  what,
  source: 'The application’s /metrics, or a Prometheus server that reads it',
  advice,
  absent: ({ application }) => application === undefined,
  read: ({ application }) => application?.figures[id] ?? NOT_SET_UP,
}));
