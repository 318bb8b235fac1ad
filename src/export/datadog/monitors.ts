import type { AlertRule, AlertThreshold } from '../../monitoring/alerts/alerts.ts';
import type { ExportContext } from '../exportContext.ts';
import { written, type ColumnOfQuery, type Expression } from '../expression.ts';
import { drawnRules, type DrawnRule } from '../boards/panels.ts';
import { metricQuery, TABLE_TAG, tableTag } from './query.ts';

const SECONDS_A_MINUTE = 60;
/** 1: most urgent, 5: least. */
const PRIORITIES: Readonly<Record<AlertRule['severity'], number>> = { critical: 1, warning: 3 };
const OPERATORS: Readonly<Record<AlertThreshold['compare'], string>> = { above: '>', reached: '>=' };

/** Datadog's monitors, by the ids of their rules. */
export function datadogMonitors(
  context: ExportContext,
): readonly { readonly ruleId: string; readonly monitor: object }[] {
  return drawnRules(context).map((drawn) => ({ ruleId: drawn.rule.id, monitor: monitorOf(drawn, context) }));
}

function monitorOf({ rule, threshold, forSeconds, expression }: DrawnRule, context: ExportContext): object {
  const tag = `${TABLE_TAG}:${tableTag(context)}`;
  const over = `${OPERATORS[rule.threshold.compare]} ${threshold}`;
  // Evaluated over whole minutes.
  const minutes = Math.max(1, Math.ceil(forSeconds / SECONDS_A_MINUTE));
  return {
    name: `${rule.title}: ${context.database}`,
    type: 'query alert',
    query: `${evaluated(expression, tag, minutes)} ${over}`,
    message: `${rule.what}\n\n${rule.advice}`,
    tags: ['django', 'postgresql', tag, `rule:${rule.id}`, `severity:${rule.severity}`],
    priority: PRIORITIES[rule.severity],
    options: {
      thresholds: { critical: threshold, ...recovery(threshold, rule.clearBelow) },
      // As the extension does: what can't be read any more goes on as it was.
      on_missing_data: 'default',
      require_full_window: false,
      include_tags: true,
    },
  };
}

/** Over the threshold for the whole time: its least value is. A slope is the difference to a day ago. */
function evaluated(expression: Expression, scope: string, minutes: number): string {
  const window = `last_${minutes}m`;
  const asked = (of: ColumnOfQuery): string => metricQuery(of, scope);
  if (expression.kind === 'slope') return `change(min(${window}),last_1d):${asked(expression.of)}`;
  const text = written(expression, { gauge: asked, rate: asked, slope: asked });
  return `min(${window}):${text}`;
}

/** It has to be on the good side of the threshold; with a threshold of 0 there is none. */
function recovery(threshold: number, clearBelow: number): { readonly critical_recovery?: number } {
  return clearBelow < 1 && threshold > 0 ? { critical_recovery: threshold * clearBelow } : {};
}
