import type { Unit } from '../../common/format.ts';
import {
  isListOf,
  isNullOr,
  isNumber,
  isObjectOf,
  isOneOf,
  isString,
  isWhole,
  type Guard,
  type Guarded,
} from './guards.ts';

/** What many messages are made of. */

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
export const unit = isOneOf(...UNITS);
export const isChartUnit: Guard<Guarded<typeof unit>> = unit;

export const point = isNullOr(isNumber);
export const rangeSeries = isObjectOf({
  metricId: isString,
  min: isListOf(point),
  mean: isListOf(point),
  max: isListOf(point),
});
export type DashboardSeries = Guarded<typeof rangeSeries>;

/** A range of time in milliseconds since the epoch. */
export const timeRange = isObjectOf({ from: isNumber, to: isNumber });
export type TimeRange = Guarded<typeof timeRange>;

/** Points that a chart has room for. */
export const maxPoints = isWhole(1, 10_000);
