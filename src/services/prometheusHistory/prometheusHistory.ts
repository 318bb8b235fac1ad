import { Problem } from '../../common/problem.ts';
import { FIGURES, type FigureId } from '../applicationMetrics/applicationReading.ts';
import type { PrometheusSource } from '../prometheus/prometheusSource.ts';
import { parseSelector } from '../prometheus/promql.ts';
import { gridTimes, onGrid, timeGrid, type TimeGrid } from '../prometheus/timeGrid.ts';
import { readSeries, type SeriesPoints } from './chartQuery.ts';
import { closestSeconds, expressionOverTime, rowOverTime, type Parts, type Span } from './overTime.ts';
import type { HistoryRow } from './historyRow.ts';
import { selectorsOf, type DatabaseTarget } from './selectors.ts';
import { refuseSeveral, SELECTOR_SETTING } from './severalServers.ts';

export interface PrometheusHistoryOptions {
  readonly source: PrometheusSource;
  readonly target: DatabaseTarget;
  /** Label matchers as `parseSelector` gives them, for what is known of the database. */
  readonly selector: string;
  /** PromQL by the id of a series, in place of the table's. */
  readonly queries: Readonly<Record<string, string>>;
}

/** What is drawn together comes from one place. */
export interface HistoryChart {
  readonly id: string;
  /** Ids of metrics, or "metric/child". */
  readonly series: readonly string[];
}

export interface HistoryRange {
  readonly from: Date;
  readonly to: Date;
  readonly maxPoints: number;
}

export type HistoryOutcome =
  /** `missing`: ids of the series that there is nothing of. */
  | { readonly kind: 'series'; readonly missing: readonly string[]; readonly notes: readonly string[] }
  | { readonly kind: 'nothing'; readonly notes: readonly string[] }
  | { readonly kind: 'failed'; readonly problem: Problem };

export interface HistoryAnswer {
  /** Milliseconds since the epoch; with `stepMs` > 0 the beginning of the time that a point stands for. */
  readonly at: readonly number[];
  /** 0: the points are moments. */
  readonly stepMs: number;
  /** By id, in the unit of the metric, as long as `at`. */
  readonly series: ReadonlyMap<string, SeriesPoints>;
  readonly charts: ReadonlyMap<string, HistoryOutcome>;
}

/**
 * With a selector as it was typed. Throws a `Problem` for one that is none.
 * @param rows the series that can be asked for, beside those of the application
 */
export function openPrometheusHistory(
  options: PrometheusHistoryOptions,
  rows: readonly HistoryRow[],
): PrometheusHistory {
  return new PrometheusHistory({ ...options, selector: parseSelector(options.selector, SELECTOR_SETTING) }, rows);
}

/** Before the id of a figure of the application. */
const APPLICATION = 'application.';

/** The past of our metrics from a server that speaks PromQL. */
export class PrometheusHistory {
  readonly address: string;
  readonly #options: PrometheusHistoryOptions;
  readonly #rows: ReadonlyMap<string, HistoryRow>;

  constructor(options: PrometheusHistoryOptions, rows: readonly HistoryRow[]) {
    this.#options = options;
    this.#rows = new Map(rows.map((row) => [row.series, row]));
    this.address = options.source.address;
  }

  /** Whether there is a way to ask for it; whether the server has it is seen by asking. */
  knows(series: string): boolean {
    return figureOf(series) !== undefined || this.#parts(series, ONE_SECOND) !== undefined;
  }

