import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { unknown } from '../../../src/common/measured.ts';
import type { HistoryStore } from '../../../src/history/historyStore.ts';
import { storeIdentity } from '../../../src/history/identity.ts';
import type { Annotation } from '../../../src/history/ranges/annotations.ts';
import type { ExportFormat } from '../../../src/history/ranges/exportRange.ts';
import { RateWindow } from '../../../src/monitoring/snapshot/rates.ts';
import { METRICS } from '../../../src/monitoring/metrics/metrics.ts';
import { estimated, exact, later, metrics, rates, snapshot, START } from '../monitoring/samples.ts';
import { openStore, temporaryFolder } from './folder.ts';

const HOUR = 3600;
const IDS = ['sessions.total', 'writes.saves', 'table.growth'];

/** A reading every 10 s. */
function watch(store: HistoryStore, from: number, to: number, saves = (second: number): number => second): void {
  for (let second = from; second < to; second += 10) {
    const at = later(second);
    assert.ok(store.add(snapshot({ at, light: { at }, rates: rates(exact(saves(second), at)) })));
  }
}

test('every metric of the table is stored by its id, and is there after a restart', async (t) => {
  const folder = temporaryFolder(t);
  const first = await openStore(t, folder);
  watch(first, 0, 100);
  first.dispose();
  const store = await openStore(t, folder);
  const metricIds = METRICS.map(({ id }) => id);
  const taken = snapshot({ at: START, rates: rates(exact(0)) });
  const { at, stepMs, series } = store.readRange({ metricIds, from: START, to: later(50), maxPoints: 100 });
  assert.deepEqual(
    at,
    [0, 10, 20, 30, 40].map((second) => later(second).getTime()),
  );
  assert.equal(stepMs, 0);
  for (const [i, { metricId, mean }] of series.entries()) {
    const measured = METRICS[i]?.read(taken);
    const { value } = measured ?? {};
    const expected = value instanceof Date ? value.getTime() : value;
    if (metricId === 'writes.saves') assert.deepEqual(mean, [0, 10, 20, 30, 40]);
    else if (typeof expected !== 'number') assert.deepEqual(new Set(mean), new Set([null]), metricId);
    else assert.ok(Math.abs((mean[0] ?? NaN) - expected) <= Math.abs(expected) * 2 ** -16, metricId);
  }
  assert.deepEqual(store.extent(), { from: START, to: later(90) });
  assert.ok(store.path?.startsWith(folder));
  assert.ok(store.bytes > 0);
});

test('connections by state are stored as children', async (t) => {
  const store = await openStore(t, temporaryFolder(t));
  watch(store, 0, 10);
  const metricIds = ['connections.total/idle', 'connections.total/active', 'connections.total/nonsense'];
  const { series } = store.readRange({ metricIds, from: START, to: later(10), maxPoints: 10 });
  assert.deepEqual(
    series.map(({ mean }) => mean),
    [[3], [1], [null]],
  );
});

test('where counters begin anew is written down once, and only there', async (t) => {
  const store = await openStore(t, temporaryFolder(t));
  watch(store, 0, 60);
  const window = new RateWindow();
  for (const [second, inserted] of [
    [60, 500],
    [70, 520],
    [80, 3],
    [90, 9],
  ] as const) {
    const at = later(second);
    window.add(metrics({ at, counters: { inserted } }));
    const taken = snapshot({ at, light: { at }, rates: window.rates(300) });
    store.add(taken);
    store.add(taken);
  }
  const found = store.annotations(START, later(HOUR));
  assert.deepEqual(
    found.map(({ kind, at, text }) => ({ kind, at, text })),
    [{ kind: 'reset', at: later(80), text: 'The statistics were reset.' }],
  );
});

test('details that come later take the place of the same moment', async (t) => {
  const store = await openStore(t, temporaryFolder(t));
  store.add(snapshot());
  store.add(snapshot({ growthPerDay: estimated(4096) }));
  const { at, series } = store.readRange({ metricIds: IDS, from: START, to: later(1), maxPoints: 10 });
  assert.equal(at.length, 1);
  assert.deepEqual(series[2]?.mean, [4096]);
});

