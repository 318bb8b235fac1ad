import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unknown, type Measured } from '../../../src/common/measured.ts';
import { Problem } from '../../../src/common/problem.ts';
import type { CleanupEvidence } from '../../../src/services/cleanupService/facts.ts';
import { triangulate, type CleanupStatus } from '../../../src/services/cleanupService/triangulate.ts';
import { VERDICTS, type Verdict } from '../../../src/services/cleanupService/verdict.ts';
import { before, CONTAINER, HOUR, NOW, reading, run } from './support.ts';

const exact = <T>(value: T): Measured<T> => ({ how: 'exact', value, at: NOW });
const NOTHING_EXPIRED = exact<Date | null>(null);
const expired = (hoursAgo: number): Measured<Date | null> => exact<Date | null>(before(hoursAgo * HOUR));
/** A sample found none, which is no proof. */
const NONE_IN_SAMPLE: Measured<Date | null> = { how: 'estimated', value: null, at: NOW };
const NOT_WATCHED = unknown('The table was not watched then.');

function judge(evidence: Partial<CleanupEvidence>): CleanupStatus {
  return triangulate({
    now: NOW,
    reading: reading([run(3)]),
    deletedSince: exact(150),
    oldestExpired: expired(2),
    ...evidence,
  });
}

const DENIED = new Problem({
  code: 'socket-denied',
  what: 'It can’t be read',
  why: 'No.',
  next: 'Ask.',
  transient: false,
});
const TABLE_UNKNOWN = { deletedSince: NOT_WATCHED, oldestExpired: NOT_WATCHED };
const failed = run(1, { outcome: 'failed', failure: 'OperationalError: no', startedAt: before(HOUR) });
delete (failed as { deleted?: number }).deleted;
const unfinished = { outcome: 'unfinished', startedAt: before(60), lastLineAt: before(60) } as const;
const stopped = { ...CONTAINER, phase: 'stopped', status: 'exited', exitCode: 0, finishedAt: before(HOUR) } as const;
const unreadableLog = { log: { runs: [], lines: [], looked: 0, complete: false, problem: DENIED } };

