import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AlertEngine } from '../../../src/monitoring/alerts/alerts.ts';
import { cleanupRow } from '../../../src/presentation/operations/cleanupRows.ts';
import { changedRows, type Row } from '../../../src/presentation/rows/row.ts';
import { rowAge } from '../../../src/presentation/rows/rowAge.ts';
import { alertsRow } from '../../../src/presentation/tree/alertRows.ts';
import { expired } from '../monitoring/alertBench.ts';
import { later, START } from '../monitoring/samples.ts';

const leaf = (id: string, description: string): Row => ({ id, label: id, description });
const group = (id: string, children: readonly Row[], description = ''): Row => ({
  id,
  label: id,
  description,
  children,
});

void test('nothing is redrawn when nothing changed, also when hovers are new functions', () => {
  const rows = (): Row[] => [group('a', [{ ...leaf('a/1', '5'), hover: () => 'text' }]), leaf('b', '1')];
  assert.deepEqual(changedRows(rows(), rows()), []);
});

void test('a changed figure redraws its row and no other', () => {
  const before = [group('a', [leaf('a/1', '5'), leaf('a/2', '6')])];
  const after = [group('a', [leaf('a/1', '5'), leaf('a/2', '7')])];
  assert.deepEqual(changedRows(before, after), ['a/2']);
});

void test('a group whose own line changed is redrawn once, with what is below it', () => {
  const before = [group('a', [leaf('a/1', '5')], 'five')];
  const after = [group('a', [leaf('a/1', '6')], 'six')];
  assert.deepEqual(changedRows(before, after), ['a']);
});

void test('a row that comes, goes or moves redraws its parent', () => {
  const before = [group('a', [leaf('a/1', '5')]), leaf('b', '1')];
  assert.deepEqual(changedRows(before, [group('a', [leaf('a/1', '5'), leaf('a/2', '6')]), leaf('b', '1')]), ['a']);
  assert.deepEqual(changedRows(before, [leaf('b', '1'), group('a', [leaf('a/1', '5')])]), [undefined]);
  assert.deepEqual(changedRows(before, []), [undefined]);
});

void test('a row with buttons rests: its figures move in a row below it', () => {
  const progress = {
    phase: 'clearing',
    deleted: 0,
    expected: 100,
    share: 0,
    batches: 1,
    lastBatchMs: 4,
    longestBatchMs: 5,
    perSecond: 10,
    secondsLeft: 9,
    elapsedMs: 1000,
  } as const;
  const cleanup = (deleted: number, paused = false): readonly Row[] => {
    const row = cleanupRow(
      { records: [], possible: true, running: { paused, progress: { ...progress, deleted } } },
      START,
    );
    return [row ?? assert.fail('no row')];
  };
  assert.deepEqual(changedRows(cleanup(10), cleanup(20)), ['operation/cleanup/running/progress']);
  assert.deepEqual(changedRows(cleanup(10), cleanup(10, true)), ['operation/cleanup/running']);
});

void test('an alert that fires tells its age in whole minutes, and rests between them', () => {
  const engine = new AlertEngine({ settings: { 'djangoSessionMonitor.alerts.expiredForSeconds': 0 } });
  engine.evaluate(expired(2000), START);
  const alert = (seconds: number): readonly Row[] => [alertsRow(engine.states(), later(seconds))];
  assert.deepEqual(changedRows(alert(1), alert(59)), []);
  assert.deepEqual(changedRows(alert(59), alert(60)), ['alert/expired-sessions']);
  assert.deepEqual(
    [0, 59, 60, 119, 120, 3599, 3600, 5400, 90_000].map((seconds) => rowAge(START, later(seconds))),
    ['< 1 min', '< 1 min', '1 min', '1 min', '2 min', '59 min', '1 h', '1 h 30 min', '25 h'],
  );
});
