import { DAY_MS, type Sampled } from '../dayGrid.ts';
import { pelt } from './pelt.ts';

/** The rate changed here, and stayed so for at least an hour. */
export interface ChangePoint {
  /** Milliseconds: the beginning of the first span of the new rate. */
  readonly at: number;
  /** After ÷ before at the same time of day. */
  readonly ratio: number;
}

/** Spans that a rate has to last. */
const LEAST_SPANS = 4;
/** From as many days on the rhythm of the day can be told. */
const RHYTHM_DAYS = 3;
/** And from as many, that of the week. */
const WEEK_DAYS = 14;
/** Slots of the day beside one, of which its usual value is the median too. */
const BESIDE = 1;
/** Changes of a smaller factor are of no interest; where the rhythm is not known, of a far smaller one. */
const LEAST_FACTOR = 1.4;
const LEAST_FACTOR_ALONE = 2;
/** And smaller than so many standard deviations of what days differ by. */
const DAY_DEVIATIONS = 3;
/** Of the difference between the levels, what has to be there within an hour. */
const ABRUPT = 0.5;
const ROUNDS = 3;
/** Spans on either side within which a large change has to be there where the rhythm is not known: it can be steep. */
const FEW_SPANS = 2;
const ANSCOMBE = 0.375;

/**
 * Where the rate of saves changed for good. The series is taken on a logarithmic scale, so that a change is the same by night and by
 * day; what is usual at each time of day (and, of two weeks and more, on each day of the week) is taken out as the median of what
 * the days have above their level; PELT finds where the level changes, with the penalty of the Bayesian information criterion times
 * what noise that hangs together asks for (M. Lavielle and É. Moulines, "Least-squares estimation of an unknown number of shifts in a
 * time series", Journal of Time Series Analysis 21, 2000). Since both depend on each other it is done three times. What is smaller than what
 * days differ by, or takes longer than an hour, as trends and weekends do, is no change point.
 *
 * @param sampled of a rate a minute, spans of `stepMs`, without those that are not known
 */
export function changePoints({ at, values }: Sampled, stepMs: number): readonly ChangePoint[] {
  const known = at.flatMap((time, i) => ((values[i] ?? null) === null ? [] : [{ time, value: values[i] ?? 0 }]));
  const n = known.length;
  if (n < 2 * LEAST_SPANS) return [];
  const minutes = stepMs / 60_000;
  const times = known.map(({ time }) => time);
  const counts = known.map(({ value }) => value * minutes);
  const logs = Float64Array.from(counts, (count) => Math.log(count + ANSCOMBE));
  const first = times[0] ?? 0;
  const days = times.map((time) => Math.floor((time - first) / DAY_MS));
  const hasRhythm = ((times.at(-1) ?? first) - first) / DAY_MS >= RHYTHM_DAYS;
  const hasWeek = ((times.at(-1) ?? first) - first) / DAY_MS >= WEEK_DAYS;
  const slots = times.map((time) => Math.floor((time % DAY_MS) / stepMs));
  const slotCount = Math.round(DAY_MS / stepMs);

  let level = levelsByDay(logs, days, hasWeek ? WEEK_AROUND : 0);
  let usual: Float64Array = new Float64Array(n);
  let starts: number[] = [];
  for (let round = 0; round < (hasRhythm ? ROUNDS : 1); round++) {
    if (hasRhythm) usual = usualOf(logs, level, slots, slotCount);
    if (hasWeek) addWeekdays(usual, logs, level, times);
    const rest = logs.map((value, i) => value - (usual[i] ?? 0));
    const { weights, penalty } = noiseOf(rest, counts, hasRhythm);
    starts = pelt(rest, weights, penalty, LEAST_SPANS);
    level = levelsBySegment(rest, weights, starts);
  }
  const rest = logs.map((value, i) => value - (usual[i] ?? 0));
  const least = hasRhythm
    ? Math.max(Math.log(LEAST_FACTOR), DAY_DEVIATIONS * dayDeviation(rest, level, days))
    : Math.log(LEAST_FACTOR_ALONE);
  return starts.flatMap((start): ChangePoint[] => {
    const shift = (level[start] ?? 0) - (level[start - 1] ?? 0);
    if (Math.abs(shift) < least || !isAbrupt(rest, start, shift) || comesWeekly(rest, times, start, shift)) return [];
    if (!hasRhythm && (isBehindGap(times, start, stepMs) || Math.abs(jump(rest, start, FEW_SPANS, 0)) < least))
      return [];
    return [{ at: times[start] ?? first, ratio: Math.exp(shift) }];
  });
}

/** The median of each day; or of the week around it, which always has one weekend. */
function levelsByDay(logs: Float64Array, days: readonly number[], around: number): Float64Array {
  const medians = new Map(
    [...Map.groupBy(days.keys(), (i) => days[i] ?? 0)].map(([day, places]) => [
      day,
      median(places.map((i) => logs[i] ?? 0)),
    ]),
  );
  const levels = new Map(
    [...medians.keys()].map((day) => {
      const near = Array.from({ length: 2 * around + 1 }, (_, k) => medians.get(day + k - around) ?? []);
      return [day, median(near.flat())];
    }),
  );
  return Float64Array.from(days, (day) => levels.get(day) ?? 0);
}

const WEEK_AROUND = 3;

