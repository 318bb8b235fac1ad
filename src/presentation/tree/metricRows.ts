import { formatMeasured, type FormatOptions } from '../../common/format.ts';
import { isAwaited, isKnown, type Measured } from '../../common/measured.ts';
import type { RowContext } from '../../contributions.ts';
import {
  METRIC_GROUPS,
  METRICS,
  metricsLine,
  type Metric,
  type MetricChild,
  type MetricGroup,
  type MetricValue,
} from '../../monitoring/metrics/metrics.ts';
import type { Snapshot } from '../../monitoring/snapshot/snapshot.ts';
import type { Row, RowIcon } from '../rows/row.ts';
import { childHover, groupHover, metricHover, withNull } from '../texts/hover.ts';

export function metricGroupRows(snapshot: Snapshot, options: FormatOptions): readonly Row[] {
  return METRIC_GROUPS.flatMap((group) => {
    const metrics = METRICS.filter((metric) => metric.group === group.id && metric.absent?.(snapshot) !== true);
    return metrics.length === 0 ? [] : [groupRow(group, metrics, snapshot, options)];
  });
}

function groupRow(group: MetricGroup, metrics: readonly Metric[], snapshot: Snapshot, options: FormatOptions): Row {
  const own = metrics.filter(({ toldWith, closer }) => toldWith === undefined && closer !== true);
  return {
    id: `group/${group.id}`,
    label: group.label,
    icon: { id: group.icon },
    summary: group.describe(snapshot, options),
    hover: () => groupHover(group, snapshot, options),
    expanded: group.open === true,
    children: [
      ...own.map((metric) => metricRow(metric, snapshot, options)),
      ...closerRows(group, metrics, snapshot, options),
    ],
  };
}

/** What of the group one looks at now and then, in a row that is closed at first. */
function closerRows(
  { id, closer }: MetricGroup,
  metrics: readonly Metric[],
  snapshot: Snapshot,
  options: FormatOptions,
): readonly Row[] {
  if (closer === undefined) return [];
  const children = metrics.filter((metric) => metric.closer).map((metric) => metricRow(metric, snapshot, options));
  return [
    { id: `group/${id}/closer`, label: closer.label, summary: metricsLine(snapshot, options, closer.line), children },
  ];
}

function metricRow(metric: Metric, snapshot: Snapshot, options: FormatOptions): Row {
  const measured = metric.read(snapshot);
  const text = formatMeasured(measured, metric.unit, withNull(options, metric.whenNull));
  const children = metric.children?.(snapshot) ?? [];
  const context: RowContext[] = metric.countable === true ? ['value', 'canCount'] : ['value'];
  return {
    id: `metric/${metric.id}`,
    label: metric.inTree ?? metric.label,
    description: text,
    ...iconOf(measured, options),
    context,
    copy: copyText(measured, text),
    accessible: `${metric.label}: ${spoken(measured, text)}`,

    hover: () => metricHover(metric, snapshot, options),
    ...(children.length === 0 ? {} : { children: children.map((child) => childRow(metric, child, options)) }),
  };
}

function childRow(metric: Metric, child: MetricChild, options: FormatOptions): Row {
  const text = formatMeasured(child.value, child.unit, options);
  return {
    id: `metric/${metric.id}/${child.key}`,
    label: child.label,
    description: text,
    ...iconOf(child.value, options),
    context: ['value'],
    copy: child.detail ?? copyText(child.value, text),
    accessible: `${child.label}: ${spoken(child.value, text)}`,
    hover: () => childHover(child, options),
  };
}

function iconOf(measured: Measured<MetricValue>, { now }: FormatOptions): { readonly icon?: RowIcon } {
  if (isKnown(measured)) return {};
  return {
    icon: { id: now !== undefined && isAwaited(measured, now) ? 'watch' : 'question', color: 'disabledForeground' },
  };
}

/** A number is copied as a number, so that it can be pasted into a sheet; what is unknown as its reason. */
function copyText(measured: Measured<MetricValue>, text: string): string {
  if (!isKnown(measured)) return [text, measured.reason, measured.next].filter(Boolean).join(': ');
  if (measured.value instanceof Date) return measured.value.toISOString();
  return measured.value === null ? text : String(measured.value);
}

/** Signs such as ≈ and > are not read aloud by every screen reader. */
function spoken(measured: Measured<MetricValue>, text: string): string {
  if (!isKnown(measured)) return `${text === 'unknown' ? text : `known ${text}`}. ${measured.reason}`;
  // "About none" says nothing, and a text has its numbers in it.
  if (measured.value === null || typeof measured.value === 'string') return text;
  if (measured.how === 'estimated') return `about ${text.replace(/^≈\s*/, '')}`;
  return measured.how === 'atLeast' ? `more than ${text.replace(/^>\s*/, '')}` : text;
}