  /** Each chart for itself: one that fails does not keep others from being drawn. Rejects when it is aborted. */
  async read(charts: readonly HistoryChart[], range: HistoryRange, signal?: AbortSignal): Promise<HistoryAnswer> {
    const { windowSeconds } = this.#options.source;
    const closest = closestSeconds(windowSeconds);
    const grid = timeGrid(range.from, range.to, range.maxPoints, closest);
    const grids = [grid, ...begun(grid, range.to, windowSeconds)];
    const has = (some: (series: string) => boolean): boolean => charts.some(({ series }) => series.some(some));
    const several = has((one) => this.#isOfTable(one)) ? this.#refuseSeveral(range.to, signal) : Promise.resolve();
    const figures = Promise.all(has(isFigure) ? grids.map((one) => this.#figures(one, signal)) : []);
    const found = new Map<string, SeriesPoints>();
    const outcomes = charts.map(async ({ id, series }): Promise<readonly [string, HistoryOutcome]> => {
      try {
        if (series.some((one) => this.#isOfTable(one))) await several;
        const queried = await Promise.all(grids.map((one) => this.#query(series, one, signal)));
        const all = joined(grids, queried, series.some(isFigure) ? await figures : []);
        const known = series.filter((one) => all.series.has(one));
        for (const one of known) found.set(one, all.series.get(one) ?? NO_POINTS);
        const { notes } = all;
        if (known.length === 0) return [id, { kind: 'nothing', notes }];
        return [id, { kind: 'series', missing: series.filter((one) => !known.includes(one)), notes }];
      } catch (error) {
        if (error instanceof Problem && signal?.aborted !== true) return [id, { kind: 'failed', problem: error }];
        throw error;
      }
    });
    // What nobody waits for any more must not be unhandled.
    for (const one of [several, figures]) one.catch(() => undefined);
    const answers = new Map(await Promise.all(outcomes));
    const isMoment = grid.stepSeconds <= closest;
    const at = grids.flatMap((one) => gridTimes(one).map((time) => (isMoment ? time : time - one.stepSeconds * 1_000)));
    return { at, stepMs: isMoment ? 0 : grid.stepSeconds * 1_000, series: found, charts: answers };
  }

  #isOfTable(series: string): boolean {
    return this.#queryOf(series) === undefined && this.#rows.has(series);
  }

  #queryOf(series: string): string | undefined {
    const { queries } = this.#options;
    const text = Object.hasOwn(queries, series) ? queries[series] : undefined;
    return text === undefined || text.trim() === '' ? undefined : text;
  }

  #parts(series: string, span: Span): Parts | undefined {
    const own = this.#queryOf(series);
    if (own !== undefined) return expressionOverTime(own, span);
    const row = this.#rows.get(series);
    const { target, selector } = this.#options;
    return row === undefined ? undefined : rowOverTime(row, selectorsOf(target, selector), span);
  }

  async #query(series: readonly string[], grid: TimeGrid, signal: AbortSignal | undefined): Promise<Found> {
    const { api, windowSeconds } = this.#options.source;
    const asked = series.flatMap((one) => {
      const parts = this.#parts(one, { stepSeconds: grid.stepSeconds, windowSeconds });
      return parts === undefined ? [] : [[one, parts] as const];
    });
    return asked.length === 0 ? NOTHING : readSeries(api, asked, grid, signal);
  }

  #refuseSeveral(at: Date, signal: AbortSignal | undefined): Promise<void> {
    const { source, target, selector } = this.#options;
    return refuseSeveral(source.api, target, selectorsOf(target, selector), at, signal);
  }

  async #figures(grid: TimeGrid, signal: AbortSignal | undefined): Promise<Found> {
    const times = gridTimes(grid);
    // So that the source makes just this grid of it.
    const range = {
      from: new Date(grid.fromSeconds * 1_000),
      to: new Date(grid.toSeconds * 1_000),
      maxPoints: times.length,
    };
    const { times: their, values, notes } = await this.#options.source.series(range, signal);
    const points = their.map((time) => time / 1_000);
    const series = FIGURES.flatMap(({ id }): [string, SeriesPoints][] => {
      const pairs = values[id].flatMap((value, i) => (value === null ? [] : [[points[i] ?? NaN, value] as const]));
      // Each value is over all of the step, so there are no other extremes.
      const mean = onGrid(grid, pairs);
      return pairs.length === 0 ? [] : [[APPLICATION + id, { min: mean, mean, max: mean }]];
    });
    return { series: new Map(series), notes };
  }
}

interface Found {
  readonly series: ReadonlyMap<string, SeriesPoints>;
  readonly notes: readonly string[];
}

const NOTHING: Found = { series: new Map(), notes: [] };
const NO_POINTS: SeriesPoints = { min: [], mean: [], max: [] };
const ONE_SECOND: Span = { stepSeconds: 1, windowSeconds: 1 };

function figureOf(series: string): FigureId | undefined {
  return FIGURES.find(({ id }) => series === APPLICATION + id)?.id;
}

function isFigure(series: string): boolean {
  return figureOf(series) !== undefined;
}

/** The step that has begun and is not over, as a grid of one point: of a long one the end would be missed for long. */
function begun({ toSeconds, stepSeconds }: TimeGrid, to: Date, windowSeconds: number): readonly TimeGrid[] {
  const end = Math.floor(to.getTime() / 1_000);
  const length = end - toSeconds;
  if (stepSeconds <= windowSeconds || length < closestSeconds(windowSeconds)) return [];
  return [{ fromSeconds: end, toSeconds: end, stepSeconds: length }];
}

/** What was found on each grid, one behind the other; null where a series is not on all of them. */
function joined(grids: readonly TimeGrid[], ...founds: readonly (readonly Found[])[]): Found {
  const series = new Map<string, SeriesPoints>();
  for (const found of founds) {
    for (const id of new Set(found.flatMap((one) => [...one.series.keys()]))) {
      const part = (name: keyof SeriesPoints): (number | null)[] =>
        grids.flatMap((grid, i) => found[i]?.series.get(id)?.[name] ?? onGrid(grid, []));
      series.set(id, { min: part('min'), mean: part('mean'), max: part('max') });
    }
  }
  return { series, notes: [...new Set(founds.flat().flatMap(({ notes }) => notes))] };
}
