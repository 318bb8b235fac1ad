/** Two-sided 95 % quantiles of Student's distribution for 1, 2, 3 … degrees of freedom. */
const QUANTILES = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/** By how many standard errors a 95 % interval reaches to either side. @param freedom at least 1; rounded down */
export function studentT95(freedom: number): number {
  return QUANTILES[Math.floor(freedom) - 1] ?? 1.96 + 2.4 / freedom;
}
