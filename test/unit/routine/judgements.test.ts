import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { unknown } from '../../../src/common/measured.ts';
import type { CheckOutcome } from '../../../src/diagnosis/routine/checkVerdict.ts';
import { runCheck, type CheckSources } from '../../../src/diagnosis/routine/gatherChecks.ts';
import type { RoutineCheck } from '../../../src/diagnosis/routine/routineCheck.ts';
import { ROUTINE_CHECKS } from '../../../src/diagnosis/routine/routineChecks.ts';
import type { ThrottleState } from '../../../src/django/throttle/throttleState.ts';
import type { HistoryStore } from '../../../src/history/historyStore.ts';
import { AlertEngine } from '../../../src/monitoring/alerts/alerts.ts';
import type { DetailMetrics } from '../../../src/postgres/table/readings.ts';
import { openStore, temporaryFolder } from '../history/folder.ts';
import { stateOf } from '../monitoring/cleanupService/support.ts';
import { detail, exact, MB, rates, saves } from '../monitoring/samples.ts';
import { before, HOUR, NOW, reading, run } from '../services/support.ts';
import { DAY_S, reading170, soundSources, watchedFor } from './weeks.ts';

/** Two weeks in which all is well. */
function sound(ago: number, at: Date): Parameters<typeof reading170>[0] {
  return { detail: detailOf(at, 20 * DAY_S - ago, 0.1) };
}

/** The last eight days of two weeks in which nothing is. */
function broken(ago: number, at: Date): Parameters<typeof reading170>[0] {
  if (ago > 8 * DAY_S) return sound(ago, at);
  const calls = 20 * DAY_S - ago;
  return {
    detail: { ...detailOf(at, calls, 0.1, (calls - 12 * DAY_S) * 0.9), saves: exact(WASTE, at) },
    rates: {
      ...rates(exact(2000, at)),
      insertsPerMinute: exact(30, at),
      updatesPerMinute: exact(5, at),
      cacheHitShare: exact(0.8, at),
      savesPerSessionAndInterval: exact(3, at),
    },
    light: {
      table: { totalBytes: exact((200 - (ago / DAY_S) * 20) * MB, at) },
      connections: { used: exact(95, at), longestTransactionSeconds: exact(4000, at) },
    },
  };
}

const WASTE = saves({ changes: [{ entries: [], saves: 80, held: [] }] });
const USEFUL = saves({ changes: [{ entries: ['cart'], saves: 95, held: [] }] });

function detailOf(at: Date, calls: number, meanMs: number, moreMs = 0): DetailMetrics {
  const totalMs = calls * meanMs + moreMs;
  const statement = { queryId: '1', query: 'SELECT 1', calls, totalMs, meanMs: totalMs / calls, rows: calls };
  return { ...detail(at), statements: exact([statement], at), saves: exact(USEFUL, at) };
}

function throttleState(state: ThrottleState['throttle']['state']): ThrottleState {
  return { throttle: { state, path: 'shop.ThrottledSessionMiddleware' } } as ThrottleState;
}

function checkById(id: string): RoutineCheck {
  return ROUTINE_CHECKS.find((one) => one.id === id) ?? assert.fail(id);
}

/** What each check comes to, with a word of its first sentence. */
type Expected = Readonly<Record<string, readonly [CheckOutcome, RegExp]>>;

async function assertVerdicts(sources: CheckSources, expected: Expected, now = NOW): Promise<void> {
  for (const [id, [outcome, says]] of Object.entries(expected)) {
    const verdict = await runCheck(checkById(id), sources, now);
    assert.equal(verdict.outcome, outcome, `${id}: ${verdict.evidence.join(' ')}`);
    assert.match(verdict.evidence[0] ?? '', says, id);
    for (const text of verdict.evidence) assert.match(text, /^\S.*\.$/u, text);
    assert.match(verdict.evidence.join(' '), /\d/u, `${id} says it with figures`);
  }
}

