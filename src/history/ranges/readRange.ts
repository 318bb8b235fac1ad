import { decodeBuckets, emptyBuckets } from '../levels/buckets.ts';
import { foldedMark, READINGS_SERIES, removedMark } from '../levels/fold.ts';
import { floorTo, RETENTION, type Level } from '../levels/retention.ts';
import { decodeReading } from '../levels/values.ts';
import type { AnnotationRow, HistoryFile } from '../sqlite/historyFile.ts';
import { Points } from './points.ts';
import type { RangeData, RangeQuery } from './rangeData.ts';

/** Where readings come from: the file, and what could not be written to it yet. */
export interface RangeSource {
  readonly file: HistoryFile;
  /** Later than all of the file. */
  readonly pending?: HistoryFile;
}

/**
 * Reads any range in about the same time, by taking the coarsest level that still has enough points. What a level does not
 * have any more is taken from the next coarser one; what it does not have yet, from the finer one.
 */
export function readRange(source: RangeSource, query: RangeQuery, retention: readonly Level[] = RETENTION): RangeData {
  return readPoints(source, query, gapsIn(source, query.from.getTime(), query.to.getTime()), retention);
}

/** The same with the gaps that are given: none, for who wants no marks between the points. */
export function readPoints(
  source: RangeSource,
  query: RangeQuery,
  gaps: readonly AnnotationRow[],
  retention: readonly Level[] = RETENTION,
): RangeData {
  const [from, to] = [query.from.getTime(), query.to.getTime()];
  const numbers = seriesNumbers(source.file, query.metricIds);
  if (!(from < to)) return new Points(numbers.length, 0).finish(query.metricIds, []);
  const ideal = (to - from) / Math.max(1, query.maxPoints);
  // A third of the points asked for are enough to draw a curve, and the extremes are in any number of them.
  const level = Math.max(
    0,
    retention.findLastIndex(({ stepMs }) => stepMs <= 3 * ideal),
  );
  const stepMs = stepFor(source, retention[level]?.stepMs ?? 0, ideal, from, to);
  const points = new Points(numbers.length, stepMs);
  new Reader(source.file, retention, numbers, points).read(level, from, to);
  if (source.pending !== undefined)
    addReadings(source.pending, seriesNumbers(source.pending, query.metricIds), points, from, to);
  return points.finish(query.metricIds, gaps);
}

/** Whole steps of the level, so that no point stands for more of them than its neighbour; 0: the readings as they are. */
function stepFor({ file, pending }: RangeSource, levelStep: number, ideal: number, from: number, to: number): number {
  if (levelStep > 0) return Math.ceil(ideal / levelStep) * levelStep;
  const readings = file.countReadings(from, to) + (pending?.countReadings(from, to) ?? 0);
  return readings * ideal <= to - from ? 0 : Math.ceil(ideal);
}

/** 0: there is no such series. */
function seriesNumbers(file: HistoryFile, names: readonly string[]): readonly number[] {
  const numbers = file.series();
  return names.map((name) => numbers.get(name) ?? 0);
}

function gapsIn({ file, pending }: RangeSource, from: number, to: number): readonly AnnotationRow[] {
  const all = [...file.annotations(from, to), ...(pending?.annotations(from, to) ?? [])];
  return all.filter(({ kind }) => kind === 'gap');
}

function addReadings(file: HistoryFile, series: readonly number[], points: Points, from: number, to: number): void {
  const values = new Float64Array(series.length);
  for (const { at, data, every } of file.readings(from, to)) {
    decodeReading(data, series, values);
    points.add(at, values, every);
  }
}

class Reader {
  readonly #file: HistoryFile;
  readonly #retention: readonly Level[];
  readonly #series: readonly number[];
  readonly #points: Points;

  constructor(file: HistoryFile, retention: readonly Level[], series: readonly number[], points: Points) {
    this.#file = file;
    this.#retention = retention;
    this.#series = series;
    this.#points = points;
  }

  /** In the order of time: coarser what is no longer there, this level, finer what is not yet there. */
  read(index: number, from: number, to: number): void {
    const level = this.#retention[index];
    if (level === undefined || from >= to) return;
    const last = index === this.#retention.length - 1;
    const removed = last ? from : Math.min(to, Math.max(from, this.#file.mark(removedMark(index))));
    if (removed > from) this.#coarser(index + 1, from, removed);
    if (index === 0) {
      addReadings(this.#file, this.#series, this.#points, removed, to);
      return;
    }
    const folded = Math.min(to, Math.max(removed, this.#file.mark(foldedMark(index))));
    this.#chunks(index, level, removed, folded);
    this.read(index - 1, folded, to);
  }

  /** Only what is coarser: what the coarser level has not yet is not in this one either. */
  #coarser(index: number, from: number, to: number): void {
    const level = this.#retention[index];
    if (level === undefined) return;
    const removed = Math.min(to, Math.max(from, this.#file.mark(removedMark(index))));
    if (removed > from) this.#coarser(index + 1, from, removed);
    this.#chunks(index, level, removed, to);
  }

  #chunks(index: number, { stepMs, chunkMs }: Level, from: number, to: number): void {
    if (from >= to) return;
    const length = chunkMs / stepMs;
    const first = floorTo(from, chunkMs);
    const room = emptyBuckets(length);
    // Which buckets there are is the same for all series, so it is worked out once.
    const places = new Map<number, Int32Array>();
    for (const chunk of this.#file.chunks(index, READINGS_SERIES, first, to)) {
      const { min } = decodeBuckets(chunk.data, room);
      const place = new Int32Array(length).fill(-1);
      for (let k = 0; k < length; k++) {
        const at = chunk.start + k * stepMs;
        if (at + stepMs > from && at < to && min[k] === 1) place[k] = this.#points.placeOf(at);
      }
      places.set(chunk.start, place);
    }
    this.#series.forEach((series, i) => {
      if (series === 0) return;
      for (const chunk of this.#file.chunks(index, series, first, to)) {
        const place = places.get(chunk.start);
        if (place !== undefined) this.#points.addBuckets(i, place, decodeBuckets(chunk.data, room), stepMs);
      }
    });
  }
}
