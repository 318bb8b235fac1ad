import { formatMeasured } from '../../common/format.ts';
import { isKnown, type Measured } from '../../common/measured.ts';
import { METRIC_GROUPS, METRICS, type Metric, type MetricValue } from '../../monitoring/metrics/metrics.ts';
import { withNull } from '../texts/hover.ts';
import { answerHead, readSnapshot, type ToolFacts } from './toolFacts.ts';
import { inputObject, choiceIn } from './toolInput.ts';

/**
 * Every figure that is known now. Metrics that are texts are left out: applications and saved sessions name themselves in them, and
 * what others wrote does not go to a model.
 */
export function metricsAnswer(input: unknown, facts: ToolFacts): object {
  const { group } = inputObject(input, ['group']);
  const ids = METRIC_GROUPS.map(({ id }) => id);
  const wanted = choiceIn(group, 'group', ids);
  const snapshot = readSnapshot(facts);
  const shown = METRICS.filter(
    (metric) =>
      metric.unit !== 'text' && (wanted ?? metric.group) === metric.group && metric.absent?.(snapshot) !== true,
  );
  return {
    ...answerHead(facts),
    metrics: shown.map((metric) => ({
      id: metric.id,
      label: metric.label,
      ...valueOf(metric, metric.read(snapshot)),
      what: metric.what,
      advice: metric.advice,
      ...(metric.keepChildren === true
        ? {
            parts: (metric.children?.(snapshot) ?? []).map(({ key, unit, value }) => ({
              key,
              ...valueOf({ ...metric, unit }, value),
            })),
          }
        : {}),
    })),
  };
}

function valueOf(metric: Pick<Metric, 'unit' | 'whenNull' | 'group'>, measured: Measured<MetricValue>): object {
  const { unit, whenNull, group } = metric;
  if (!isKnown(measured)) {
    // Why a figure of the application is not known may name its address.
    return { unit, value: null, unknown: group === 'application' ? 'It could not be read.' : measured.reason };
  }
  const { value, how, plusMinus } = measured;
  return {
    unit,
    value: value instanceof Date ? value.toISOString() : value,
    text: formatMeasured(measured, unit, withNull({}, whenNull)),
    how,
    ...(plusMinus === undefined ? {} : { plusMinus }),
  };
}
