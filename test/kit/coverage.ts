/** What an interval claims. */
const CLAIM = 0.95;
/** How often a test may fail by bad luck. */
const BAD_LUCK = 1e-6;

/** So many of `draws` intervals cover the truth at least, but by bad luck, where each does with the probability that it claims. */
export function leastCovered(draws: number): number {
  // Of the binomial distribution, term by term from below; in logarithms, for the first ones are too small for a number.
  let log = draws * Math.log(1 - CLAIM);
  let below = Math.exp(log);
  for (let k = 0; k < draws; k++) {
    if (below > BAD_LUCK) return k;
    log += Math.log((draws - k) / (k + 1)) + Math.log(CLAIM / (1 - CLAIM));
    below += Math.exp(log);
  }
  return draws;
}
