import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changePoints } from '../../../../src/diagnosis/impact/changes/changePoints.ts';
import { sharpen } from '../../../../src/diagnosis/impact/changes/sharpen.ts';
import { history, START_MS } from './histories.ts';

const STEP_MINUTES = 15;
const STEP_MS = STEP_MINUTES * 60_000;
const MINUTE_MS = 60_000;
const FACTORS = [0.15, 0.3, 0.5, 2, 5];

test('100 histories with a daily rhythm: the change within one span in at least 95', (t) => {
  let [near, others] = [0, 0];
  for (let seed = 1; seed <= 100; seed++) {
    const factor = FACTORS[seed % FACTORS.length] ?? 1;
    const atMinute = (3 * 24 + ((seed * 37) % (6 * 24))) * 60 + ((seed * 13) % 60);
    const site = { days: 10, stepMinutes: STEP_MINUTES, rate: seed % 2 === 0 ? 100 : 20 };
    const found = changePoints(history(seed, { ...site, change: { atMinute, factor } }), STEP_MS);
    const span = START_MS + Math.floor(atMinute / STEP_MINUTES) * STEP_MS;
    const hits = found.filter(({ at, ratio }) => Math.abs(at - span) <= STEP_MS && ratio < 1 === factor < 1);
    near += Math.min(1, hits.length);
    others += found.length - Math.min(1, hits.length);
  }
  t.diagnostic(`${near} of 100 within one span of ${STEP_MINUTES} minutes, ${others} others in 1,000 days`);
  assert.ok(near >= 95, `${near} of 100`);
  assert.ok(others <= 10, `${others} others`);
});

const QUIET = [
  { name: 'a usual site', options: { rate: 100 } },
  { name: 'a small site', options: { rate: 5 } },
  { name: 'quiet weekends', options: { rate: 100, weekend: 0.6 } },
  { name: 'much noise', options: { rate: 100, noise: 0.2, dayNoise: 0.12 } },
];

test('at most one false alarm in 30 quiet days', (t) => {
  for (const { name, options } of QUIET) {
    const alarms = Array.from(
      { length: 3 },
      (_, seed) =>
        changePoints(history(1001 + seed, { days: 30, stepMinutes: STEP_MINUTES, ...options }), STEP_MS).length,
    );
    t.diagnostic(`${name}: ${alarms.join(', ')} false alarms in 30 days each`);
    assert.ok(Math.max(...alarms) <= 1, `${name}: ${alarms.join(', ')}`);
  }
});

test('a morning is no change, and of a few hours only a large one is told', () => {
  const hours = history(7, { days: 1, stepMinutes: STEP_MINUTES, rate: 100 });
  const part = (from: number, to: number): typeof hours => ({
    at: hours.at.slice(from * 4, to * 4),
    values: hours.values.slice(from * 4, to * 4),
  });
  assert.deepEqual(changePoints(part(0, 24), STEP_MS), []);
  const change = { atMinute: 14 * 60, factor: 0.15 };
  const changed = history(7, { days: 1, stepMinutes: STEP_MINUTES, rate: 100, change });
  assert.deepEqual(
    changePoints(changed, STEP_MS).map(({ at }) => at),
    [START_MS + 14 * 60 * MINUTE_MS],
  );
  // The evening of one day and the morning after it, with nobody who has read in between.
  const [evening, morning] = [part(15, 20), history(7, { days: 2, stepMinutes: STEP_MINUTES, rate: 20 })];
  const isMorning = (_: number, i: number): boolean => i >= 30 * 4 && i < 35 * 4;
  const values = [...evening.values, ...morning.values.filter(isMorning)];
  assert.deepEqual(changePoints({ at: [...evening.at, ...morning.at.filter(isMorning)], values }, STEP_MS), []);
  assert.deepEqual(changePoints({ at: [], values: [] }, STEP_MS), []);
  assert.deepEqual(changePoints({ at: [1, 2], values: [null, null] }, STEP_MS), []);
});

test('a change is found to the minute where minutes are known', () => {
  const change = { atMinute: 14 * 60 + 2, factor: 0.15 };
  const fine = history(5, { days: 1, stepMinutes: 1, rate: 100, change });
  const near = { at: fine.at.slice(13 * 60, 15 * 60), values: fine.values.slice(13 * 60, 15 * 60) };
  const at = sharpen(START_MS + 14 * 60 * MINUTE_MS, near);
  assert.equal((at - START_MS) / MINUTE_MS, 14 * 60 + 2);
  assert.equal(sharpen(17, { at: [], values: [] }), 17);
});
