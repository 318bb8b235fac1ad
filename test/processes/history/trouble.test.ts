import assert from 'node:assert/strict';
import { readdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { HistoryStore } from '../../../src/history/historyStore.ts';
import { loadSqlite } from '../../../src/history/sqlite/openSqlite.ts';
import { NewerSchema, MIGRATIONS } from '../../../src/history/sqlite/schema.ts';
import { SqliteHistory } from '../../../src/history/sqlite/sqliteHistory.ts';
import { run } from '../../kit/process.ts';
import { IDENTITY, openStore, sqlite, temporaryFolder } from '../../unit/history/folder.ts';
import { FakeClock } from '../../unit/monitoring/fakeClock.ts';
import { later, snapshot, START } from '../../unit/monitoring/samples.ts';

const FULL_DISK = fileURLToPath(new URL('fullDisk.ts', import.meta.url));
/** The newest tables: what a later version of this extension would have. */
const LATER = [...MIGRATIONS, 'ALTER TABLE annotation ADD COLUMN author TEXT; CREATE TABLE extra (x INTEGER) STRICT'];

function add(store: HistoryStore, from: number, readings: number): void {
  for (let i = 0; i < readings; i++) {
    const at = later(from + i * 10);
    assert.ok(store.add(snapshot({ at, light: { at } })));
  }
}

function count(store: HistoryStore): number {
  const query = { metricIds: ['sessions.total'], from: START, to: later(1e7), maxPoints: Infinity };
  // Where the lines break there is a point without a value.
  return store.readRange(query).series[0]?.mean.filter((value) => value !== null).length ?? 0;
}

/** A closed store with so many readings. */
async function made(t: TestContext, folder: string, readings: number): Promise<string> {
  const store = await openStore(t, folder);
  add(store, 0, readings);
  store.dispose();
  return join(folder, IDENTITY.fileName);
}

const asides = (folder: string): string[] => readdirSync(folder).filter((name) => name.includes('.aside-'));

const FOREIGN = 'a database of another program';
const DAMAGES: Readonly<Record<string, (path: string) => void>> = {
  'not a database': (path) => writeFileSync(path, 'This is a text file.'.repeat(1000)),
  'cut in the middle': (path) => truncateSync(path, (statSync(path).size >> 13) * 4096),
  'overwritten from the second page on': (path) => {
    const data = readFileSync(path);
    writeFileSync(path, data.fill(0xa5, 4096));
  },
  [FOREIGN]: (path) => {
    rmSync(path);
    const db = new DatabaseSync(path);
    db.exec('CREATE TABLE mine (x); INSERT INTO mine VALUES (1)');
    db.close();
  },
};

for (const [name, damage] of Object.entries(DAMAGES)) {
  test(`a file that is ${name} is set aside, kept and said; the history goes on in a new one`, async (t) => {
    const folder = temporaryFolder(t);
    const path = await made(t, folder, 2000);
    damage(path);
    const before = readFileSync(path);
    const store = await openStore(t, folder);
    add(store, 30_000, 10);
    assert.equal(count(store), 10);
    assert.equal(store.notice?.code, name === FOREIGN ? 'history-foreign' : 'history-damaged');
    assert.equal(store.problem, undefined);
    const [aside, ...more] = asides(folder);
    assert.ok(aside !== undefined && more.length === 0);
    assert.match(store.notice.next, new RegExp(aside.replaceAll(/[.-]/g, '\\$&')));
    assert.deepEqual(readFileSync(join(folder, aside)), before);
    store.dispose();
    assert.equal(count(await openStore(t, folder)), 10);
  });
}

test('damage that shows only while it is read sets the file aside as well, and monitoring goes on', async (t) => {
  const folder = temporaryFolder(t);
  const path = await made(t, folder, 8000);
  const store = await openStore(t, folder);
  const notices: string[] = [];
  store.onDidNotice(({ code }) => notices.push(code));
  const data = readFileSync(path);
  writeFileSync(path, data.fill(0xff, 16 * 4096)); // the same file, under the open store
  count(store);
  add(store, 80_000, 5);
  assert.equal(count(store), 5);
  assert.deepEqual(notices, ['history-damaged']);
  assert.equal(asides(folder).filter((name) => name.endsWith('.sqlite')).length, 1);
});

test('a store of a later version is left as it is, said, and used again when it can be', async (t) => {
  const folder = temporaryFolder(t);
  const path = await made(t, folder, 10);
  new SqliteHistory(await sqlite(), path, LATER).close();
  const before = readFileSync(path);
  const clock = new FakeClock();
  const store = await openStore(t, folder, { clock });
  assert.equal(store.problem?.code, 'history-newer');
  assert.match(store.problem.next, /update the extension/);
  add(store, 1000, 10);
  assert.equal(count(store), 10);
  assert.deepEqual(readFileSync(path), before);
  assert.deepEqual(asides(folder), []);
  rmSync(path);
  await made(t, folder, 10);
  await clock.advance(60);
  add(store, 2000, 10);
  assert.equal(store.problem, undefined);
  assert.equal(count(store), 30);
});

test('a later version that migrates the file under an open window: this one lets go of it', async (t) => {
  const folder = temporaryFolder(t);
  const store = await openStore(t, folder);
  add(store, 0, 10);
  const migrated = new SqliteHistory(await sqlite(), join(folder, IDENTITY.fileName), LATER);
  add(store, 100, 10);
  assert.equal(store.problem?.code, 'history-newer');
  assert.equal(migrated.readings(0, Infinity).length, 10);
  assert.equal(count(store), 10);
  migrated.close();
});

test('migrates from version 1 and keeps everything; an unfinished migration leaves the file as it was', async (t) => {
  const folder = temporaryFolder(t);
  const loaded = await sqlite();
  const path = join(folder, 'history.sqlite');
  const first = new SqliteHistory(loaded, path, MIGRATIONS.slice(0, 1));
  first.addSeries(['sessions.total']);
  first.putReading({ at: 1000, every: 10_000, data: new Uint8Array(8) });
  first.putAnnotation({ at: 1000, until: null, kind: 'restart', text: 'x', data: null });
  first.close();
  assert.throws(() => new SqliteHistory(loaded, path, [...LATER, 'CREATE TABLE half (x); nonsense']), /nonsense/);
  for (const migrations of [MIGRATIONS, LATER]) {
    const file = new SqliteHistory(loaded, path, migrations);
    assert.deepEqual([...file.series()], [['sessions.total', 1]]);
    assert.equal(file.readings(0, 2000).length, 1);
    assert.equal(file.annotations(0, 2000).length, 1);
    file.close();
  }
  assert.throws(() => new SqliteHistory(loaded, path, MIGRATIONS), NewerSchema);
});

test('a file that is deleted or renamed while it is open: a new one takes its place', async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, IDENTITY.fileName);
  const store = await openStore(t, folder);
  add(store, 0, 5);
  for (const suffix of ['', '-wal', '-shm']) renameSync(path + suffix, `${path}.moved${suffix}`);
  add(store, 100, 5);
  assert.equal(count(store), 5);
  assert.ok(statSync(path).size > 0);
  assert.equal(store.problem, undefined);
});