test('what is unknown stays a hole, and a pause a gap with an annotation, also when thinned', async (t) => {
  const store = await openStore(t, temporaryFolder(t));
  watch(store, 0, HOUR);
  for (let second = HOUR; second < 2 * HOUR; second += 10) {
    const at = later(second);
    store.add(snapshot({ at, light: { at }, rates: rates(unknown('The statistics are not visible to this role.')) }));
  }
  watch(store, 2 * HOUR, 3 * HOUR);
  watch(store, 12 * HOUR, 14 * HOUR);
  const [gap, ...more] = store.annotations(START, later(20 * HOUR));
  assert.deepEqual(more, []);
  assert.equal(gap?.kind, 'gap');
  assert.deepEqual([gap.at, gap.until], [later(3 * HOUR - 10), later(12 * HOUR)]);
  assert.match(gap.text, /9 h/);
  for (const maxPoints of [5000, 800, 14]) {
    const query = { metricIds: ['sessions.total', 'writes.saves'], from: START, to: later(14 * HOUR), maxPoints };
    const { at, series } = store.readRange(query);
    const isUnknown = at.filter((_, i) => series[1]?.mean[i] === null && series[0]?.mean[i] !== null);
    assert.ok(isUnknown.length > 0, String(maxPoints));
    assert.ok(isUnknown.every((time) => time >= later(HOUR).getTime() - 1 && time < later(2 * HOUR).getTime()));
    const breaks = at.filter((_, i) => series[0]?.mean[i] === null);
    assert.equal(breaks.length, 1, String(maxPoints));
    assert.ok(breaks.every((time) => time > later(3 * HOUR - 10).getTime() && time < later(12 * HOUR).getTime()));
  }
});

test('a hidden window reads once a minute, which is no gap', async (t) => {
  const store = await openStore(t, temporaryFolder(t));
  const monitor = { readings: 1, statements: 1, meanServerMs: 1, intervalSeconds: 60, coreShare: 0 };
  for (let second = 0; second < HOUR; second += 60) store.add(snapshot({ at: later(second), monitor }));
  store.add(snapshot({ at: later(HOUR) }));
  assert.deepEqual(store.annotations(START, later(HOUR)), []);
});

test('annotations of every kind come back as they were, by their time, with those that reach into the range', async (t) => {
  const folder = temporaryFolder(t);
  const first = await openStore(t, folder);
  const cleanup: Annotation = {
    kind: 'cleanup',
    at: later(60),
    until: later(90),
    text: '12,000 expired sessions were cleared in 30 s.',
    data: { deleted: 12_000, who: 'ann', notes: ['=1+1'] },
  };
  const firing: Annotation = { kind: 'alertFiring', at: later(30), text: 'Many "saves", really' };
  first.annotate(cleanup);
  first.annotate(firing);
  first.dispose();
  const store = await openStore(t, folder);
  assert.deepEqual(store.annotations(START, later(100)), [firing, cleanup]);
  assert.deepEqual(store.annotations(later(75), later(80)), [cleanup]);
  assert.deepEqual(store.annotations(later(91), later(100)), []);
});

test('exports a range as CSV and as JSON, across resolutions', async (t) => {
  const store = await openStore(t, temporaryFolder(t));
  watch(store, 0, 36 * HOUR, (second) => (second === 50_000 ? 9999 : 42));
  store.annotate({ kind: 'rollback', at: later(100), text: '=HYPERLINK("x"), quick' });
  const text = async (format: ExportFormat): Promise<string> => {
    const pieces: string[] = [];
    const query = { format, from: START, to: later(36 * HOUR), metricIds: ['writes.saves', 'sessions.oldestExpired'] };
    for await (const piece of store.exportRange(query)) pieces.push(piece);
    assert.ok(pieces.length > 1);
    return pieces.join('');
  };
  const lines = (await text('csv')).split('\r\n');
  assert.equal(
    lines[0],
    'at,resolution,writes.saves min,writes.saves mean,writes.saves max,' +
      'sessions.oldestExpired min,sessions.oldestExpired mean,sessions.oldestExpired max',
  );
  const minutes = lines.filter((line) => line.includes(',minute,'));
  const readings = lines.filter((line) => line.includes(',reading,'));
  assert.ok(minutes.length >= 6 * 60 && minutes.length <= 12 * 60, String(minutes.length));
  assert.equal(minutes.length * 6 + readings.length, 36 * 360);
  assert.ok(lines.some((line) => line.startsWith(`${later(50_000).toISOString()},reading,9999,9999,9999,`)));
  assert.match(lines[1] ?? '', /^2025-11-09T14:00:00\.000Z,minute,42,42,42,2025-11-09T/);
  assert.equal(lines.at(-1), '');
  assert.match(await text('annotationsCsv'), /rollback,"'=HYPERLINK\(""x""\), quick",\r\n/);
  const parsed = JSON.parse(await text('json')) as { metrics: unknown[]; annotations: unknown[]; readings: unknown[] };
  assert.equal(parsed.readings.length, minutes.length + readings.length);
  assert.deepEqual(parsed.annotations.length, 1);
  assert.deepEqual(parsed.metrics[0], { id: 'writes.saves', label: 'Saves', unit: 'perMinute' });
});

