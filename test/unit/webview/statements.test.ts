import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StatementRow } from '../../../src/webview/protocol/statementMessages.ts';
import {
  COLUMNS,
  FIRST_STATE,
  statementFigures,
  plainStatements,
  shorten,
  sorted,
  sortedBy,
} from '../../../src/webview/statements/statementTable.ts';

const DJANGO_SELECT =
  'SELECT "django_session"."session_key", "django_session"."session_data", "django_session"."expire_date" FROM "django_session" WHERE ("django_session"."expire_date" > $1 AND "django_session"."session_key" = $2) LIMIT $3';

function row(id: string, changes: Partial<StatementRow> = {}): StatementRow {
  return { id, text: `SELECT ${id}`, calls: 1, totalMs: 1, meanMs: 1, rows: 1, ...changes };
}

const ROWS = statementFigures([
  row('b', { text: 'UPDATE s', calls: 10, totalMs: 30, meanMs: 3, rows: 10 }),
  row('a', { text: 'DELETE\n  FROM\ts', calls: 2, totalMs: 60, meanMs: 30, rows: 1000 }),
  row('c', { text: 'SELECT 1', calls: 0, totalMs: 10, meanMs: 0, rows: 0 }),
]);

function order(column: (typeof COLUMNS)[number]['id'], descending = true): string {
  return sorted(ROWS, { column, descending })
    .map(({ id }) => id)
    .join('');
}

test('sorts by each column, both ways', () => {
  assert.deepEqual(
    COLUMNS.map(({ id }) => [id, order(id), order(id, false)]),
    [
      ['statement', 'bca', 'acb'],
      ['calls', 'bac', 'cab'],
      ['total', 'abc', 'cba'],
      ['share', 'abc', 'cba'],
      ['mean', 'abc', 'cba'],
      ['rows', 'abc', 'cba'],
    ],
  );
});

test('equal statements keep their places, whatever order they come in', () => {
  const equal = ['x', 'y', 'z'].map((id) => row(id));
  for (const rows of [equal, equal.toReversed()]) {
    const ids = sorted(statementFigures(rows), { column: 'calls', descending: true }).map(({ id }) => id);
    assert.deepEqual(ids, ['x', 'y', 'z']);
  }
});

test('a click sorts figures from the greatest and texts from A, the next one turns it round', () => {
  const byMean = sortedBy(FIRST_STATE, 'mean');
  assert.deepEqual([byMean.column, byMean.descending], ['mean', true]);
  assert.equal(sortedBy(byMean, 'mean').descending, false);
  assert.equal(sortedBy(byMean, 'statement').descending, false);
  assert.equal(sortedBy({ ...FIRST_STATE, open: ['1'] }, 'calls').open[0], '1', 'what is open stays open');
});

test('shares are of all statements, and nothing is divided by zero', () => {
  assert.deepEqual(
    ROWS.map(({ share }) => share),
    [0.3, 0.6, 0.1],
  );
  assert.deepEqual(
    ROWS.map(({ rowsPerCall }) => rowsPerCall),
    [1, 500, 0],
  );
  assert.equal(statementFigures([row('a', { totalMs: 0 })])[0]?.share, 0);
  assert.deepEqual(statementFigures([]), []);
});

test('figures are said by the locale', () => {
  const [, update] = sorted(ROWS, { column: 'total', descending: true });
  assert.ok(update);
  const said = (locale: string): string[] => COLUMNS.map((column) => column.text(update, { locale }));
  assert.deepEqual(said('en'), ['UPDATE s', '10', '30 ms', '30%', '3 ms', '1']);
  assert.equal(said('de')[3], '30\u00a0%');
});

test('a statement is shortened to what tells it from others', () => {
  assert.equal(
    shorten(DJANGO_SELECT),
    'SELECT … FROM django_session WHERE (expire_date > $1 AND session_key = $2) LIMIT $3',
  );
  assert.equal(
    shorten('UPDATE "django_session"\n   SET "session_data" = $1\n WHERE "django_session"."session_key" = $2'),
    'UPDATE django_session SET session_data = $1 WHERE session_key = $2',
  );
  assert.equal(shorten('SELECT count(*) FROM "shop"."django_session"'), 'SELECT count(*) FROM django_session');
  const nested = `SELECT (SELECT max(expire_date) FROM django_session) AS latest, ${'x'.repeat(50)} FROM t`;
  assert.equal(shorten(nested), nested);
  const long = `DELETE FROM django_session WHERE session_key IN (${Array.from({ length: 500 }, (_, i) => `$${i + 1}`).join(', ')})`;
  assert.equal(shorten(long).length, 160);
  assert.ok(shorten(long).endsWith('…'));
});

test('the copied table has one line for each statement, with plain numbers', () => {
  const lines = plainStatements(sorted(ROWS, { column: 'total', descending: true })).split('\n');
  assert.deepEqual(lines, [
    'statement\tcalls\ttotal time (ms)\tshare\tmean time (ms)\trows a call',
    'DELETE FROM s\t2\t60\t0.6\t30\t500',
    'UPDATE s\t10\t30\t0.3\t3\t1',
    'SELECT 1\t0\t10\t0.1\t0\t0',
  ]);
});
