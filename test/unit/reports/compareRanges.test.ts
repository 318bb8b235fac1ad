import assert from 'node:assert/strict';
import { test } from 'node:test';
import { append } from '../../../src/history/append.ts';
import { fold } from '../../../src/history/levels/fold.ts';
import { RETENTION } from '../../../src/history/levels/retention.ts';
import { levelAt } from '../../../src/history/ranges/exportRange.ts';
import { extentOf } from '../../../src/history/ranges/extent.ts';
import { readRange } from '../../../src/history/ranges/readRange.ts';
import { MemoryHistory } from '../../../src/history/sqlite/memoryHistory.ts';
import { rangeFigures, type FigureSource, type SeriesFigures } from '../../../src/reports/compareFigures.ts';
import { figureChange, compareRanges } from '../../../src/reports/compareRanges.ts';
import { comparisonRows, formatDifference, rangeNotes } from '../../../src/reports/compareText.ts';
import { openStore, temporaryFolder } from '../history/folder.ts';
import { exact, later, snapshot, START } from '../monitoring/samples.ts';

const IDS = ['sessions.total', 'sessions.expired'];
const HOUR = 3600;

const taken = (second: number, total: number): ReturnType<typeof snapshot> => {
  const at = later(second);
  return snapshot({ at, light: { at, sessions: { total: exact(total, at) } } });
};

test('the medians of two ranges are those of their readings, in the store and in memory', async (t) => {
  const stores = [await openStore(t, temporaryFolder(t)), await openStore(t, temporaryFolder(t), { without: true })];
  for (let second = 0; second < 600; second += 10) {
    const one = taken(second, second < 300 ? second : 1000 + (second % 40));
    for (const store of stores) assert.ok(store.add(one));
  }
  for (const source of stores) {
    const { before, after } = await compareRanges(source, IDS, {
      before: { from: START, to: later(300) },
      after: { from: later(300), to: later(600) },
    });
    const [total, expired] = before.series;
    assert.deepEqual(total, {
      metricId: 'sessions.total',
      readings: 30,
      first: 0,
      last: 290,
      min: 0,
      max: 290,
      median: 145,
    });
    assert.equal(expired?.median, 100);
    assert.equal(after.series[0]?.median, 1020);
    assert.deepEqual([before.readings, before.covered, before.levels], [30, 1, ['reading']]);
  }
});

/** Forty days of hours: on every third day 100, else 10, with a spike of a single reading. */
function fortyDays(): FigureSource {
  const file = new MemoryHistory();
  const start = START.getTime();
  for (let second = 0; second < 40 * 24 * HOUR; second += 120) {
    const value = second === 5 * 24 * HOUR ? 5000 : Math.floor(second / (24 * HOUR)) % 3 === 0 ? 100 : 10;
    file.transaction(() => append(file, start + second * 1000, 120_000, new Map([['x', value]])));
    if (second % HOUR === 0) fold(file, start + second * 1000);
  }
  return {
    readRange: (query) => readRange({ file }, query),
    extent: () => extentOf(file),
    levelAt: (at) => levelAt(file, at),
  };
}

test('where the history is thinned the means weigh what they stand for, and no extreme is lost', async () => {
  const figures = await rangeFigures(fortyDays(), ['x'], { from: START, to: later(40 * 24 * HOUR) });
  assert.deepEqual(figures.levels, ['reading', 'minute', 'hour']);
  const [x] = figures.series;
  // A day of readings (720) and of minutes (1,440) outnumber the days of hours: counted alike, 100 would be in the middle.
  assert.deepEqual([x?.median, x?.min, x?.max, x?.first], [10, 10, 5000, 100]);
  assert.ok(figures.covered > 0.99, String(figures.covered));
  assert.match(
    rangeNotes(figures, later(50 * 24 * HOUR)).join(),
    /^Its history is thinned: medians of readings and minute means and hour means, each weighted/,
  );
});

test('a range that begins within a mean, is empty, or lies before all readings', async () => {
  const source = fortyDays();
  const within = await rangeFigures(source, ['x'], { from: later(90), to: later(3 * HOUR) });
  assert.ok((within.series[0]?.readings ?? 0) >= 2);
  for (const [from, to] of [
    [100, 100],
    [200, 100],
    [-2 * HOUR, -HOUR],
  ] as const) {
    const none = await rangeFigures(source, ['x'], { from: later(from), to: later(to) });
    assert.deepEqual([none.readings, none.series[0]?.median, none.covered], [0, null, 0]);
    assert.deepEqual(rangeNotes(none, later(5 * HOUR)), ['It has no readings.']);
  }
  const nothing: FigureSource = {
    readRange: () => assert.fail('there is nothing'),
    extent: () => undefined,
    levelAt: () => RETENTION[0],
  };
  assert.equal((await rangeFigures(nothing, ['x'], { from: START, to: later(1) })).readings, 0);
});