test('a clock that is put back a little takes back what was stored later; a lot, and nothing is stored or lost', async (t) => {
  const store = await openStore(t, temporaryFolder(t));
  watch(store, 0, 30 * HOUR);
  watch(store, 22 * HOUR, 23 * HOUR, () => 7);
  const all = { metricIds: ['writes.saves'], from: START, to: later(40 * HOUR), maxPoints: Infinity };
  const { at, series } = store.readRange(all);
  assert.equal(at.at(-1), later(23 * HOUR - 10).getTime());
  assert.equal(series[0]?.mean.at(-1), 7);
  const problems: (string | undefined)[] = [];
  store.onDidChangeProblem((problem) => problems.push(problem?.code));
  const early = later(-400 * 24 * HOUR);
  assert.equal(store.add(snapshot({ at: early, light: { at: early } })), false);
  const late = later(400 * 24 * HOUR);
  assert.equal(store.add(snapshot({ at: late, light: { at: late, serverTime: later(23 * HOUR) } })), false);
  assert.match(store.problem?.why ?? '', /differ by 399 days/);
  assert.deepEqual(store.readRange(all).at, at);
  watch(store, 23 * HOUR, 24 * HOUR);
  assert.deepEqual(problems, ['history-clock', 'history-clock', undefined]);
});

test('one file for each table of a database, whoever looks and however it is written', async (t) => {
  const name = (connectionString: string, schema?: string): string =>
    storeIdentity(connectionString, { name: 'django_session', ...(schema === undefined ? {} : { schema }) }).fileName;
  const shop = name('postgresql://app:secret@localhost/shop');
  assert.equal(shop, name('postgresql://other:changed@127.0.0.1:5432/shop'));
  const others = [
    name('postgresql://app@localhost:5433/shop'),
    name('postgresql://app@localhost/shop2'),
    name('postgresql://app@db/shop'),
    name('postgresql://app@localhost/shop', 'other'),
  ];
  assert.equal(new Set([shop, ...others]).size, 5);
  assert.ok(!shop.includes('secret'));
  assert.match(name('postgresql://u@[::1]/../../etc/passwd'), /^[\p{L}\p{N}.-]+\.sqlite$/u);
  const folder = temporaryFolder(t);
  const store = await openStore(t, folder);
  store.add(snapshot());
  assert.ok(readdirSync(folder).every((file) => file.startsWith('shop-on-db.example.org-5432-django-session-')));
});

test('an annotation takes the place of what was said of the same event, and of nothing else', async (t) => {
  for (const without of [false, true]) {
    const store = await openStore(t, temporaryFolder(t), { without });
    const first: Annotation = { kind: 'rollback', at: later(5), text: 'Rolled back', data: { id: 'r1' } };
    store.annotate(first);
    store.annotate({ ...first, data: { id: 'r2' } });
    store.annotate({ ...first, kind: 'restart' });
    store.annotate({ ...first, text: 'Rolled back, saves rose' });
    assert.deepEqual(
      store.annotations(START, later(10)).map(({ kind, text, data }) => [kind, text, data]),
      [
        ['rollback', 'Rolled back', { id: 'r2' }],
        ['restart', 'Rolled back', { id: 'r1' }],
        ['rollback', 'Rolled back, saves rose', { id: 'r1' }],
      ],
    );
  }
});

test('what is known already is not stored again, and who asks is told', async (t) => {
  for (const without of [false, true]) {
    const store = await openStore(t, temporaryFolder(t), { without });
    const seen: string[][] = [];
    const fires = (second: number, since = 0): boolean =>
      store.annotateUnless({ kind: 'alertFiring', at: later(second), text: `${second}` }, later(since), (earlier) => {
        seen.push(earlier.map(({ text }) => text));
        return earlier.length > 0;
      });
    assert.deepEqual([fires(10), fires(20), fires(100, 50)], [true, false, true]);
    assert.deepEqual(seen, [[], ['10'], []]);
    assert.equal(store.annotations(START, later(1000)).length, 2);
  }
});
