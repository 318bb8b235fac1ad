import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { append } from '../../../src/history/append.ts';
import { fold } from '../../../src/history/levels/fold.ts';
import { roundFraction } from '../../../src/history/levels/fraction.ts';
import { RETENTION, type Level } from '../../../src/history/levels/retention.ts';
import type { RangeData } from '../../../src/history/ranges/rangeData.ts';
import { readRange } from '../../../src/history/ranges/readRange.ts';
import type { HistoryFile } from '../../../src/history/sqlite/historyFile.ts';
import { MemoryHistory } from '../../../src/history/sqlite/memoryHistory.ts';
import { SqliteHistory } from '../../../src/history/sqlite/sqliteHistory.ts';
import { seeded } from '../../kit/random.ts';
import { sqlite, temporaryFolder } from './folder.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Begins within a minute, an hour and a span of each level. */
const START = Date.parse('2025-11-09T14:07:31Z');

interface Reading {
  readonly at: number;
  readonly values: ReadonlyMap<string, number>;
}

/** Readings with noise, single spikes, unknown values and pauses, every 50 to 70 s. */
function* readings(days: number, seed: number): Generator<Reading> {
  const random = seeded(seed);
  let [at, whole] = [START, 500];
  while (at < START + days * DAY) {
    whole += Math.floor(random() * 11) - 5;
    const spike = random() < 0.001 ? 1_000_000 * (random() < 0.5 ? 1 : -1) : 0;
    const fraction = random() < 0.05 ? NaN : roundFraction(random() + spike);
    yield {
      at: Math.round(at),
      values: new Map([
        ['whole', whole + spike],
        ['fraction', fraction],
        ['never', NaN],
      ]),
    };
    at += random() < 0.0005 ? random() * 2 * DAY : 50_000 + 20_000 * random();
  }
}

function fill(file: HistoryFile, all: Iterable<Reading>): void {
  for (const { at, values } of all) {
    file.transaction(() => append(file, at, 60_000, values));
    fold(file, at);
  }
}

async function files(t: TestContext): Promise<Readonly<Record<string, HistoryFile>>> {
  const file = new SqliteHistory(await sqlite(), join(temporaryFolder(t), 'history.sqlite'));
  t.after(() => {
    file.close();
  });
  return { file, memory: new MemoryHistory() };
}

/** Extremes of what lies in a range. */
function extremes(all: readonly Reading[], name: string, from: number, to: number): [number, number] {
  const values = all.filter(({ at }) => at >= from && at < to).map((reading) => reading.values.get(name) ?? NaN);
  const known = values.filter((value) => !Number.isNaN(value));
  return [Math.min(...known), Math.max(...known)];
}

function known(values: readonly (number | null)[]): number[] {
  return values.filter((value) => value !== null);
}

test('thinning keeps the extremes of every span, at whatever resolution it is read', async (t) => {
  for (const [name, file] of Object.entries(await files(t))) {
    const all = [...readings(40, name === 'file' ? 1 : 2)];
    fill(file, all);
    const end = (all.at(-1)?.at ?? 0) + 1;
    const random = seeded(7);
    for (let i = 0; i < 60; i++) {
      // Whole hours, so that the coarsest buckets are not cut.
      const hours = Math.floor(random() * 40 * 24);
      const from = Math.floor(START / HOUR) * HOUR + hours * HOUR;
      const to = Math.min(end, from + HOUR * Math.ceil(random() ** 3 * 40 * 24));
      const maxPoints = 1 + Math.floor(random() * 2000);
      const data = readRange(
        { file },
        { metricIds: ['whole', 'fraction', 'never'], from: new Date(from), to: new Date(to), maxPoints },
      );
      const [whole, fraction, never] = data.series;
      for (const series of [whole, fraction]) {
        assert.ok(series);
        // The last point may stand for time after the range.
        const last = Math.min(end, Math.ceil(to / Math.max(1, data.stepMs)) * Math.max(1, data.stepMs));
        const first = data.at.length === 0 ? from : Math.min(from, data.at[0] ?? from);
        const [low, high] = extremes(all, series.metricId, from, to);
        const [lowest, highest] = extremes(all, series.metricId, first, last);
        const [min, max] = [Math.min(...known(series.min)), Math.max(...known(series.max))];
        assert.ok(min <= low && max >= high, `${name}, ${series.metricId}: ${min}–${max} misses ${low}–${high}`);
        assert.ok(
          min >= lowest && max <= highest,
          `${name}, ${series.metricId}: ${min}–${max} beyond ${lowest}–${highest}`,
        );
      }
      assert.deepEqual(known(never?.mean ?? [0]), []);
      assert.ok(data.at.every((at, k) => k === 0 || at > (data.at[k - 1] ?? 0)));
      const points = data.at.filter((_, k) => whole?.mean[k] !== null).length;
      assert.ok(points <= maxPoints + 1, `${points} points of ${maxPoints}`);
      assert.ok(data.at.every((_, k) => inside(data, k)));
    }
  }
});

