import type { Unit } from '../../common/format.ts';
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
import { STATEMENTS_TO_DASHBOARD, STATEMENTS_TO_HOST, statementsState } from './statementMessages.ts';

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
  section: oneOf('sessions', 'database', 'application'),
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

/** `primary`: what is likely to help now. */
const action = object({ id: string, label: string, primary: boolean });
export type Action = Checked<typeof action>;

/** A range of time in milliseconds since the epoch. */
const timeRange = object({ from: number, to: number });
export type TimeRange = Checked<typeof timeRange>;

/** A range with what a person should know of it: gaps, that it is thinned. */
const comparedRange = object({ from: number, to: number, notes: list(string) });
/** Medians before and after, as numbers in the unit for who copies them, and as they are said. */
const comparedRow = object({
  chart: string,
  label: string,
  unit,
  before: point,
  after: point,
  /** null: there is none, see `changeText`. */
  percent: point,
  readingsBefore: number,
  readingsAfter: number,
  beforeText: string,
  afterText: string,
  differenceText: string,
  changeText: string,
});
export type ComparedRow = Checked<typeof comparedRow>;

/** Who has the curves: this editor's own store, or the Prometheus server that is set. */
const historyName = oneOf('store', 'prometheus');
export type HistoryName = Checked<typeof historyName>;
/** What is said under a chart of where it comes from; '' where that goes without saying. */
const chartNote = object({ id: string, note: string });
export type ChartNote = Checked<typeof chartNote>;

const step = object({ what: string, code: string });
const figure = object({ label: string, text: string, what: string });

const TO_DASHBOARD = {
  /** Once, before all else. */
  setup: { locale: string, charts: list(chartSpec), compact: boolean },
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
    /** From where curves come: when it changes, they have to be asked for again. */
    history: string,
  },
  /**
   * Curves in answer to `range`, of the charts that are named: `source` has them. `extent`: from when to when this editor has
   * history at all; null: there is none.
   */
  data: {
    request: number,
    source: historyName,
    charts: list(chartNote),
    from: number,
    to: number,
    at: list(number),
    stepMs: number,
    series: list(rangeSeries),
    annotations: list(annotation),
    extent: nullable(object({ from: number, to: number })),
  },
  /** These charts are of that source, with the curves of it that are there; `failed`: and could not be asked for now. */
  chartNotes: { request: number, source: historyName, failed: boolean, charts: list(chartNote) },
  /**
   * The end of the answer to `range`. `againMs`: when to ask Prometheus again as something failed; 0: when there can be
   * something new; null: it has not been asked.
   */
  answered: { request: number, againMs: nullable(number) },
  /** The answer to `compare`; `problem` is '' when there is one. */
  comparison: {
    request: number,
    problem: string,
    before: comparedRange,
    after: comparedRange,
    rows: list(comparedRow),
  },
  /** Asks for the pictures of all charts. `seconds`: the last so many are to be shown for it; null: what is shown. */
  drawReport: { request: number, seconds: nullable(number) },
  /** What the application says of itself, or how to make it. */
  application: {
    /** Whether there is a source that the charts could be drawn from. */
    charts: boolean,
    title: string,
    text: string,
    /** '' when all is well. */
    problem: string,
    actions: list(action),
    /** What a person should know of the reading. */
    notes: list(string),
    steps: list(step),
    last: string,
    figures: list(figure),
  },
  ...STATEMENTS_TO_DASHBOARD,
} as const;

/** What part of the time is shown: the last so many seconds, moving, or a range that stands still. */
const view = object({ seconds: number, from: nullable(number), to: nullable(number) });
const maxPoints = whole(1, 10_000);

/** The number of the question that comes with `ready`. */
export const FIRST_REQUEST = 1;

const TO_HOST = {
  /** The dashboard has been loaded and knows nothing; it asks for what it will show by the host's clock, as with `range`. */
  ready: { view, maxPoints },
  /** Asks for all series; `maxPoints` as in `RangeQuery`. */
  range: {
    request: whole(0, Number.MAX_SAFE_INTEGER),
    of: oneOf('all', 'store', 'prometheus'),
    from: number,
    to: number,
    maxPoints,
  },
  /** One of the actions that the last state offered. */
  run: { action: text(200) },
  exportHistory: { from: number, to: number },
  copy: { text: text(5_000_000) },
  /** `data`: a PNG in base64. */
  savePicture: { name: text(200), data: text(20_000_000) },
  /** Asks for the medians of two ranges. */
  compare: { request: whole(0, Number.MAX_SAFE_INTEGER), before: timeRange, after: timeRange },
  /** A report of what is shown is wanted. */
  saveReport: {},
  /** The answer to `drawReport`: the shown range, PNGs in base64, and what is compared. */
  report: {
    request: whole(0, Number.MAX_SAFE_INTEGER),
    shown: timeRange,
    pictures: list(object({ chart: text(200), data: text(20_000_000) }), 50),
    compared: nullable(object({ before: timeRange, after: timeRange })),
  },
  ...STATEMENTS_TO_HOST,
  /** Something went wrong in the dashboard; for the log. */
  failed: { message: text(10_000) },
} as const;

export type ToDashboard = Messages<typeof TO_DASHBOARD>;
export type ToHost = Messages<typeof TO_HOST>;

export const parseToDashboard = parser(TO_DASHBOARD);
export const parseToHost = parser(TO_HOST);

/** What the dashboard keeps over a reload: the range that it shows, and what is shown as a table or hidden, and what is compared. */
const dashboardState = object({
  view,
  tables: list(string),
  hidden: list(string),
  statements: statementsState,
  compare: object({ open: boolean, before: nullable(timeRange), after: nullable(timeRange) }),
});
export type DashboardState = Checked<typeof dashboardState>;
export const isDashboardState = dashboardState;
