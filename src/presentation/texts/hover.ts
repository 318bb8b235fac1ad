import { explainMeasured, formatAge, formatMeasured, formatValue, type FormatOptions } from '../../common/format.ts';
import { isKnown, type Measured } from '../../common/measured.ts';
import type { AlertState } from '../../monitoring/alerts/alertTypes.ts';
import {
  METRICS,
  metricById,
  type Metric,
  type MetricChild,
  type MetricGroup,
  type MetricValue,
} from '../../monitoring/metrics/metrics.ts';
import type { Snapshot } from '../../monitoring/snapshot/snapshot.ts';

/** What a hover over a metric says: what it is, where it comes from, how sure, how old, at what cost, and what to do. */
export function metricHover(metric: Metric, snapshot: Snapshot, options: FormatOptions): string {
  const measured = metric.read(snapshot);
  const shown = withNull(options, metric.whenNull);
  return paragraphs([
    `**${escapeMarkdown(metric.label)}:** ${escapeMarkdown(formatMeasured(measured, metric.unit, shown))}`,
    escapeMarkdown(metric.what),
    list(explainMeasured(measured, metric.unit, shown)),
    METRICS.filter(({ toldWith, absent }) => toldWith === metric.id && absent?.(snapshot) !== true)
      .map((one) => metricLine(one, snapshot, options))
      .join('\n'),

    `*Source:* ${escapeMarkdown(metric.source)}`,
    `*What to do:* ${escapeMarkdown(metric.advice)}`,
  ]);
}

/** One metric in one line of a list: its name, its value, and how sure it is. */
export function metricLine(metric: Metric, snapshot: Snapshot, options: FormatOptions): string {
  return measuredLine(metric.label, metric.read(snapshot), metric.unit, withNull(options, metric.whenNull));
}

export function measuredLine(
  label: string,
  measured: Measured<MetricValue>,
  unit: Metric['unit'],
  options: FormatOptions,
): string {
  const [first = '', ...more] = explainMeasured(measured, unit, options);
  // An unknown value is its reason; of a known one the age is said once, below the list.
  const why = isKnown(measured) ? (measured.note ?? first) : [first, ...more].join(' ');
  return `- ${escapeMarkdown(`${label}:`)} **${escapeMarkdown(formatMeasured(measured, unit, options))}** (${escapeMarkdown(why.replace(/\.$/, ''))})`;
}

/** A group is explained by the metric that stands for it. */
export function groupHover(group: MetricGroup, snapshot: Snapshot, options: FormatOptions): string {
  return metricHover(metricById(group.summary), snapshot, options);
}

export function childHover(child: MetricChild, options: FormatOptions): string {
  return paragraphs([
    `**${escapeMarkdown(child.label)}:** ${escapeMarkdown(formatMeasured(child.value, child.unit, options))}`,
    child.detail === undefined ? '' : codeBlock(child.detail),
    list(explainMeasured(child.value, child.unit, options)),
  ]);
}

export function alertHover(alert: AlertState, now: Date): string {
  const { rule } = alert;
  const threshold = formatValue(alert.threshold, rule.threshold.unit);
  const compare = rule.threshold.compare === 'above' ? 'above' : 'at or above';
  return paragraphs([
    `**${escapeMarkdown(rule.title)}** (${rule.severity}): ${escapeMarkdown(alert.message)}`,
    escapeMarkdown(rule.what),
    list([
      `Fires when the value is ${compare} ${threshold} for ${String(alert.forSeconds)} s, and clears when it has been below ${String(Math.round(rule.clearBelow * 100))} % of that for as long.`,
      ...(alert.since === undefined ? [] : [`In the state ${alert.status} since ${formatAge(alert.since, now)}.`]),
      ...(alert.unknownSince === undefined
        ? []
        : [`The value can't be read any more; last known ${formatAge(alert.unknownSince, now)}.`]),
      ...(alert.acknowledged ? ['Acknowledged: it is quiet until it clears.'] : []),
      ...(alert.snoozedUntil === undefined ? [] : [`Snoozed; comes back ${formatAge(alert.snoozedUntil, now)}.`]),
    ]),
    `*What to do:* ${escapeMarkdown(rule.advice)}`,
    `*Settings:* \`${rule.threshold.setting}\`, \`${rule.forSeconds.setting}\``,
  ]);
}

export function withNull(options: FormatOptions, whenNull: string | undefined): FormatOptions {
  return whenNull === undefined ? options : { ...options, whenNull };
}

export function paragraphs(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${escapeMarkdown(line)}`).join('\n');
}

function codeBlock(text: string): string {
  // A fence longer than any run of backticks inside, as CommonMark asks for.
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((m) => m[0].length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}sql\n${text}\n${fence}`;
}

/**
 * Names from a database must not become links, images, HTML, icons or formatting: all punctuation that begins one of them is
 * escaped, with that of bare addresses (`https://`, `www.`, `me@`), and a line break could begin a block.
 */
export function escapeMarkdown(text: string): string {
  return text
    .trim()
    .replace(/\s*[\r\n]\s*/g, ' ')
    .replace(/[\\`*_{}[\]()#+\-!|<>~$&=@]|:(?=\/\/)|(?<=\bwww)\.|(?<=^\d+)\./gi, '\\$&');
}
