import assert from 'node:assert/strict';
import { test } from 'node:test';
import { otherIntervals } from '../../../../src/diagnosis/impact/intervals/otherIntervals.ts';
import { simulateInterval } from '../../../../src/diagnosis/impact/intervals/simulateInterval.ts';
import { throttled, visitors } from './visitors.ts';

const ALL = visitors(5, { count: 200, hours: 12 });

/** What a throttle of `other` seconds would really have saved in the time that the simulation counts. */
function truth(present: number, other: number): number {
  const first = Math.min(...ALL.map(([time = Infinity]) => time));
  const from = first + Math.max(present, other);
  return ALL.flatMap((requests) => throttled(requests, other)).filter((time) => time >= from).length;
}

test('a longer interval is told within 5 %, and what is least and most holds', (t) => {
  for (const [present, other] of [
    [60, 300],
    [300, 420],
    [300, 900],
    [600, 900],
    [900, 1800],
    [1800, 3600],
  ] as const) {
    const found = simulateInterval(
      ALL.map((requests) => throttled(requests, present)),
      present,
      other,
    );
    assert.ok(found !== undefined);
    const real = truth(present, other);
    const { low, likely, high } = found;
    t.diagnostic(`${present} s, asked for ${other} s: ${low} to ${high}, likely ${likely.toFixed(0)}, really ${real}`);
    assert.ok(low <= real && real <= high, `${low} ≤ ${real} ≤ ${high}`);
    assert.ok(Math.abs(likely / real - 1) < 0.05, `${likely} of ${real}`);
  }
});

test('a shorter interval has bounds, which hold; the same one is what was observed', () => {
  const observed = ALL.map((requests) => throttled(requests, 900));
  const found = simulateInterval(observed, 900, 300);
  assert.ok(found !== undefined && found.low <= truth(900, 300) && truth(900, 300) <= found.high);
  const same = simulateInterval(observed, 900, 900);
  assert.ok(same !== undefined);
  assert.deepEqual([same.low, same.high, same.likely], [same.observed, same.observed, same.observed]);
});

test('saves that no throttle held back stay, whatever the interval', () => {
  // A cart that is saved 10 s after each of the throttle's saves.
  const regular = Array.from({ length: 100 }, (_, i) => [i * 300, i * 300 + 10]).flat();
  const found = simulateInterval([regular], 300, 600);
  assert.ok(found !== undefined);
  const own = regular.filter((time) => time % 300 === 10 && time >= 600).length;
  assert.equal(found.low - own, Math.floor((100 * 300 - 600) / 600));
});

test('what was observed for too short a time tells nothing', () => {
  assert.equal(simulateInterval([], 300, 900), undefined);
  assert.equal(simulateInterval([[0, 300, 600]], 300, 900), undefined);
  const { others } = otherIntervals([[1_000, 300, 300, 300]], 300, 7200);
  assert.deepEqual(
    others.map(({ seconds, simulated }) => [seconds, simulated === undefined]),
    [600, 900, 1800, 3600, 7200].map((seconds) => [seconds, true]),
  );
});
