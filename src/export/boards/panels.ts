import { formatValue, type Unit } from '../../common/format.ts';
import { CHARTS, type ChartSection, type MetricChart, type MetricCurve } from '../../monitoring/charts/charts.ts';
import { METRIC_GROUPS, metricById, type MetricGroupId, type MetricId } from '../../monitoring/metrics/metrics.ts';
import type { ExportContext, ExportedRule } from '../exportContext.ts';
import { columnsOf, scaled, type Expression } from '../expression.ts';
import { missedRuns } from '../missedRuns.ts';
import { DRAWN_CHILDREN, DRAWN_METRICS, drawnFigure } from './expressions.ts';

/** A curve of a panel. */
export interface PanelCurve {
  readonly label: string;
  readonly expression: Expression;
  /** One curve for each value of this label. */
  readonly by?: string;
  /** limit: a bound of the others, dashed and not stacked. */
  readonly role: 'value' | 'limit' | 'threshold';
}

/** A picture of a dashboard, before it is put into the words of a system. */
export interface Panel {
  /** Stable: that of the chart, or of the metric that has a panel to itself. */
  readonly id: string;
  readonly section: ChartSection;
  readonly title: string;
  /** What it is and what to do about it. */
  readonly description: string;
  readonly unit: Unit;
  readonly stacked: boolean;
  /** A chart of the extension's dashboard; the others are small. */
  readonly large: boolean;
  readonly curves: readonly PanelCurve[];
  /** Where an alert fires, in the unit of the panel. */
  readonly threshold?: { readonly value: number; readonly text: string };
}

/** The sections, in the order and with the titles of the extension's dashboard. The application's own figures are not the database's to tell. */
export const PANEL_SECTIONS = [
  { id: 'sessions', title: 'Sessions' },
  { id: 'database', title: 'Database' },
] as const satisfies readonly { readonly id: ChartSection; readonly title: string }[];

const SECTIONS: Readonly<Record<MetricGroupId, ChartSection>> = {
  sessions: 'sessions',
  writes: 'sessions',
  table: 'sessions',
  statements: 'database',
  connections: 'database',
  database: 'database',
  application: 'application',
  monitor: 'database',
};

/** A rule that judges an exported figure, with it. */
export interface DrawnRule extends ExportedRule {
  readonly expression: Expression;
}

export function drawnRules(context: ExportContext): readonly DrawnRule[] {
  return context.rules.flatMap((one) => {
    const [judged] = one.rule.metrics;
    const expression =
      one.rule.id === 'cleanup-service' ? missedRuns(context) : judged && drawnFigure(judged)?.expression;
    return expression === undefined ? [] : [{ ...one, expression }];
  });
}

/** All panels: those of the extension's charts, and one for each other metric that is exported. */
export function panels(context: ExportContext): readonly Panel[] {
  const charts = CHARTS.flatMap((chart) => chartPanel(chart, context));
  const drawn = new Set(CHARTS.flatMap(({ series }) => series.map(({ metric }) => metric)));
  const others = DRAWN_METRICS.filter((id) => !drawn.has(id));
  return [...charts, ...others.map((id) => metricPanel(id, context))];
}

/** What says at a glance how things are: what is judged, and what stands for its group. */
export function glancePanels(context: ExportContext): readonly Panel[] {
  const judged = context.rules.flatMap(({ rule }) => rule.metrics.slice(0, 1));
  const summaries = METRIC_GROUPS.map(({ summary }) => summary);
  return DRAWN_METRICS.filter((id) => judged.includes(id) || summaries.includes(id))
    .map((id) => metricPanel(id, context))
    .filter(({ curves }) => curves.every(({ expression }) => isEverywhere(expression)));
}

/** It is made of what every database can answer. */
function isEverywhere(expression: Expression): boolean {
  return columnsOf(expression).every(({ query }) => query.optional !== true);
}

function chartPanel(chart: MetricChart, context: ExportContext): readonly Panel[] {
  const curves = chart.series.flatMap((curve) => chartCurve(chart, curve));
  const [first] = chart.series;
  if (first === undefined || curves.length === 0) return [];
  const metric = metricById(first.metric);
  const factor = chart.scaled?.factor ?? 1;
  const unit = chart.scaled?.unit ?? metric.unit;
  const judged = context.rules.find(({ rule }) => rule.chart?.id === chart.id);
  const { section, title, stacked = false } = chart;
  const description = `${metric.what} ${metric.advice}`;
  const panel: Panel = { id: chart.id, section, title, description, unit, stacked, large: true, curves };
  if (judged === undefined) return [panel];
  const { rule, threshold } = judged;
  const level = threshold * factor;
  const base = rule.chart?.of;
  if (base === undefined) return [{ ...panel, threshold: { value: level, text: alertText(rule, level, unit) } }];
  const of = drawnFigure(base);
  if (of === undefined) return [panel];
  const label = `${alertText(rule, level, 'share')} of ${metricById(base).label.toLowerCase()}`;
  return [{ ...panel, curves: [...curves, { label, expression: scaled(of.expression, level), role: 'threshold' }] }];
}

function chartCurve(chart: MetricChart, curve: MetricCurve): readonly PanelCurve[] {
  const { metric, child, role = 'value' } = curve;
  const label = curve.label ?? metricById(metric).label;
  if (child !== undefined) {
    // All of them come with the first, told apart by their label.
    const children = DRAWN_CHILDREN[metric];
    const isFirst = chart.series.find((one) => one.metric === metric) === curve;
    return children === undefined || !isFirst ? [] : [{ label, ...children, role }];
  }
  const figure = drawnFigure(metric);
  if (figure === undefined) return [];
  return [{ label, expression: scaled(figure.expression, chart.scaled?.factor ?? 1), role }];
}

function metricPanel(id: MetricId, context: ExportContext): Panel {
  const { group, label, what, advice } = metricById(id);
  const figure = drawnFigure(id);
  if (figure === undefined) throw new Error(`${id} is not exported.`);
  const { unit, expression } = figure;
  const panel: Panel = {
    id,
    section: SECTIONS[group],
    title: label,
    description: `${what} ${advice}`,
    unit,
    stacked: false,
    large: false,
    curves: [{ label, expression, role: 'value' }],
  };
  const judged = context.rules.find(({ rule }) => rule.metrics[0] === id && rule.id !== 'cleanup-service');
  if (judged === undefined) return panel;
  const { rule, threshold: value } = judged;
  return { ...panel, threshold: { value, text: alertText(rule, value, unit) } };
}

function alertText({ threshold }: ExportedRule['rule'], level: number, unit: Unit): string {
  return `Alert ${threshold.compare === 'above' ? 'above' : 'from'} ${formatValue(level, unit)}`;
}
