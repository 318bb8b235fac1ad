import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCheckRecord, type CheckRecord } from '../../../src/diagnosis/routine/checkRecord.ts';
import type { CheckOutcome } from '../../../src/diagnosis/routine/checkVerdict.ts';
import { nextDue, type Period } from '../../../src/diagnosis/routine/period.ts';
import { ROUTINE_CHECKS } from '../../../src/diagnosis/routine/routineChecks.ts';
import { standingsOf, summaryOfStandings } from '../../../src/diagnosis/routine/standing.ts';
import { routineRow } from '../../../src/presentation/routine/checkRows.ts';

const at = (text: string): Date => new Date(`${text}:00`);

test('a check is due on the next day, on the day of the next week, on the day of the next month or its last', () => {
  const due = (period: Period, done: string): string => nextDue(period, at(done)).toDateString();
  assert.equal(due('daily', '2026-03-01T23:59'), 'Mon Mar 02 2026');
  assert.equal(due('weekly', '2026-02-26T09:00'), 'Thu Mar 05 2026');
  assert.equal(due('monthly', '2026-03-14T09:00'), 'Tue Apr 14 2026');
  assert.equal(due('monthly', '2026-01-31T09:00'), 'Sat Feb 28 2026');
  assert.equal(due('monthly', '2026-12-31T09:00'), 'Sun Jan 31 2027');
});

function record(check: string, done: string, outcome: CheckOutcome = 'passed'): CheckRecord {
  const { title, period } = ROUTINE_CHECKS.find(({ id }) => id === check) ?? assert.fail(check);
  const evidence = ['The table grew by 1 MB.'];
  return {
    id: `${check} ${done}`,
    check,
    title,
    period,
    of: 'shop',
    at: at(done).toISOString(),
    outcome,
    by: 'evidence',
    note: '',
    evidence,
  };
}

function states(records: readonly CheckRecord[], now: string): Readonly<Record<string, string>> {
  return Object.fromEntries(standingsOf(ROUTINE_CHECKS, records, at(now)).map(({ check, state }) => [check.id, state]));
}

test('what was never made is due, and nobody is reminded who has not begun', () => {
  assert.deepEqual(new Set(Object.values(states([], '2026-03-05T09:00'))), new Set(['due']));
  const begun = [record('table-size', '2026-03-05T09:00')];
  assert.equal(states(begun, '2026-03-05T18:00')['slow-queries'], 'due');
  assert.equal(states(begun, '2026-03-06T00:00')['slow-queries'], 'overdue');
});

test('a result holds until its day comes, is due all that day, and overdue when it is over', () => {
  const made = [record('table-size', '2026-03-05T18:00', 'failed'), record('cleanup-logs', '2026-03-05T00:01')];
  const size = (now: string): string | undefined => states(made, now)['table-size'];
  assert.equal(size('2026-03-05T23:59'), 'failed');
  assert.equal(size('2026-03-06T00:00'), 'due');
  assert.equal(size('2026-03-06T23:59'), 'due');
  assert.equal(size('2026-03-07T00:00'), 'overdue');
  // The newest result counts.
  assert.equal(states([record('table-size', '2026-03-06T10:00'), ...made], '2026-03-06T11:00')['table-size'], 'passed');
});

test('the summary counts what is open, and is "all done" only when all has passed', () => {
  const all = (outcome: CheckOutcome): CheckRecord[] =>
    ROUTINE_CHECKS.map(({ id }) => record(id, '2026-03-05T09:00', outcome));
  const summary = (records: readonly CheckRecord[], now: string): string =>
    summaryOfStandings(standingsOf(ROUTINE_CHECKS, records, at(now)));
  assert.equal(summary(all('passed'), '2026-03-05T10:00'), 'all done');
  assert.equal(summary(all('passed'), '2026-03-06T10:00'), '2 due');
  assert.equal(summary(all('passed'), '2026-03-07T10:00'), '2 overdue');
  assert.equal(
    summary([record('sign-ins', '2026-03-05T09:30', 'needsALook'), ...all('passed')], '2026-03-05T10:00'),
    '1 needs a look',
  );
  assert.equal(summary(all('failed'), '2026-03-12T10:00'), '2 overdue, 3 due, 3 failed');
  assert.equal(summary([], '2026-03-05T10:00'), '8 due');
});

test('the node is closed, says what is due in words that rest, and tells a screen reader the same', () => {
  const records = [record('table-size', '2026-03-05T09:00'), record('slow-queries', '2026-02-20T09:00', 'failed')];
  const now = at('2026-03-05T10:00');
  const row = routineRow(
    {
      standings: standingsOf(ROUTINE_CHECKS, records, now),
      running: new Set(['sign-ins']),
      problems: ['Entry 1: no.'],
    },
    now,
  );
  assert.equal(row.expanded, undefined);
  assert.equal(row.description, '7 overdue, 1 wrong in the settings');
  const texts = Object.fromEntries(
    (row.children ?? []).map(({ id, description, accessible }) => [id, [description, accessible]]),
  );
  assert.deepEqual(texts['routineCheck/table-size'], [
    'passed, due tomorrow',
    'Verify session table size is stable, daily: passed, due tomorrow',
  ]);
  assert.deepEqual(texts['routineCheck/slow-queries']?.[0], 'overdue since Feb 27');
  assert.deepEqual(texts['routineCheck/sign-ins']?.[0], 'running…');
  assert.deepEqual(texts['routineChecks/problem/0']?.[0], 'Entry 1: no.');
});

test('what was kept by another version and is no record is left out', () => {
  const good = record('table-size', '2026-03-05T09:00');
  assert.ok(isCheckRecord(JSON.parse(JSON.stringify(good))));
  const wrong = [
    { outcome: 'fine' },
    { period: 'yearly' },
    { at: 'yesterday' },
    { evidence: [1] },
    { by: 'nobody' },
    { note: undefined },
  ];
  for (const change of wrong) assert.ok(!isCheckRecord({ ...good, ...change }), JSON.stringify(change));
  for (const value of [null, 1, 'x', []]) assert.ok(!isCheckRecord(value));
});
