import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unknown } from '../../../src/common/measured.ts';
import { Problem } from '../../../src/common/problem.ts';
import type { CleanupPreview, CleanupResult } from '../../../src/postgres/cleanup/cleanup.ts';
import { recordOf, type CleanupRecord } from '../../../src/postgres/cleanup/run/records.ts';
import { cleanupRow } from '../../../src/presentation/operations/cleanupRows.ts';
import {
  deleteAllLines,
  obstacleLines,
  previewLines,
  progressText,
  resultText,
  vacuumText,
} from '../../../src/presentation/texts/cleanupTexts.ts';
import { cleanupDetail } from '../../../src/presentation/texts/recordTexts.ts';
import { estimated, exact, later, MB, START } from '../monitoring/samples.ts';

const PREVIEW: CleanupPreview = {
  at: START,
  serverTime: START,
  table: 'django_session',
  graceSeconds: 0,
  clockBehind: estimated(0, 1),
  cutoff: START,
  total: exact(1000),
  expired: exact(400),
  kept: exact(0),
  stay: exact(600),
  share: exact(0.4),
  oldest: exact<Date | null>(later(-86_400 * 3)),
  newest: exact<Date | null>(later(-60)),
  reusableBytes: estimated(2 * MB),
  seconds: { fast: estimated(2), gentle: estimated(6) },
  way: 'pages',
  obstacles: [],
};

const COUNTS = {
  total: exact(1000),
  expired: exact(400),
  active: exact(600),
  deadTuples: estimated(420),
  reusableBytes: estimated(MB),
  totalBytes: exact(10 * MB),
};

const RESULT: CleanupResult = {
  deleted: 400,
  deletedHow: 'exact',
  batches: 8,
  longestBatchMs: 47.3,
  cancelled: false,
  remainingExpired: 0,
  remaining: exact(0),
  reasons: [],
  outcome: 'done',
  before: COUNTS,
  after: COUNTS,
  elapsedMs: 12_000,
  restedMs: 0,
  pausedMs: 0,
  reconnects: 0,
  unconfirmedBatches: 0,
};

void test('the preview says how many, how sure, from when to when, what stays, what is won and how long it takes', () => {
  assert.deepEqual(previewLines(PREVIEW, START), [
    '400 of 1,000 sessions would be deleted (40%), counted now.',
    'They expired between 3 days ago and 60 s ago.',
    '600 sessions stay.',
    '≈ 2 MB become reusable for new sessions; the files do not shrink.',
    'It takes about 6 s gently, about 2 s fast. Gently rests between batches, so that saves hardly notice.',
  ]);
});

void test('a time that is hardly any, and ages that are the same, are said plainly', () => {
  const day = exact<Date | null>(later(-86_400));
  const lines = previewLines(
    { ...PREVIEW, oldest: day, newest: day, seconds: { fast: estimated(0.02), gentle: estimated(0.4) } },
    START,
  );
  assert.ok(lines.includes('They expired 24 h ago.'), lines.join('\n'));
  assert.match(lines.at(-1) ?? '', /^It takes less than a second gently, less than a second fast/);
});

void test('what the preview has counted is what was expired before', () => {
  const roughly = { ...RESULT, before: { ...COUNTS, expired: estimated(390) } };
  assert.match(resultText(roughly), /: ≈ 390 expired before/);
  assert.match(resultText(roughly, exact(400)), /: 400 expired before/);
});

void test('what is estimated or unknown in the preview is said to be so', () => {
  const none = unknown('Not allowed.');
  const lines = previewLines(
    { ...PREVIEW, expired: estimated(400), oldest: none, newest: none, seconds: { fast: none, gentle: none } },
    START,
  );
  assert.match(lines[0] ?? '', /^≈ 400 of .*, estimated\.$/);
  assert.match(lines.at(-1) ?? '', /^It takes an unknown time gently, an unknown time fast/);
  assert.ok(!lines.some((line) => line.includes('They expired')));
});

void test('what stands in the way is told with what to do', () => {
  assert.deepEqual(
    obstacleLines([
      { code: 'x', severity: 'blocks', text: 'The table is locked.', next: 'Wait.' },
      { code: 'y', severity: 'note', text: 'There is a standby.' },
    ]),
    ['In the way: The table is locked. Wait.', 'To know: There is a standby.'],
  );
});

const PROGRESS = {
  phase: 'clearing',
  deleted: 120_000,
  expected: 503_211,
  share: 0.24,
  batches: 9,
  lastBatchMs: 40,
  longestBatchMs: 50,
  perSecond: 12_000,
  secondsLeft: 32,
  elapsedMs: 10_000,
} as const;

