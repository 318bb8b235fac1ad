import {
  isBoolean,
  isListOf,
  isNullOr,
  isNumber,
  isObjectOf,
  isOneOf,
  parser,
  isString,
  isText,
  isWhole,
  type Guarded,
  type Messages,
} from './guards.ts';
import { maxPoints, point, rangeSeries, timeRange, unit } from './chartGuards.ts';
import { COMPARE_TO_DASHBOARD, COMPARE_TO_HOST, otherId } from './compareMessages.ts';
import { STATEMENTS_TO_DASHBOARD, STATEMENTS_TO_HOST, statementsState } from './statementMessages.ts';

/**
 * What the dashboard and its host say to each other; both check what they hear by these tables. The host owns the history: the
 * dashboard asks for ranges of it, and hears of each reading while it is visible.
 */

/** One curve. Its place in `ChartSpec.series` counted over all charts is its place in every list of values. */
const seriesSpec = isObjectOf({
  /** As in `RangeSeries.metricId`. */
  id: isString,
  label: isString,
  /** What it is, for a hover. */
  what: isString,
  /** What is drawn is the value times this. */
  factor: isNumber,
  /** limit: a bound of the others, drawn as a thin line and not stacked. */
  role: isOneOf('value', 'limit'),
  /** Place of its colour among those of its role. */
  color: isWhole(0, 100),
});
export type SeriesSpec = Guarded<typeof seriesSpec>;

const chartSpec = isObjectOf({
  id: isString,
  section: isOneOf('sessions', 'database', 'application'),
  title: isString,
  /** What to do about what is seen. */
  advice: isString,
  unit,
  stacked: isBoolean,
  series: isListOf(seriesSpec),
});
export type ChartSpec = Guarded<typeof chartSpec>;

/** A figure over the charts: which curve it is of, and where that is drawn. */
const tile = isObjectOf({ series: isString, chart: isString, label: isString });
export type Tile = Guarded<typeof tile>;

const annotation = isObjectOf({ kind: isString, at: isNumber, until: isNullOr(isNumber), text: isString });
export type DashboardAnnotation = Guarded<typeof annotation>;

const currentValue = isObjectOf({
  value: point,
  /** As the tree says it: "≈ 1,000,000", "unknown". */
  text: isString,
  /** Where it comes from, or why it is unknown. */
  why: isString,
});
export type CurrentValue = Guarded<typeof currentValue>;

const threshold = isObjectOf({ chart: isString, value: isNumber, text: isString, firing: isBoolean });
export type Threshold = Guarded<typeof threshold>;

/** `primary`: what is likely to help now. */
const action = isObjectOf({ id: isString, label: isString, primary: isBoolean });
export type Action = Guarded<typeof action>;

/** Who has the curves: this editor's own store, or the Prometheus server that is set. */
const historyName = isOneOf('store', 'prometheus');
export type HistoryName = Guarded<typeof historyName>;
/** What is said under a chart of where it comes from; '' where that goes without saying. */
const chartNote = isObjectOf({ id: isString, note: isString });
export type ChartNote = Guarded<typeof chartNote>;

const otherDatabase = isObjectOf({ id: isString, name: isString });
export type OtherName = Guarded<typeof otherDatabase>;

const step = isObjectOf({ what: isString, code: isString });
const figure = isObjectOf({ label: isString, text: isString, what: isString });

