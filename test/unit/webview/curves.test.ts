import assert from 'node:assert/strict';
import { test } from 'node:test';
import { curvesOf, extremesOf, greatest } from '../../../src/webview/charts/chartData.ts';
import { plainTable, tableOf } from '../../../src/webview/charts/tableRows.ts';
import type { ChartSpec, ToDashboard } from '../../../src/webview/protocol/protocol.ts';
import { RangeStore } from '../../../src/webview/ranges/rangeStore.ts';

type Data = Extract<ToDashboard, { type: 'data' }>;
type Points = readonly (number | null)[];

const START = Date.UTC(2025, 10, 9, 14);
const SECOND = 1000;

function spec(ids: readonly string[], changes: Partial<ChartSpec> = {}, factor = 1): ChartSpec {
  const series = ids.map((id, color) => ({ id, label: id, what: '', factor, role: 'value' as const, color }));
  return {
    id: 'chart',
    section: 'sessions',
    title: 'Chart',
    advice: '',
    unit: 'count',
    stacked: false,
    series,
    ...changes,
  };
}

function data(series: Readonly<Record<string, Points>>, stepMs = 0, everyMs = 10 * SECOND): Data {
  const all = Object.entries(series).map(([metricId, mean]) => ({ metricId, min: mean, mean, max: mean }));
  const at = (all[0]?.mean ?? []).map((_, i) => START + i * everyMs);
  return {
    type: 'data',
    request: 1,
    source: 'store',
    charts: [],
    from: START,
    to: START,
    at,
    stepMs,
    series: all,
    annotations: [],
    extent: null,
  };
}

function filled(series: Readonly<Record<string, Points>>): RangeStore {
  const store = new RangeStore();
  store.replace(data(series));
  return store;
}

const values = (value: number | null): ReadonlyMap<string, number | null> => new Map([['a', value]]);

test('a reading is added behind the others, and one of the same moment takes the place of the last', () => {
  const store = filled({ a: [1, 2] });
  const next = START + 20 * SECOND;
  assert.ok(store.append(next, values(3), 10_000, START));
  assert.deepEqual(store.series('a').mean, [1, 2, 3]);
  assert.ok(store.append(next, values(4), 10_000, START));
  assert.deepEqual(store.series('a').mean, [1, 2, 4]);
  assert.deepEqual(store.at.length, 3);
  assert.ok(store.append(START, values(9), 10_000, START), 'one from the past is left out');
  assert.deepEqual(store.series('a').mean, [1, 2, 4]);
});

test('missing readings break the curve; a change of the pace does not', () => {
  const store = filled({ a: [1] });
  // The first after the range may come 60 s later, when nothing was visible.
  store.append(START + 60 * SECOND, values(2), 1000, START);
  assert.deepEqual(store.series('a').mean, [1, 2]);
  store.append(START + 63 * SECOND, values(3), 1000, START);
  assert.deepEqual(store.series('a').mean, [1, 2, 3]);
  store.append(START + 67 * SECOND, values(4), 1000, START);
  assert.deepEqual(store.series('a').mean, [1, 2, 3, null, 4]);
});

test('what has moved out of sight is forgotten, but for one point that the curve comes in from', () => {
  const store = filled({ a: [1, 2, 3, 4] });
  store.append(START + 40 * SECOND, values(5), 10_000, START + 25 * SECOND);
  assert.deepEqual(store.series('a').mean, [3, 4, 5]);
  assert.equal(store.at[0], START + 20 * SECOND);
});

test('a series that the range did not have begins with its first reading, and one that is missing is a gap', () => {
  const store = filled({ a: [1] });
  store.append(START + 10 * SECOND, new Map([['b', 7]]), 10_000, START);
  assert.deepEqual(store.series('a').mean, [1, null]);
  assert.deepEqual(store.series('b').mean, [null, 7]);
  assert.deepEqual(store.series('c').mean, [null, null]);
});

test('points that stand for longer times can not be added to', () => {
  const store = new RangeStore();
  store.replace(data({ a: [1] }, 60_000));
  assert.equal(store.append(START + 10 * SECOND, values(2), 10_000, START), false);
  assert.deepEqual(store.series('a').mean, [1]);
});

test('a stack puts each curve on those below it; unknown and hidden ones take no room, and all unknown is a gap', () => {
  const store = filled({ a: [1, null, null], b: [10, 10, null], c: [100, 100, null] });
  const chart = spec(['a', 'b', 'c'], { stacked: true });
  const drawn = (hidden: ReadonlySet<string>): Points[] =>
    curvesOf(chart, store, hidden).map((curve) => [...curve.drawn]);
  assert.deepEqual(drawn(new Set()), [
    [1, null, null],
    [11, 10, null],
    [111, 110, null],
  ]);
  assert.deepEqual(drawn(new Set(['b']))[2], [101, 100, null]);
  assert.equal(greatest(chart, curvesOf(chart, store, new Set()), store.at, START, START + 5000), 111);
});

test('a limit is not stacked, and a factor changes the unit', () => {
  const store = filled({ a: [1], b: [10] });
  const chart = spec(['a', 'b'], { stacked: true }, 60);
  const [first, limit] = chart.series;
  assert.ok(first && limit);
  const curves = curvesOf({ ...chart, series: [first, { ...limit, role: 'limit' }] }, store, new Set());
  assert.deepEqual(
    curves.map(({ drawn }) => drawn),
    [[60], [600]],
  );
});

test('extremes are of the thinned points, not of their means; nothing known has none', () => {
  const store = new RangeStore();
  const { at, ...rest } = data({ a: [5, 6] });
  store.replace({ ...rest, at, series: [{ metricId: 'a', min: [1, 2], mean: [5, 6], max: [9, 8] }] });
  const [curve] = curvesOf(spec(['a']), store, new Set());
  assert.ok(curve);
  assert.deepEqual(extremesOf(curve), { least: 1, most: 9, last: 6 });
  const [hidden] = curvesOf(spec(['a']), store, new Set(['a']));
  assert.ok(hidden);
  assert.equal(extremesOf(hidden), undefined);
});

test('the table says what the chart shows: newest first, the mean with its extremes, few enough rows to listen to', () => {
  const store = filled({ a: Array.from({ length: 96 }, (_, i) => i), b: new Array<null>(96).fill(null) });
  const chart = spec(['a', 'b']);
  const table = tableOf(chart, curvesOf(chart, store, new Set()), store.at, 'en');
  assert.deepEqual(table.head, ['Time', 'a']);
  assert.equal(table.rows.length, 24);
  assert.equal(table.rows[0]?.[1], '93.5 (92 to 95)');
  assert.equal(table.rows.at(-1)?.[1], '1.5 (0 to 3)');
  const german = tableOf(chart, curvesOf(chart, filled({ a: [1234.5], b: [null] }), new Set()), [START], 'de');
  const [[time = '', value] = []] = german.rows;
  assert.equal(value, '1.235');
  assert.match(time, /^\d\d:00:00$/);
});

test('a copied table has every point as a plain number, and nothing where it is unknown', () => {
  const store = filled({ a: [1.5, null] });
  const chart = spec(['a']);
  assert.equal(
    plainTable(chart, curvesOf(chart, store, new Set()), store.at),
    'time\ta (count)\n2025-11-09T14:00:00.000Z\t1.5\n2025-11-09T14:00:10.000Z\t',
  );
});
