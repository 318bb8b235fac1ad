import type { History } from './history.ts';
import { METRICS } from './metrics.ts';
import type { Snapshot } from './snapshot.ts';
import type { Annotation } from './store/annotations.ts';
import type { Extent } from './store/extent.ts';
import type { RangeData, RangeQuery, RangeSeries } from './store/readRange.ts';
import { valuesOf } from './store/values.ts';

/** Where charts get their curves from: the store that lasts, or what is in memory. */
export interface HistorySource {
  readRange(query: RangeQuery): RangeData;
  /** Those that lie in the range or reach into it, oldest first. */
  annotations(from: Date, to: Date): readonly Annotation[];
  /** First and last time of which there is anything; undefined: nothing yet. */
  extent(): Extent | undefined;
}

/** So many missed readings are a gap: the same as the store takes for one. */
const GAP_INTERVALS = 3;
/** `History` keeps one reading a minute of what is older than a quarter of an hour, so that neighbours are up to two minutes apart. */
const THINNED_MS = 120_000;

/** The readings of this window since it was opened, as far as `History` keeps them. */
export class MemorySource implements HistorySource {
  readonly #history: () => History | undefined;
  readonly #annotations: () => readonly Annotation[];
  /** A snapshot never changes, so what is read from it is kept as long as it is. */
  readonly #values = new WeakMap<Snapshot, ReadonlyMap<string, number>>();

  /** @param annotations all that is known to have happened, in any order */
  constructor(history: () => History | undefined, annotations: () => readonly Annotation[] = () => []) {
    this.#history = history;
    this.#annotations = annotations;
  }

  readRange({ metricIds, from, to, maxPoints }: RangeQuery): RangeData {
    const snapshots = (this.#history()?.all() ?? []).filter(({ at }) => at >= from && at < to);
    const span = to.getTime() - from.getTime();
    const stepMs = snapshots.length <= maxPoints ? 0 : Math.ceil(span / Math.max(1, maxPoints));
    const at: number[] = [];
    const sums = metricIds.map(() => new Column());
    let before: Snapshot | undefined;
    for (const snapshot of snapshots) {
      const time = snapshot.at.getTime();
      const start = stepMs === 0 ? time : Math.floor(time / stepMs) * stepMs;
      if (start !== at.at(-1)) {
        if (before !== undefined && isGap(before, snapshot, stepMs)) {
          at.push(before.at.getTime() + Math.max(1, stepMs));
          for (const column of sums) column.next();
        }
        at.push(start);
        for (const column of sums) column.next();
      }
      const values = this.#valuesOf(snapshot);
      metricIds.forEach((id, i) => sums[i]?.add(values.get(id) ?? NaN));
      before = snapshot;
    }
    return {
      at,
      stepMs,
      series: metricIds.map((metricId, i) => ({ metricId, ...(sums[i] ?? new Column()).finish() })),
    };
  }

  annotations(from: Date, to: Date): readonly Annotation[] {
    return this.#annotations()
      .filter(({ at, until }) => at < to && (until ?? at) >= from)
      .sort((a, b) => a.at.getTime() - b.at.getTime());
  }

  extent(): Extent | undefined {
    const all = this.#history()?.all() ?? [];
    const [first, last] = [all[0], all.at(-1)];
    return first === undefined || last === undefined ? undefined : { from: first.at, to: last.at };
  }

  #valuesOf(snapshot: Snapshot): ReadonlyMap<string, number> {
    const made = this.#values.get(snapshot) ?? valuesOf(snapshot, METRICS);
    this.#values.set(snapshot, made);
    return made;
  }
}

function isGap(before: Snapshot, next: Snapshot, stepMs: number): boolean {
  const apart = next.at.getTime() - before.at.getTime();
  const interval = Math.max(before.monitor.intervalSeconds, next.monitor.intervalSeconds) * 1000;
  return apart > Math.max(GAP_INTERVALS * interval, THINNED_MS + interval, 2 * stepMs);
}

/** Smallest, mean and greatest of what falls into each point; null: nothing known. */
class Column {
  readonly #min: number[] = [];
  readonly #max: number[] = [];
  readonly #sum: number[] = [];
  readonly #count: number[] = [];

  next(): void {
    this.#min.push(Infinity);
    this.#max.push(-Infinity);
    this.#sum.push(0);
    this.#count.push(0);
  }

  add(value: number): void {
    if (Number.isNaN(value)) return;
    const i = this.#count.length - 1;
    this.#min[i] = Math.min(this.#min[i] ?? Infinity, value);
    this.#max[i] = Math.max(this.#max[i] ?? -Infinity, value);
    this.#sum[i] = (this.#sum[i] ?? 0) + value;
    this.#count[i] = (this.#count[i] ?? 0) + 1;
  }

  finish(): Omit<RangeSeries, 'metricId'> {
    const known = (values: readonly number[]): (number | null)[] =>
      values.map((value, i) => ((this.#count[i] ?? 0) === 0 ? null : value));
    const mean = this.#sum.map((sum, i) => sum / (this.#count[i] ?? 1));
    return { min: known(this.#min), mean: known(mean), max: known(this.#max) };
  }
}