/** Each way to a verdict, with what its sentence says. */
const CASES: readonly (readonly [string, Partial<CleanupEvidence>, Verdict, RegExp])[] = [
  ['all well', {}, 'healthy', /150 sessions deleted 3 h ago, 1,250 left; the next run is due in 21 h\.$/u],
  [
    'nothing was expired',
    { reading: reading([run(3, { deleted: 0 })]), deletedSince: exact(0) },
    'healthy',
    /0 sessions deleted/u,
  ],
  ['more was deleted than it says', { deletedSince: exact(900) }, 'healthy', /works/u],
  ['nothing is known of the table', { deletedSince: NOT_WATCHED, oldestExpired: NOT_WATCHED }, 'healthy', /works/u],
  ['a run goes on now', { reading: reading([run(24), unfinished]) }, 'healthy', /works/u],
  ['a bit late', { reading: reading([run(26)]) }, 'healthy', /a run is due now\.$/u],
  [
    'late',
    { reading: reading([run(50)]) },
    'late',
    /runs, but last cleared sessions 2 days ago; a run was due 25 h ago\.$/u,
  ],
  [
    'the next at a time of day, after a night that failed and one that was skipped',
    {
      reading: reading([failed, run(3), { outcome: 'skipped', startedAt: before(2 * HOUR) }], {
        log: {
          runs: [failed, run(3), { outcome: 'skipped', startedAt: before(2 * HOUR) }],
          nextDue: before(-13 * HOUR),
          intervalSeconds: 24 * HOUR,
          lines: [],
          looked: 9,
          complete: true,
        },
      }),
    },
    'healthy',
    /the next run is due in 13 h\.$/u,
  ],
  [
    'waits for its first run',
    {
      ...TABLE_UNKNOWN,
      reading: reading([], {
        log: { runs: [], nextDue: before(-13 * HOUR), lines: [], looked: 1, complete: true },
      }),
    },
    'unknown',
    /Its log tells of no run \(all 1 line\); the next run is due in 13 h\.$/u,
  ],
  [
    'its first run never came',
    {
      ...TABLE_UNKNOWN,
      reading: reading([], { log: { runs: [], nextDue: before(30 * HOUR), lines: [], looked: 1, complete: true } }),
    },
    'late',
    /runs, but its log tells of no run that succeeded; a run was due 30 h ago\.$/u,
  ],
  [
    'hangs',
    { reading: reading([run(50), { ...unfinished, startedAt: before(26 * HOUR) }]) },
    'late',
    /the one that began 26 h ago has not ended/u,
  ],
  ['a shorter interval is set', { intervalSeconds: HOUR }, 'late', /a run was due/u],
  [
    'old rows after a run that deleted',
    { oldestExpired: expired(9), deletedSince: NOT_WATCHED },
    'deletingNothing',
    /says that it deleted 150 sessions 3 h ago, but a session that expired 9 h ago is still/u,
  ],
  [
    'old rows after a run that deleted none',
    { reading: reading([run(3, { deleted: 0 })]), oldestExpired: expired(9), deletedSince: exact(5) },
    'deletingNothing',
    /another database/u,
  ],
  [
    'old rows after a run that says nothing',
    { reading: reading([silent()]), oldestExpired: expired(9), deletedSince: exact(5) },
    'deletingNothing',
    /ran 3 h ago without an error/u,
  ],
  ['the counters contradict it', { deletedSince: exact(2) }, 'deletingNothing', /only 2 rows have been deleted/u],
  ['old rows, but the counters confirm it', { oldestExpired: expired(9) }, 'healthy', /works/u],
  [
    'it has only just ended',
    { reading: reading([run(0)]), deletedSince: exact(0), oldestExpired: expired(9) },
    'healthy',
    /works/u,
  ],
  [
    'the last run failed',
    { reading: reading([run(25), failed]) },
    'failing',
    /^The last run .* failed; the last success was 25 h ago/u,
  ],
  ['all runs failed', { reading: reading([failed, failed, failed]) }, 'failing', /^The last 3 runs/u],
  ['it failed and succeeded since', { reading: reading([failed, run(0.5)]) }, 'healthy', /works/u],
  ['it failed and tries again', { reading: reading([failed, unfinished]) }, 'failing', /last run/u],
  [
    'restarts for ever',
    { reading: reading([], { state: 'restarting', container: { ...CONTAINER, restartCount: 9, exitCode: 1 } }) },
    'failing',
    /again and again \(9 restarts, exit code 1\)/u,
  ],
  [
    'up between two crashes',
    { reading: reading([], { container: { ...CONTAINER, restartCount: 9, startedAt: before(5) } }) },
    'failing',
    /again and again/u,
  ],
  [
    'crashed a month ago',
    { reading: reading([run(3)], { container: { ...CONTAINER, restartCount: 9 } }) },
    'healthy',
    /works/u,
  ],
  [
    'unhealthy',
    { reading: reading([run(3)], { container: { ...CONTAINER, health: 'unhealthy', healthOutput: 'no python' } }) },
    'failing',
    /health check/u,
  ],
  [
    'stopped',
    { reading: reading([run(3)], { state: 'stopped', container: stopped }) },
    'stopped',
    / stopped 60 min ago with exit code 0/u,
  ],
  [
    'out of memory',
    { reading: reading([run(3)], { state: 'stopped', container: { ...stopped, exitCode: 137, outOfMemory: true } }) },
    'stopped',
    /ran out of memory/u,
  ],
  [
    'never started',
    { reading: reading([], { state: 'stopped', container: created() }) },
    'stopped',
    /never been started: no such file/u,
  ],
  ['paused', { reading: reading([run(3)], { state: 'paused' }) }, 'stopped', /paused/u],
  [
    'one that is run once a day',
    { reading: reading([once(3)], { state: 'stopped', container: { ...stopped, restartPolicy: 'no' } }) },
    'healthy',
    /works/u,
  ],
  [
    'one that was to be run once a day',
    { reading: reading([once(50)], { state: 'stopped', container: { ...stopped, restartPolicy: 'no' } }) },
    'late',
    /^shop_session_cleanup last cleared/u,
  ],
  [
    'one that was to stay up',
    { reading: reading([once(3)], { state: 'stopped', container: stopped }) },
    'stopped',
    /stopped/u,
  ],
  [
    'not found',
    { reading: reading([], { state: 'notFound', log: undefined as never }) },
    'notFound',
    /docker has no container/u,
  ],
  ['unreachable', { reading: reading([], { problem: DENIED }) }, 'engineUnreachable', /It can’t be read: No\./u],
  [
    'no log, a clean table',
    { reading: reading([], unreadableLog), oldestExpired: NOTHING_EXPIRED },
    'healthy',
    /no session has been expired for longer than 24 h.*No\./u,
  ],
  [
    'no log, old rows',
    { reading: reading([], unreadableLog), oldestExpired: expired(99) },
    'late',
    /a session that expired 4 days ago is still there/u,
  ],
  [
    'no log, no table',
    { reading: reading([], unreadableLog), oldestExpired: NOT_WATCHED },
    'unknown',
    /not known.*No\./u,
  ],
  [
    'the log can’t be read, and a sample found none',
    { reading: reading([], unreadableLog), oldestExpired: NONE_IN_SAMPLE },
    'unknown',
    /not known.*No\./u,
  ],
  [
    'no log, old rows, just started',
    {
      reading: reading([], { ...unreadableLog, container: { ...CONTAINER, startedAt: before(60) } }),
      oldestExpired: expired(99),
    },
    'unknown',
    /not known/u,
  ],
  [
    'the log was rotated',
    {
      reading: reading([], { log: { runs: [], lines: [], looked: 5_000, complete: false } }),
      oldestExpired: expired(5),
    },
    'healthy',
    /tells of no run \(the last 5,000 lines\)/u,
  ],
  [
    'no times in the log',
    { reading: reading([{ outcome: 'succeeded', deleted: 5 }]), oldestExpired: NOT_WATCHED },
    'unknown',
    /carry no time/u,
  ],
  ['only a log, in time', { reading: reading([run(3)], { state: 'unknown' }) }, 'healthy', /works/u],
  [
    'only a log, late',
    { reading: reading([run(50)], { state: 'unknown' }) },
    'late',
    /^shop_session_cleanup last cleared/u,
  ],
];

