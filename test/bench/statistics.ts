/** What a series of measurements says, spread included: no figure of the bench stands without it. */
export interface Summary {
  readonly n: number;
  readonly min: number;
  readonly q1: number;
  readonly median: number;
  readonly q3: number;
  readonly p95: number;
  readonly max: number;
}

/** @param values at least one */
export function summarize(values: readonly number[]): Summary {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => quantile(sorted, share);
  return { n: sorted.length, min: at(0), q1: at(0.25), median: at(0.5), q3: at(0.75), p95: at(0.95), max: at(1) };
}

/** Linear interpolation between the closest ranks: type 7 of Hyndman & Fan, The American Statistician 50 (1996) 361. */
function quantile(sorted: readonly number[], share: number): number {
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)];
  const above = sorted[Math.ceil(position)];
  if (below === undefined || above === undefined) throw new Error('A summary needs at least one value.');
  return below + (above - below) * (position - Math.floor(position));
}

/** Element by element: what was measured next to each other in time is compared, so that slow noise cancels out. */
export function pairwise(numerators: readonly number[], denominators: readonly number[]): number[] {
  if (numerators.length !== denominators.length) throw new Error('Pairs need two series of the same length.');
  return numerators.map((value, i) => value / (denominators[i] ?? NaN));
}
