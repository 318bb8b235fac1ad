import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endingMark, isBackendRecord, recordOfEnding } from '../../../src/presentation/backends/backendRecords.ts';
import { backendOfRow, backendsRow } from '../../../src/presentation/backends/backendRows.ts';
import { endingQuestion } from '../../../src/presentation/backends/endingTexts.ts';
import type { Row } from '../../../src/presentation/rows/row.ts';
import type { BackendFacts } from '../../../src/postgres/backends/backendFacts.ts';
import { blockingForest, type BlockingNode } from '../../../src/postgres/backends/blocking.ts';
import { refusalOf } from '../../../src/postgres/backends/refusals.ts';
import { withoutNumbers, withoutValues } from '../../../src/postgres/backends/withoutValues.ts';

/** What is made of backends; test/postgres/backends.test.ts has them from real servers. */

const NOW = new Date('2026-06-01T12:00:00Z');

function backend(pid: number, more: Partial<BackendFacts> = {}): BackendFacts {
  return {
    pid,
    startedAt: `2026-06-01T10:00:00.00000${pid % 10}`,
    user: 'shop',
    application: `web ${pid}`,
    address: '10.0.0.7',
    database: 'shop',
    kind: 'client backend',
    state: 'active',
    stateSeconds: 90,
    transactionSeconds: 90,
    connectedSeconds: 7200,
    waitsFor: null,
    waitsOn: null,
    blockedBy: [],
    statement: 'SELECT 1',
    statementAt: '2026-06-01T11:58:30.000000',
    masked: false,
    ours: false,
    here: true,
    isSuperuser: false,
    maySignal: true,
    ...more,
  };
}

const pids = ({ pid, waiting }: BlockingNode): unknown => (waiting.length === 0 ? pid : [pid, waiting.map(pids)]);

test('a queue is not told as a chain, a chain is, and a circle ends', () => {
  const forest = (...all: readonly (readonly [pid: number, ...blockedBy: number[]])[]): unknown[] =>
    blockingForest(all.map(([pid, ...blockedBy]) => backend(pid, { blockedBy }))).map(pids);
  assert.deepEqual(forest([1], [2, 1], [3, 2]), [[1, [[2, [3]]]]]);
  // Who waits for a lock on a table is behind all that wait already.
  assert.deepEqual(forest([1], [2, 1], [3, 1, 2], [4, 1, 2, 3]), [[1, [2, 3, 4]]]);
  assert.deepEqual(forest([1], [2, 1], [4], [3, 4, 2]), [[1, [2]], [4, [3]]]); // prettier-ignore
  assert.deepEqual(forest([2, 0], [3, 99]), [[0, [2]], [99, [3]]]); // prettier-ignore
  const [circle] = blockingForest([
    backend(1, { blockedBy: [2] }),
    backend(2, { blockedBy: [1] }),
    backend(3, { blockedBy: [2] }),
  ]);
  assert.deepEqual([circle && pids(circle), circle?.inCircle], [[1, [[2, [3]]]], true]);
  assert.deepEqual(forest([1], [2]), []);
});

test('of statements no string, dollar quote or comment is kept, cut off or not; names and numbers are', () => {
  const kept: readonly (readonly [string, string])[] = [
    [`UPDATE "t" SET a = 'secret', b = 5 WHERE "k" = 'secret'`, `UPDATE "t" SET a = '…', b = 5 WHERE "k" = '…'`],
    [`SELECT E'it\\'s secret', 'it''s secret', x'5ec2e7' FROM t2`, `SELECT '…', '…', '…' FROM t2`],
    [`SELECT $$secret$$, $q$secret$$secret$q$, $1`, `SELECT '…', '…', $1`],
    [`SELECT 1 -- secret\n, 2 /* secret */`, `SELECT 1 , 2`],
    [`SELECT 'secret`, `SELECT '…'`],
    [`SELECT E'secret\\`, `SELECT '…'`],
    [`SELECT $x$secret`, `SELECT '…'`],
    // Where the string ends hangs on a setting of that session, and what a comment in a comment hides on how it is read.
    [`SELECT 'a\\', 'secret'`, `SELECT '…' …`],
    [`SELECT /* a /* b */ 'secret' */ 1`, `SELECT …`],
    [`SELECT nameE'secret', "it's", 1`, `SELECT nameE'…', "it's", 1`],
  ];
  for (const [statement, expected] of kept) assert.equal(withoutValues(statement), expected);
  assert.equal(
    withoutNumbers(withoutValues('SELECT 42, t2.n FROM t2 WHERE id = 1.5 AND k = $1')),
    'SELECT …, t2.n FROM t2 WHERE id = … AND k = $1',
  );
});

