import assert from 'node:assert/strict';
import { test } from 'node:test';
import { History } from '../../../src/monitoring/history.ts';
import { MemorySource, type HistorySource } from '../../../src/monitoring/historySource.ts';
import type { Snapshot } from '../../../src/monitoring/snapshot.ts';
import type { HistoryStore } from '../../../src/monitoring/store/historyStore.ts';
import { exact, later, metrics, snapshot, START } from './samples.ts';

/** The store that lasts can take the place of the memory wherever charts are drawn. */
type StoreFits = HistoryStore extends HistorySource ? true : never;
const storeFits: StoreFits = true;

function at(seconds: number, total: number, intervalSeconds = 10): Snapshot {
  const time = later(seconds);
  const one = snapshot({ metrics: metrics({ at: time, sessions: { total: exact(total, time) } }) });
  return { ...one, at: time, monitor: { ...one.monitor, intervalSeconds } };
}

function sourceOf(...snapshots: readonly Snapshot[]): MemorySource {
  const history = new History();
  for (const one of snapshots) history.add(one);
  return new MemorySource(() => history);
}

const ids = ['sessions.total', 'connections.total/idle', 'no.such'];
const read = (source: MemorySource, from: number, to: number, maxPoints = 100): ReturnType<MemorySource['readRange']> =>
  source.readRange({ metricIds: ids, from: later(from), to: later(to), maxPoints });

test('gives every reading of a short range, children too, and null for what is not known', () => {
  assert.ok(storeFits);
  const data = read(sourceOf(at(0, 1), at(10, 2), at(20, 3)), 0, 20);
  assert.deepEqual(data.at, [START.getTime(), later(10).getTime()], 'the end is not included');
  assert.equal(data.stepMs, 0);
  const [total, idle, none] = data.series;
  assert.deepEqual(total, { metricId: 'sessions.total', min: [1, 2], mean: [1, 2], max: [1, 2] });
  assert.deepEqual(idle?.mean, [3, 3]);
  assert.deepEqual(none?.mean, [null, null]);
});

test('keeps the extremes when there are more readings than points', () => {
  const all = Array.from({ length: 60 }, (_, i) => at(i * 10, i === 30 ? 1000 : i));
  const data = read(sourceOf(...all), 0, 600, 10);
  assert.ok(data.at.length <= 11, String(data.at.length));
  assert.equal(data.stepMs, 60_000);
  const [total] = data.series;
  assert.equal(Math.max(...(total?.max ?? []).map(Number)), 1000);
  assert.equal(Math.min(...(total?.min ?? []).map(Number)), 0);
  assert.ok(Math.max(...(total?.mean ?? []).map(Number)) < 250);
});

test('breaks where nobody has read, and not where the pace was slower or the history is thinned', () => {
  const gap = read(sourceOf(at(0, 1), at(300, 2)), 0, 400);
  assert.deepEqual(gap.series[0]?.mean, [1, null, 2]);
  const slow = read(sourceOf(at(0, 1, 60), at(60, 2, 60), at(120, 3, 10)), 0, 400);
  assert.deepEqual(slow.series[0]?.mean, [1, 2, 3]);
  const old = Array.from({ length: 400 }, (_, i) => at(i * 10, i));
  assert.ok(read(sourceOf(...old), 0, 4000, 1000).series[0]?.mean.every((value) => value !== null));
});

test('has no extent and no points before the first reading or without a monitor', () => {
  const none = new MemorySource(() => undefined);
  assert.equal(none.extent(), undefined);
  assert.deepEqual(read(none, 0, 100).at, []);
  const source = sourceOf(at(0, 1), at(10, 2));
  assert.deepEqual(source.extent(), { from: START, to: later(10) });
});

test('gives what happened in the range or reaches into it, oldest first', () => {
  const source = new MemorySource(
    () => undefined,
    () => [
      { kind: 'restart', at: later(50), text: 'c' },
      { kind: 'cleanup', at: later(-10), until: later(5), text: 'a' },
      { kind: 'rollback', at: later(-10), text: 'before' },
      { kind: 'rollback', at: later(20), text: 'b' },
      { kind: 'rollback', at: later(100), text: 'after' },
    ],
  );
  assert.deepEqual(
    source.annotations(START, later(100)).map(({ text }) => text),
    ['a', 'b', 'c'],
  );
});
