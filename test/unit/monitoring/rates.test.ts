import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isKnown, unknown, type Measured } from '../../../src/common/measured.ts';
import { ratesBetween, RateWindow } from '../../../src/monitoring/snapshot/rates.ts';
import type { Rates } from '../../../src/monitoring/snapshot/snapshot.ts';
import type { SessionMetrics } from '../../../src/postgres/table/readings.ts';
import { seeded } from '../../kit/random.ts';
import { estimated, exact, later, metrics, START, type Changes } from './samples.ts';

/** A reading so many seconds after the start. */
function reading(second: number, inserted: number, updated: number, changes: Changes = {}): ReturnType<typeof metrics> {
  return metrics({ at: later(second), ...changes, counters: { inserted, updated, ...changes.counters } });
}

function reason(m: Measured): string {
  return isKnown(m) ? `known: ${String(m.value)}` : m.reason;
}

test('rates are deltas by the time that really passed on the server', () => {
  // This machine's clock says 10 s, the server's 20 s.
  const from = reading(0, 100, 1000);
  const to = reading(10, 110, 1200, {
    serverTime: later(20),
    counters: { hotUpdated: 50, deleted: 130 },
    database: { commits: 10_200, blocksHit: 50_900, blocksRead: 600 },
  });
  const rates = ratesBetween(from, to, 900);
  assert.equal(rates.savesPerMinute.value, 630);
  assert.equal(rates.insertsPerMinute.value, 30);
  assert.equal(rates.updatesPerMinute.value, 600);
  assert.equal(rates.deletesPerMinute.value, 90);
  assert.equal(rates.hotShare.value, 0.25);
  assert.equal(rates.transactionsPerSecond.value, 10);
  assert.equal(rates.cacheHitShare.value, 0.9);
  assert.equal(rates.savesPerSessionAndInterval.value, (630 * 15) / 900);
  assert.match(isKnown(rates.savesPerMinute) ? (rates.savesPerMinute.note ?? '') : '', /Over the last 20 s/);
});

test('the first reading has no rates, and nothing is divided by nothing', () => {
  const window = new RateWindow();
  window.add(reading(0, 1, 1));
  assert.match(reason(window.rates(900).savesPerMinute), /two readings/);
  window.add(reading(10, 1, 1));
  const rates = window.rates(900);
  assert.equal(rates.savesPerMinute.value, 0);
  assert.match(reason(rates.hotShare), /Nothing was updated/);
  assert.match(reason(rates.cacheHitShare), /No page was read/);
  assert.match(reason(ratesBetween(reading(0, 1, 1), reading(0.2, 5, 5), 900).savesPerMinute), /too close/);
});

/** All that a rate is made of: one that goes back would make it negative. */
const COUNTERS = { inserted: true, updated: true, hotUpdated: true, deleted: true } satisfies Partial<
  Record<keyof SessionMetrics['counters'], true>
>;
const OF_DATABASE = {
  commits: true,
  rollbacks: true,
  blocksHit: true,
  blocksRead: true,
  tempBytes: true,
} satisfies Partial<Record<keyof SessionMetrics['database'], true>>;

const BREAKS: readonly [name: string, changes: Changes, says: RegExp][] = [
  ...Object.keys(COUNTERS).map((key): [string, Changes, RegExp] => [
    `${key} of the table went back`,
    { counters: { [key]: -1 } },
    /statistics were reset/,
  ]),
  ...Object.keys(OF_DATABASE).map((key): [string, Changes, RegExp] => [
    `${key} of the database went back`,
    { database: { [key]: -1 } },
    /statistics were reset/,
  ]),
  ['stats_reset changed', { resetAt: START }, /statistics were reset/],
  ['the server was restarted', { startedAt: START }, /server was restarted/],
  ['the server’s clock went back', { serverTime: later(-100) }, /clock of the server/],
];
for (const [name, changes, says] of BREAKS) {
  test(`${name}: unknown with the reason, then known again, never negative`, () => {
    const window = new RateWindow();
    window.add(reading(0, 100, 1000));
    window.add(reading(10, 110, 1100));
    window.add(reading(20, 120, 1200, changes));
    for (const rate of Object.values<Measured>({ ...window.rates(900) })) assert.match(reason(rate), says);
    const updated = (changes.counters?.updated ?? 1200) + 60;
    const serverTime = later((changes.serverTime === undefined ? 20 : -100) + 10);
    const { inserted, ...others } = changes.counters ?? {};
    const next = { ...changes, serverTime, counters: { ...others, updated } };
    window.add(reading(30, (inserted ?? 120) + 10, updated, next));
    const saves = window.rates(900).savesPerMinute;
    assert.equal(saves.value, 420);
  });
}

