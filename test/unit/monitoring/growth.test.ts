import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isKnown, type Measured } from '../../../src/common/measured.ts';
import type { HistoryStore } from '../../../src/history/historyStore.ts';
import { sizesIn } from '../../../src/history/sizes.ts';
import { GrowthTracker } from '../../../src/monitoring/snapshot/growth.ts';
import { seeded } from '../../kit/random.ts';
import { openStore, temporaryFolder } from '../history/folder.ts';
import { FakeClock } from './fakeClock.ts';
import { exact, later, MB, snapshot } from './samples.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;

/** Every 10 s would be the same; every 5 minutes is quicker. */
function watch(tracker: GrowthTracker, from: number, to: number, bytes: (second: number) => number): Measured {
  let result = tracker.perDay(later(from), bytes(from));
  for (let second = from; second <= to; second += 300) {
    tracker.add(later(second), bytes(second));
    result = tracker.perDay(later(second), bytes(second));
  }
  return result;
}

/** A reading as the monitor hands it to the history. */
function keep(store: HistoryStore, second: number, bytes: number): void {
  const at = later(second);
  store.add(snapshot({ at, light: { at, table: { totalBytes: exact(bytes, at) } } }));
}

function near(m: Measured, mbPerDay: number, tolerance = 0.05): void {
  assert.ok(isKnown(m), isKnown(m) ? '' : m.reason);
  assert.ok(
    Math.abs(m.value / MB - mbPerDay) <= tolerance * Math.max(1, Math.abs(mbPerDay)),
    `${String(m.value / MB)} MB a day`,
  );
  assert.equal(m.how, 'estimated');
}

test('unknown until the history spans an hour, with when it will be known', () => {
  const tracker = new GrowthTracker();
  const early = watch(tracker, 0, 12 * 60, () => 50 * MB);
  assert.ok(!isKnown(early));
  assert.match(early.reason, /spans 10 min/);
  assert.match(early.next ?? '', /in 50 min/);
  assert.equal(early.knownAt?.getTime(), later(HOUR).getTime());
  near(
    watch(tracker, 15 * 60, HOUR, () => 50 * MB),
    0,
  );
});

test('steady growth, also with noise of whole pages', () => {
  const random = seeded(3);
  const bytes = (s: number): number =>
    50 * MB + Math.floor(((s / DAY) * 12 * MB) / 8192) * 8192 + Math.floor(random() * 4) * 8192;
  near(watch(new GrowthTracker(), 0, 6 * HOUR, bytes), 12);
});

test('one jump does not turn into growth', () => {
  near(
    watch(new GrowthTracker(), 0, 10 * HOUR, (s) => (s < 2 * HOUR ? 50 * MB : 80 * MB)),
    0,
    0.1,
  );
});

test('the slope is that of the last day', () => {
  near(
    watch(new GrowthTracker(), 0, 3 * DAY, (s) => 50 * MB + (s < 2 * DAY ? 0 : ((s - 2 * DAY) / DAY) * 20 * MB)),
    20,
    0.1,
  );
});

test('TRUNCATE or VACUUM FULL begins a new history; a few pages less do not', () => {
  const tracker = new GrowthTracker();
  near(
    watch(tracker, 0, 5 * HOUR, (s) => (100 - s / DAY) * MB),
    -1,
  );
  const after = watch(tracker, 5 * HOUR + 300, 5 * HOUR + 600, () => 20 * MB);
  assert.equal(after.how, 'unknown');
  assert.equal(tracker.points[0]?.bytes, 20 * MB);
});

test('14 days at most, hourly beyond the first hours', () => {
  const tracker = new GrowthTracker();
  watch(tracker, 0, 20 * DAY, (s) => 50 * MB + s);
  assert.ok(tracker.points.length <= 14 * 24 + 19, String(tracker.points.length));
  assert.ok(tracker.points.length >= 14 * 24, String(tracker.points.length));
  const first = tracker.points[0]?.at ?? 0;
  assert.ok(later(20 * DAY).getTime() - first <= 14 * DAY * 1000);
});

test('the history outlives a restart, and bad points do not', async (t) => {
  const clock = new FakeClock();
  const store = await openStore(t, temporaryFolder(t), { clock });
  const size = (s: number): number => 50 * MB + (s / DAY) * 5 * MB;
  for (let second = 0; second <= 2 * HOUR; second += 60) keep(store, second, size(second));
  const kept = sizesIn(store, later(26 * HOUR));
  assert.ok(kept.length >= 3, String(kept.length));
  const next = new GrowthTracker({ load: () => [{ at: NaN, bytes: 1 }, ...kept] });
  near(next.perDay(later(26 * HOUR), 50 * MB + (26 / 24) * 5 * MB), 5, 0.1);
});

test('a store that fails costs the history, not the monitoring', () => {
  const errors: unknown[] = [];
  const broken = {
    load: (): never => {
      throw new Error('no file');
    },
  };
  const tracker = new GrowthTracker(broken, (error) => errors.push(error));
  near(
    watch(tracker, 0, 2 * HOUR, () => 50 * MB),
    0,
  );
  assert.equal(errors.length, 1);
});

test('points from a future that a corrected clock has undone are dropped', () => {
  const tracker = new GrowthTracker({ load: () => [{ at: later(DAY).getTime(), bytes: MB }] });
  tracker.add(later(0), 50 * MB);
  assert.deepEqual(
    tracker.points.map((point) => point.bytes),
    [50 * MB],
  );
});

test('what the history has after TRUNCATE is all that counts after a reload', async (t) => {
  const store = await openStore(t, temporaryFolder(t), { clock: new FakeClock() });
  for (let second = 0; second <= 8 * HOUR; second += 60)
    keep(store, second, second < 5 * HOUR + 1800 ? 100 * MB : 20 * MB + ((second - 5 * HOUR - 1800) / DAY) * 6 * MB);
  const tracker = new GrowthTracker({ load: () => sizesIn(store, later(8 * HOUR)) });
  const [first] = tracker.points;
  assert.ok(
    first !== undefined && first.at >= later(5 * HOUR + 1800).getTime() && first.bytes < 21 * MB,
    String(first?.bytes),
  );
  near(tracker.perDay(later(8 * HOUR), 20 * MB + (2.5 / 24) * 6 * MB), 6, 0.1);
});

test('sizes of two weeks are read from each level, close together only in the last hours', async (t) => {
  const store = await openStore(t, temporaryFolder(t), { clock: new FakeClock() });
  const end = 15 * DAY;
  for (let second = 0; second <= end; second += 1800) keep(store, second, 50 * MB + (second / DAY) * 2 * MB);
  const sizes = sizesIn(store, later(end));
  assert.ok(sizes.length > 300 && sizes.length <= 14 * 24 + 19, String(sizes.length));
  for (const { at, bytes } of sizes) {
    const second = (at - later(0).getTime()) / 1000;
    assert.ok(Math.abs(bytes / MB - 50 - (second / DAY) * 2) < 0.1, `${String(bytes)} at ${String(second)}`);
  }
  near(new GrowthTracker({ load: () => sizes }).perDay(later(end), 80 * MB), 2);
});

test('a store that is only in memory knows nothing of before', async (t) => {
  const store = await openStore(t, temporaryFolder(t), { without: true });
  const tracker = new GrowthTracker({ load: () => sizesIn(store, later(DAY)) });
  assert.match(unknownReason(tracker.perDay(later(DAY), 50 * MB)), /it takes an hour to tell growth/);
});

function unknownReason(measured: Measured): string {
  assert.ok(!isKnown(measured));
  return measured.reason;
}
