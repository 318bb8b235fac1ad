import type { DashboardSeries } from '../protocol/chartGuards.ts';
import type { ToDashboard } from '../protocol/protocol.ts';

type Data = Extract<ToDashboard, { type: 'data' }>;
/** What of it is kept. */
type Curves = Partial<Data> & Pick<Data, 'at' | 'stepMs' | 'series' | 'annotations' | 'extent'>;
type Points = (number | null)[];

/** The curves that are shown: what the host has sent of a range, and what was read since. */
export class RangeStore {
  at: number[] = [];
  /** Milliseconds that a point stands for; 0: it is a reading. */
  stepMs = 0;
  annotations: Data['annotations'] = [];
  extent: Data['extent'] = null;
  /** Of the last reading: after a pause the next one may come at another pace. */
  #everyMs = SLOWEST_MS;
  #series = new Map<string, { min: Points; mean: Points; max: Points }>();

  replace({ at, stepMs, series, annotations, extent }: Curves): void {
    this.at = [...at];
    this.stepMs = stepMs;
    this.annotations = annotations;
    this.extent = extent;
    this.#everyMs = SLOWEST_MS;
    this.#series = new Map(
      series.map(({ metricId, min, mean, max }) => [metricId, { min: [...min], mean: [...mean], max: [...max] }]),
    );
  }

  /** Null for all points where there is no such series. */
  series(id: string): Omit<DashboardSeries, 'metricId'> {
    const found = this.#series.get(id);
    if (found !== undefined) return found;
    const nothing = this.at.map(() => null);
    return { min: nothing, mean: nothing, max: nothing };
  }

  /**
   * Adds a reading behind all others, or in the place of the last where it is of the same moment; a break before it when
   * readings are missing. Forgets what lies before `from`. False: the points stand for longer times, ask the host again.
   */
  append(at: number, values: ReadonlyMap<string, number | null>, everyMs: number, from: number): boolean {
    if (this.stepMs > 0) return false;
    const last = this.at.at(-1);
    if (last !== undefined && at < last) return true;
    if (last === at) this.#drop(this.at.length - 1);
    else if (last !== undefined && at - last > GAP_INTERVALS * Math.max(everyMs, this.#everyMs))
      this.#push(last + 1, new Map());
    this.#everyMs = everyMs;
    this.#push(at, values);
    while ((this.at[1] ?? Infinity) < from) this.#drop(0);
    this.extent = { from: this.extent?.from ?? at, to: at };
    return true;
  }

  #push(at: number, values: ReadonlyMap<string, number | null>): void {
    const length = this.at.push(at);
    for (const id of values.keys()) {
      if (!this.#series.has(id)) {
        const nothing = (): Points => new Array<null>(length - 1).fill(null);
        this.#series.set(id, { min: nothing(), mean: nothing(), max: nothing() });
      }
    }
    for (const [id, points] of this.#series) {
      const value = values.get(id) ?? null;
      points.min.push(value);
      points.mean.push(value);
      points.max.push(value);
    }
  }

  #drop(i: number): void {
    this.at.splice(i, 1);
    for (const { min, mean, max } of this.#series.values()) for (const points of [min, mean, max]) points.splice(i, 1);
  }
}

/** So many missed readings are a gap, for the host's history too. */
const GAP_INTERVALS = 3;
/** The pace of readings while nothing is looked at, by default. */
const SLOWEST_MS = 60_000;
