import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHART_SPECS, COMPACT_SPECS } from '../../../src/presentation/dashboard/chartSpecs.ts';
import { TILES } from '../../../src/presentation/dashboard/tiles.ts';
import { curvesOf, lastPoint } from '../../../src/webview/charts/chartData.ts';
import { pointText } from '../../../src/webview/charts/pointTexts.ts';
import { spread } from '../../../src/webview/drawing/ends.ts';
import { meetings } from '../../../src/webview/drawing/meetings.ts';
import type { ChartSpec } from '../../../src/webview/protocol/protocol.ts';
import { SPAN_NAMES, spansOf } from '../../../src/webview/ranges/spans.ts';
import { RangeStore } from '../../../src/webview/ranges/rangeStore.ts';

const START = Date.UTC(2025, 10, 9, 14);
const MINUTE = 60_000;
const note = (kind: string, at: number, text: string, until: number | null = null) => ({ kind, at, until, text });

const SPEC: ChartSpec = {
  id: 'chart',
  section: 'sessions',
  title: 'Chart',
  advice: '',
  unit: 'count',
  stacked: false,
  series: ['a', 'b'].map((id, color) => ({ id, label: id, what: '', factor: 1, role: 'value', color })),
};

function filled(a: readonly (number | null)[], b: readonly (number | null)[]): RangeStore {
  const store = new RangeStore();
  store.replace({
    type: 'data',
    request: 1,
    source: 'store',
    charts: [],
    from: START,
    to: START + a.length * MINUTE,
    at: a.map((_, i) => START + i * MINUTE),
    stepMs: 0,
    series: [
      { metricId: 'a', min: a, mean: a, max: a },
      { metricId: 'b', min: b, mean: b, max: b },
    ],
    annotations: [],
    extent: null,
  });
  return store;
}

test('a metric has one colour in all charts, tiles and the small view, and no two curves of a chart have the same', () => {
  const seen = new Map<string, number>();
  for (const { id: chart, series } of [...CHART_SPECS, ...COMPACT_SPECS]) {
    const colors = series.map(({ role, color }) => `${role} ${color}`);
    assert.equal(new Set(colors).size, colors.length, `${chart}: ${colors.join()}`);
    for (const { id, color } of series) assert.equal(seen.get(id) ?? color, color, id);
    for (const { id, color } of series) seen.set(id, color);
  }
  assert.ok([...seen.values()].every((color) => color < 5));
  for (const { series } of TILES) assert.ok(seen.has(series), series);
});

test('lines meet where they are close to each other over more than one point, and nowhere else', () => {
  assert.deepEqual(meetings([1, 2, 3, 4, 5], [9, 2, 3.5, 9, 5], 0.5), [[1, 2]]);
  assert.deepEqual(meetings([1, null, 3, 3], [1, 1, 3, 3], 0), [[2, 3]]);
  assert.deepEqual(meetings([1, 2], [2, 3], 0.5), []);
});

test('texts at the ends of lines cover neither each other nor the edges, however close the lines are', () => {
  for (const places of [[50, 51, 52], [0, 0, 1], [99, 100, 100], [50], [10, 90]]) {
    const moved = spread(places, 12, 6, 94);
    moved.forEach((place, i) => {
      assert.ok(place >= 6 && place <= 94, `${place}`);
      if (i > 0) assert.ok(place - (moved[i - 1] ?? 0) >= 12, moved.join());
    });
  }
  assert.deepEqual(spread([10, 90], 12, 6, 94), [10, 90]);
});

test('the last value is the last known one within the bounds', () => {
  const store = filled([1, 2, 3, null], [1, 1, 1, 1]);
  const [curve] = curvesOf(SPEC, store, new Set());
  assert.ok(curve);
  const until = (minutes: number) => ({ from: START, to: START + minutes * MINUTE });
  assert.equal(lastPoint(curve, store.at, until(9))?.mean, 3);
  assert.equal(lastPoint(curve, store.at, until(1))?.mean, 2);
  assert.equal(lastPoint(curve, store.at, { from: START + 3 * MINUTE, to: START + 9 * MINUTE }), undefined);
});

test('at the crosshair stand all curves, their change since what happened last before, and why there is none', () => {
  const store = filled([100, 100, 40, null, 50], [1000, 1000, 1000, null, 2500]);
  const curves = curvesOf(SPEC, store, new Set());
  const annotations = [
    note('gap', START + 2.5 * MINUTE, 'No readings for 60 s.', START + 3.5 * MINUTE),
    note('cleanup', START + 1.5 * MINUTE, 'Cleanup: 60 sessions deleted in 2 s'),
  ].sort((a, b) => a.at - b.at);
  const bounds = { from: START - MINUTE, to: START + 9 * MINUTE };
  const spans = spansOf(annotations, { from: START, to: START + 4 * MINUTE }, bounds);
  assert.deepEqual(
    spans.map(({ kind }) => kind),
    ['before', 'gap'],
  );
  const at = (index: number) => pointText(SPEC, curves, store.at, index, { annotations, spans }, 'en');
  const before = at(1);
  assert.deepEqual([before.rows.map(({ change }) => change), before.since], [['', ''], '']);
  const after = at(4);
  assert.deepEqual(
    after.rows.map(({ text, change }) => `${text} ${change}`),
    ['50 −50', '2,500 +1,500'],
  );
  assert.equal(after.since, 'Change since Cleanup: 60 sessions deleted in 2 s');
  assert.equal(at(2).rows[1]?.change, '±0');
  assert.equal(at(3).why, 'No readings for 60 s.');
  assert.equal(at(3).rows[0]?.text, '–');
  assert.equal(new Set(Object.values(SPAN_NAMES)).size, 3);
});