const TO_DASHBOARD = {
  /** Once, before all else. */
  setup: { locale: isString, charts: isListOf(chartSpec), tiles: isListOf(tile), compact: isBoolean },
  /** Where the monitor stands. `kind` is one of StateName's; `problem` is '' when all is well. */
  state: {
    kind: isString,
    /** Milliseconds since the epoch, by the clock of the host. */
    now: isNumber,
    title: isString,
    /** Which database it is, its environment, and as what it is read; '' where none is watched. */
    watched: isString,
    problem: isString,
    actions: isListOf(action),
    /** Milliseconds since the epoch of the last reading; null: there was none yet. */
    readAt: isNullOr(isNumber),
    /** Of all series; empty before the first reading. */
    values: isListOf(currentValue),
    everyMs: isNumber,
    thresholds: isListOf(threshold),
    /** What else there is to say of a chart now. */
    remarks: isListOf(isObjectOf({ chart: isString, text: isText(1_000) })),
    /** How much has happened lately: when it changes, there are other annotations. */
    happened: isNumber,
    /** From where curves come: when it changes, they have to be asked for again. */
    history: isString,
    /** Databases that the shown one can be compared with. */
    others: isListOf(otherDatabase),
  },
  /**
   * Curves in answer to `range`, of the charts that are named: `source` has them. `extent`: from when to when this editor has
   * history at all; null: there is none.
   */
  data: {
    request: isNumber,
    source: historyName,
    charts: isListOf(chartNote),
    from: isNumber,
    to: isNumber,
    at: isListOf(isNumber),
    stepMs: isNumber,
    series: isListOf(rangeSeries),
    annotations: isListOf(annotation),
    extent: isNullOr(isObjectOf({ from: isNumber, to: isNumber })),
  },
  /** Means over the range before the one that was asked for, of the same length, in the unit of the metric; null: there were no readings. */
  before: { request: isNumber, means: isListOf(isObjectOf({ metricId: isString, mean: point })) },
  /** These charts are of that source, with the curves of it that are there; `failed`: and could not be asked for now. */
  chartNotes: { request: isNumber, source: historyName, failed: isBoolean, charts: isListOf(chartNote) },
  /**
   * The end of the answer to `range`. `againMs`: when to ask Prometheus again as something failed; 0: when there can be
   * something new; null: it has not been asked.
   */
  answered: { request: isNumber, againMs: isNullOr(isNumber) },
  /** What is before this and what after it is to be compared. */
  compareAround: { moment: annotation },
  /** Chosen from the menu of a chart. */
  chartAction: { chart: isString, action: isOneOf('table', 'copy', 'save') },
  /** Asks for the pictures of all charts. `seconds`: the last so many are to be shown for it; null: what is shown. */
  drawReport: { request: isNumber, seconds: isNullOr(isNumber) },
  /** What the application says of itself, or how to make it. */
  application: {
    /** Whether there is a source that the charts could be drawn from. */
    charts: isBoolean,
    title: isString,
    text: isString,
    /** '' when all is well. */
    problem: isString,
    actions: isListOf(action),
    /** What a person should know of the reading. */
    notes: isListOf(isString),
    steps: isListOf(step),
    last: isString,
    figures: isListOf(figure),
  },
  ...COMPARE_TO_DASHBOARD,
  ...STATEMENTS_TO_DASHBOARD,
} as const;

/** What part of the time is shown: the last so many seconds, moving, or a range that stands still. */
const view = isObjectOf({ seconds: isNumber, from: isNullOr(isNumber), to: isNullOr(isNumber) });

/** The number of the question that comes with `ready`. */
export const FIRST_REQUEST = 1;

const TO_HOST = {
  /** The dashboard has been loaded and knows nothing; it asks for what it will show by the host's clock, as with `range`. */
  ready: { view, maxPoints },
  /** Asks for all series; `maxPoints` as in `RangeQuery`. */
  range: {
    request: isWhole(0, Number.MAX_SAFE_INTEGER),
    of: isOneOf('all', 'store', 'prometheus'),
    from: isNumber,
    to: isNumber,
    maxPoints,
  },
  /** One of the actions that the last state offered. */
  run: { action: isText(200) },
  exportHistory: { from: isNumber, to: isNumber },
  copy: { text: isText(5_000_000) },
  /** `data`: a PNG in base64. */
  savePicture: { name: isText(200), data: isText(20_000_000) },
  /** A report of what is shown is wanted. */
  saveReport: {},
  /** The answer to `drawReport`: the shown range, PNGs in base64, and what is compared. */
  report: {
    request: isWhole(0, Number.MAX_SAFE_INTEGER),
    shown: timeRange,
    pictures: isListOf(isObjectOf({ chart: isText(200), data: isText(20_000_000) }), 50),
    compared: isNullOr(isObjectOf({ before: timeRange, after: timeRange, other: otherId })),
  },
  ...COMPARE_TO_HOST,
  ...STATEMENTS_TO_HOST,
  /** Something went wrong in the dashboard; for the log. */
  failed: { message: isText(10_000) },
} as const;

export type ToDashboard = Messages<typeof TO_DASHBOARD>;
export type ChartAction = Extract<ToDashboard, { type: 'chartAction' }>['action'];
export type ToHost = Messages<typeof TO_HOST>;

export const parseToDashboard = parser(TO_DASHBOARD);
export const parseToHost = parser(TO_HOST);

/** What the dashboard keeps over a reload: the range that it shows, and what is shown as a table or hidden, and what is compared. */
const dashboardState = isObjectOf({
  view,
  tables: isListOf(isString),
  hidden: isListOf(isString),
  statements: statementsState,
  compare: isObjectOf({
    open: isBoolean,
    before: isNullOr(timeRange),
    after: isNullOr(timeRange),
    other: otherId,
    /** Whether the rows that did not move are shown; null: as long as others did, they are not. */
    rest: isNullOr(isBoolean),
  }),
});
export type DashboardState = Guarded<typeof dashboardState>;
export const isDashboardState = dashboardState;
