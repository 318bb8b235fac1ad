import { formatMeasured, formatValue, explainMeasured, type FormatOptions, type Unit } from '../../common/format.ts';
import { isKnown, mapMeasured, unknown, type Measured } from '../../common/measured.ts';
import type { AlertState } from '../../monitoring/alerts/alertTypes.ts';
import { childSeries } from '../../monitoring/metrics/metric.ts';
import { metricById, type Metric, type MetricId, type MetricValue } from '../../monitoring/metrics/metrics.ts';
import type { Snapshot } from '../../monitoring/snapshot/snapshot.ts';
import { isChartUnit } from '../../webview/protocol/chartGuards.ts';
import type { ChartSpec, CurrentValue, Threshold } from '../../webview/protocol/protocol.ts';
import { CHARTS, type MetricChart, type MetricCurve } from '../../monitoring/charts/charts.ts';
import { seriesColors } from './seriesColors.ts';

/** The chart table in the words of the metric table, and its values at one moment. */

function seriesId(row: MetricCurve): string {
  return row.child === undefined ? row.metric : childSeries(row.metric, row.child);
}

function unitOf(chart: MetricChart): ChartSpec['unit'] {
  const [first] = chart.series;
  if (first === undefined) throw new Error(`The chart ${chart.id} has no series.`);
  const unit = chart.scaled?.unit ?? metricById(first.metric).unit;
  if (!isChartUnit(unit)) throw new Error(`The chart ${chart.id} is of a unit that can't be drawn: ${unit}.`);
  return unit;
}

const COLORS = seriesColors(
  CHARTS.map(({ series }) => ({
    series: series.map((row) => ({ id: seriesId(row), role: row.role ?? 'value' })),
  })),
);

export const CHART_SPECS: readonly ChartSpec[] = CHARTS.map((chart) => {
  const metrics = chart.series.map(({ metric }) => metricById(metric));
  return {
    id: chart.id,
    section: chart.section,
    title: chart.title,
    advice: metrics[0]?.advice ?? '',
    unit: unitOf(chart),
    stacked: chart.stacked === true,
    series: chart.series.map((row, i) => ({
      id: seriesId(row),
      label: row.label ?? labelOf(row, metrics[i]),
      what: row.child === undefined ? (metrics[i]?.what ?? '') : `Client connections to the database in this state.`,
      factor: chart.scaled?.factor ?? 1,
      role: row.role ?? 'value',
      color: COLORS.get(seriesId(row)) ?? 0,
    })),
  };
});

/** As pg_stat_activity has no state for rows that the role may not see. */
function labelOf(row: MetricCurve, metric: Metric | undefined): string {
  if (row.child === undefined) return metric?.label ?? row.metric;
  return row.child === 'unknown' ? 'Not visible to this role' : row.child.charAt(0).toUpperCase() + row.child.slice(1);
}

/** Those of the small view, in its order. */
export const COMPACT_SPECS: readonly ChartSpec[] = CHARTS.filter(({ compact }) => compact !== undefined)
  .sort((a, b) => (a.compact ?? 0) - (b.compact ?? 0))
  .flatMap(({ id }) => CHART_SPECS.filter((spec) => spec.id === id));

/** Of all series of all charts, in their order; each once in the history. */
export const SERIES_IDS: readonly string[] = [
  ...new Set(CHART_SPECS.flatMap(({ series }) => series.map(({ id }) => id))),
];

/** What all series of these charts are now, in their order. */
export function currentValues(
  snapshot: Snapshot,
  options: FormatOptions,
  charts: readonly ChartSpec[] = CHART_SPECS,
): readonly CurrentValue[] {
  return charts
    .flatMap(({ id }) => CHARTS.filter((chart) => chart.id === id))
    .flatMap((chart) =>
      chart.series.map((row) => {
        const { factor = 1, unit = metricById(row.metric).unit } = chart.scaled ?? {};
        return valueNow(read(row, snapshot), factor, unit, options);
      }),
    );
}

function read(row: MetricCurve, snapshot: Snapshot): Measured<MetricValue> {
  const metric = metricById(row.metric);
  if (row.child === undefined) return metric.read(snapshot);
  const child = metric.children?.(snapshot).find(({ key }) => key === row.child);
  if (child !== undefined) return child.value;
  const all = metric.read(snapshot);
  if (!isKnown(all)) return all;
  // A state that nobody is in is not among the children.
  return metric.emptyChildren?.(snapshot).includes(row.child) === true
    ? mapMeasured(all, () => 0)
    : unknown('The state of some connections is not visible to this role.', 'Grant it pg_monitor.');
}

function valueNow(measured: Measured<MetricValue>, factor: number, unit: Unit, options: FormatOptions): CurrentValue {
  const scaled: Measured<MetricValue> = mapMeasured(measured, (value) =>
    typeof value === 'number' ? value * factor : value,
  );
  const value =
    isKnown(scaled) && typeof scaled.value === 'number' && Number.isFinite(scaled.value) ? scaled.value : null;
  return { value, text: formatMeasured(scaled, unit, options), why: explainMeasured(scaled, unit, options).join(' ') };
}

/** The lines of the alerts, in the units of the charts. A rule without a threshold to draw has none. */
export function thresholds(
  alerts: readonly AlertState[],
  snapshot: Snapshot | undefined,
  options: FormatOptions,
): readonly Threshold[] {
  return CHARTS.flatMap((chart, i) => {
    const alert = alerts.find(({ rule }) => rule.chart?.id === chart.id);
    const spec = CHART_SPECS[i];
    if (alert === undefined || spec === undefined) return [];
    const base = alert.rule.chart?.of;
    const of = base === undefined ? undefined : baseOf(base, snapshot);
    if (of !== undefined && !isKnown(of)) return [];
    const value = alert.threshold * (chart.scaled?.factor ?? 1) * (of?.value ?? 1);
    const text = `Alert ${alert.rule.threshold.compare === 'above' ? 'above' : 'from'} ${formatValue(value, spec.unit, options)}`;
    return [{ chart: chart.id, value, text, firing: alert.status === 'firing' }];
  });
}

function baseOf(id: MetricId, snapshot: Snapshot | undefined): Measured {
  const measured = snapshot === undefined ? undefined : metricById(id).read(snapshot);
  if (measured === undefined || !isKnown(measured) || typeof measured.value !== 'number')
    return unknown('Not read yet.');
  return { how: measured.how, value: measured.value, at: measured.at };
}
