import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FoundWrite } from '../../../src/django/sessionWrites/findSessionWrites.ts';
import type { SearchedCode } from '../../../src/monitoring/saves/suspects.ts';
import type { SaveEvidence } from '../../../src/postgres/table/saveEvidence.ts';
import { chartRemarks } from '../../../src/presentation/dashboard/remarks.ts';
import { metricGroupRows } from '../../../src/presentation/tree/metricRows.ts';
import { withWriters } from '../../../src/presentation/tree/writerRows.ts';
import type { Row } from '../../../src/presentation/rows/row.ts';
import { detail, exact, saves, snapshot } from '../monitoring/samples.ts';

const write = (change: Partial<FoundWrite>): FoundWrite => ({
  file: '/p/shop/views.py',
  from: 10,
  to: 20,
  line: 4,
  how: 'sets',
  owner: 'front',
  guards: [],
  role: 'other',
  isInstalled: false,
  ...change,
});
const named = (name: string): NonNullable<FoundWrite['entry']> => ({ name, isPrefix: false });

const CODE: SearchedCode = {
  root: '/p',
  files: 12,
  complete: true,
  settings: { flags: new Map(), texts: new Map(), places: new Map() },
  writes: [
    write({ entry: named('cart') }),
    write({ entry: named('last_activity'), owner: 'signal' }),
    write({
      entry: named('last_activity'),
      role: 'middleware',
      owner: 'Throttle',
      file: '/p/env/lib/python3.12/site-packages/throttle/m.py',
      guards: [{ test: 'last is None', negated: false }],
    }),
  ],
};

function rows(evidence: SaveEvidence, code = CODE): readonly Row[] {
  const found = snapshot({ detail: { ...detail(), saves: exact(evidence) } });
  const group = metricGroupRows(found, {}).find(({ id }) => id === 'group/writes');
  return withWriters(group?.children ?? [], evidence, code);
}

test('the likeliest cause stands below what the saves change, and opens its code', () => {
  const all = rows(saves());
  const at = all.findIndex(({ id }) => id === 'metric/writes.changes');
  const cause = all[at + 1];
  assert.equal(cause?.label, 'Likeliest cause');
  assert.equal(cause.description, 'Throttle sets last_activity · throttle/m.py:5');
  assert.deepEqual(cause.command?.arguments, [{ file: CODE.writes[2]?.file, from: 10, to: 20 }]);
  assert.deepEqual(
    cause.children?.map(({ label, description }) => [label, description]),
    [['signal sets last_activity', 'shop/views.py:5']],
  );
  assert.match(cause.hover?.() ?? '', /80 of 100 saves \\\(80%\\\) change last\\_activity/u);
});

test('each entry has the places that set it, and rows have ids of their own', () => {
  const all = rows(saves());
  const children = all.find(({ id }) => id === 'metric/writes.changes')?.children ?? [];
  assert.deepEqual(
    children.map(({ label, children: places = [] }) => [label, places.map((place) => place.label)]),
    [
      ['only last_activity', ['Throttle sets last_activity', 'signal sets last_activity']],
      ['nothing', []],
      ['cart and last_activity', ['front sets cart', 'Throttle sets last_activity', 'signal sets last_activity']],
    ],
  );
  const ids: string[] = [];
  const collect = (list: readonly Row[]): void => {
    for (const row of list) {
      ids.push(row.id);
      collect(row.children ?? []);
    }
  };
  collect(all);
  assert.equal(new Set(ids).size, ids.length);
});

test('a setting is named as the cause, and nothing is guessed from a few saves', () => {
  const place = { file: '/p/shop/settings.py', from: 3, to: 9 };
  const settings = {
    flags: new Map([['SESSION_SAVE_EVERY_REQUEST', true]]),
    texts: new Map<string, string>(),
    places: new Map([['SESSION_SAVE_EVERY_REQUEST', place]]),
  };
  const changes = [{ entries: [], saves: 100, held: ['cart'] }];
  const cause = rows(saves({ changes }), { ...CODE, settings }).find(({ id }) => id === 'writes/likeliest');
  assert.equal(cause?.description, 'SESSION_SAVE_EVERY_REQUEST · shop/settings.py');
  const few = saves({ saves: 3, newcomers: { ...saves().newcomers, sessions: 2 } });
  const unknown = rows(few).find(({ id }) => id === 'writes/likeliest');
  // Its row is there: one that came later would move what stands below it.
  assert.deepEqual([unknown?.description, unknown?.command], ['unknown', undefined]);
});

test('names from the database and from the code can’t do anything in a hover', () => {
  const hostile = '[x](command:y) $(zap) <b>';
  const code = { ...CODE, writes: [write({ entry: named(hostile), owner: '' })] };
  const evidence = saves({ changes: [{ entries: [hostile], saves: 100, held: [] }] });
  const cause = rows(evidence, code).find(({ id }) => id === 'writes/likeliest');
  assert.doesNotMatch(cause?.hover?.() ?? '', /\[x\]\(|\$\(zap\)|<b>/u);
});

test('the chart of the saves says it as well', () => {
  const changed = '71 of 100 saves changed only last_activity.';
  assert.deepEqual(chartRemarks(saves(), CODE), [
    { chart: 'saves', text: `${changed} Likeliest cause: Throttle sets last_activity · throttle/m.py:5.` },
  ]);
  assert.deepEqual(chartRemarks(saves(), undefined), [{ chart: 'saves', text: changed }]);
  assert.deepEqual(chartRemarks(undefined, CODE), []);
  assert.deepEqual(chartRemarks(saves({ saves: 0, changes: [] }), CODE), []);
  const [long] = chartRemarks(saves({ changes: [{ entries: ['x'.repeat(5_000)], saves: 9, held: [] }] }), CODE);
  assert.equal(long?.text.length, 1_000);
});
