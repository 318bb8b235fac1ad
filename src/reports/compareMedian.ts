/**
 * The weighted median: a value for which those below it and those above it each weigh at most half of all (Edgeworth 1888).
 * Where the lower half weighs exactly half, it is the middle between the greatest of the lower and the smallest of the upper
 * half, so that with equal weights it is the ordinary median of an odd or an even number of values.
 *
 * @param weights as many as values, whole numbers above 0, so that their sums are exact
 * @returns undefined: there are no values
 */
export function weightedMedian(values: Float64Array, weights: Float64Array): number | undefined {
  // Typed arrays are sorted without a comparison function, many times as fast as pairs of value and weight are.
  const sorted = values.toSorted();
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const below = (index: number): number => weightUpTo(values, weights, sorted[index] ?? NaN);
  let [low, high] = [0, sorted.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (2 * below(middle) >= total) high = middle;
    else low = middle + 1;
  }
  const lower = sorted[low];
  if (lower === undefined) return undefined;
  if (2 * below(low) > total) return lower;
  const upper = sorted.find((value, i) => i > low && value > lower) ?? lower;
  return (lower + upper) / 2;
}

function weightUpTo(values: Float64Array, weights: Float64Array, most: number): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) if ((values[i] ?? NaN) <= most) sum += weights[i] ?? 0;
  return sum;
}

/** A reading that has none beside it stands for no more: twice the slowest pace there is by default. */
const MOST_SECONDS = 120;

/**
 * For how long each point stands, in whole seconds: the span of what is thinned; of a reading the time to the nearer of its
 * neighbours, which is the interval at that time, also beside a gap and where the pace changes.
 *
 * @param at milliseconds, ascending
 * @param spans milliseconds that each point is the mean of; 0: it is a reading
 */
export function segmentSeconds(at: readonly number[], spans: readonly number[]): Float64Array {
  return Float64Array.from(at, (time, i) => {
    const span = spans[i] ?? 0;
    if (span > 0) return Math.max(1, Math.round(span / 1000));
    const near = Math.min(time - (at[i - 1] ?? -Infinity), (at[i + 1] ?? Infinity) - time) / 1000;
    return Math.max(1, Math.min(MOST_SECONDS, Math.round(near)));
  });
}

/** So many missed readings are a gap: the same as the store takes for one. */
const GAP_INTERVALS = 3;

/** The share of a range that its points stand for, 0 to 1: what is further apart than a gap is not covered. */
export function coveredShare(
  at: readonly number[],
  spans: readonly number[],
  seconds: Float64Array,
  from: number,
  to: number,
): number {
  if (at.length === 0 || to <= from) return 0;
  const interval = (i: number): number => 1000 * (seconds[i] ?? 0);
  let missing = 0;
  let end = from;
  for (let i = 0; i <= at.length; i++) {
    const begin = at[i] ?? to;
    const usual = Math.max(i > 0 ? interval(i - 1) : 0, i < at.length ? interval(i) : 0);
    // Of two readings the first stands for one interval; a gap begins after it.
    if (begin - end > GAP_INTERVALS * usual) missing += begin - end - (i > 0 && spans[i - 1] === 0 ? usual : 0);
    end = Math.max(end, begin + (spans[i] ?? 0));
  }
  return Math.min(1, Math.max(0, 1 - missing / (to - from)));
}
