/**
 * Where the mean of a series changes: the segmentation of least cost, found by PELT (R. Killick, P. Fearnhead and I. A. Eckley,
 * "Optimal detection of changepoints with a linear computational cost", JASA 107, 2012). The cost of a segment is the weighted sum of
 * squares about its mean; each further segment costs `penalty`.
 *
 * @param weights 1 ÷ variance of each value; 0: it is not known
 * @param least values in a segment, at least
 * @returns the first index of each segment but the first
 */
export function pelt(values: Float64Array, weights: Float64Array, penalty: number, least: number): number[] {
  const n = values.length;
  const [w, wx, wxx] = [new Float64Array(n + 1), new Float64Array(n + 1), new Float64Array(n + 1)];
  for (let i = 0; i < n; i++) {
    const [value, weight] = [values[i] ?? 0, weights[i] ?? 0];
    w[i + 1] = (w[i] ?? 0) + weight;
    wx[i + 1] = (wx[i] ?? 0) + weight * value;
    wxx[i + 1] = (wxx[i] ?? 0) + weight * value * value;
  }
  const best = new Float64Array(n + 1).fill(Infinity);
  const last = new Int32Array(n + 1);
  best[0] = -penalty;
  // Beginnings of segments that can still be best, and what they cost with the segment that ends here. Loops over typed arrays: of
  // a month of quarters of an hour these are millions of steps.
  const candidates = new Int32Array(n + 1);
  const totals = new Float64Array(n + 1);
  let count = 1;
  for (let end = least; end <= n; end++) {
    const [weight, sum, squares] = [w[end] ?? 0, wx[end] ?? 0, wxx[end] ?? 0];
    let [lowest, found] = [Infinity, 0];
    for (let k = 0; k < count; k++) {
      const start = candidates[k] ?? 0;
      const between = weight - (w[start] ?? 0);
      const part = sum - (wx[start] ?? 0);
      const cost = between > 0 ? squares - (wxx[start] ?? 0) - (part * part) / between : 0;
      const total = (best[start] ?? Infinity) + cost;
      totals[k] = total;
      if (total < lowest) [lowest, found] = [total, start];
    }
    const here = lowest + penalty;
    best[end] = here;
    last[end] = found;
    // What is worse by more than a further segment costs can't become best any more.
    let kept = 0;
    for (let k = 0; k < count; k++) if ((totals[k] ?? Infinity) <= here) candidates[kept++] = candidates[k] ?? 0;
    if (end + 1 >= 2 * least) candidates[kept++] = end + 1 - least;
    count = kept;
  }
  const starts: number[] = [];
  for (let end = n; end > 0; end = last[end] ?? 0) if ((last[end] ?? 0) > 0) starts.unshift(last[end] ?? 0);
  return starts;
}
