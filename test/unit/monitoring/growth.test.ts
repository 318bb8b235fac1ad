import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isKnown, type Measured } from '../../../src/common/measured.ts';
import { GrowthTracker, type SizePoint } from '../../../src/monitoring/snapshot/growth.ts';
import { seeded } from '../../kit/random.ts';
import { settle } from './fakeClock.ts';
import { later, MB } from './samples.ts';

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

test('the history outlives a restart, and bad points do not', async () => {
  let kept: readonly SizePoint[] = [{ at: NaN, bytes: 1 }];
  const store = { load: () => kept, save: (points: readonly SizePoint[]) => void (kept = [...points]) };
  watch(new GrowthTracker(store), 0, 2 * HOUR, (s) => 50 * MB + (s / DAY) * 5 * MB);
  await settle();
  const next = new GrowthTracker(store);
  near(next.perDay(later(26 * HOUR), 50 * MB + (26 / 24) * 5 * MB), 5, 0.1);
});

test('a store that fails costs the history, not the monitoring', async () => {
  const errors: unknown[] = [];
  const broken = {
    load: (): never => {
      throw new Error('no file');
    },
    save: () => Promise.reject(new Error('disk full')),
  };
  const tracker = new GrowthTracker(broken, (error) => errors.push(error));
  near(
    watch(tracker, 0, 2 * HOUR, () => 50 * MB),
    0,
  );
  await settle();
  assert.ok(errors.length > 1);
});

test('points from a future that a corrected clock has undone are dropped', () => {
  const tracker = new GrowthTracker({ load: () => [{ at: later(DAY).getTime(), bytes: MB }], save: () => undefined });
  tracker.add(later(0), 50 * MB);
  assert.deepEqual(
    tracker.points.map((point) => point.bytes),
    [50 * MB],
  );
});
