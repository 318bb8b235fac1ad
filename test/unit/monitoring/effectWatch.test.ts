import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unknown } from '../../../src/common/measured.ts';
import { EffectWatch, type EffectVerdict, type ExpectedEffect } from '../../../src/monitoring/snapshot/effectWatch.ts';
import type { Snapshot } from '../../../src/monitoring/snapshot/snapshot.ts';
import { exact, later, rates, snapshot } from './samples.ts';

/** Snapshots 10 s apart with these rates; undefined: the rate is not known. */
function series(from: number, ...values: readonly (number | undefined)[]): Snapshot[] {
  return values.map((value, i) =>
    snapshot({
      at: later(from + i * 10),
      rates: { ...rates(), savesPerMinute: value === undefined ? unknown('First reading.') : exact(value) },
    }),
  );
}

function watch(expected: ExpectedEffect, before: readonly number[], waitSeconds = 120): EffectWatch {
  return new EffectWatch({ expected, before: series(-10 * before.length, ...before), from: later(0), waitSeconds });
}

function verdictOf(one: EffectWatch, snapshots: readonly Snapshot[]): EffectVerdict | undefined {
  for (const s of snapshots) {
    const verdict = one.take(s);
    if (verdict !== undefined) return verdict;
  }
  return undefined;
}

void test('a rate that rises as expected is told after three readings that agree', () => {
  const one = watch('rises', [40, 42, 44]);
  assert.equal(verdictOf(one, series(5, 90, 500, 520)), undefined, 'the first reaches back to before the change');
  assert.deepEqual(verdictOf(one, series(35, 480)), { kind: 'moved', before: 42, after: 500 });
});

void test('a single odd reading moves nothing', () => {
  assert.equal(verdictOf(watch('rises', [40, 42, 44]), series(5, 42, 41, 900, 43, 42, 40)), undefined);
});

void test('a rate that falls as expected', () => {
  assert.equal(verdictOf(watch('falls', [500, 520]), series(5, 500, 60, 50, 40))?.kind, 'moved');
});

void test('a rate that goes the other way, or nowhere, has not moved when the time is up', () => {
  for (const rate of [42, 500]) {
    const verdict = verdictOf(watch('falls', [42, 42], 60), series(5, ...Array<number>(12).fill(rate)));
    assert.deepEqual(verdict, { kind: 'notMoved', before: 42, after: rate });
  }
});

void test('a rate that should stay is judged only when the time is up', () => {
  const steady = watch('stays', [42, 42], 60);
  assert.equal(verdictOf(steady, series(5, 42, 40, 44, 43)), undefined);
  assert.equal(verdictOf(steady, series(45, 42, 41))?.kind, undefined);
  assert.equal(verdictOf(steady, series(65, 42))?.kind, 'moved');
  assert.equal(verdictOf(watch('stays', [42], 60), series(5, 42, 400, 400, 400, 400, 400, 400))?.kind, 'notMoved');
});

void test('nothing is claimed from a handful of saves, without a baseline, or without readings', () => {
  assert.equal(verdictOf(watch('rises', [0, 0.2], 30), series(5, 0, 0.5, 0.5, 0.5, 0.5))?.kind, 'tooFew');
  assert.equal(verdictOf(watch('rises', [], 30), series(5, 100, 100, 100, 100, 100))?.kind, 'unknown');
  assert.deepEqual(watch('rises', [42], 30).expire(later(31)), { kind: 'unknown', before: 42 });
  assert.equal(watch('rises', [42], 30).expire(later(29)), undefined);
});

void test('readings without a rate, and the same reading twice, count for nothing', () => {
  const one = watch('rises', [40]);
  const twice = series(5, 400, 400);
  for (let i = 0; i < 5; i++) assert.equal(verdictOf(one, twice), undefined);
  assert.equal(verdictOf(one, series(45, undefined, undefined, undefined)), undefined);
});
