import type { ChunkRow, HistoryFile } from '../sqlite/historyFile.ts';
import { decodeBuckets, emptyBuckets, encodeBuckets } from './buckets.ts';
import { floorTo, KEEP_ANNOTATIONS_MS, RETENTION, type Level } from './retention.ts';
import { Sums } from './sums.ts';
import { decodeReading } from './values.ts';

/** The series that tells how many readings there were in a bucket: what is unknown there is unknown, and not a gap. */
export const READINGS_SERIES = 0;

/** Up to where a level is made of the one before. */
export const foldedMark = (level: number): string => `folded/${level}`;
/** Up to where a level has been removed again. */
export const removedMark = (level: number): string => `removed/${level}`;

/**
 * Brings the store up to date: makes the chunks whose time is over, then removes what is older than its level is kept and
 * has been made part of the next. A transaction a chunk, so that nobody waits long. Returns how many spans it made.
 */
export function fold(file: HistoryFile, now: number, retention: readonly Level[] = RETENTION): number {
  let made = 0;
  retention.forEach((level, i) => {
    if (i === 0) return;
    for (let start = nextSpan(file, i, level); start !== undefined; start = nextSpan(file, i, level)) {
      const end = start + level.chunkMs;
      // The finer chunks have to be there, and the time to be over.
      if (end > now || (i > 1 && end > file.mark(foldedMark(i - 1)))) break;
      file.transaction(() => {
        file.putChunks(i, foldSpan(file, i, level, retention[i - 1], start));
        file.setMark(foldedMark(i), end);
      });
      made++;
    }
  });
  if (made > 0) remove(file, now, retention);
  return made;
}

/** Start of the next span of a level that has anything in the finer one; undefined: there is none. */
function nextSpan(file: HistoryFile, i: number, { chunkMs }: Level): number | undefined {
  const from = file.mark(foldedMark(i));
  const oldest = i === 1 ? file.readingAfter(from) : file.chunkAfter(i - 1, READINGS_SERIES, from);
  return oldest === undefined ? undefined : Math.max(from, floorTo(oldest, chunkMs));
}

function foldSpan(file: HistoryFile, i: number, level: Level, finer: Level | undefined, start: number): ChunkRow[] {
  const end = start + level.chunkMs;
  const length = level.chunkMs / level.stepMs;
  const ids = [READINGS_SERIES, ...file.series().values()];
  const sums = new Map(ids.map((id) => [id, new Sums(length)]));
  if (i === 1 || finer === undefined) gatherReadings(file, level, start, end, sums);
  else gatherChunks(file, i - 1, level, finer, start, end, sums);
  return [...sums].flatMap(([series, sum]) =>
    sum.isEmpty ? [] : [{ series, start, data: encodeBuckets(sum.finish()) }],
  );
}

function gatherReadings(
  file: HistoryFile,
  { stepMs }: Level,
  start: number,
  end: number,
  sums: ReadonlyMap<number, Sums>,
): void {
  const ids = [...sums.keys()];
  const targets = [...sums.values()];
  const values = new Float64Array(ids.length);
  for (const { at, every, data } of file.readings(start, end)) {
    const bucket = Math.floor((at - start) / stepMs);
    decodeReading(data, ids, values);
    values[0] = 1; // READINGS_SERIES
    targets.forEach((target, k) => target.add(bucket, values[k] ?? NaN, every));
  }
}

function gatherChunks(
  file: HistoryFile,
  finerIndex: number,
  { stepMs }: Level,
  finer: Level,
  start: number,
  end: number,
  sums: ReadonlyMap<number, Sums>,
): void {
  const length = finer.chunkMs / finer.stepMs;
  const room = emptyBuckets(length);
  for (const [series, target] of sums) {
    for (const chunk of file.chunks(finerIndex, series, start, end)) {
      const first = (chunk.start - start) / stepMs;
      const places = Int32Array.from({ length }, (_, k) => Math.floor(first + (k * finer.stepMs) / stepMs));
      target.addBuckets(places, decodeBuckets(chunk.data, room), finer.stepMs);
    }
  }
}

function remove(file: HistoryFile, now: number, retention: readonly Level[]): void {
  file.transaction(() => {
    retention.forEach((level, i) => {
      const next = retention[i + 1];
      const old = now - level.keepMs;
      const until = next === undefined ? floorTo(old, level.chunkMs) : Math.min(old, file.mark(foldedMark(i + 1)));
      const from = file.mark(removedMark(i));
      // Whole spans of the next level, so that it and this one meet without a seam.
      const whole = next === undefined ? until : floorTo(until, next.chunkMs);
      if (whole <= from) return;
      if (i === 0) file.removeReadings(-Infinity, whole);
      else file.removeChunks(i, -Infinity, whole);
      file.setMark(removedMark(i), whole);
    });
    file.removeAnnotations(now - KEEP_ANNOTATIONS_MS);
  });
}

/**
 * The clock has been put back to `at`: what was stored under later times is removed, and what they had been made part of is
 * made again. Order is worth more than these readings are. To be called in a transaction.
 */
export function rewind(file: HistoryFile, at: number, retention: readonly Level[] = RETENTION): void {
  file.removeReadings(at, Infinity);
  retention.forEach((level, i) => {
    if (i === 0 || file.mark(foldedMark(i)) <= at) return;
    const start = floorTo(at, level.chunkMs);
    file.removeChunks(i, start, Infinity);
    file.setMark(foldedMark(i), start);
  });
}
