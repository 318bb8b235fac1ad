import type { Buckets } from '../levels/buckets.ts';
import { Sums } from '../levels/sums.ts';
import type { AnnotationRow } from '../sqlite/historyFile.ts';
import type { RangeData, RangeSeries } from './rangeData.ts';

/** Gathers what is read, in the order of time, into points of one common axis. */
export class Points {
  readonly #stepMs: number;
  readonly #at: number[] = [];
  readonly #series: readonly Sums[];

  /** @param stepMs 0: a point for each moment that is added */
  constructor(series: number, stepMs: number) {
    this.#stepMs = stepMs;
    this.#series = Array.from({ length: series }, () => new Sums(0));
  }

  /** Index of the point that holds this time; a new one if it is later than all. */
  placeOf(at: number): number {
    const start = this.#stepMs === 0 ? at : Math.floor(at / this.#stepMs) * this.#stepMs;
    if (start > (this.#at.at(-1) ?? -Infinity)) {
      this.#at.push(start);
      for (const sums of this.#series) sums.grow(this.#at.length);
    }
    return this.#at.length - 1;
  }

  /** One value of each series. `weight`: milliseconds that they stand for. */
  add(at: number, values: Float64Array, weight: number): void {
    const place = this.placeOf(at);
    this.#series.forEach((sums, i) => sums.add(place, values[i] ?? NaN, weight));
  }

  /** Buckets of one series. `places`: the index of the point of each bucket; −1: none. */
  addBuckets(series: number, places: Int32Array, buckets: Buckets, weight: number): void {
    this.#series[series]?.addBuckets(places, buckets, weight);
  }

  /** @param gaps times without readings, which must not be bridged by a line */
  finish(metricIds: readonly string[], gaps: readonly AnnotationRow[]): RangeData {
    const breaks = this.#breaks(gaps);
    const insert = (values: ArrayLike<number>): (number | null)[] => {
      const all: (number | null)[] = [];
      for (let i = 0; i < values.length; i++) {
        if (breaks.has(i)) all.push(null);
        const value = values[i] ?? NaN;
        all.push(Number.isNaN(value) ? null : value);
      }
      return all;
    };
    const series = metricIds.map((metricId, i): RangeSeries => {
      const { min, mean, max } = this.#series[i]?.finish() ?? { min: [], mean: [], max: [] };
      return { metricId, min: insert(min), mean: insert(mean), max: insert(max) };
    });
    const at = this.#at.flatMap((time, i) => {
      const broken = breaks.get(i);
      return broken === undefined ? [time] : [broken, time];
    });
    return { at, stepMs: this.#stepMs, series };
  }

  /** Before which points the lines break, and at what time. */
  #breaks(gaps: readonly AnnotationRow[]): ReadonlyMap<number, number> {
    const breaks = new Map<number, number>();
    for (const { at: from, until } of gaps) {
      if (until === null) continue;
      // The first point after the gap, and the one before it.
      const next = this.#at.findIndex((at) => at + this.#stepMs >= until && at > from);
      const [before, after] = [this.#at[next - 1], this.#at[next]];
      if (before === undefined || after === undefined) continue;
      // A gap within one step is bridged by what was read beside it.
      if (after - before > this.#stepMs) breaks.set(next, before + Math.max(1, this.#stepMs));
    }
    return breaks;
  }
}
