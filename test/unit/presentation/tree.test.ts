import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unknown } from '../../../src/common/measured.ts';
import { AlertEngine } from '../../../src/monitoring/alerts/alerts.ts';
import { METRICS } from '../../../src/monitoring/metrics/metrics.ts';
import type { Snapshot } from '../../../src/monitoring/snapshot/snapshot.ts';
import { NO_OPERATIONS } from '../../../src/presentation/operations/operationRows.ts';
import type { AppState } from '../../../src/presentation/rows/appState.ts';
import { changedRows, type Row } from '../../../src/presentation/rows/row.ts';
import { treeContent, type TreeContent } from '../../../src/presentation/tree/treeRows.ts';
import { WITH } from '../monitoring/alertBench.ts';
import { exact, later, snapshot, START } from '../monitoring/samples.ts';

const AT_ONCE = Object.fromEntries(
  ['expired', 'tableSize', 'saves', 'growth'].map((rule) => [`djangoSessionMonitor.alerts.${rule}ForSeconds`, 0]),
);

const POSSIBLE = { ...NO_OPERATIONS, cleanups: { records: [], possible: true } };

function content(one: Snapshot, engine = new AlertEngine({ settings: AT_ONCE })): TreeContent {
  engine.evaluate(one, START);
  const state = {
    kind: 'connected',
    connection: { id: 'shop', name: 'shop', target: 'shop on db', production: false, source: 'settings', notes: [] },
    monitor: { kind: 'live', snapshot: one, partial: [] },
    alerts: engine.states(),
    history: { bytes: 0, polls: true },
    badge: engine.badge(),
  } as unknown as AppState;
  return treeContent(state, START, 'en', POSSIBLE);
}

const flat = (rows: readonly Row[]): readonly Row[] => rows.flatMap((row) => [row, ...flat(row.children ?? [])]);
const rowOf = ({ rows }: TreeContent, id: string): Row =>
  flat(rows).find((row) => row.id === id) ?? assert.fail(`no row ${id}`);

test('the sentence says how it stands: what fires by its name, and healthy only what was judged', () => {
  const said = (one: Snapshot): string | undefined => content(one).message;
  const fine = snapshot({ growthPerDay: exact(0) });
  assert.match(said(fine) ?? '', /^Healthy: 900 active, .*42 saves\/min$/);
  const early = snapshot({ growthPerDay: unknown('It takes an hour.', undefined, later(2520)) });
  assert.match(said(early) ?? '', /^Healthy so far: 900 active/);
  assert.match(said(WITH['expired-sessions'](exact(2000))) ?? '', /^Watch out: expired sessions pile up; 900 active/);
  assert.match(said(WITH['table-size'](exact(1e12))) ?? '', /^Act now: [a-z].*; 900 active/);
});

test('what matters stands first and open, the rest closed with what is in it', () => {
  const { rows } = content(snapshot());
  assert.deepEqual(
    rows.slice(0, 4).map(({ id, expanded }) => [id, expanded]),
    [
      ['alerts/quiet', false],
      ['operations', true],
      ['group/sessions', true],
      ['group/writes', false],
    ],
  );
  const inSight = (some: readonly Row[]): number =>
    some.reduce((sum, row) => sum + 1 + (row.expanded === true ? inSight(row.children ?? []) : 0), 0);
  assert.ok(inSight(rows) <= 25, `${String(inSight(rows))} rows of 22 px, where 900 px leave room for 35`);
  for (const { id, summary, description } of rows.filter(({ expanded }) => expanded === false))
    assert.ok((summary ?? description ?? '') !== '', id);
});

test('alerts open by themselves when one fires, in a row that is not the one that was closed', () => {
  const quiet = content(snapshot({ growthPerDay: exact(0) }));
  assert.deepEqual([rowOf(quiet, 'alerts/quiet').description, rowOf(quiet, 'alerts/quiet').expanded], ['none', false]);
  const loud = content(WITH['expired-sessions'](exact(2000)));
  assert.deepEqual([rowOf(loud, 'alerts').description, rowOf(loud, 'alerts').expanded], ['1 warning', true]);
});

test('a growth that takes an hour says when it is known, in its row and in its rule', () => {
  const early = content(snapshot({ growthPerDay: unknown('It takes an hour.', undefined, later(2520)) }));
  assert.deepEqual(
    [rowOf(early, 'metric/table.growth'), rowOf(early, 'alert/table-growth')].map((row) => [
      row.description,
      row.icon?.id,
    ]),
    [
      ['in 42 min', 'watch'],
      ['in 42 min', 'watch'],
    ],
  );
  assert.equal(rowOf(early, 'alerts/quiet').description, 'none firing, 1 not known yet');
  const lost = content(snapshot({ growthPerDay: unknown('No size.') }));
  assert.equal(rowOf(lost, 'metric/table.growth').description, 'unknown');
});

test('what says the same as another row has none, and is told in the hover of that', () => {
  const all = content(snapshot());
  const ids = new Set(flat(all.rows).map(({ id }) => id));
  for (const { id, label, toldWith } of METRICS) {
    if (toldWith === undefined) continue;
    assert.ok(!ids.has(`metric/${id}`), id);
    const hover = rowOf(all, `metric/${toldWith}`).hover?.() ?? '';
    assert.ok(hover.includes(`- ${label.replaceAll(/[_()]/g, '\\$&')}`), `${id} in the hover of ${toldWith}: ${hover}`);
  }
});

test('a value has room in a view of 200 px', () => {
  for (const { id, label, inTree = label, toldWith } of METRICS)
    if (toldWith === undefined) assert.ok(inTree.length <= 15, `${id}: ${inTree}`);
});

test('a closed group moves with its figures, an open one rests, and so does the text of a row whose hover is read', () => {
  const group = (value: string): readonly Row[] => [
    { id: 'g', label: 'G', summary: value, children: [{ id: 'g/1', label: 'one', description: value }] },
  ];
  const changed = (isOpen: boolean, read: readonly string[] = []): readonly (string | undefined)[] =>
    changedRows(group('5'), group('6'), { isOpen: () => isOpen, rests: ({ id }) => read.includes(id) });
  assert.deepEqual(changed(false), ['g']);
  assert.deepEqual(changed(true), ['g/1']);
  assert.deepEqual(changed(true, ['g/1', 'g']), []);
  const fires: readonly Row[] = [{ id: 'g', label: 'G', icon: { id: 'warning' } }];
  const resolved: readonly Row[] = [{ id: 'g', label: 'G', icon: { id: 'pass' } }];
  assert.deepEqual(changedRows(fires, resolved, { isOpen: () => true, rests: () => true }), ['g'], 'its icon does not');
});