test('the table holds the lists of the guide’s chapter Monitoring Schedule', () => {
  assert.deepEqual(
    ROUTINE_CHECKS.map(({ period, title }) => [period, title]),
    [
      ['daily', 'Check session cleanup logs'],
      ['daily', 'Verify session table size is stable'],
      ['weekly', 'Review database query performance'],
      ['weekly', 'Check for slow queries related to sessions'],
      ['weekly', 'Verify no connection pool exhaustion'],
      ['monthly', 'Analyze session update patterns'],
      ['monthly', 'Review user login/logout trends'],
      ['monthly', 'Assess if throttle interval needs adjustment'],
    ],
  );
  assert.equal(new Set(ROUTINE_CHECKS.map(({ id }) => id)).size, ROUTINE_CHECKS.length);
});

test('where all is well every check passes', async (t) => {
  const store = await watchedFor(t, 14, 10.5, sound);
  const snapshot = reading170(sound(0, NOW));
  await assertVerdicts(soundSources(store, { snapshot, throttle: throttleState('on') }), {
    'cleanup-logs': ['passed', /^shop_session_cleanup works: 150 sessions deleted 3 h ago/u],
    'table-size': ['passed', /did not change from 10 MB to 10 MB/u],
    'query-performance': ['passed', /took 0\.1 ms on average, 0\.1 ms in the week before/u],
    'slow-queries': ['passed', /^None is slow/u],
    'connection-pool': ['passed', /^At most 12% of the connections/u],
    'update-patterns': ['passed', /changed nothing/u],
    'sign-ins': ['passed', /^About [\d,]+ sign-ins were seen in the last 7 days/u],
    'throttle-interval': ['passed', /is on\.$/u],
  });
});

test('where nothing is well every check fails, or says why it can’t tell', async (t) => {
  const store = await watchedFor(t, 14, 5, broken);
  const snapshot = reading170(broken(0, NOW));
  const service = stateOf(reading([run(80), run(30, { outcome: 'failed' }), run(6, { outcome: 'failed' })]));
  await assertVerdicts(soundSources(store, { snapshot, service, throttle: throttleState('off') }), {
    'cleanup-logs': ['failed', /The last 2 runs of shop_session_cleanup failed/u],
    'table-size': ['failed', /^The table grew from 189 MB to 200 MB in 12 h 5\d min, by more than the 10 MB/u],
    'query-performance': ['failed', /took 1 ms on average, 0\.\d+ ms in the week before/u],
    'connection-pool': ['failed', /^At most 97\.9% of the connections were in use \(95 connections\)/u],
    'update-patterns': ['failed', /^80 of the last 100 saves that were seen \(80%\) changed nothing/u],
    'sign-ins': ['needsALook', /the 7 days before were watched too little to compare with/u],
    'throttle-interval': ['failed', /is off, so that its interval does nothing/u],
  });
});

test('of what is not known nothing passes, and each check says why', async (t) => {
  const store = await openStore(t, temporaryFolder(t));
  const none = soundSources(store, { service: undefined });
  await assertUnknown(none);
  // An old reading, a service that nobody could ask, and an hour of history.
  for (let ago = HOUR; ago > 0; ago -= 100) store.add(reading170({}, before(ago)));
  const service = stateOf(reading([], { state: 'unknown' }));
  const snapshot = reading170(sound(0, before(HOUR)), before(HOUR));
  await assertUnknown(soundSources(store, { service, snapshot }));
  // The role sees little: what was read is unknown, with its reason.
  const at = NOW;
  const blind = unknown('pg_stat_statements is not installed.', 'Create the extension.');
  const masked = reading170({ detail: { ...detail(at), statements: blind, saves: unknown('It may not be read.') } });
  await assertUnknown(soundSources(store, { service: undefined, snapshot: masked }));
  const slow = await runCheck(checkById('slow-queries'), soundSources(store, { snapshot: masked }), NOW);
  assert.deepEqual(slow.evidence, ['pg_stat_statements is not installed. Create the extension.']);
});

async function assertUnknown(sources: CheckSources): Promise<void> {
  for (const check of ROUTINE_CHECKS) {
    const { outcome, evidence } = await runCheck(check, sources, NOW);
    assert.equal(outcome, 'needsALook', `${check.id}: ${evidence.join(' ')}`);
    assert.ok(evidence.length > 0);
  }
}

