import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sparkPath } from '../../../src/webview/controls/sparkPath.ts';

const BOUNDS = { from: 0, to: 100 };

test('a sparkline goes from the least to the most, and is broken where there is no value', () => {
  assert.equal(sparkPath([0, 50, 100], [0, 10, 5], BOUNDS), 'M0.0 22.0L50.0 2.0L100.0 12.0');
  assert.equal(sparkPath([0, 25, 50, 75, 100], [0, 10, null, 10, 0], BOUNDS), 'M0.0 22.0L25.0 2.0M75.0 2.0L100.0 22.0');
  assert.equal(sparkPath([], [], BOUNDS), '');
  assert.equal(sparkPath([1], [null], BOUNDS), '');
});

test('a steady figure is a line in the middle, and noise is not blown up', () => {
  assert.equal(sparkPath([0, 100], [7, 7], BOUNDS), 'M0.0 12.0L100.0 12.0');
  assert.equal(sparkPath([0, 100], [0, 0], BOUNDS), 'M0.0 12.0L100.0 12.0');
  const [, first = NaN, second = NaN] = (
    / ([\d.]+)L.* ([\d.]+)$/.exec(sparkPath([0, 100], [100_000, 100_010], BOUNDS)) ?? []
  ).map(Number);
  assert.ok(Math.abs(first - second) < 0.5, `${first} ${second}`);
});

test('many points are thinned, and the last one is there', () => {
  const at = Array.from({ length: 1001 }, (_, i) => i / 10);
  const path = sparkPath(at, at, BOUNDS);
  assert.ok(path.split('L').length <= 101, path);
  assert.ok(path.endsWith('L100.0 2.0'), path);
  assert.equal(sparkPath([-10, 0, 100], [5, 1, 2], BOUNDS).startsWith('M0.0'), true, 'what lies before is left out');
});