test('what is changed on the primary is unknown on a standby, and known again once it is promoted', () => {
  const window = new RateWindow();
  for (const second of [0, 10]) window.add(reading(second, 0, 0, { inRecovery: true }));
  const { transactionsPerSecond, cacheHitShare, tempBytesPerMinute, ...ofTheTable } = window.rates(900);
  for (const rate of Object.values<Measured>(ofTheTable)) assert.match(reason(rate), /^A standby does not count/);
  assert.equal(transactionsPerSecond.value, 0);
  assert.equal(tempBytesPerMinute.value, 0);
  assert.match(reason(cacheHitShare), /No page was read/);
  window.add(reading(20, 0, 0));
  for (const rate of Object.values<Measured>({ ...window.rates(900) })) assert.match(reason(rate), /promoted/);
  window.add(reading(30, 0, 10));
  assert.equal(window.rates(900).savesPerMinute.value, 60);
});

test('a window of a minute smooths counters that come late', () => {
  const window = new RateWindow();
  const seen: number[] = [];
  for (let i = 0; i <= 30; i++) {
    // 60 saves a minute; every second reading the backends have not reported yet.
    const reported = i % 2 === 0 ? i * 10 : (i - 1) * 10;
    window.add(reading(i * 10, 0, reported));
    const rate = window.rates(900).savesPerMinute;
    if (i >= 7 && isKnown(rate)) seen.push(rate.value);
  }
  assert.equal(seen.length, 24);
  assert.ok(
    seen.every((rate) => Math.abs(rate - 60) <= 10),
    String(seen),
  );
});

test('at intervals longer than the window the last two readings count', () => {
  const window = new RateWindow();
  window.add(reading(0, 0, 0));
  window.add(reading(300, 0, 300));
  window.add(reading(600, 0, 900));
  assert.equal(window.rates(900).savesPerMinute.value, 120);
});

test('saves per session are as sure as the number of sessions', () => {
  const from = reading(0, 0, 0);
  const per = (active: Measured): Measured =>
    ratesBetween(from, reading(60, 0, 60, { sessions: { active } }), 900).savesPerSessionAndInterval;
  assert.deepEqual(per(exact(450)).value, 2);
  const estimate = per(estimated(450, 45));
  assert.ok(estimate.how === 'estimated' && Math.abs((estimate.plusMinus ?? 0) - 0.2) < 1e-9);
  assert.match(reason(per(exact(0))), /no active sessions/);
  assert.match(reason(per(unknown('No index.'))), /No index/);
});

test('whatever the counters do, no rate is ever negative or not a number', () => {
  const random = seeded(7);
  const window = new RateWindow();
  const known = new Map<string, number>();
  const counted = <Key extends string>(keys: Readonly<Record<Key, true>>): Record<Key, number> =>
    Object.fromEntries(Object.keys(keys).map((key) => [key, 0])) as Record<Key, number>;
  const [counters, database] = [counted(COUNTERS), counted(OF_DATABASE)];
  for (let i = 0; i < 2000; i++) {
    for (const all of [counters, database] as Record<string, number>[]) {
      for (const key of Object.keys(all))
        all[key] = random() < 0.005 ? 0 : (all[key] ?? 0) + Math.floor(random() * 100);
    }
    const serverTime = later(i * 5 + (random() < 0.02 ? -50 : 0));
    window.add(metrics({ at: later(i * 5), serverTime, counters, database }));
    const rates: Rates = window.rates(900);
    for (const [name, rate] of Object.entries<Measured>({ ...rates })) {
      if (!isKnown(rate)) continue;
      assert.ok(rate.value >= 0, `${name}: ${rate.value}`);
      known.set(name, (known.get(name) ?? 0) + 1);
    }
  }
  for (const name of Object.keys(window.rates(900)))
    assert.ok((known.get(name) ?? 0) > 1000, `${name}: ${known.get(name) ?? 0}`);
});
