/**
 * Estimates from a page sample: the heap is cut into strata of `width` pages, the last one shorter, and one random page of
 * each is read.
 *
 * The estimate of a total is Σ wᵢ yᵢ with wᵢ the pages of stratum i, the Horvitz-Thompson estimator: each page of it is
 * drawn with probability 1 / wᵢ. With one page a stratum the variance has to come from neighbours; the successive-difference
 * estimator
 *   v = (1 − f) · width² · n / (2 (n − 1)) · Σ (yᵢ − yᵢ₋₁)²
 * is used (Wolter, Introduction to Variance Estimation, 2nd ed. 2007, chapter 8, estimator v₂; Cochran, Sampling
 * Techniques, 3rd ed. 1977, section 5A.12, on collapsed strata). f = n / pages is the share that was read.
 */
export interface Estimate {
  readonly value: number;
  /** Half-width of the 95 % confidence interval. */
  readonly plusMinus: number;
}

/** Normal quantile of a two-sided 95 % interval; with 64 pages and more Student's is the same to 2 %. */
const Z = 1.96;

/**
 * @param perPage what was counted on each page that was read, in the order of the pages
 * @param width pages of a stratum
 * @param pages pages of the table
 */
export function estimateTotal(perPage: readonly number[], width: number, pages: number): Estimate {
  const n = perPage.length;
  if (n === 0) return { value: 0, plusMinus: 0 };
  const sum = add(perPage);
  const unread = 1 - 1 / Math.max(1, width);
  let squares = 0;
  for (let i = 1; i < n; i++) squares += (at(perPage, i) - at(perPage, i - 1)) ** 2;
  const variance = n > 1 ? (unread * width ** 2 * n * squares) / (2 * (n - 1)) : Infinity;
  // Nothing found does not mean nothing there: the "rule of three" (Hanley & Lippman-Hand, JAMA 1983;249:1743).
  const least = sum === 0 ? 3 * width * unread : 0;
  const weighted = perPage.map((count, i) => count * Math.min(width, pages - i * width));
  return { value: add(weighted), plusMinus: Math.max(Z * Math.sqrt(variance), least) };
}

/** Bytes that whole further rows of the mean size could take on these pages. */
export function reusablePerPage(rows: readonly number[], bytes: readonly number[], usable: number): number[] {
  const count = add(rows);
  const row = count === 0 ? usable : add(bytes) / count;
  return bytes.map((used) => Math.floor(Math.max(0, usable - used) / row) * row);
}

export function add(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function at(values: readonly number[], index: number): number {
  return values[index] ?? 0;
}
