import { formatMeasured, formatValue } from '../../common/format.ts';
import { isKnown } from '../../common/measured.ts';
import { answerHead, connectedState, type ToolFacts } from './toolFacts.ts';
import { inputObject } from './toolInput.ts';

/** The rules with their figures; not their messages, in which others have their say: holders of locks, a container engine. */
export function alertsAnswer(input: unknown, facts: ToolFacts): object {
  inputObject(input, []);
  const { alerts } = connectedState(facts);
  return {
    ...answerHead(facts),
    alerts: alerts
      .filter(({ applies }) => applies)
      .map(({ rule, status, since, value, threshold, forSeconds, acknowledged, snoozedUntil, unknownSince }) => ({
        id: rule.id,
        title: rule.title,
        severity: rule.severity,
        status,
        ...(since === undefined ? {} : { since: since.toISOString() }),
        value: isKnown(value) ? formatMeasured(value, rule.threshold.unit) : 'unknown',
        fires: `${rule.threshold.compare === 'above' ? 'above' : 'at or above'} ${formatValue(threshold, rule.threshold.unit)} for ${forSeconds} s`,
        ...(unknownSince === undefined ? {} : { unknownSince: unknownSince.toISOString() }),
        ...(acknowledged ? { acknowledged } : {}),
        ...(snoozedUntil === undefined ? {} : { snoozedUntil: snoozedUntil.toISOString() }),
        what: rule.what,
        advice: rule.advice,
        metrics: rule.metrics,
      })),
  };
}
