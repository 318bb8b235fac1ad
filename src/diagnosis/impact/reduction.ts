import { DAY_MS, type DayGrid, type DayValues } from './dayGrid.ts';
import { studentT95 } from './studentT.ts';

/** What became of a rate from one range to another. */
export type Reduction =
  | {
      readonly kind: 'known';
      /** After ÷ before, at the same times of day. */
      readonly ratio: number;
      /** 95 % interval of the ratio. */
      readonly low: number;
      readonly high: number;
      /** Of each range, those that were compared. */
      readonly daysBefore: number;
      readonly daysAfter: number;
      /** What the interval is made of: how much days differ, or, of too few days, how much the spans within them do. */
      readonly from: 'days' | 'spans';
      /** 0 to 1: the part of the day that was compared. */
      readonly shareOfDay: number;
      /** A minute, in that part of the day. */
      readonly before: number;
      readonly after: number;
    }
  | { readonly kind: 'unknown'; readonly why: string };

/** Days of both ranges together below which they do not tell how much days differ. */
const LEAST_DAYS = 4;
/** From as many days of its own on a group tells how much its days differ. */
const OWN_DAYS = 3;
/** A day of which less of the compared times is known is left out. */
const LEAST_OF_DAY = 0.5;
const LEAST_SPANS = 4;

/**
 * A rate after ÷ the rate before, with a 95 % interval that allows for the rhythm of the day. Only times of day that both ranges
 * have are compared, each with the mean of the same time before, so that a morning is not held against an afternoon.
 *
 * A day is one observation, for what happens within one hangs together: the ratio of the means of both groups of days, its
 * variance by the delta method on the logarithm, and the interval of Welch's t (B. L. Welch, Biometrika 34, 1947). Where one of the
 * groups has fewer than three days, both are taken to vary as much, in proportion. Of fewer than four days together the
 * variance is that of the moving blocks of the spans within them (H. R. Künsch, Annals of Statistics 17, 1989), which can't know how
 * much days differ. It is never below what counting alone makes (1 ÷ saves, as of a Poisson process).
 *
 * @param before of a rate a minute, and `after` with slots of the same length; no value is negative
 * @param eventsAMinute how many events a minute one of its unit is; null: it is no rate of events, so that nothing is counted
 */
export function reductionOf(before: DayGrid, after: DayGrid, eventsAMinute: number | null = 1): Reduction {
  const slots = sharedSlots(before, after);
  if (slots.length === 0) return unknown(whyNone(before, after));
  const usual = slots.map((slot) => meanAt(before, slot));
  const all = sum(usual);
  if (all === 0) return unknown('There was nothing before at the times of day that both ranges have.');
  const x = levelsOf(before, slots, usual);
  const y = levelsOf(after, slots, usual);
  if (x.length === 0 || y.length === 0)
    return unknown('Too little is known of the times of day that both ranges have.');
  const [was, is] = [mean(x), mean(y)];
  const aDay = (all * before.slotMs * (eventsAMinute ?? 0)) / 60_000;
  const known = {
    kind: 'known',
    ratio: is / was,
    daysBefore: x.length,
    daysAfter: y.length,
    shareOfDay: (slots.length * before.slotMs) / DAY_MS,
    before: (was * all) / slots.length,
    after: (is * all) / slots.length,
  } as const;
  // Nothing has no spread: the "rule of three" (Hanley & Lippman-Hand, JAMA 1983;249:1743).
  if (is === 0 && eventsAMinute !== null) return { ...known, from: 'spans', low: 0, high: 3 / (was * aDay * y.length) };
  const counting = eventsAMinute === null || is === 0 ? 0 : 1 / (was * aDay * x.length) + 1 / (is * aDay * y.length);
  const isOfDays = x.length + y.length >= LEAST_DAYS;
  if (!isOfDays && slots.length < LEAST_SPANS) return unknown('The ranges have too little of the day in common.');
  // What is not counted and became nothing has no logarithm: the spread is that of before alone.
  if (is === 0) return { ...known, from: 'spans', low: 0, high: spreadOfMean(x, usual) };
  const { variance, freedom } = isOfDays
    ? varianceOfDays(x, y)
    : varianceOfSpans(
        usual,
        slots.map((slot) => meanAt(after, slot)),
      );
  const factor = Math.exp(studentT95(freedom) * Math.sqrt(Math.max(variance, counting)));
  const { ratio } = known;
  return { ...known, from: isOfDays ? 'days' : 'spans', low: ratio / factor, high: ratio * factor };
}

