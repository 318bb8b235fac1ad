import assert from 'node:assert/strict';
import { test } from 'node:test';
import { figure, table } from '../bench/figures.ts';
import { pairwise, summarize } from '../bench/statistics.ts';
import { truthAt, type Truth } from '../bench/truth.ts';

test('summarizes by quantiles between the closest ranks, in whatever order the values come', () => {
  const values = Array.from({ length: 21 }, (_, i) => ((i * 8) % 21) + 1); // 1 to 21, shuffled
  assert.deepEqual(summarize(values), { n: 21, min: 1, q1: 6, median: 11, q3: 16, p95: 20, max: 21 });
  assert.deepEqual(summarize([7]), { n: 1, min: 7, q1: 7, median: 7, q3: 7, p95: 7, max: 7 });
  assert.throws(() => summarize([]), /at least one value/);
});

test('compares pair by pair', () => {
  assert.deepEqual(pairwise([10, 30], [5, 10]), [2, 3]);
  assert.throws(() => pairwise([1], [1, 2]), /same length/);
});

test('judges by the median, or by the 95th percentile and says when only the median keeps the aim', () => {
  const verdict = (values: number[], aim: Parameters<typeof figure>[4]): string | undefined =>
    figure('group', 'what', 'percent', values, aim).verdict;
  const mostly = [1, 1, 1, 9];
  assert.equal(verdict(mostly, {}), undefined);
  assert.equal(verdict(mostly, { aim: { limit: 5, is: 'atMost' } }), 'met');
  assert.equal(verdict(mostly, { aim: { limit: 5, is: 'atMost', judges: 'p95' } }), 'median only');
  assert.equal(verdict([9, 9], { aim: { limit: 5, is: 'atMost', judges: 'p95' } }), 'missed');
  assert.equal(verdict([9, 9], { aim: { limit: 5, is: 'atLeast' } }), 'met');
  assert.equal(verdict([4, 4], { aim: { limit: 5, is: 'atLeast' } }), 'missed');
});

test('prints the spread, the aim and whether it was met', () => {
  const aim = { limit: 3, is: 'atMost' } as const;
  const text = table([
    figure('Cost', 'reading', 'ms', [1, 2, 6], { aim, note: 'warm' }),
    figure('Size', 'VSIX', 'kB', [161.2]),
  ]);
  const lines = text.split('\n').map((line) => line.trim().replaceAll(/ {2,}/g, ' | '));
  assert.deepEqual(lines.slice(2), [
    'Cost',
    'reading | ms | 2.00 | 1.50–4.00 | 5.60 | 1.00–6.00 | 3 | ≤ 3 | met | warm',
    '',
    'Size',
    'VSIX | kB | 161 | 1',
  ]);
});

test('draws a line between two truths', () => {
  const before: Truth = {
    total: 100,
    active: 60,
    expired: 40,
    savedLastHour: 9,
    reusable: 0,
    free: 0,
    heapBytes: 8192,
    at: 1000,
  };
  const after: Truth = { ...before, active: 50, expired: 50, at: 3000 };
  assert.equal(truthAt(before, after, 'expired', 1500), 42.5);
  assert.equal(truthAt(before, after, 'expired', 9000), 50);
  assert.equal(truthAt(before, before, 'expired', 1000), 40);
});
