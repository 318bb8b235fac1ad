import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import type { ToDashboard, ToHost } from '../../../src/webview/protocol/protocol.ts';
import { Ranges } from '../../../src/webview/ranges/ranges.ts';

/** Two histories in one page: neither waits for the other, and none is mixed with the other. */

type Data = Extract<ToDashboard, { type: 'data' }>;
type Asked = Extract<ToHost, { type: 'range' }>;
const CHARTS = ['sessions', 'saves', 'sizes'];

function bench(isLive = true): { ranges: Ranges; asked: Asked[] } {
  const asked: Asked[] = [];
  const ranges = new Ranges({
    post: (message) => {
      if (message.type === 'range') asked.push(message);
    },
    inView: () => ({ from: 0, to: 100, maxPoints: 50 }),
    isLive: () => isLive,
  });
  return { ranges, asked };
}

function data(request: number, source: Data['source'], charts: readonly string[], value: number, stepMs = 0): Data {
  return {
    type: 'data',
    request,
    source,
    charts: charts.map((id) => ({ id, note: `of ${source}` })),
    from: 0,
    to: 100,
    at: [10],
    stepMs,
    series: [{ metricId: 'a', min: [value], mean: [value], max: [value] }],
    annotations: [],
    extent: { from: 5, to: 10 },
  };
}

const valueOf = (ranges: Ranges, chart: string): number | null | undefined =>
  ranges.of(chart).store.series('a').mean[0];

test('each chart draws from the history that it is said to be of', () => {
  const { ranges } = bench();
  ranges.ask();
  assert.ok(ranges.isAsking);
  assert.ok(ranges.heardData(data(1, 'store', ['sessions'], 1), CHARTS));
  assert.equal(valueOf(ranges, 'sessions'), 1);
  assert.equal(valueOf(ranges, 'saves'), undefined);
  assert.match(ranges.of('saves').note, /^Waiting for Prometheus/);
  assert.equal(ranges.extent, null, 'how far Prometheus goes back is not known');
  ranges.heardNotes({
    type: 'chartNotes',
    request: 1,
    source: 'store',
    failed: false,
    charts: [{ id: 'sizes', note: 'none' }],
  });
  assert.ok(ranges.heardData(data(1, 'prometheus', ['saves'], 2), CHARTS));
  assert.deepEqual([valueOf(ranges, 'saves'), valueOf(ranges, 'sizes')], [2, 1]);
  assert.ok(ranges.isAsking);
  ranges.heardEnd({ type: 'answered', request: 1, againMs: 0 });
  assert.ok(!ranges.isAsking);
});

test('an answer to what is no longer asked is not taken; a new question to one history leaves the other’s', () => {
  const { ranges, asked } = bench();
  ranges.ask();
  ranges.ask('store');
  assert.deepEqual(
    asked.map(({ of, request }) => [of, request]),
    [
      ['all', 1],
      ['store', 2],
    ],
  );
  assert.ok(!ranges.heardData(data(1, 'store', ['sessions'], 1), CHARTS));
  assert.ok(ranges.heardData(data(1, 'prometheus', ['saves'], 2), CHARTS));
  assert.ok(ranges.heardData(data(2, 'store', ['sessions'], 3), CHARTS));
  assert.deepEqual([valueOf(ranges, 'saves'), valueOf(ranges, 'sessions')], [2, 3]);
});

test('with a failure the curves of before stay and are said to be old, until there are new ones', () => {
  const { ranges } = bench();
  ranges.ask();
  ranges.heardData(data(1, 'prometheus', ['saves'], 2), CHARTS);
  ranges.ask('prometheus');
  const charts = [{ id: 'saves', note: 'It is gone.' }];
  ranges.heardNotes({ type: 'chartNotes', request: 2, source: 'prometheus', failed: true, charts });
  assert.deepEqual(
    [ranges.of('saves').isOld, ranges.of('saves').note, valueOf(ranges, 'saves')],
    [true, 'It is gone.', 2],
  );
  ranges.ask('prometheus');
  ranges.heardData(data(3, 'prometheus', ['saves'], 4), CHARTS);
  assert.deepEqual([ranges.of('saves').isOld, valueOf(ranges, 'saves')], [false, 4]);
});

test('Prometheus is asked again by and by: each step, no more often than each 15 seconds, and after a failure as told', (t) => {
  mock.timers.enable({ apis: ['setTimeout'] });
  t.after(() => mock.timers.reset());
  for (const [stepMs, againMs, isLive, after] of [
    [0, 0, true, 15_000],
    [3_600_000, 0, true, 3_600_000],
    [3_600_000, 15_000, true, 15_000],
    [0, 60_000, false, 60_000],
    [0, 0, false, Infinity],
  ] as const) {
    const { ranges, asked } = bench(isLive);
    ranges.ask();
    ranges.heardData(data(1, 'prometheus', ['saves'], 2, stepMs), CHARTS);
    ranges.heardEnd({ type: 'answered', request: 1, againMs });
    mock.timers.tick(Number.isFinite(after) ? after - 1 : 10_000_000);
    assert.equal(asked.length, 1, `${after}`);
    mock.timers.tick(1);
    assert.deepEqual(asked.map(({ of }) => of).slice(1), Number.isFinite(after) ? ['prometheus'] : [], `${after}`);
  }
});

test('where all is of this editor, Prometheus is left alone', (t) => {
  mock.timers.enable({ apis: ['setTimeout'] });
  t.after(() => mock.timers.reset());
  const { ranges, asked } = bench();
  ranges.ask();
  ranges.heardData(data(1, 'store', CHARTS, 1), CHARTS);
  ranges.heardEnd({ type: 'answered', request: 1, againMs: null });
  mock.timers.tick(10_000_000);
  assert.equal(asked.length, 1);
  assert.deepEqual(ranges.extent, { from: 5, to: 10 });
});

test('a Prometheus that has nothing yet is asked again', (t) => {
  mock.timers.enable({ apis: ['setTimeout'] });
  t.after(() => mock.timers.reset());
  const { ranges, asked } = bench();
  ranges.ask();
  ranges.heardData(data(1, 'store', CHARTS, 1), CHARTS);
  ranges.heardEnd({ type: 'answered', request: 1, againMs: 0 });
  mock.timers.tick(15_000);
  assert.equal(asked.length, 2);
});
