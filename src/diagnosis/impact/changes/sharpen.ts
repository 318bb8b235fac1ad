import type { Sampled } from '../dayGrid.ts';

/**
 * The time within a few spans about a change at which it is sharpest: the split into two means of the logarithms that leaves the least
 * sum of squares, as of a single change point of a normal series (D. V. Hinkley, Biometrika 57, 1970).
 *
 * @param fine the rate about the change, in finer spans
 * @returns milliseconds; `at` where nothing finer is known
 */
export function sharpen(at: number, { at: times, values }: Sampled): number {
  const known = times.flatMap((time, i) => {
    const value = values[i] ?? null;
    return value === null ? [] : [{ time, log: Math.log(value + 1) }];
  });
  let [best, sharpest] = [at, -Infinity];
  for (let k = LEAST; k <= known.length - LEAST; k++) {
    const [before, after] = [mean(known.slice(0, k)), mean(known.slice(k))];
    const between = ((k * (known.length - k)) / known.length) * (before - after) ** 2;
    if (between > sharpest) [best, sharpest] = [known[k]?.time ?? at, between];
  }
  return best;
}

/** Spans on either side. */
const LEAST = 3;

function mean(values: readonly { readonly log: number }[]): number {
  return values.reduce((sum, { log }) => sum + log, 0) / values.length;
}