/** What each slot of the day has above the level, as the median over the days and the slots beside it. */
function usualOf(logs: Float64Array, level: Float64Array, slots: readonly number[], slotCount: number): Float64Array {
  const above: number[][] = Array.from({ length: slotCount }, () => []);
  slots.forEach((slot, i) => above[slot]?.push((logs[i] ?? 0) - (level[i] ?? 0)));
  const usual = above.map((_, slot) => {
    const near = Array.from(
      { length: 2 * BESIDE + 1 },
      (__, k) => above[(slot + k - BESIDE + slotCount) % slotCount] ?? [],
    );
    return median(near.flat());
  });
  return Float64Array.from(slots, (slot) => usual[slot] ?? 0);
}

function addWeekdays(usual: Float64Array, logs: Float64Array, level: Float64Array, times: readonly number[]): void {
  const weekday = times.map((time) => new Date(time).getUTCDay());
  for (const places of Map.groupBy(weekday.keys(), (i) => weekday[i] ?? 0).values()) {
    const above = median(places.map((i) => (logs[i] ?? 0) - (level[i] ?? 0) - (usual[i] ?? 0)));
    for (const i of places) usual[i] = (usual[i] ?? 0) + above;
  }
}

interface Noise {
  readonly weights: Float64Array;
  readonly penalty: number;
}

/** Of the differences between neighbours, which a change of the level does not touch. */
function noiseOf(rest: Float64Array, counts: readonly number[], hasRhythm: boolean): Noise {
  const n = rest.length;
  const counting = counts.map((count) => 1 / (count + 1));
  const apart = (lag: number): number => {
    const squares = Array.from({ length: n - lag }, (_, i) => {
      const difference = (rest[i + lag] ?? 0) - (rest[i] ?? 0);
      return difference ** 2 / 2 - ((counting[i + lag] ?? 0) + (counting[i] ?? 0)) / 2;
    });
    // The median of squares of a normal variable is 0.455 of their mean.
    return Math.max(0, median(squares) / 0.455);
  };
  const near = apart(1);
  // What has its rhythm still in it differs by that from hour to hour, and not by noise.
  const far = hasRhythm ? apart(FAR) : near * 2;
  const variance = Math.max(far, near, LEAST_VARIANCE);
  const kept = Math.min(MOST_KEPT, Math.max(0, 1 - near / variance));
  const weights = Float64Array.from(counting, (chance) => 1 / (variance + chance));
  return { weights, penalty: PENALTY * Math.log(n) * ((1 + kept) / (1 - kept)) };
}

/** Spans after which noise hangs together no more. */
const FAR = 12;
const LEAST_VARIANCE = 0.0004;
const MOST_KEPT = 0.9;
/** Of the BIC: a segment has a beginning and a mean. */
const PENALTY = 2;

function levelsBySegment(rest: Float64Array, weights: Float64Array, starts: readonly number[]): Float64Array {
  const levels = new Float64Array(rest.length);
  [0, ...starts].forEach((from, k) => {
    const to = starts[k] ?? rest.length;
    let [sum, weight] = [0, 0];
    for (let i = from; i < to; i++) {
      sum += (weights[i] ?? 0) * (rest[i] ?? 0);
      weight += weights[i] ?? 0;
    }
    levels.fill(sum / weight, from, to);
  });
  return levels;
}

/** By how much the means of days differ beside their levels, robustly. */
function dayDeviation(rest: Float64Array, level: Float64Array, days: readonly number[]): number {
  const means = [...Map.groupBy(days.keys(), (i) => days[i] ?? 0).values()].map((places) =>
    median(places.map((i) => (rest[i] ?? 0) - (level[i] ?? 0))),
  );
  return 1.4826 * median(means.map(Math.abs));
}

/** Nobody has read before it: what is different then may be the time of day alone. */
function isBehindGap(times: readonly number[], start: number, stepMs: number): boolean {
  return (times[start] ?? 0) - (times[Math.max(0, start - FEW_SPANS)] ?? 0) > 2 * FEW_SPANS * stepMs;
}

/** Whether most of it is there within an hour: the spans just before it, and those behind the first one after it. */
function isAbrupt(rest: Float64Array, start: number, shift: number): boolean {
  return jump(rest, start, LEAST_SPANS, 1) / shift >= ABRUPT;
}

/** From the median of so many spans before it to that of those behind it, without the first `skipped`. */
function jump(rest: Float64Array, start: number, spans: number, skipped: number): number {
  const before = median([...rest.slice(Math.max(0, start - spans), start)]);
  return median([...rest.slice(start + skipped, start + skipped + spans)]) - before;
}

/** Whether there was as much of a change at the same time a week before or after it: a weekend. */
function comesWeekly(rest: Float64Array, times: readonly number[], start: number, shift: number): boolean {
  return [-WEEK_DAYS / 2, WEEK_DAYS / 2].some((days) => {
    const time = (times[start] ?? 0) + days * DAY_MS;
    const place = times.findIndex((one) => one >= time);
    return place >= LEAST_SPANS && (times[place] ?? 0) - time < DAY_MS / 24 && isAbrupt(rest, place, shift);
  });
}

function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? 0;
  return sorted.length % 2 === 0 ? ((sorted[middle - 1] ?? high) + high) / 2 : high;
}