test('a run that failed in the last day needs a look though a later one succeeded; no log, no pass', async (t) => {
  const store = await openStore(t, temporaryFolder(t));
  const check = async (service: CheckSources['service']): Promise<CheckOutcome> =>
    (await runCheck(checkById('cleanup-logs'), soundSources(store, { service }), NOW)).outcome;
  assert.equal(await check(stateOf(reading([run(8, { outcome: 'failed' }), run(3)]))), 'needsALook');
  assert.equal(await check(stateOf(reading([run(40, { outcome: 'failed' }), run(3)]))), 'passed');
  assert.equal(await check(stateOf(reading([], { state: 'stopped' }))), 'failed');
  // The container runs and the table is clean, but its log tells of no run.
  const table = { deletedSince: unknown('-'), expired: exact(0), oldestExpired: exact<Date | null>(null) };
  assert.equal(await check(stateOf(reading([]), { table })), 'needsALook');
  const { setup, ...state } = stateOf(reading([run(3)]));
  const { service: _, ...without } = setup;
  assert.equal(await check({ ...state, setup: { ...without, candidates: [] } }), 'needsALook');
});

test('a table that is larger than the alert allows needs a look, however stable it is; a short time tells a large growth only', async (t) => {
  const store = await openStore(t, temporaryFolder(t));
  const grown = (perHour: number): void => {
    for (let ago = 3 * HOUR; ago > 0; ago -= APART)
      store.add(
        reading170({ light: { table: { totalBytes: exact((150 - (ago / HOUR) * perHour) * MB) } } }, before(ago)),
      );
  };
  grown(1);
  const size = checkById('table-size');
  const alone = await runCheck(size, soundSources(store), NOW);
  assert.deepEqual([alone.outcome, alone.evidence[0]?.slice(0, 26)], ['needsALook', 'Only 2 h 56 min of the las']);
  const engine = new AlertEngine();
  for (let ago = 600; ago >= 0; ago -= 10)
    engine.evaluate(reading170({ light: { table: { totalBytes: exact(150 * MB) } } }, before(ago)), before(ago));
  const firing = await runCheck(size, soundSources(store, { alerts: engine.states() }), NOW);
  assert.match(firing.evidence.join(' '), /alert on the size of the table fires/u);
});

const APART = 170;

test('a statement that requests wait for is slow from 10 ms on, one that is made now and then from a second on', async (t) => {
  const store = await openStore(t, temporaryFolder(t));
  const check = async (calls: number, meanMs: number): Promise<CheckOutcome> => {
    const [statement] = detailOf(NOW, calls, meanMs).statements.value ?? assert.fail();
    const query = "DELETE FROM django_session WHERE session_key = 'canary'";
    const statements = exact([{ ...(statement ?? assert.fail()), query }]);
    const snapshot = reading170({ detail: { ...detail(NOW), statements } });
    const { outcome, evidence } = await runCheck(checkById('slow-queries'), soundSources(store, { snapshot }), NOW);
    assert.doesNotMatch(evidence.join(' '), /canary/u, 'a text may have values in it');
    assert.match(evidence.join(' '), /A DELETE that was called [\d,]+ times takes/u);
    return outcome;
  };
  assert.equal(await check(5000, 9.9), 'passed');
  assert.equal(await check(5000, 10), 'failed');
  assert.equal(await check(30, 999), 'passed');
  assert.equal(await check(30, 1000), 'needsALook');
});

test('history that is too thin passes nothing: as much as was watched is said', async (t: TestContext) => {
  const store: HistoryStore = await openStore(t, temporaryFolder(t));
  for (let ago = 5 * HOUR; ago > 0; ago -= APART) store.add(reading170({}, before(ago)));
  const pool = checkById('connection-pool');
  const { outcome, evidence } = await runCheck(pool, soundSources(store), NOW);
  assert.equal(outcome, 'needsALook');
  assert.match(evidence[0] ?? '', /^Only 3(\.0)?% of the last 7 days was watched, too little to pass\.$/u);
});
