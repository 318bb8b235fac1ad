import assert from 'node:assert/strict';
import { test } from 'node:test';
import { besideOf, besideText, heldPlaces, withBeside } from '../../../src/webview/charts/beside.ts';
import { Besides } from '../../../src/webview/ranges/besides.ts';
import { shiftOf, withShift, NO_COMPARISON } from '../../../src/webview/compare/compareState.ts';
import type { ChartSpec, ToDashboard, ToHost } from '../../../src/webview/protocol/protocol.ts';
import { RangeStore } from '../../../src/webview/ranges/rangeStore.ts';

const spec: ChartSpec = {
  id: 'saves',
  section: 'sessions',
  title: 'Saves an hour',
  advice: '',
  unit: 'perHour',
  stacked: false,
  series: [{ id: 'writes.saves', label: 'Saves', what: '', factor: 60, role: 'value', color: 0 }],
};

function storeOf(at: number[], mean: (number | null)[]): RangeStore {
  const store = new RangeStore();
  const series = [{ metricId: 'writes.saves', min: mean, mean, max: mean }];
  store.replace({ at, stepMs: 0, series, annotations: [], extent: null });
  return store;
}

test('the other database keeps its own times, gaps and unit; at a time of the first one it has what was read last', () => {
  const content = { name: 'Staging', store: storeOf([1_000, 11_000, 12_000, 500_000], [1, 2, null, 4]) };
  const at = [0, 5_000, 11_500, 13_000, 499_000, 501_000];
  const beside = besideOf(spec, content, at, new Set());
  assert.deepEqual(beside.at, [1_000, 11_000, 12_000, 500_000]);
  assert.deepEqual(beside.curves[0]?.drawn, [60, 120, null, 240]);
  // Before its first reading, in its gap, and long after its last one nothing is said.
  assert.deepEqual(beside.held[0]?.mean, [null, 60, 120, null, null, 240]);
  assert.equal(besideText(beside, spec, 0, 1, 'en'), ' · Staging (dotted) 60/h');
  assert.equal(besideText(beside, spec, 0, 3, 'en'), ' · Staging (dotted) –');
  assert.equal(besideText(beside, spec, 0, null, 'en'), ' · Staging (dotted) 240/h');
  const own = besideOf(spec, { name: '', store: storeOf(at, [1, 1, 1, 1, 1, 1]) }, at, new Set()).curves;
  const all = withBeside(spec, own, beside);
  assert.deepEqual(
    all.spec.series.map(({ label }) => label),
    ['Saves', 'Saves, Staging'],
  );
  assert.equal(all.curves.length, 2);
  assert.deepEqual(heldPlaces([0, 700_000], [0], 600_000), [0, 0]);
});

test('the other database is asked when what is in view changes, again while it goes on, and an answer too late is not taken', () => {
  const posted: ToHost[] = [];
  const besides = new Besides((message) => posted.push(message));
  const wanted = { other: 'staging', shiftMs: 0 };
  const range = { from: 0, to: 100_000, maxPoints: 100 };
  const answer = (request: number): Extract<ToDashboard, { type: 'besideData' }> => ({
    type: 'besideData',
    request,
    name: 'Staging',
    at: [1],
    stepMs: 0,
    series: [],
  });
  assert.equal(besides.of(null, range, true, 0), undefined);
  assert.equal(besides.of(wanted, range, true, 0), undefined);
  besides.of(wanted, { ...range, from: 5, to: 100_005 }, true, 5_000);
  assert.equal(posted.length, 1);
  assert.ok(besides.hear(answer(1)));
  assert.equal(besides.of(wanted, range, true, 6_000)?.name, 'Staging');
  besides.of(wanted, range, true, 10_000);
  assert.equal(posted.length, 2, 'live, ten seconds later');
  besides.of(wanted, range, false, 10_001);
  besides.of(wanted, range, false, 90_000);
  assert.equal(posted.length, 3, 'what stands still is asked once');
  assert.ok(!besides.hear(answer(2)));
  assert.equal(besides.of({ ...wanted, shiftMs: 86_400_000 }, range, false, 90_001), undefined, 'of another time');
  besides.of(null, range, false, 90_002);
  assert.ok(!besides.hear(answer(4)), 'nobody wants it any more');
});

test('the time of the other database follows, so much earlier', () => {
  const day = 86_400_000;
  const state = {
    ...NO_COMPARISON,
    other: 'staging',
    before: { from: day, to: 2 * day },
    after: { from: day, to: 2 * day },
  };
  assert.equal(shiftOf(state), 0);
  const earlier = withShift(state, day);
  assert.deepEqual(earlier.after, { from: 0, to: day });
  assert.equal(shiftOf(earlier), day);
  assert.equal(shiftOf({ ...earlier, other: null }), 0, 'two ranges of one are no shift');
});
