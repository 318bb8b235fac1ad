import { encodeBuckets } from '../../src/history/levels/buckets.ts';
import { foldedMark, READINGS_SERIES, removedMark } from '../../src/history/levels/fold.ts';
import { floorTo, RETENTION, type Level } from '../../src/history/levels/retention.ts';
import { encodeReading } from '../../src/history/levels/values.ts';
import type { HistoryFile } from '../../src/history/sqlite/historyFile.ts';

/** What all series were at one moment, in the order of their names. */
export type ValuesAt = (at: number) => readonly number[];

const EVERY_MS = 30_000;

/**
 * Writes a past into a new history as its levels would hold it by now, in a second for a year: thinning as many readings as were
 * needed takes minutes. Each bucket holds one value. Times are milliseconds since the epoch.
 *
 * @param valuesAt asked in the order of time within each level, the coarsest first
 */
export function writeHistory(
  file: HistoryFile,
  names: readonly string[],
  from: number,
  now: number,
  valuesAt: ValuesAt,
): void {
  const [, minutes, hours] = RETENTION as readonly [Level, Level, Level];
  const minutesEnd = floorTo(now, minutes.chunkMs);
  const hoursEnd = floorTo(minutesEnd, hours.chunkMs);
  const minutesBegin = floorTo(now - minutes.keepMs, hours.chunkMs);
  file.transaction(() => {
    file.addSeries(names);
    const ids = file.series();
    const numbers = names.map((name) => ids.get(name) ?? 0);
    writeLevel(file, 2, hours, numbers, floorTo(from, hours.chunkMs), hoursEnd, valuesAt);
    writeLevel(file, 1, minutes, numbers, minutesBegin, minutesEnd, valuesAt);
    file.setMark(removedMark(1), minutesBegin);
    file.setMark(removedMark(0), minutesEnd);
    for (let at = minutesEnd; at < now; at += EVERY_MS) {
      const values = valuesAt(at);
      const data = encodeReading(new Map(names.map((name, i) => [name, values[i] ?? NaN])), ids);
      file.putReading({ at, every: EVERY_MS, data });
    }
  });
}

function writeLevel(
  file: HistoryFile,
  index: number,
  { stepMs, chunkMs }: Level,
  numbers: readonly number[],
  from: number,
  to: number,
  valuesAt: ValuesAt,
): void {
  const length = chunkMs / stepMs;
  const once = encodeFlat(new Float64Array(length).fill(1));
  for (let start = from; start < to; start += chunkMs) {
    const columns = numbers.map(() => new Float64Array(length));
    for (let k = 0; k < length; k++) {
      const values = valuesAt(start + k * stepMs);
      columns.forEach((column, i) => (column[k] = values[i] ?? NaN));
    }
    file.putChunks(index, [
      { series: READINGS_SERIES, start, data: once },
      ...columns.map((column, i) => ({ series: numbers[i] ?? 0, start, data: encodeFlat(column) })),
    ]);
  }
  file.setMark(foldedMark(index), to);
}

function encodeFlat(values: Float64Array): Uint8Array {
  return encodeBuckets({ min: values, mean: values, max: values });
}
