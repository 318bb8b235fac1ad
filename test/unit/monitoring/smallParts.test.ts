import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backoffSeconds, HOPELESS_SECONDS } from '../../../src/monitoring/poll/pacing.ts';
import { Cadence, intervalsOf } from '../../../src/monitoring/poll/cadence.ts';
import { CostMeter } from '../../../src/monitoring/snapshot/costMeter.ts';
import { RecentSnapshots } from '../../../src/monitoring/snapshot/recentSnapshots.ts';
import { seeded } from '../../kit/random.ts';
import { later, metrics, snapshot, START } from './samples.ts';

test('waits double up to a minute, half of that while somebody looks, with at most a fifth of jitter, five minutes where retrying can’t help', () => {
  const waits = (random: () => number, visible = false): number[] =>
    [1, 2, 3, 4, 5, 6, 7, 8, 5000].map((attempt) => backoffSeconds({ attempt, transient: true, visible }, random));
  assert.deepEqual(
    waits(() => 0),
    [1, 2, 4, 8, 16, 32, 60, 60, 60],
  );
  assert.deepEqual(
    waits(() => 0, true),
    [1, 2, 4, 8, 16, 30, 30, 30, 30],
  );
  const jittered = waits(seeded(1));
  assert.equal(new Set(jittered.slice(6)).size, 3, 'windows do not come back at the same moment');
  for (const [i, whole] of waits(() => 0).entries()) {
    const wait = jittered[i] ?? 0;
    assert.ok(wait <= whole && wait >= whole * 0.8);
  }
  assert.equal(
    backoffSeconds({ attempt: 1, transient: false, visible: true }, () => 0.5),
    HOPELESS_SECONDS,
  );
});

test('unusable intervals take their defaults', () => {
  const intervals = intervalsOf({
    lightIntervalSeconds: NaN,
    hiddenIntervalSeconds: -1,
    exactIntervalSeconds: 0,
    detailIntervalSeconds: 20,
  });
  assert.deepEqual([intervals.lightIntervalSeconds, intervals.hiddenIntervalSeconds], [10, 60]);
  assert.deepEqual([intervals.exactIntervalSeconds, intervals.detailIntervalSeconds], [0, 20]);
});

test('a slow reading slows the cadence, hidden views too', () => {
  const cadence = new Cadence(intervalsOf({}));
  assert.equal(cadence.lightSeconds, 10);
  cadence.lightTook(12);
  assert.equal(cadence.lightSeconds, 48);
  cadence.visible = false;
  assert.equal(cadence.lightSeconds, 60);
  cadence.lightTook(0.01);
  cadence.visible = true;
  assert.equal(cadence.lightSeconds, 10);
});

test('exact readings keep to their share of the time', () => {
  const cadence = new Cadence(intervalsOf({}));
  assert.ok(cadence.isExactDue(START));
  cadence.exactTook(START, 0.15);
  assert.ok(!cadence.isExactDue(later(899)));
  assert.ok(cadence.isExactDue(later(900)));
  cadence.exactTook(START, 5);
  assert.ok(!cadence.isExactDue(later(4999)), '5 s ÷ 0.001');
  assert.ok(cadence.isExactDue(later(5000)));
});

test('hidden, nothing but light readings are due after the first details', () => {
  const cadence = new Cadence(intervalsOf({}));
  cadence.visible = false;
  assert.ok(cadence.isDetailDue(START));
  assert.ok(!cadence.isExactDue(START));
  cadence.detailTook(START, 0.01);
  assert.ok(!cadence.isDetailDue(later(3600)));
});

test('a clock that was put back does not put readings off', () => {
  const cadence = new Cadence(intervalsOf({}));
  cadence.detailTook(later(86_400), 0.1);
  cadence.exactTook(later(86_400), 0.1);
  cadence.clockWentBack(START);
  assert.ok(cadence.isDetailDue(later(60)));
  assert.ok(cadence.isExactDue(later(900)));
});

test('costs: share of a core over the time that was watched', () => {
  const meter = new CostMeter();
  const { cost } = metrics({ serverMs: 2 });
  for (let i = 0; i < 10; i++) meter.light(cost, later(i * 10), 10);
  meter.light(cost, later(90 + 8 * 3600), 10);
  meter.add({ statements: 1, serverMs: 88, roundTripMs: 90 });
  const total = meter.total(10);
  assert.equal(total.readings, 12);
  assert.equal(total.statements, 12);
  assert.equal(total.meanServerMs, 2);
  assert.ok(Math.abs(total.coreShare - 110 / 110_000) < 1e-9, String(total.coreShare));
});

test('the history keeps all of the last minutes, one a minute before, and nothing older', () => {
  const history = new RecentSnapshots();
  for (let second = 0; second <= 4 * 3600; second += 10) history.add(snapshot({ at: later(second) }));
  const end = later(4 * 3600);
  assert.equal(history.since(later(4 * 3600 - 900)).length, 91);
  const older = history.all().filter(({ at }) => at < later(4 * 3600 - 900));
  // Of the three hours all minutes but the last 15.
  assert.equal(older.length, 165);
  for (const [i, { at }] of older.entries()) assert.deepEqual(at, later(3600 + i * 60));
  assert.deepEqual(history.latest?.at, end);
  const last = history.latest;
  assert.ok(last);
  const before = history.all().length;
  history.add({ ...last, growthPerDay: { how: 'exact', value: 1, at: end } });
  assert.equal(history.all().length, before, 'the same reading with more details takes its place');
});
