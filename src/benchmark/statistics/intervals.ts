import { inverseBeta } from './beta.ts';

/** A figure with its interval of confidence, 95 %. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Two-sided: each end is passed by chance once in forty times. */
const CONFIDENCE = 0.95;
const UPPER = 1 - (1 - CONFIDENCE) / 2;

/** The q-quantile of values in ascending order, interpolated: type 7 of Hyndman and Fan (1996). undefined: there are none. */
export function quantile(sorted: Float64Array, q: number): number | undefined {
  const at = (sorted.length - 1) * q;
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low === undefined || high === undefined ? undefined : low + (high - low) * (at - Math.floor(at));
}

/**
 * The mean of repeats with Student's interval across them: each repeat is one observation, since the requests within one depend on
 * each other (independent replications: Law, Simulation Modeling and Analysis, 9.4.1). undefined: fewer than two.
 */
export function meanInterval(values: readonly number[]): Interval | undefined {
  if (values.length < 2) return undefined;
  const { mean, variance } = moments(values);
  const half = studentQuantile(UPPER, values.length - 1) * Math.sqrt(variance / values.length);
  return { value: mean, low: mean - half, high: mean + half };
}

/**
 * after ÷ before of geometric means: Welch's interval (1947) for the difference of the means of logarithms, which needs no equal
 * variances; relative changes of times and rates are compared so (Kalibera and Jones, Rigorous Benchmarking in Reasonable Time, 2013,
 * have the ratio of means for the same). undefined: fewer than two repeats on a side, or a value that is not positive.
 */
export function ratioInterval(before: readonly number[], after: readonly number[]): Interval | undefined {
  if (before.length < 2 || after.length < 2 || [...before, ...after].some((value) => value <= 0)) return undefined;
  const [a, b] = [before, after].map((values) => moments(values.map(Math.log))) as [Moments, Moments];
  const [va, vb] = [a.variance / before.length, b.variance / after.length];
  const difference = b.mean - a.mean;
  if (va + vb === 0) return { value: Math.exp(difference), low: Math.exp(difference), high: Math.exp(difference) };
  const freedom = (va + vb) ** 2 / (va ** 2 / (before.length - 1) + vb ** 2 / (after.length - 1));
  const half = studentQuantile(UPPER, freedom) * Math.sqrt(va + vb);
  return { value: Math.exp(difference), low: Math.exp(difference - half), high: Math.exp(difference + half) };
}

/** Events of a round, and how many requests it had. */
export interface Count {
  readonly events: number;
  readonly of: number;
}

/**
 * after ÷ before of events a request, also where there are none on a side: given both sums together, those of one side are binomial
 * (Przyborowski and Wilenski 1940), with the interval of Clopper and Pearson (1934). Where rounds differ by more than chance has it, or
 * by less, as with a save at each request, the counts weigh less or more (quasi-Poisson: McCullagh and Nelder, Generalized Linear
 * Models, 4.5, with Student's quantile in the place of the normal one). undefined: there were none before.
 */
export function countRatioInterval(before: readonly Count[], after: readonly Count[]): Interval | undefined {
  const [a, b] = [total(before), total(after)];
  if (a.events === 0 || a.of === 0 || b.of === 0) return undefined;
  const [wa, wb] = [weightOf(before), weightOf(after)];
  const [x, y] = [a.events * wa, b.events * wb];
  const ratioOf = (share: number): number => ((share / (1 - share)) * a.of * wa) / (b.of * wb);
  const tail = 1 - UPPER;
  return {
    value: (b.events / b.of) * (a.of / a.events),
    low: y === 0 ? 0 : ratioOf(inverseBeta(tail, y, x + 1)),
    high: ratioOf(inverseBeta(1 - tail, y + 1, x)),
  };
}

function total(counts: readonly Count[]): Count {
  const sum = (key: keyof Count): number => counts.reduce((all, count) => all + count[key], 0);
  return { events: sum('events'), of: sum('of') };
}

/** However little rounds differ: they are few. */
const LEAST_DISPERSION = 1 / 20;
const NORMAL_QUANTILE = 1.959964;

/** By Pearson's χ² of the rounds against their common rate, over its degrees of freedom: 1 is chance. */
function weightOf(counts: readonly Count[]): number {
  const { events, of } = total(counts);
  const freedom = counts.length - 1;
  if (freedom === 0 || events === 0) return 1;
  const terms = counts.map((count) => (count.events - (events * count.of) / of) ** 2 / ((events * count.of) / of));
  const dispersion = terms.reduce((sum, term) => sum + term, 0) / freedom;
  return (NORMAL_QUANTILE / studentQuantile(UPPER, freedom)) ** 2 / Math.max(LEAST_DISPERSION, dispersion);
}

interface Moments {
  readonly mean: number;
  readonly variance: number;
}

function moments(values: readonly number[]): Moments {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, variance };
}

/** Of Student's distribution, p > 0.5: P(T ≤ t) = 1 − I_{ν/(ν+t²)}(ν/2, 1/2) ÷ 2 (Abramowitz and Stegun 26.7.1). */
export function studentQuantile(p: number, freedom: number): number {
  const x = inverseBeta(2 * (1 - p), freedom / 2, 0.5);
  return Math.sqrt((freedom * (1 - x)) / x);
}
