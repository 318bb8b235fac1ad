import { setImmediate } from 'node:timers/promises';
import type { HistorySource } from '../history/historySource.ts';
import { floorTo, RETENTION, type Level } from '../history/levels/retention.ts';
import { coveredShare, segmentSeconds, weightedMedian } from './compareMedian.ts';

/** What the figures need of the history. */
export type FigureSource = Pick<HistorySource, 'readRange' | 'extent' | 'levelAt'>;

/** One series over a range, in the unit of its metric; null: nothing is known of it. */
export interface SeriesFigures {
  readonly metricId: string;
  /** How many readings, or means of thinned ones, are known. */
  readonly readings: number;
  readonly first: number | null;
  readonly last: number | null;
  /** Of the readings themselves, also where they are thinned. */
  readonly min: number | null;
  readonly max: number | null;
  /**
   * The weighted median of the readings; where the history is thinned, of the means that are left of them. Each weighs the
   * seconds that it stands for, so that an hour that was read twice as often does not count twice.
   */
  readonly median: number | null;
}

export interface RangeFigures {
  readonly from: Date;
  readonly to: Date;
  /** Of the series that has most. */
  readonly readings: number;
  /** 0 to 1: the rest are gaps, or lies before the first or after the last reading. */
  readonly covered: number;
  /** How fine the history of the range is, the finest first; empty without readings. */
  readonly levels: readonly Level['name'][];
  /** In the order in which they were asked for. */
  readonly series: readonly SeriesFigures[];
}

export interface RangeOf {
  readonly from: Date;
  /** Not included. */
  readonly to: Date;
}

/** So much of what was not thinned is read at a time; of a reading a second, 3,600. */
const READINGS_MS = 3_600_000;

/**
 * The figures of a range from the finest that is stored. Reads piece by piece and rests after each, so that a year does not
 * hold up the extension host. Rejects with the signal's reason when it is aborted.
 */
export async function rangeFigures(
  source: FigureSource,
  metricIds: readonly string[],
  range: RangeOf,
  signal?: AbortSignal,
): Promise<RangeFigures> {
  const gathered = new Gathered(metricIds);
  for await (const piece of pieces(source, range)) {
    signal?.throwIfAborted();
    const { at, series } = source.readRange({ metricIds, ...piece, maxPoints: Infinity });
    for (let i = 0; i < at.length; i++) gathered.add(at[i] ?? 0, piece.level, series, i);
  }
  return gathered.finish(range, signal);
}

/** Pieces of one level each: spans of the levels meet without a seam. */
async function* pieces(source: FigureSource, { from, to }: RangeOf): AsyncGenerator<RangeOf & { level: Level }> {
  const extent = source.extent();
  if (extent === undefined) return;
  // What was thinned begins before its first reading.
  const coarsest = Math.max(...RETENTION.map(({ stepMs }) => stepMs));
  const end = Math.min(to.getTime(), extent.to.getTime() + 1);
  for (let start = Math.max(from.getTime(), floorTo(extent.from.getTime(), coarsest)); start < end;) {
    const level = source.levelAt(new Date(start));
    const span = level.stepMs === 0 ? READINGS_MS : level.chunkMs;
    const until = Math.min(floorTo(start, span) + span, end);
    yield { from: new Date(start), to: new Date(until), level };
    start = until;
    await setImmediate();
  }
}

type Series = ReturnType<FigureSource['readRange']>['series'];

class Gathered {
  readonly #at: number[] = [];
  readonly #spans: number[] = [];
  readonly #levels = new Set<Level>();
  readonly #columns: readonly Column[];

  constructor(metricIds: readonly string[]) {
    this.#columns = metricIds.map((id) => new Column(id));
  }

  add(at: number, level: Level, series: Series, i: number): void {
    // A point of which nothing is known is the mark of a gap.
    if (at <= (this.#at.at(-1) ?? -Infinity) || series.every(({ mean }) => (mean[i] ?? null) === null)) return;
    this.#at.push(at);
    this.#spans.push(level.stepMs);
    this.#levels.add(level);
    this.#columns.forEach((column, k) => {
      const one = series[k];
      column.add(one?.min[i] ?? null, one?.mean[i] ?? null, one?.max[i] ?? null);
    });
  }

  async finish({ from, to }: RangeOf, signal?: AbortSignal): Promise<RangeFigures> {
    const seconds = segmentSeconds(this.#at, this.#spans);
    const series: SeriesFigures[] = [];
    for (const column of this.#columns) {
      await setImmediate();
      signal?.throwIfAborted();
      series.push(column.finish(seconds));
    }
    return {
      from,
      to,
      readings: Math.max(0, ...series.map(({ readings }) => readings)),
      covered: coveredShare(this.#at, this.#spans, seconds, from.getTime(), to.getTime()),
      levels: RETENTION.filter((level) => this.#levels.has(level)).map(({ name }) => name),
      series,
    };
  }
}

class Column {
  readonly #metricId: string;
  /** NaN: unknown. */
  readonly #means: number[] = [];
  #min = Infinity;
  #max = -Infinity;

  constructor(metricId: string) {
    this.#metricId = metricId;
  }

  add(min: number | null, mean: number | null, max: number | null): void {
    this.#means.push(mean ?? NaN);
    if (mean === null) return;
    this.#min = Math.min(this.#min, min ?? mean);
    this.#max = Math.max(this.#max, max ?? mean);
  }

  finish(seconds: Float64Array): SeriesFigures {
    const known = (_: number, i: number): boolean => !Number.isNaN(this.#means[i] ?? NaN);
    const values = Float64Array.from(this.#means.filter(known));
    const median = weightedMedian(values, seconds.filter(known));
    const none = median === undefined;
    return {
      metricId: this.#metricId,
      readings: values.length,
      first: values.at(0) ?? null,
      last: values.at(-1) ?? null,
      min: none ? null : this.#min,
      max: none ? null : this.#max,
      median: median ?? null,
    };
  }
}