test('what must not be ended has no button, and its hover says why', () => {
  const cases: readonly (readonly [string | undefined, Partial<BackendFacts>])[] = [
    [undefined, {}],
    ['backend-ours', { ours: true }],
    ['backend-replication', { kind: 'walsender', here: false }],
    ['backend-background', { kind: 'autovacuum worker' }],
    ['backend-other-database', { here: false, database: 'other' }],
    ['backend-masked', { masked: true, kind: null, startedAt: null, state: null }],
    ['backend-superuser', { isSuperuser: true, maySignal: false }],
    ['backend-not-allowed', { maySignal: false }],
  ];
  for (const [code, more] of cases) {
    const one = backend(7, more);
    assert.equal(refusalOf(one, 'terminate')?.code, code);
    const row = rowsIn(rowOf([one])).find(({ id }) => id.startsWith('backends/7/'));
    assert.equal(row?.context?.includes('canTerminate'), code === undefined, code);
    assert.equal((row.hover?.() ?? '').includes('It is not ended from here'), code !== undefined, code);
  }
  assert.equal(
    refusalOf(backend(1, { isSuperuser: true, maySignal: true }), 'terminate'),
    undefined,
    'a superuser may',
  );
  assert.equal(refusalOf(backend(1, { state: 'idle' }), 'cancel')?.code, 'backend-runs-nothing');
  assert.equal(refusalOf(backend(1, { state: 'idle' }), 'terminate'), undefined);
});

function rowOf(backends: readonly BackendFacts[], total = backends.length): Row {
  return backendsRow({ reading: { at: NOW, backends, total } }, [], NOW);
}

function rowsIn(row: Row): readonly Row[] {
  return [row, ...(row.children ?? []).flatMap(rowsIn)];
}

test('the rows: who blocks first with those that wait below, the idle in one row, what is not shown counted', () => {
  const all = [
    backend(1, { state: 'idle in transaction', transactionSeconds: 250, waitsFor: 'Client: ClientRead' }),
    backend(2, { blockedBy: [1], waitsFor: 'Lock: transactionid' }),
    backend(3, { waitsFor: 'IO: DataFileRead' }),
    backend(4, { state: 'idle' }),
    backend(5, { state: 'idle', ours: true, application: 'django-session-monitor' }),
    backend(6, { masked: true, kind: null, startedAt: null, state: null, statement: null, stateSeconds: null }),
  ];
  const row = rowOf(all, 40);
  assert.equal(row.description, '40, 1 blocked');
  assert.deepEqual(
    (row.children ?? []).map(({ label, description }) => [label, description]),
    [
      ['web 1 (1)', 'blocks 1 · idle in transaction 4 min · SELECT 1'],
      ['web 3 (3)', 'active 1 min · waits for IO: DataFileRead · SELECT 1'],
      ['web 6 (6)', 'state hidden from this role'],
      ['Idle', '2'],
      ['34 more', 'not shown'],
    ],
  );
  const [blocked] = row.children?.[0]?.children ?? [];
  assert.match(blocked?.description ?? '', /^blocked by process 1 \(web 1, user shop\) · active 1 min/u);
  assert.equal(backendOfRow(blocked?.id ?? '', { at: NOW, backends: all, total: 6 })?.pid, 2);
  assert.equal(
    backendOfRow('backends/2/2020', { at: NOW, backends: all, total: 6 }),
    undefined,
    'another of that process id',
  );
  const problem = { code: 'x', what: 'Cannot', why: 'No place left.', next: 'Wait.', transient: true };
  assert.equal(backendsRow({ problem }, [], NOW).children?.[0]?.description, 'No place left.');
  assert.match(backendsRow('paused', [], NOW).children?.[0]?.label ?? '', /paused/u);
  assert.equal(backendsRow(undefined, [], NOW).description, undefined, 'it says nothing while nobody looks');
});

test('names that clients give themselves are text', () => {
  const hostile = backend(1, { application: '[x](command:y)\u202e$(zap)\nweb', user: '<b>' });
  for (const row of rowsIn(rowOf([hostile]))) {
    assert.doesNotMatch(row.label, /[\n\u202e]/u);
    assert.doesNotMatch(row.hover?.() ?? '', /(?<!\\)\]\(|<b>/u);
  }
});

test('the question names what is hit, who waits, and production', () => {
  const all = [
    backend(1, { state: 'idle in transaction' }),
    backend(2, { blockedBy: [1] }),
    backend(3, { blockedBy: [2] }),
  ];
  const [first] = all;
  assert.ok(first);
  const { question, lines } = endingQuestion({ target: 'shop on db:5432', production: true }, first, all, 'terminate');
  assert.equal(question, 'Terminate the connection of web 1 (1) on shop on db:5432?');
  assert.equal(lines[0], 'This is a production database.');
  assert.ok(lines.includes('2 others wait for it.'), lines.join('\n'));
  assert.match(lines.join('\n'), /Process 1 of user shop, application web 1, from 10\.0\.0\.7/u);
});

test('what is kept of an ending has no value of the statement; what came to nothing is no mark', () => {
  const one = backend(1, { statement: `UPDATE t SET a = '…' WHERE id = 4711` });
  const context = { id: 'i', at: NOW.toISOString(), who: 'kim', target: 'shop on db' };
  const record = recordOfEnding(one, 'terminate', { outcome: 'ended', waited: 2, freed: 1, elapsedMs: 12 }, context);
  assert.equal(record.statement, `UPDATE t SET a = '…' WHERE id = …`);
  assert.ok(isBackendRecord(JSON.parse(JSON.stringify(record))));
  assert.equal(isBackendRecord({ ...record, ending: 'other' }), false);
  const mark = endingMark(record);
  assert.deepEqual([mark?.kind, mark?.at], ['backend', NOW]);
  assert.match(
    mark?.text ?? '',
    /^Connection terminated: web 1 \(1\) of user shop, active 1 min: ended in .*, 1 of 2 that waited for it goes on$/u,
  );
  for (const outcome of ['gone', 'failed'] as const) assert.equal(endingMark({ ...record, outcome }), undefined);
});
