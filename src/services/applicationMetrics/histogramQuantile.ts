/** A bucket of a classic histogram: observations up to and including `le`, those of all smaller buckets included. */
export interface Bucket {
  readonly le: number;
  readonly count: number;
}

export interface Quantile {
  /** NaN where PromQL gives NaN: no observations, fewer than two buckets, no bucket +Inf. */
  readonly value: number;
  /** The bucket that it was interpolated in. `to` is Infinity when it lies above the highest finite bound, which is `value` then. */
  readonly from: number;
  readonly to: number;
  /** A count was lower than that of a smaller bucket, and was lifted to it. */
  readonly corrected: boolean;
}

const NONE: Quantile = { value: Number.NaN, from: Number.NaN, to: Number.NaN, corrected: false };
/** Relative difference of two counts up to which it is rounding and no observation: smallDeltaTolerance of Prometheus ≥ 2.50. */
const SMALL_DELTA = 1e-12;

/**
 * The φ-quantile, φ in 0…1, by linear interpolation in its bucket, exactly as PromQL's histogram_quantile has it for
 * classic histograms: the lowest bucket begins at 0 if its bound is positive, a quantile above the highest finite bound is
 * that bound, and counts that go down are lifted.
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile
 */
export function histogramQuantile(phi: number, buckets: Iterable<Bucket>): Quantile {
  if (Number.isNaN(phi)) return NONE;
  if (phi < 0 || phi > 1) return { ...NONE, value: phi < 0 ? -Infinity : Infinity };
  const sorted = merged([...buckets].sort((a, b) => a.le - b.le));
  const last = sorted.at(-1);
  const highest = sorted.at(-2);
  if (last?.le !== Infinity || highest === undefined) return NONE;
  const { counts, corrected } = rising(sorted.map(({ count }) => count));
  const observations = counts.at(-1) ?? 0;
  if (!(observations > 0)) return NONE;

  const rank = phi * observations;
  const at = counts.findIndex((count) => count >= rank);
  const to = sorted[at]?.le ?? Infinity;
  if (to === Infinity) return { value: highest.le, from: highest.le, to, corrected };
  if (at === 0 && to <= 0) return { value: to, from: -Infinity, to, corrected };
  const from = at === 0 ? 0 : (sorted[at - 1]?.le ?? 0);
  const below = at === 0 ? 0 : (counts[at - 1] ?? 0);
  const value = from + (to - from) * ((rank - below) / ((counts[at] ?? 0) - below));
  return { value, from, to, corrected };
}

/** Adds up buckets with the same bound, which happens when "0.5" and "0.50" are two labels. */
function merged(sorted: readonly Bucket[]): Bucket[] {
  const result: Bucket[] = [];
  for (const bucket of sorted) {
    const last = result.at(-1);
    if (last?.le === bucket.le) result[result.length - 1] = { le: last.le, count: last.count + bucket.count };
    else result.push(bucket);
  }
  return result;
}

/** ensureMonotonicAndIgnoreSmallDeltas of Prometheus. */
function rising(counts: readonly number[]): { counts: readonly number[]; corrected: boolean } {
  let corrected = false;
  let before = counts[0] ?? 0;
  const result = counts.map((count) => {
    if (count === before || nearlyEqual(before, count)) return before;
    if (count < before) {
      corrected = true;
      return before;
    }
    return (before = count);
  });
  return { counts: result, corrected };
}

function nearlyEqual(a: number, b: number): boolean {
  if (a === 0 || b === 0) return false;
  return Math.abs(a - b) / (Math.abs(a) + Math.abs(b)) < SMALL_DELTA;
}