test('where the folder can’t be made, the history is in memory, and says why', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'file'), '');
  const store = await openStore(t, join(folder, 'file', 'below'));
  assert.equal(store.problem?.code, 'history-unusable');
  add(store, 0, 10);
  assert.equal(count(store), 10);
});

test('a Node without node:sqlite: in memory, thinned as on disk, with a plain notice', async (t) => {
  const store = await openStore(t, temporaryFolder(t), { without: true });
  assert.equal(store.problem?.code, 'history-no-sqlite');
  assert.equal(store.path, undefined);
  add(store, 0, 3 * 8640);
  const total = count(store);
  assert.ok(total < 2 * 8640 && total > 8640 + 1440, String(total));
  store.annotate({ kind: 'restart', at: later(5), text: 'x' });
  assert.equal(store.annotations(START, later(10)).length, 1);
  assert.notEqual(await loadSqlite(), undefined);
});

test('a full disk: told, goes on in memory, and nothing is missing when there is room again', async (t) => {
  const folder = temporaryFolder(t);
  const script = 'mount -t tmpfs -o size=2m tmpfs "$1" && exec "$2" --disable-warning=ExperimentalWarning "$3" "$1"';
  const inNamespace = ['-Urm', 'sh', '-c', script, 'sh', folder];
  try {
    await run('unshare', ['-Urm', 'true']);
  } catch (error) {
    // In CI a missing tool is a failure.
    if (!['', 'false'].includes(process.env['CI'] ?? '')) throw error;
    t.skip('A disk of its own needs unshare and user namespaces (Linux).');
    return;
  }
  const output = await run('unshare', [...inNamespace, process.execPath, FULL_DISK]);
  const seen = JSON.parse(output.trim().split('\n').at(-1) ?? '') as {
    problems: (string | null)[];
    whileFull: { readings: number; problem: { code: string; next: string } };
    after: object;
    reopened: object;
    fromStart: { readings: number; problem: string };
  };
  assert.deepEqual(seen.problems, ['history-full', null]);
  assert.equal(seen.whileFull.readings, 1600);
  assert.match(seen.whileFull.problem.next, /free some space/);
  assert.deepEqual(seen.after, { readings: 1601 });
  assert.deepEqual(seen.reopened, { readings: 1601, annotations: 1 });
  assert.equal(seen.fromStart.readings, 20);
  assert.equal(seen.fromStart.problem, 'history-full');
});
