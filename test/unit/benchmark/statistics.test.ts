import assert from 'node:assert/strict';
import { test } from 'node:test';
import { incompleteBeta, inverseBeta } from '../../../src/benchmark/statistics/beta.ts';
import {
  countRatioInterval,
  meanInterval,
  quantile,
  ratioInterval,
  studentQuantile,
} from '../../../src/benchmark/statistics/intervals.ts';
import { seeded } from '../../kit/random.ts';

function near(actual: number | undefined, expected: number, within = 1e-6): void {
  assert.ok(actual !== undefined && Math.abs(actual - expected) <= within, `${actual} is not ${expected}`);
}

test('the beta function and Student’s quantiles are those of the tables', () => {
  near(incompleteBeta(0.3, 2, 5), 0.579825);
  near(incompleteBeta(0.5, 0.5, 0.5), 0.5);
  near(incompleteBeta(0.99, 30, 2), 0.9612834934, 1e-3);
  // Abramowitz and Stegun, table 26.10.
  for (const [freedom, t] of [
    [1, 12.706],
    [4, 2.776],
    [9, 2.262],
    [30, 2.042],
    [120, 1.98],
  ] as const) {
    // prettier-ignore
    near(studentQuantile(0.975, freedom), t, 5e-4);
  }
  near(incompleteBeta(inverseBeta(0.975, 11, 90), 11, 90), 0.975, 1e-9);
});

test('the interval of a binomial share is that of Clopper and Pearson', () => {
  // 10 of 100 have 0.0490 to 0.1762 (Brown, Cai and DasGupta 2001).
  near(inverseBeta(0.025, 10, 91), 0.0490, 1e-4); // prettier-ignore
  near(inverseBeta(0.975, 11, 90), 0.1762, 1e-4);
  const same = countRatioInterval([{ events: 10, of: 90 }], [{ events: 10, of: 90 }]);
  assert.ok(same !== undefined && same.low < 1 && same.high > 1);
});

test('quantiles, means and ratios of few values', () => {
  near(quantile(Float64Array.from([1, 2, 3, 4]), 0.5), 2.5);
  near(quantile(Float64Array.from([7]), 0.99), 7);
  assert.equal(quantile(new Float64Array(), 0.5), undefined);
  assert.equal(meanInterval([1]), undefined);
  const mean = meanInterval([4, 6]);
  near(mean?.value, 5);
  near(mean?.high, 5 + 12.7062047, 1e-5);
  assert.equal(ratioInterval([1, 2], [1]), undefined);
  assert.equal(ratioInterval([1, 0], [1, 2]), undefined);
  const exact = ratioInterval([2, 2], [3, 3]);
  near(exact?.low, 1.5, 1e-12);
  near(exact?.high, 1.5, 1e-12);
  assert.equal(countRatioInterval([{ events: 0, of: 100 }], [{ events: 3, of: 100 }]), undefined);
});

/** Normal values by Box and Muller. */
function normal(next: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

test('intervals hold what is true in 95 of 100 samples', () => {
  const next = seeded(13);
  const rounds = (mean: number): number[] =>
    Array.from({ length: 5 }, () => Math.exp(Math.log(mean) + 0.1 * normal(next)));
  const counts = (rate: number): { events: number; of: number }[] =>
    Array.from({ length: 5 }, () => ({
      events: Array.from({ length: 50 }, next).filter((x) => x < rate).length,
      of: 50,
    }));
  const held = (of: () => { low: number; high: number } | undefined, truth: number): number =>
    Array.from({ length: 1000 }, of).filter((one) => one !== undefined && one.low <= truth && one.high >= truth).length;
  const ratio = held(() => ratioInterval(rounds(20), rounds(17)), 0.85);
  assert.ok(ratio > 930 && ratio < 970, `${ratio} of 1000`);
  for (const [before, after] of [
    [0.9, 0.1],
    [0.9, 0.9],
    [0.05, 0.04],
  ] as const) {
    // prettier-ignore
    const count = held(() => countRatioInterval(counts(before), counts(after)), after / before);
    assert.ok(count > 930, `${count} of 1000 with ${before} and ${after}`);
  }
  // Rounds that differ by more than chance: bursts of others.
  const bursts = (): { events: number; of: number }[] =>
    Array.from({ length: 5 }, () => ({ events: 50 + 40 * Math.round(2 * next()), of: 50 }));
  const burst = held(() => countRatioInterval(bursts(), bursts()), 1);
  assert.ok(burst > 930, `${burst} of 1000`);
});
