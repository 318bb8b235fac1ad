import { yamlText } from '../yamlText.ts';
import type { AlertRule, AlertRuleId } from '../../monitoring/alerts/alerts.ts';
import type { ExportContext, ExportedRule } from '../exportContext.ts';
import { exportedFigure } from '../exportedFigures.ts';
import { figureExpression } from '../figureExpression.ts';
import { missedRuns } from '../missedRuns.ts';
import { matchers, ofPlace, quotedText, selector, withoutAddress } from './promqlOf.ts';

/** 'table-size' → 'DjangoSessionTableSize': in a Prometheus there are alerts of others. */
export function alertName(id: AlertRuleId): string {
  const words = id.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `DjangoSession${words.join('')}`;
}

/** The recorded figure that a rule judges, in the unit of its threshold. */
export function judgedName(id: AlertRuleId): string {
  return `django_session:${id.replaceAll('-', '_')}:judged`;
}

/** Debian's sql_exporter repeats what it read last while the database does not answer, and says only here that it does. */
const fresh = (expression: string): string =>
  `${expression} unless on (job, instance, sql_job) (sql_exporter_last_scrape_failed == 1)`;

/** Rules that judge what no query tells, by what shows it in the table. */
const INSTEAD: Partial<Record<AlertRuleId, (context: ExportContext) => string>> = {
  'cleanup-service': (context) => withoutAddress(fresh(`floor(${ofPlace(missedRuns(context), context)})`)),
};

function judged({ rule: { id, metrics } }: ExportedRule, context: ExportContext): string {
  const [metric] = metrics;
  if (metric === undefined) throw new Error(`The rule ${id} judges no metric.`);
  return INSTEAD[id]?.(context) ?? withoutAddress(fresh(ofPlace(figureExpression(exportedFigure(metric)), context)));
}

/**
 * Fires like the AlertEngine: above the threshold; once it fires, also between the threshold and `clearBelow` of it, and while nothing is
 * known. That it has to be under for as long before it clears is `keep_firing_for`. ALERTS is what Prometheus keeps of its own alerts.
 */
function expression({ rule, threshold }: ExportedRule, context: ExportContext): string {
  const value = `${judgedName(rule.id)}{${matchers(context, isOfTable(rule))}}`;
  const firing = `ALERTS{alertname=${quotedText(alertName(rule.id))},alertstate="firing",${matchers(context, isOfTable(rule))}}`;
  const own = 'alertname, alertstate, severity';
  const reached = rule.threshold.compare === 'reached';
  // With a threshold of 0 nothing is below the fraction of it: reaching 0 clears.
  const stays = reached || threshold !== 0 ? `>= ${threshold * rule.clearBelow}` : '> 0';
  return [
    `${value} ${reached ? '>=' : '>'} ${threshold}`,
    `or (${value} ${stays} and ignoring (${own}) ${firing})`,
    `or (NaN * max without (${own}) (${firing}) unless ${value})`,
  ].join('\n');
}

function isOfTable({ id }: AlertRule): boolean {
  return id !== 'connections-exhausted';
}

/** A name that people chose, in an annotation, which is a template. */
const plain = (text: string): string => text.replaceAll('{{', '{{ "{{" }}');

/** How the value is written; of an alert that fires on while nothing is known it is NaN. */
const HUMANE: Partial<Record<ExportedRule['rule']['threshold']['unit'], string>> = {
  bytes: '{{ $value | humanize1024 }}B',
  bytesPerDay: '{{ $value | humanize1024 }}B a day',
  share: '{{ $value | humanizePercentage }}',
  perMinute: '{{ printf "%.0f" $value }} a minute',
};

function annotations({ rule, threshold }: ExportedRule, context: ExportContext): Readonly<Record<string, string>> {
  const { unit, factor, words } = rule.threshold;
  const value = `{{ if eq $value $value }}${HUMANE[unit] ?? '{{ $value }}'}{{ else }}not known at present{{ end }}`;
  const text = rule.id in INSTEAD ? `Runs of the cleanup that are missing by the table: ${value}.` : `Value: ${value}.`;
  return {
    summary: `${rule.title} (${plain(context.connection)})`,
    description: `${rule.what} ${text} Threshold: ${threshold / factor} ${words}.`,
    advice: rule.advice,
  };
}

const seconds = (value: number): string => (Number.isInteger(value) ? `${value}s` : `${Math.round(value * 1000)}ms`);

function alert(exported: ExportedRule, context: ExportContext): object {
  const { rule, forSeconds } = exported;
  return {
    alert: alertName(rule.id),
    expr: expression(exported, context),
    ...(forSeconds > 0 ? { for: seconds(forSeconds), keep_firing_for: seconds(forSeconds) } : {}),
    labels: { severity: rule.severity },
    annotations: annotations(exported, context),
  };
}

/** Where nothing comes any more, nothing fires by itself. */
function missing(context: ExportContext): object {
  return {
    alert: 'DjangoSessionMetricsMissing',
    expr: `absent(${selector('django_session_table_size_bytes', context)})`,
    for: '5m',
    labels: { severity: 'warning' },
    annotations: {
      summary: `No figures of the session table (${plain(context.connection)})`,
      description:
        'The exporter does not answer, or can’t read the session table. Alerts that fire go on firing until there are figures again.',
      advice: 'Look at the targets page of Prometheus and at the log of the exporter.',
    },
  };
}

/** The rule file. @see https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/ */
export function rulesFile(context: ExportContext): string {
  const { rules, intervalSeconds } = context;
  const group = {
    name: `django_session ${context.database} ${context.table.schema ?? 'public'}.${context.table.name}`,
    interval: seconds(intervalSeconds),
    rules: [
      ...rules.map((exported) => ({ record: judgedName(exported.rule.id), expr: judged(exported, context) })),
      ...rules.map((exported) => alert(exported, context)),
      missing(context),
    ],
  };
  return `# Prometheus 2.42 and later (keep_firing_for).\n${yamlText({ groups: [group] })}`;
}
