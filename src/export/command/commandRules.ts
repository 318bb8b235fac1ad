import type { AlertRuleId } from '../../monitoring/alerts/alertRules.ts';
import type { ExportedRule } from '../exportContext.ts';
import { EXPORTED_FIGURES } from '../exportedFigures.ts';
import { python, text, tupleOf } from './pythonLiterals.ts';

/** What no reading knows, nor two of them, with the reason. */
const NOT_JUDGED: Partial<Readonly<Record<AlertRuleId, string>>> = {
  'table-growth': 'it takes the sizes of an hour and more, which the command does not keep',
  'cleanup-service': 'the command does not look at the cleanup service',
};

/** A row of RULES in session_metrics.py: a rule with its threshold, and what it judges, which is its first metric. */
export function ruleRow({ rule, threshold }: ExportedRule): string {
  const { id, severity, title, advice } = rule;
  const [kind, of, otherwise] = judged(rule);
  const fields = [
    ...[id, severity, title, advice].map(text),
    String(threshold),
    python(rule.threshold.compare === 'reached'),
    text(rule.threshold.unit),
    text(kind),
    tupleOf(of),
    text(otherwise),
  ];
  return `    Rule(\n${fields.map((field) => `        ${field},\n`).join('')}    ),\n`;
}

type Judged = readonly [kind: string, of: readonly string[], otherwise: string];

function judged({ id, metrics: [metric] }: ExportedRule['rule']): Judged {
  const why = NOT_JUDGED[id];
  const figure = EXPORTED_FIGURES.find((one) => one.metric === metric);
  if (why !== undefined || figure === undefined) return ['none', [], why ?? 'the command does not read it'];
  if (figure.kind === 'value') return ['value', [figure.of], ''];
  if (figure.kind === 'ratio') return ['ratio', [figure.part, figure.whole], ''];
  if (figure.kind === 'rate') return ['rate', [figure.metric], 'a rate takes two readings: give --interval'];
  return ['none', [], 'it takes more readings than the command makes'];
}