function unknown(why: string): Reduction {
  return { kind: 'unknown', why };
}

function whyNone({ days: before }: DayGrid, { days: after }: DayGrid): string {
  if (before.length === 0) return 'Nothing was read before.';
  if (after.length === 0) return 'Nothing has been read after it yet.';
  return 'The ranges have no time of day in common, so that the rhythm of the day can’t be told from the change.';
}

/** In the order of the day. */
function sharedSlots(before: DayGrid, after: DayGrid): number[] {
  const of = ({ days }: DayGrid): Set<number> => new Set(days.flatMap(({ slots }) => [...slots.keys()]));
  const isAfter = of(after);
  return [...of(before)].filter((slot) => isAfter.has(slot)).sort((a, b) => a - b);
}

function meanAt({ days }: DayGrid, slot: number): number {
  return mean(days.flatMap(({ slots }) => slots.get(slot) ?? []));
}

/** Of each day how much it had of what is usual at the times that are known of it; 1 is just as much. */
function levelsOf({ days }: DayGrid, slots: readonly number[], usual: readonly number[]): number[] {
  const all = sum(usual);
  return days.flatMap((day: DayValues) => {
    const [had, expected] = slots.reduce(
      ([h, e], slot, i) => {
        const value = day.slots.get(slot);
        return value === undefined ? [h, e] : [h + value, e + (usual[i] ?? 0)];
      },
      [0, 0],
    );
    return expected < all * LEAST_OF_DAY ? [] : [had / expected];
  });
}

interface Variance {
  /** Of the logarithm of the ratio. */
  readonly variance: number;
  readonly freedom: number;
}

function varianceOfDays(x: readonly number[], y: readonly number[]): Variance {
  if (x.length < OWN_DAYS || y.length < OWN_DAYS) {
    const freedom = x.length + y.length - 2;
    const pooled = (relativeSquares(x) + relativeSquares(y)) / freedom;
    return { variance: pooled * (1 / x.length + 1 / y.length), freedom };
  }
  const [a, b] = [varianceOfGroup(x), varianceOfGroup(y)];
  const variance = a.variance + b.variance;
  if (variance === 0) return { variance, freedom: 1 };
  return { variance, freedom: variance ** 2 / (a.variance ** 2 / a.freedom + b.variance ** 2 / b.freedom) };
}

/** Half the interval of a mean, in units of the mean. */
function spreadOfMean(levels: readonly number[], usual: readonly number[]): number {
  const { variance, freedom } =
    levels.length >= LEAST_DAYS
      ? varianceOfGroup(levels)
      : varianceOfSpans(
          usual,
          usual.map(() => 1),
        );
  return studentT95(freedom) * Math.sqrt(variance);
}

/** From so many days on neighbours are taken together, for a busy day is often followed by another. */
const PAIRED_DAYS = 6;

/** Of the mean of a group of days, in units of the mean; of pairs of neighbours as `varianceOfSpans` does it. */
function varianceOfGroup(levels: readonly number[]): Variance {
  const n = levels.length;
  const single = { variance: relativeSquares(levels) / (n - 1) / n, freedom: n - 1 };
  if (n < PAIRED_DAYS) return single;
  const middle = mean(levels);
  const pairs = levels.slice(1).map((level, i) => ((level + (levels[i] ?? 0)) / 2 / middle - 1) ** 2);
  const paired = { variance: ((2 / n) * mean(pairs) * n) / (n - 2), freedom: n / 2 };
  return paired.variance > single.variance ? paired : single;
}

/** Sum of the squared deviations from the mean, in units of the mean. */
function relativeSquares(levels: readonly number[]): number {
  const middle = mean(levels);
  return sum(levels.map((level) => (level / middle - 1) ** 2));
}

/** Of pairs of the same time of day, in blocks that are as long as the cube root of their number. */
function varianceOfSpans(before: readonly number[], after: readonly number[]): Variance {
  const n = before.length;
  const [a, b] = [mean(after), mean(before)];
  const z = before.map((value, i) => (after[i] ?? 0) / a - value / b);
  const length = Math.max(1, Math.round(n ** (1 / 3)));
  const blocks = Array.from({ length: n - length + 1 }, (_, i) => mean(z.slice(i, i + length)) ** 2);
  return { variance: (length / n) * mean(blocks), freedom: Math.max(1, Math.floor(n / length) - 1) };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : sum(values) / values.length;
}
