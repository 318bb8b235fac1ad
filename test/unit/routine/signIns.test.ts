import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSignIns } from '../../../src/diagnosis/routine/gatherChecks.ts';
import { startOfDay } from '../../../src/diagnosis/routine/period.ts';
import { signInTrend } from '../../../src/diagnosis/routine/signInTrend.ts';
import type { SignInDay } from '../../../src/diagnosis/routine/signIns.ts';
import type { HistoryStore } from '../../../src/history/historyStore.ts';
import { RateWindow } from '../../../src/monitoring/snapshot/rates.ts';
import { openStore, temporaryFolder } from '../history/folder.ts';
import { stateOf } from '../monitoring/cleanupService/support.ts';
import { detail, exact, later, metrics, saves, snapshot } from '../monitoring/samples.ts';
import { reading, run } from '../services/support.ts';

const MINUTE = 60;
const HOUR = 3600;
const EVERY = 30;
/** Noon of this machine's day, so that all lies in one day. */
const NOON = new Date(startOfDay(new Date('2025-11-09T14:00:00Z')).getTime() + 12 * HOUR * 1000);

interface Happened {
  /** Seconds after noon. */
  readonly at: number;
  readonly rows: number;
  /** It clears expired rows, which are fewer by as many. */
  readonly clears?: boolean;
}

/**
 * The table read every half minute for three hours, with the rates that are made of its counters: four new sessions a minute, of which
 * one has a user, one sign-out a minute, and besides what happened.
 */
function watch(store: HistoryStore, happened: readonly Happened[], signedIn = 10): void {
  const window = new RateWindow();
  for (let second = 0; second <= 3 * HOUR; second += EVERY) {
    const at = later(second, NOON);
    const before = happened.filter((one) => one.at <= second);
    const sum = (of: readonly Happened[]): number => of.reduce((all, { rows }) => all + rows, 0);
    const cleared = before.filter(({ clears }) => clears);
    const deleted = second / MINUTE + sum(before);
    const expired = Math.max(0, 300 - sum(cleared));
    const light = {
      counters: { inserted: (4 * second) / MINUTE, deleted },
      sessions: { expired: exact(expired, at) },
    };
    const read = metrics({ at, ...light });
    window.add(read);
    const newcomers = { sessions: 40, anonymous: 40 - signedIn, inserted: 40, settled: 0, savedAgain: 0, contents: [] };
    const found = { ...detail(at), saves: exact(saves({ newcomers }), at) };
    const monitor = { readings: 1, statements: 1, meanServerMs: 1, intervalSeconds: EVERY, coreShare: 0 };
    assert.ok(store.add(snapshot({ at, light, rates: window.rates(900), detail: found, monitor })));
  }
}

async function dayOf(store: HistoryStore, service?: Parameters<typeof readSignIns>[0]['service']): Promise<SignInDay> {
  const range = { from: NOON, to: later(3 * HOUR, NOON) };
  const [day, ...more] = await readSignIns({ history: store, service }, range);
  assert.deepEqual(more, []);
  return day ?? assert.fail('no day');
}

function assertNear(value: number | undefined, expected: number, within: number): void {
  assert.ok(Math.abs((value ?? NaN) - expected) <= within, `${value} is not near ${expected}`);
}

test('sign-ins are the inserts that hold a user, sign-outs the deletes without those of cleanups and of earlier keys', async (t) => {
  const store = await openStore(t, temporaryFolder(t));
  watch(store, [
    { at: HOUR, rows: 500 },
    { at: 2 * HOUR, rows: 290, clears: true },
  ]);
  // One from here, by its record in the history; of the other only the expired rows tell.
  const at = later(HOUR - 20, NOON);
  store.annotate({
    kind: 'cleanup',
    at,
    until: later(HOUR + 5, NOON),
    text: '-',
    data: { kind: 'expired', deleted: 500 },
  });
  const day = await dayOf(store);
  assert.equal(day.at.getTime(), startOfDay(NOON).getTime());
  assertNear(day.watched, 3 / 24, 0.001);
  assertNear(day.inserts, 720, 8);
  assertNear(day.signIns, 180, 4);
  assertNear(day.deletes, 180 + 790, 10);
  assertNear(day.cleared, 790, 5);
  assertNear(day.signOuts.most, 180, 8);
  assertNear(day.signOuts.least, 0, 8);
});

test('a cleanup of the service is known by its log, and one that nobody saw is not taken out of what was seen', async (t) => {
  const store = await openStore(t, temporaryFolder(t));
  watch(store, [{ at: HOUR, rows: 150 }]);
  const service = (startedAt: Date): ReturnType<typeof stateOf> =>
    stateOf(reading([run(0, { startedAt, lastLineAt: later(2, startedAt), deleted: 150 })]));
  assertNear((await dayOf(store, service(later(HOUR - 1, NOON)))).cleared, 150, 1);
  // Before anybody watched, on the same day.
  const unseen = await dayOf(store, service(later(-2 * HOUR, NOON)));
  assert.equal(unseen.cleared, 0);
  assertNear(unseen.signOuts.most, 330, 10);
});

test('without what new sessions hold sign-ins are not known, and sign-outs at least what inserts can’t explain', async (t) => {
  const store = await openStore(t, temporaryFolder(t));
  const monitor = { readings: 1, statements: 1, meanServerMs: 1, intervalSeconds: EVERY, coreShare: 0 };
  const window = new RateWindow();
  for (let second = 0; second <= HOUR; second += EVERY) {
    const at = later(second, NOON);
    const light = { counters: { inserted: second / MINUTE, deleted: (3 * second) / MINUTE } };
    window.add(metrics({ at, ...light }));
    store.add(snapshot({ at, light, rates: window.rates(900), monitor }));
  }
  const { signIns, signOuts } = await dayOf(store);
  assert.equal(signIns, undefined);
  assertNear(signOuts.least, 120, 4);
  assertNear(signOuts.most, 180, 4);
});

/** So many whole days before NOON, a third of each watched. */
function days(...signIns: readonly number[]): SignInDay[] {
  const today = startOfDay(NOON);
  return signIns.map((count, i) => ({
    at: new Date(today.getFullYear(), today.getMonth(), today.getDate() - (signIns.length - i)),
    watched: 1 / 3,
    inserts: count,
    deletes: 0,
    cleared: 0,
    signIns: count,
    signOuts: { least: 0, most: 0 },
  }));
}

const week = (count: number): readonly number[] => Array.from({ length: 7 }, () => count);

test('a week with half as many sign-ins again, or half as many, needs a look; one like the week before passes', () => {
  const outcome = (before: number, last: number): string | undefined =>
    signInTrend(days(...week(before), ...week(last)), NOON)[0]?.outcome;
  assert.equal(outcome(100, 100), 'passed');
  assert.equal(outcome(100, 149), 'passed');
  assert.equal(outcome(100, 151), 'needsALook');
  assert.equal(outcome(100, 51), 'passed');
  assert.equal(outcome(100, 49), 'needsALook');
  assert.equal(outcome(0, 1), 'passed', 'of a few sign-ins no trend follows');
  assert.equal(signInTrend(days(...week(100)), NOON)[0]?.outcome, 'needsALook', 'there is no week before');
  assert.equal(signInTrend([], NOON)[0]?.outcome, 'needsALook');
});
