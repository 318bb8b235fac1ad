import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test, type TestContext } from 'node:test';
import { HistoryStore } from '../../../src/history/historyStore.ts';
import { stringifyShared } from '../../../src/history/windows/sharedJson.ts';
import type { Readings } from '../../../src/monitoring/watch/exchange.ts';
import { counts, detail, exact, metrics, snapshot, START } from '../monitoring/samples.ts';
import { EVERY_MS, IDENTITY, memoryLog, sqlite, temporaryFolder } from './folder.ts';

/** What another version of the extension has written: checked at the door, field by field. */

const application: Readings['application'] = {
  key: 'k',
  everyMs: 1000,
  reading: {
    at: START,
    address: 'http://127.0.0.1:8000/metrics',
    from: 'metrics',
    figures: {
      p50: exact(1),
      p95: exact(2),
      p99: exact(3),
      requests: exact(4),
      errors: exact(5),
      errorShare: exact(0),
    },
    windowSeconds: 60,
    metrics: {
      label: 'x',
      how: 'table',
      histogram: 'h',
      unitMs: 1000,
      requests: 'r',
      byStatus: { counter: 'c', label: 'l' },
    },
    notes: ['One note.'],
    tookMs: 3,
  },
};
const problem = { code: 'c', what: 'W', why: 'Y.', next: 'N.', transient: true };
const READINGS: Readings = { light: metrics(), detail: detail(), exact: counts(), problem, application };

async function opened(t: TestContext): Promise<{
  store: HistoryStore;
  log: ReturnType<typeof memoryLog>;
  write: (kind: keyof Readings, data: string) => void;
}> {
  const folder = temporaryFolder(t);
  const log = memoryLog();
  const store = new HistoryStore({ folder, identity: IDENTITY, log, everyMs: EVERY_MS }, await sqlite());
  store.election.start();
  store.add(snapshot({ at: START }));
  const db = new DatabaseSync(join(folder, IDENTITY.fileName));
  t.after(() => {
    db.close();
    store.dispose();
  });
  const statement = db.prepare('INSERT OR REPLACE INTO shared (kind, at, data) VALUES (?, ?, ?)');
  return { store, log, write: (kind, data) => void statement.run(kind, START.getTime(), data) };
}

const warnings = ({ lines }: ReturnType<typeof memoryLog>): string[] =>
  lines.filter((line) => line.startsWith('warn: '));

/** The reading without the field at this path, or with another value there. */
function changed(reading: unknown, [key = '', ...path]: readonly string[], value?: unknown): unknown {
  const own = reading as Record<string, unknown>;
  return { ...own, [key]: path.length === 0 ? value : changed(own[key], path, value) };
}

test('what this version writes is what it reads', async (t) => {
  const { store, log, write } = await opened(t);
  for (const [kind, reading] of Object.entries(READINGS) as [keyof Readings, unknown][]) {
    write(kind, stringifyShared(reading));
    assert.deepEqual(store.shared(kind)?.value, reading, kind);
  }
  assert.deepEqual(warnings(log), []);
});

test('a figure that another version does not tell, or tells otherwise, is unknown with the reason', async (t) => {
  const { store, write } = await opened(t);
  for (const value of [
    undefined,
    null,
    7,
    'many',
    { how: 'guessed', value: 1, at: START },
    { how: 'exact', at: START },
  ]) {
    write('light', stringifyShared(changed(metrics(), ['sessions', 'active'], value)));
    const read = store.shared('light')?.value;
    assert.equal(read?.sessions.active.how, 'unknown', JSON.stringify(value));
    assert.match(read.sessions.active.reason, /another version of this extension/);
    assert.deepEqual(read.sessions.total, metrics().sessions.total);
  }
  write('detail', stringifyShared(changed(detail(), ['statements'])));
  assert.equal(store.shared('detail')?.value.statements.how, 'unknown');
  write('application', stringifyShared(changed(application, ['reading', 'figures', 'p95'])));
  assert.equal(store.shared('application')?.value.reading?.figures.p95.how, 'unknown');
});

test('what is more is left out, and so is what need not be there when it is malformed', async (t) => {
  const { store, write } = await opened(t);
  write('light', stringifyShared({ ...metrics(), extra: 1, table: { ...metrics().table, more: exact(1) } }));
  assert.deepEqual(store.shared('light')?.value, metrics());
  write('application', stringifyShared(changed(application, ['reading', 'windowSeconds'], 'sixty')));
  assert.equal(store.shared('application')?.value.reading?.windowSeconds, undefined);
});

test('a reading without what can’t be unknown is not taken, which is said once', async (t) => {
  const { store, log, write } = await opened(t);
  const cases: readonly (readonly [keyof Readings, string, RegExp])[] = [
    ['light', stringifyShared(changed(metrics(), ['at'])), /\(light\).*at is missing/],
    ['light', stringifyShared(changed(metrics(), ['counters', 'updated'])), /counters\.updated is missing/],
    ['light', stringifyShared(changed(metrics(), ['connections'])), /connections is missing/],
    ['exact', stringifyShared(changed(counts(), ['total'], 'many')), /\(exact\).*total is not a number/],
    ['problem', stringifyShared(changed(problem, ['why'])), /why is missing/],
    ['detail', '[]', /\(detail\).*is not an object/],
    ['detail', '{"at":', /JSON/],
  ];
  for (const [kind, data, told] of cases) {
    write(kind, data);
    assert.equal(store.shared(kind), undefined, data);
    assert.equal(store.shared(kind), undefined);
    assert.match(warnings(log).at(-1) ?? '', told);
  }
  assert.equal(warnings(log).length, cases.length);
});
