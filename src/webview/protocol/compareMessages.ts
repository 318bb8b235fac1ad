import { maxPoints, point, rangeSeries, timeRange, unit } from './chartGuards.ts';
import {
  isListOf,
  isNullOr,
  isNumber,
  isObjectOf,
  isOneOf,
  isString,
  isText,
  isWhole,
  type Guarded,
} from './guards.ts';

/** A range with what a person should know of it: gaps, that it is thinned. */
const comparedRange = isObjectOf({ from: isNumber, to: isNumber, notes: isListOf(isString) });
/** Medians before and after, as numbers in the unit for who copies them, and as they are said. */
const comparedRow = isObjectOf({
  chart: isString,
  label: isString,
  unit,
  before: point,
  after: point,
  /** null: there is none, see `changeText`. */
  percent: point,
  readingsBefore: isNumber,
  readingsAfter: isNumber,
  beforeText: isString,
  afterText: isString,
  differenceText: isString,
  changeText: isString,
  /** Whether it is more than noise. */
  verdict: isOneOf('moved', 'within', 'unknown'),
  movementText: isString,
  /** Why that is unknown; '' where it is not. */
  why: isString,
});
export type ComparedRow = Guarded<typeof comparedRow>;

/** Id of another database, of which the second range is; null: it is of the one that is shown. */
export const otherId = isNullOr(isText(1_000));

export const COMPARE_TO_DASHBOARD = {
  /** The answer to `compare`; `problem` is '' when there is one. */
  comparison: {
    request: isNumber,
    problem: isString,
    /** What became of what matters, and what its intervals are made of. */
    sentence: isString,
    basis: isString,
    /** All of it, to be pasted where others read it. */
    markdown: isString,
    /** Of two databases: of which each is. null: both are of the one that is shown. */
    names: isNullOr(isObjectOf({ before: isString, after: isString })),
    before: comparedRange,
    after: comparedRange,
    rows: isListOf(comparedRow),
  },
  /** The answer to `beside`: curves of the other database, at the times at which they are drawn. */
  besideData: {
    request: isNumber,
    name: isString,
    at: isListOf(isNumber),
    stepMs: isNumber,
    series: isListOf(rangeSeries),
  },
} as const;

export const COMPARE_TO_HOST = {
  /** Asks for the medians of two ranges. */
  compare: { request: isWhole(0, Number.MAX_SAFE_INTEGER), before: timeRange, after: timeRange, other: otherId },
  /** Asks for all series of another database, of the same time or of one so much before it. */
  beside: {
    request: isWhole(0, Number.MAX_SAFE_INTEGER),
    other: isText(1_000),
    shiftMs: isNumber,
    from: isNumber,
    to: isNumber,
    maxPoints,
  },
} as const;