function inside({ series }: RangeData, k: number): boolean {
  return series.every(({ min, mean, max }) => {
    const [low, middle, high] = [min[k] ?? null, mean[k] ?? null, max[k] ?? null];
    return middle === null
      ? low === null && high === null
      : low !== null && high !== null && low <= middle && middle <= high;
  });
}

test('a mean is the mean over time, however it was thinned', async (t) => {
  const { file } = await files(t);
  assert.ok(file);
  const all = [...readings(12, 3)].filter(({ values }) => Math.abs(values.get('whole') ?? 0) < 10_000);
  fill(file, all);
  const day = Math.ceil((START + 3 * DAY) / HOUR) * HOUR;
  const query = { metricIds: ['whole'], from: new Date(day), to: new Date(day + 5 * DAY), maxPoints: 120 };
  const data = readRange({ file }, query);
  assert.equal(data.stepMs, HOUR);
  const { mean } = data.series[0] ?? { mean: [] };
  let compared = 0;
  for (const [i, at] of data.at.entries()) {
    const values = all.filter((r) => r.at >= at && r.at < at + HOUR).map((r) => r.values.get('whole') ?? 0);
    if (values.length < 40) continue;
    const truth = values.reduce((sum, value) => sum + value, 0) / values.length;
    assert.ok(Math.abs((mean[i] ?? NaN) - truth) < 2, `${mean[i]} is not ${truth}`);
    compared++;
  }
  assert.ok(compared > 60, String(compared));
});

test('one retention rule: each level is there for its time, and as long as the next one needs it', async (t) => {
  const table: readonly [Level, ...Level[]] = [
    { name: 'reading', stepMs: 0, keepMs: 6 * HOUR, chunkMs: 0 },
    { name: 'minute', stepMs: 60_000, keepMs: 2 * DAY, chunkMs: HOUR },
    { name: 'hour', stepMs: HOUR, keepMs: 10 * DAY, chunkMs: DAY },
  ];
  const { file } = await files(t);
  assert.ok(file);
  const all = [...readings(20, 4)];
  for (const { at, values } of all) {
    file.transaction(() => append(file, at, 60_000, values));
    fold(file, at, table);
  }
  const now = all.at(-1)?.at ?? 0;
  const oldest = [file.readingAfter(0), file.chunkAfter(1, 0, 0), file.chunkAfter(2, 0, 0)];
  oldest.forEach((at = NaN, i) => {
    const { keepMs = 0, chunkMs = 0 } = table[i] ?? {};
    // The first reading that has to be there still, or the span that it is in.
    const due = all.find((reading) => reading.at >= now - keepMs)?.at ?? NaN;
    assert.ok(at <= due, `level ${i} begins ${(at - due) / HOUR} h too late`);
    // Whole spans of the next level go at once, when one was made: that may be two of them later, where there was a pause.
    const next = table[i + 1]?.chunkMs ?? chunkMs;
    const before = all.findLast((reading) => reading.at < now - keepMs - 2 * next)?.at ?? -Infinity;
    assert.ok(at > before, `level ${i} begins ${(due - at) / HOUR} h before what is kept`);
  });
  // Read across all three, it is one curve without a hole between the levels.
  const query = { metricIds: ['whole'], from: new Date(0), to: new Date(now), maxPoints: Infinity };
  const { at, series } = readRange({ file }, query, table);
  const holes = at.filter((time, i) => i > 0 && time - (at[i - 1] ?? 0) > HOUR && series[0]?.mean[i] !== null);
  const pauses = all.filter((r, i) => i > 0 && r.at - (all[i - 1]?.at ?? 0) > HOUR);
  assert.ok(holes.length <= pauses.length, `${holes.length} holes, ${pauses.length} pauses`);
});

test('the rule itself: a day, a month, two years; each span is made of whole ones of the level before', () => {
  assert.deepEqual(
    RETENTION.map(({ name, keepMs }) => [name, keepMs / DAY]),
    [
      ['reading', 1],
      ['minute', 31],
      ['hour', 731],
    ],
  );
  RETENTION.slice(1).forEach((level, i) => {
    const finer = RETENTION[i];
    assert.equal(level.chunkMs % level.stepMs, 0);
    assert.equal(level.chunkMs % (finer?.chunkMs === 0 ? level.chunkMs : (finer?.chunkMs ?? 0)), 0);
    assert.equal(level.stepMs % (finer?.stepMs === 0 ? 1 : (finer?.stepMs ?? 0)), 0);
  });
});
