import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coveredShare, segmentSeconds, weightedMedian } from '../../../src/reports/compareMedian.ts';
import { seeded } from '../../kit/random.ts';

const median = (values: readonly number[], weights: readonly number[]): number | undefined =>
  weightedMedian(Float64Array.from(values), Float64Array.from(weights));

/** As everybody knows it, of each value as often as it weighs. */
function plain(values: readonly number[], weights: readonly number[]): number {
  const all = values.flatMap((value, i) => new Array<number>(weights[i] ?? 0).fill(value)).sort((a, b) => a - b);
  const middle = all.length / 2;
  return ((all[Math.ceil(middle) - 1] ?? NaN) + (all[Math.floor(middle)] ?? NaN)) / 2;
}

test('the weighted median is the ordinary one of each value as often as it weighs', () => {
  const random = seeded(3);
  for (let round = 0; round < 500; round++) {
    const length = 1 + Math.floor(random() * 12);
    // Few different values, so that equal ones are common.
    const values = Array.from({ length }, () => Math.floor(random() * 6) - 2);
    const weights = Array.from({ length }, () => 1 + Math.floor(random() * 4));
    assert.equal(median(values, weights), plain(values, weights), JSON.stringify({ values, weights }));
  }
});

test('with equal weights it is the ordinary median, and of nothing there is none', () => {
  assert.equal(median([3, 1, 2], [10, 10, 10]), 2);
  assert.equal(median([4, 1, 2, 3], [10, 10, 10, 10]), 2.5);
  assert.equal(median([7], [1]), 7);
  assert.equal(median([], []), undefined);
  assert.equal(median([1, 100], [3600, 10]), 1, 'an hour weighs more than a reading');
});

const MINUTE = 60_000;
const every = (count: number, ms: number, from = 0): number[] => Array.from({ length: count }, (_, i) => from + i * ms);
const readings = (at: readonly number[]): number[] => at.map(() => 0);

test('a reading stands for the interval at its time, beside a gap and where the pace changes too', () => {
  const at = [...every(3, 60_000), ...every(3, 10_000, 130_000), 4_000_000, 4_010_040];
  assert.deepEqual([...segmentSeconds(at, readings(at))], [60, 60, 10, 10, 10, 10, 10, 10]);
  assert.deepEqual([...segmentSeconds([5], [0])], [120], 'alone it stands for no more than the slowest pace');
  assert.deepEqual([...segmentSeconds([0, 1], [0, 0])], [1, 1], 'never for nothing');
  assert.deepEqual([...segmentSeconds([0, MINUTE, 60 * MINUTE], [MINUTE, MINUTE, 60 * MINUTE])], [60, 60, 3600]);
});

test('the share that is covered leaves out gaps, and what lies before the first and after the last reading', () => {
  const covered = (at: readonly number[], from: number, to: number, span = 0): number => {
    const spans = at.map(() => span);
    return Math.round(100 * coveredShare(at, spans, segmentSeconds(at, spans), from, to));
  };
  assert.equal(covered(every(90, 10_000), 0, 900_000), 100);
  assert.equal(covered(every(90, 10_000), 0, 1_800_000), 50, 'it ends in the middle');
  assert.equal(covered(every(90, 10_000, 900_000), 0, 1_800_000), 50, 'it begins in the middle');
  assert.equal(covered([...every(30, 10_000), ...every(30, 10_000, 600_000)], 0, 900_000), 67);
  assert.equal(covered([...every(30, 10_000), ...every(20, 30_000, 300_000)], 0, 900_000), 100, 'slower is no gap');
  assert.equal(covered(every(60, MINUTE), 0, 60 * MINUTE, MINUTE), 100);
  assert.equal(covered([...every(30, MINUTE), ...every(10, MINUTE, 50 * MINUTE)], 0, 60 * MINUTE, MINUTE), 67);
  assert.equal(covered([], 0, 1), 0);
});
