import { METRIC_GROUPS, METRICS } from '../../../src/monitoring/metrics/metrics.ts';
import { matches } from './wait.ts';

/**
 * The groups of the view in which the row of such a metric stands, the outermost first: what a person opens to see it. By the metric
 * table, so that no test has to know which of them are open at first.
 */
export function homesOf(label: string | RegExp): readonly string[] {
  const metric = METRICS.find((one) => one.toldWith === undefined && matches(one.inTree ?? one.label, label));
  const group = METRIC_GROUPS.find(({ id }) => id === metric?.group);
  if (metric === undefined || group === undefined) return [];
  return [group.label, ...(metric.closer === true && group.closer !== undefined ? [group.closer.label] : [])];
}