function silent() {
  const { deleted: _deleted, ...rest } = run(3);
  return rest;
}

function once(hoursAgo: number) {
  const { nextInSeconds: _next, ...rest } = run(hoursAgo);
  return rest;
}

function created() {
  const { startedAt: _startedAt, ...rest } = CONTAINER;
  return { ...rest, phase: 'stopped' as const, status: 'created', error: 'no such file' };
}

test('every way to a verdict', () => {
  for (const [name, evidence, verdict, sentence] of CASES) {
    const status = judge(evidence);
    assert.equal(status.verdict, verdict, `${name}: ${status.sentence}`);
    assert.match(status.sentence, sentence, name);
    assert.match(status.sentence, /[.]$/u, name);
    assert.doesNotMatch(status.sentence + status.sources.join(), /undefined|NaN|\[object/u, name);
    assert.equal(status.next === undefined, verdict === 'healthy', `${name} says what to do`);
    assert.ok(status.summary.startsWith(VERDICTS[verdict].title), status.summary);
  }
  const told = new Set(CASES.map(([, , verdict]) => verdict));
  assert.deepEqual(
    Object.keys(VERDICTS).filter((verdict) => !told.has(verdict as Verdict)),
    [],
  );
});

test('missed runs are what the alert judges', () => {
  const missed = (evidence: Partial<CleanupEvidence>) => judge(evidence).missedRuns;
  assert.equal(missed({}).value, 0);
  assert.equal(missed({ reading: reading([run(50)]) }).value, 1);
  assert.equal(missed({ reading: reading([run(24 * 10)]) }).value, 9);
  assert.equal(missed({ reading: reading([failed, failed]) }).value, 2);
  assert.equal(missed({ reading: reading([run(3)], { state: 'paused' }) }).value, 1);
  assert.equal(missed({ reading: reading([], { problem: DENIED }) }).how, 'unknown');
});

test('the row of the tree is short, the hover has every source', () => {
  const status = judge({});
  assert.equal(status.summary, 'healthy, 150 deleted 3 h ago, next in 21 h');
  assert.equal(judge({ reading: reading([run(50)]) }).summary, 'late, 150 deleted 2 days ago, was due 25 h ago');
  assert.deepEqual(status.sources, [
    'State (docker): running',
    'Log: succeeded, 150 sessions deleted 3 h ago, 1,250 left',
    'A run every 24 h, as its log says',
    'Rows deleted since: 150',
    'Oldest expired session: expired 2 h ago',
  ]);
  assert.equal(judge({ intervalSeconds: 2 * HOUR }).intervalFrom, 'setting');
  assert.equal(judge({ reading: reading([once(3)]) }).intervalFrom, 'assumed');
});

test('a failure shows its line', () => {
  assert.equal(judge({ reading: reading([run(25), failed]) }).logLine, 'OperationalError: no');
  const last = {
    runs: [],
    lines: [{ text: 'sh: python: not found', stream: 'stderr' as const }],
    looked: 1,
    complete: true,
  };
  assert.equal(
    judge({ reading: reading([], { state: 'stopped', container: stopped, log: last }) }).logLine,
    'sh: python: not found',
  );
});

test('dates of the engine are told by our clock', () => {
  const ahead = { how: 'estimated', value: 30 * 60_000, at: NOW } as const;
  const status = judge({ reading: reading([run(3)], { state: 'stopped', container: stopped, clockAheadMs: ahead }) });
  assert.match(status.sentence, /stopped 90 min ago/u);
  assert.ok(status.sources.includes('The engine’s clock is 30 min ahead of this machine’s; times are corrected'));
});
