import { formatDuration, formatPercent } from '../../common/format.ts';
import type { AlertRuleId } from '../../monitoring/alerts/alertRules.ts';
import { ALERT_RULES } from '../../monitoring/alerts/alerts.ts';
import type { MetricId } from '../../monitoring/metrics/metrics.ts';
import type { RangeFigures, SeriesFigures } from '../../reports/compareFigures.ts';
import { look, told, type CheckPart } from './checkVerdict.ts';
import type { CheckEvidence } from './routineCheck.ts';

/** Building blocks of the `judge` functions in the table of routine checks. */

/**
 * The share of its period that has to have been watched for a check to pass. An editor that is open for eight hours on five days sees
 * 24 % of a week, and 33 % of a day.
 */
const LEAST_WATCHED = 0.2;

/** Whether enough of the period was watched, as a part of its own: what nobody has seen passes nothing. */
export function watched({ figures, range }: CheckEvidence): CheckPart {
  const span = formatDuration(Math.round((range.to.getTime() - range.from.getTime()) / 1000));
  const { readings, covered } = figures;
  if (readings === 0) return look(`Nothing is known of the last ${span}: nobody watched.`);
  const share = `${formatPercent(covered)} of the last ${span} was watched`;
  return covered < LEAST_WATCHED ? look(`Only ${share}, too little to pass.`) : told(`${share}.`);
}

/** undefined: nothing is known of it in that range. */
export function knownFigures(range: RangeFigures | undefined, id: MetricId): Known | undefined {
  const found = range?.series.find(({ metricId }) => metricId === id);
  if (found === undefined || found.median === null) return undefined;
  const { median, min, max, first, last } = found;
  return { ...found, median, min: min ?? median, max: max ?? median, first: first ?? median, last: last ?? median };
}

type Known = SeriesFigures & Readonly<Record<'first' | 'last' | 'min' | 'max' | 'median', number>>;

/** What an alert rule is set to, in the unit of its value: a check and the alert must not differ in what is too much. */
export function thresholdOf({ alerts }: Pick<CheckEvidence, 'alerts'>, id: AlertRuleId): number {
  const state = alerts.find(({ rule }) => rule.id === id);
  if (state !== undefined) return state.threshold;
  const { threshold } = ALERT_RULES.find((rule) => rule.id === id) ?? {};
  return threshold === undefined ? Infinity : threshold.default * threshold.factor;
}
