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
  const found = add(perPage.map(Math.abs));
  const unread = 1 - 1 / Math.max(1, width);
  const variance = n > 1 ? (unread * width ** 2 * n * roughness(perPage)) / (2 * (n - 1)) : Infinity;
  // Nothing found does not mean nothing there: the "rule of three" (Hanley & Lippman-Hand, JAMA 1983;249:1743).
  const least = found === 0 ? 3 * width * unread : 0;
  const weighted = perPage.map((count, i) => count * Math.min(width, pages - i * width));
  return { value: add(weighted), plusMinus: Math.max(halfWidth(variance, found * width), least) };
}

/** Σ (yᵢ − yᵢ₋₁)²: of two ways to come to the same total the one with less has the smaller variance. */
export function roughness(perPage: readonly number[]): number {
  return add(perPage.slice(1).map((count, i) => (count - at(perPage, i)) ** 2));
}

/**
 * Where few were found, the variance that they show is itself a draw, and too small where too few were: the upper limit is that of the
 * score interval, where the variance grows with what is to be found, (x − x̂)² = z² v x / x̂ (E. B. Wilson, JASA 1927;22:209). With
 * hundreds it is the usual z √v.
 */
function halfWidth(variance: number, found: number): number {
  if (found === 0 || variance === Infinity) return Z * Math.sqrt(variance);
  const shift = (Z ** 2 * variance) / (2 * found);
  return shift + Math.sqrt(Z ** 2 * variance + shift ** 2);
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
