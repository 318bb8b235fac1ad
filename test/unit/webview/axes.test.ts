import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ticks, timeLabels, topOf } from '../../../src/webview/ranges/scale.ts';
import {
  boundsOf,
  FIRST_VIEW,
  fixed,
  isLive,
  live,
  RANGES,
  shifted,
  zoomed,
  type TimeBounds,
  type View,
} from '../../../src/webview/protocol/view.ts';

const NOW = Date.UTC(2025, 10, 9, 14);
const MINUTE = 60_000;
const threshold = (value: number): Parameters<typeof topOf>[2] => ({ chart: 'a', value, text: '', firing: false });

test('labels of values are round, begin at 0 and stay below the top', () => {
  assert.deepEqual(ticks('count', 2160, 4), [0, 1000, 2000]);
  assert.deepEqual(ticks('milliseconds', 0.85, 4), [0, 0.25, 0.5, 0.75]);
  assert.deepEqual(ticks('share', 0.1, 4), [0, 0.025, 0.05, 0.075, 0.1]);
  assert.deepEqual(ticks('bytes', 1.2 * 1024 ** 2, 3), [0, 512 * 1024, 1024 ** 2]);
  for (const unit of ['count', 'bytes', 'share', 'perHour'] as const) {
    for (let top = 0.3; top < 1e12; top *= 1.7) {
      const all = ticks(unit, top, 4);
      assert.ok(all.length >= 1 && all.length <= 6, `${unit} ${top}: ${all.join()}`);
      assert.ok(all[0] === 0 && all.every((tick) => tick <= top * 1.000001), `${unit} ${top}: ${all.join()}`);
      if (unit === 'count')
        assert.ok(
          all.every((tick) => Number.isInteger(tick)),
          all.join(),
        );
    }
  }
});

test('a threshold is in sight when the curves come near to it, and does not press them flat before', () => {
  assert.ok(topOf('count', 10, threshold(1000)) < 20);
  assert.ok(topOf('count', 500, threshold(1000)) > 1000);
  assert.ok(topOf('count', 0, undefined) > 0, 'an axis of nothing has a height too');
  assert.equal(topOf('share', 0, undefined), 0.1);
});

test('moments are said by the locale: the day where it begins, seconds only where they differ', () => {
  const times = [0, 1, 2].map((i) => NOW + i * 5 * MINUTE);
  const [first, second] = timeLabels(times, 5 * MINUTE, 'en-US');
  assert.match(first ?? '', /^\d+:\d\d\s[AP]M\nNov \d+$/);
  assert.match(second ?? '', /^\d+:\d\d\s[AP]M$/);
  assert.match(timeLabels(times, 5000, 'de')[1] ?? '', /^\d\d?:\d\d:\d\d$/);
  assert.match(timeLabels([NOW], 24 * 60 * MINUTE, 'de')[0] ?? '', /^\d+\. Nov/);
  assert.match(timeLabels([NOW], 30 * 24 * 60 * MINUTE, 'en')[0] ?? '', /2025/);
});

test('ranges go from 15 minutes to a year', () => {
  assert.equal(RANGES[0]?.seconds, 900);
  assert.equal(RANGES.at(-1)?.seconds, 365 * 86_400);
});

test('a live view moves, a marked one stands still and knows what it goes back to', () => {
  const view = live(900);
  assert.deepEqual(boundsOf(view, NOW, null), { from: NOW - 15 * MINUTE, to: NOW });
  const marked = fixed(view, NOW - 10 * MINUTE, NOW - 5 * MINUTE);
  assert.ok(!isLive(marked));
  assert.deepEqual(boundsOf(marked, NOW + MINUTE, null), { from: NOW - 10 * MINUTE, to: NOW - 5 * MINUTE });
  assert.deepEqual(live(marked.seconds), view);
});

test('nothing is zoomed into where there is nothing between two readings', () => {
  const { from, to } = fixed(live(900), NOW, NOW + 1);
  assert.equal((to ?? 0) - (from ?? 0), 10_000);
});

test('zooming keeps the end of a live view and the middle of a marked one; going on ends at now', () => {
  const of = (view: View): TimeBounds => boundsOf(view, NOW, null);
  assert.deepEqual(of(zoomed(live(900), of(live(900)), 0.5)), { from: NOW - 7.5 * MINUTE, to: NOW });
  const marked = fixed(live(900), NOW - 60 * MINUTE, NOW - 40 * MINUTE);
  assert.deepEqual(of(zoomed(marked, of(marked), 2)), { from: NOW - 70 * MINUTE, to: NOW - 30 * MINUTE });
  assert.deepEqual(of(shifted(marked, of(marked), NOW, -1)), { from: NOW - 70 * MINUTE, to: NOW - 50 * MINUTE });
  const near = fixed(live(900), NOW - 10 * MINUTE, NOW);
  assert.ok(isLive(shifted(near, of(near), NOW, 1)));
});

test('by itself the shortest range is shown that holds all readings, at most a day', () => {
  const shown = (minutes: number): number => {
    const { from, to } = boundsOf(FIRST_VIEW, NOW, { from: NOW - minutes * MINUTE, to: NOW });
    return (to - from) / MINUTE;
  };
  assert.deepEqual(
    [0, 0.5, 1, 1.1, 4, 5.5, 16, 61, 181, 721, 1440, 1441, 500_000].map(shown),
    [1, 1, 1, 2, 5, 15, 60, 180, 720, 1440, 1440, 1440, 1440],
  );
  const { from } = boundsOf(FIRST_VIEW, NOW, null);
  assert.equal(NOW - from, 15 * MINUTE, 'where it is not known how far back there are any');
  const zoomedIn = zoomed(FIRST_VIEW, { from, to: NOW }, 0.5);
  assert.deepEqual(live(zoomedIn.seconds), FIRST_VIEW, 'and goes back to that');
});
