import type { Unit } from '../common/format.ts';
import {
  boolean,
  list,
  nullable,
  number,
  object,
  oneOf,
  parser,
  string,
  text,
  whole,
  type Check,
  type Checked,
  type Messages,
} from './check.ts';

/**
 * What the dashboard and its host say to each other; both check what they hear by these tables. The host owns the history: the
 * dashboard asks for ranges of it, and hears of each reading while it is visible.
 */

const UNITS = [
  'count',
  'bytes',
  'bytesPerDay',
  'bytesPerMinute',
  'perMinute',
  'perHour',
  'perSecond',
  'share',
  'seconds',
  'milliseconds',
  'ratio',
] as const satisfies readonly Unit[];
const unit = oneOf(...UNITS);
export const isChartUnit: Check<Checked<typeof unit>> = unit;

/** One curve. Its place in `ChartSpec.series` counted over all charts is its place in every list of values. */
const seriesSpec = object({
  /** As in `RangeSeries.metricId`. */
  id: string,
  label: string,
  /** What it is, for a hover. */
  what: string,
  /** What is drawn is the value times this. */
  factor: number,
  /** limit: a bound of the others, drawn as a dashed line and not stacked. */
  role: oneOf('value', 'limit'),
});
export type SeriesSpec = Checked<typeof seriesSpec>;

const chartSpec = object({
  id: string,
  section: oneOf('sessions', 'database'),
  title: string,
  /** What to do about what is seen. */
  advice: string,
  unit,
  stacked: boolean,
  series: list(seriesSpec),
});
export type ChartSpec = Checked<typeof chartSpec>;

const point = nullable(number);
const rangeSeries = object({ metricId: string, min: list(point), mean: list(point), max: list(point) });
export type DashboardSeries = Checked<typeof rangeSeries>;

const annotation = object({ kind: string, at: number, until: nullable(number), text: string });
export type DashboardAnnotation = Checked<typeof annotation>;

const currentValue = object({
  value: point,
  /** As the tree says it: "≈ 1,000,000", "unknown". */
  text: string,
  /** Where it comes from, or why it is unknown. */
  why: string,
});
export type CurrentValue = Checked<typeof currentValue>;

const threshold = object({ chart: string, value: number, text: string, firing: boolean });
export type Threshold = Checked<typeof threshold>;

const action = object({ id: string, label: string });
export type Action = Checked<typeof action>;

const step = object({ what: string, code: string });
const figure = object({ label: string, text: string, what: string });

const TO_DASHBOARD = {
  /** Once, before all else. */
  setup: { locale: string, charts: list(chartSpec) },
  /** Where the monitor stands. `kind` is one of StateName's; `problem` is '' when all is well. */
  state: {
    kind: string,
    /** Milliseconds since the epoch, by the clock of the host. */
    now: number,
    title: string,
    problem: string,
    actions: list(action),
    /** Milliseconds since the epoch of the last reading; null: there was none yet. */
    readAt: nullable(number),
    /** Of all series; empty before the first reading. */
    values: list(currentValue),
    everyMs: number,
    thresholds: list(threshold),
    /** How much has happened lately: when it changes, there are other annotations. */
    happened: number,
  },
  /** The answer to `range`. `extent`: from when to when there is history at all; null: there is none. */
  data: {
    request: number,
    from: number,
    to: number,
    at: list(number),
    stepMs: number,
    series: list(rangeSeries),
    annotations: list(annotation),
    extent: nullable(object({ from: number, to: number })),
  },
  /** What the application says of itself, or how to make it. */
  application: { title: string, text: string, steps: list(step), last: string, figures: list(figure) },
} as const;

const TO_HOST = {
  /** The dashboard has been loaded and knows nothing. */
  ready: {},
  /** Asks for all series; `maxPoints` as in `RangeQuery`. */
  range: { request: whole(0, Number.MAX_SAFE_INTEGER), from: number, to: number, maxPoints: whole(1, 10_000) },
  /** One of the actions that the last state offered. */
  run: { action: text(200) },
  copy: { text: text(5_000_000) },
  /** `data`: a PNG in base64. */
  savePicture: { name: text(200), data: text(20_000_000) },
  /** Something went wrong in the dashboard; for the log. */
  failed: { message: text(10_000) },
} as const;

export type ToDashboard = Messages<typeof TO_DASHBOARD>;
export type ToHost = Messages<typeof TO_HOST>;

export const parseToDashboard = parser(TO_DASHBOARD);
export const parseToHost = parser(TO_HOST);

/** What the dashboard keeps over a reload: the range that it shows, and what is shown as a table or hidden. */
const dashboardState = object({
  view: object({ seconds: number, from: nullable(number), to: nullable(number) }),
  tables: list(string),
  hidden: list(string),
});
export type DashboardState = Checked<typeof dashboardState>;
export const isDashboardState = dashboardState;