test('gaps, and that a range is not over, are said', async (t) => {
  const store = await openStore(t, temporaryFolder(t));
  for (let second = 0; second < 300; second += 10) store.add(taken(second, 1));
  for (let second = 600; second < 900; second += 10) store.add(taken(second, 1));
  const figures = await rangeFigures(store, IDS, { from: START, to: later(900) });
  assert.deepEqual(rangeNotes(figures, later(901)), ['It has gaps: readings cover 67% of it.']);
  assert.equal(figures.readings, 60, 'the mark of the gap is no reading');
  assert.equal(rangeNotes(figures, later(800))[0], 'It is not over yet.');
});

test('stops when nobody waits for it any more', async () => {
  const abort = new AbortController();
  const work = rangeFigures(fortyDays(), ['x'], { from: START, to: later(40 * 24 * HOUR) }, abort.signal);
  abort.abort(new Error('enough'));
  await assert.rejects(work, /enough/);
});

const figures = (median: number | null, readings = 10): SeriesFigures => ({
  metricId: 'x',
  readings,
  first: median,
  last: median,
  min: median,
  max: median,
  median,
});

test('a change is a share of what was before; from 0, of too few readings or of none there is none', () => {
  assert.deepEqual(figureChange(figures(50), figures(75)), { kind: 'share', difference: 25, share: 0.5 });
  assert.deepEqual(figureChange(figures(-10), figures(-5)), { kind: 'share', difference: 5, share: 0.5 });
  assert.deepEqual(figureChange(figures(0), figures(5)), { kind: 'fromZero', difference: 5 });
  assert.deepEqual(figureChange(figures(0), figures(0)), { kind: 'none' });
  assert.deepEqual(figureChange(figures(1, 2), figures(5)), { kind: 'tooFew', where: 'before' });
  assert.deepEqual(figureChange(figures(1, 2), figures(5, 1)), { kind: 'tooFew', where: 'both' });
  assert.deepEqual(figureChange(figures(1), figures(null, 0)), { kind: 'tooFew', where: 'after' });
});

test('rows are said in the unit of the chart, once for each curve, by the locale', () => {
  const range = (median: number, more: Partial<SeriesFigures> = {}): Parameters<typeof rangeNotes>[0] => ({
    from: START,
    to: later(1),
    readings: 10,
    covered: 1,
    levels: ['reading'],
    series: [
      { ...figures(median), metricId: 'writes.saves', ...more },
      { ...figures(0.5), metricId: 'writes.hotShare' },
      { ...figures(null, 0), metricId: 'never' },
    ],
  });
  const one = {
    id: 'writes.saves',
    chart: 'Saves',
    label: 'All',
    factor: 60,
    unit: 'perHour',
  } as const;
  const all = [one, { ...one, chart: 'Again' }, { ...one, id: 'never' }, { ...one, id: 'not.asked' }];
  const rows = comparisonRows(all, { before: range(50), after: range(12.5) }, { locale: 'de' });
  assert.deepEqual(rows, [
    {
      id: 'writes.saves',
      chart: 'Saves',
      label: 'All',
      movement: undefined,
      unit: 'perHour',
      before: 3000,
      after: 750,
      readingsBefore: 10,
      readingsAfter: 10,
      percent: -75,
      beforeText: '3.000/h',
      afterText: '750/h',
      differenceText: '−2.250/h',
      changeText: '−75\u00a0%',
    },
  ]);
  const texts = (before: number, after: number, more: Partial<SeriesFigures> = {}): string[] =>
    comparisonRows([one], { before: range(before), after: range(after, more) }).map((row) => row.changeText);
  assert.deepEqual(texts(0, 5), ['from 0']);
  assert.deepEqual(texts(5, 5), ['unchanged']);
  assert.deepEqual(texts(5, 7, { readings: 2 }), ['too few readings after']);
  assert.deepEqual(texts(5, 500), ['+9,900%']);
});

test('a difference of shares is in percentage points', () => {
  assert.equal(formatDifference(-0.123, 'share'), '−12.3 points');
  assert.equal(formatDifference(3_250_586, 'bytesPerDay'), '+3.1 MB a day');
  assert.equal(formatDifference(0.25, 'milliseconds'), '+0.25 ms');
});