void test('progress has count, rate and time left, and says when it waits', () => {
  assert.equal(progressText(PROGRESS), '120,000 of ≈ 503,000 deleted · 12,000/s · 32 s left');
  assert.equal(
    progressText({ ...PROGRESS, phase: 'resting' }),
    progressText(PROGRESS),
    'the short rests do not flicker',
  );
  assert.match(progressText({ ...PROGRESS, phase: 'paused' }), / · paused$/);
  assert.match(
    progressText({ ...PROGRESS, phase: 'waiting', note: 'pg_dump holds the table.' }),
    / · waiting for the table · pg_dump holds the table\.$/,
  );
});

void test('the result has the counts before and after, time, batches and dead tuples', () => {
  assert.equal(
    resultText(RESULT),
    'Cleared. 400 expired sessions deleted in 12 s: 400 expired before, 0 expired left (counted); 8 batches, the longest 47.3 ms. ≈ 420 dead tuples wait for a vacuum.',
  );
  assert.match(
    resultText({ ...RESULT, remaining: estimated(0) }),
    /400 expired before, none expired in a page sample, as counting what is left took too long;/,
  );
});

void test('what remains, and what stopped it, is told with the reason', () => {
  const problem = new Problem({ code: 'x', what: 'Lost', why: 'It went.', next: 'Go on.', transient: true });
  const text = resultText({
    ...RESULT,
    outcome: 'stopped',
    problem,
    remaining: exact(7),
    reasons: ['Locked by others.'],
  });
  assert.match(
    text,
    /^Stopped: what was deleted stays deleted\. .* 7 expired left \(counted\);.* Lost: It went\. Go on\. Locked by others\./,
  );
});

void test('the emergency says whom it logs out, and that it can’t be undone', () => {
  const lines = deleteAllLines({
    database: 'shop',
    table: 'django_session',
    total: 1000,
    active: 600,
    signedIn: estimated(450, 30),
    warnings: ['Carts are lost.'],
  });
  assert.deepEqual(lines, [
    'All 1,000 sessions would be deleted, 600 of them active.',
    '≈ 450 of them are signed in and would be logged out. This can’t be undone.',
    'Carts are lost.',
  ]);
});

void test('a vacuum never claims to have made the files smaller when it has not', () => {
  const vacuum = {
    elapsedMs: 900,
    cancelled: false,
    bytesBefore: 10 * MB,
    bytesAfter: 10 * MB,
    deadBefore: 420,
    deadAfter: 0,
  };
  assert.match(vacuumText(vacuum), /dead tuples 420 before, 0 now; .* is still 10 MB\.$/);
  assert.match(vacuumText({ ...vacuum, deadAfter: 5 }), /An open transaction may still see the rest/);
});

const RECORD: CleanupRecord = recordOf(RESULT, 'gentle', {
  startedAt: START.toISOString(),
  who: 'kim',
  from: 'alert',
  target: 'shop on db:5432',
  table: 'django_session',
});

void test('a number of deleted sessions is never told as more certain than it is', () => {
  assert.match(resultText({ ...RESULT, deletedHow: 'atLeast' }), /^Cleared\. At least 400 expired sessions deleted in/);
  assert.match(resultText({ ...RESULT, deletedHow: 'estimated' }), /^Cleared\. ≈ 400 expired sessions deleted in/);
  assert.match(cleanupDetail({ ...RECORD, deletedHow: 'atLeast' }), /^at least 400 deleted in/);
});

void test('a longer grace, and what an estimate of the time rests on, are said', () => {
  const fast = { ...estimated(2), note: 'from reading 64 of its pages' };
  const lines = previewLines({ ...PREVIEW, graceSeconds: 600, seconds: { fast, gentle: estimated(6) } }, START);
  assert.ok(lines.includes('600 sessions stay, those among them that expired less than 10 min ago.'), lines.join('\n'));
  assert.match(lines.at(-1) ?? '', /about 2 s fast \(estimated from reading 64 of its pages\)\./);
});

void test('the history tells when, who asked and from where, counts, time and outcome', () => {
  assert.equal(cleanupDetail(RECORD), '400 deleted in 12 s, 0 expired left · gentle, from the alert by kim');
  assert.match(cleanupDetail({ ...RECORD, outcome: 'cancelled' }), /^400 deleted, then cancelled in/);
  const row = cleanupRow({ records: [RECORD], possible: true }, later(60));
  assert.equal(row?.description, 'last 1 min ago');
  assert.match(row.children?.[0]?.description ?? '', /^60 s ago · 400 deleted/);
});

void test('the row shows the progress with the actions that fit, and is not there without a connection', () => {
  const running = cleanupRow({ records: [], possible: true, running: { paused: false, progress: PROGRESS } }, START);
  assert.deepEqual(running?.context, ['cleanupRunning', 'canCancelCleanup']);
  const paused = cleanupRow({ records: [], possible: true, running: { paused: true, progress: PROGRESS } }, START);
  assert.deepEqual(paused?.context, ['cleanupPaused', 'canCancelCleanup']);
  assert.equal(cleanupRow({ records: [], possible: false }, START), undefined);
});
