import { formatDuration } from '../../common/format.ts';
import { unknown, type Measured } from '../../common/measured.ts';
import {
  eachFigure,
  FIGURES,
  type ApplicationReading,
  type ApplicationSource,
  type FigureId,
} from '../applicationMetrics/applicationReading.ts';
import type { ChosenMetrics } from '../applicationMetrics/chooseMetrics.ts';
import type { NameOverrides } from '../applicationMetrics/requestMetrics.ts';
import { SETTING } from '../http/address.ts';
import { MetricFinder, type FoundMetrics } from './metricFinder.ts';
import type { PrometheusResult, PrometheusSeries } from './prometheusAnswer.ts';
import { PrometheusApi, type PrometheusApiOptions } from './prometheusApi.ts';
import { allFigures, FIGURE_LABEL } from './promql.ts';
import { gridTimes, onGrid, timeGrid } from './timeGrid.ts';

export interface PrometheusSourceOptions extends PrometheusApiOptions {
  /** Label matchers, as `parseSelector` gives them. */
  readonly selector: string;
  /** Seconds that rates and quantiles are over: four times the scrape interval of the server or more. */
  readonly windowSeconds: number;
  readonly names?: NameOverrides;
}

export interface ApplicationSeries {
  /** Milliseconds since the epoch, evenly spaced. */
  readonly times: readonly number[];
  readonly stepSeconds: number;
  /** Each value is over so many seconds before its time; at least the step, so that nothing falls between. */
  readonly windowSeconds: number;
  /** As long as `times`; null: no data, a gap. Units as in FIGURES. */
  readonly values: Readonly<Record<FigureId, readonly (number | null)[]>>;
  readonly notes: readonly string[];
  readonly tookMs: number;
}

export interface SeriesRange {
  readonly from: Date;
  readonly to: Date;
  readonly maxPoints: number;
}

/** The figures from a server that speaks PromQL. */
export class PrometheusSource implements ApplicationSource {
  /** For other queries of the same server. */
  readonly api: PrometheusApi;
  readonly address: string;
  /** Seconds that rates and quantiles are over. */
  readonly windowSeconds: number;
  readonly #options: PrometheusSourceOptions;
  readonly #finder: MetricFinder;

  constructor(options: PrometheusSourceOptions) {
    this.#options = options;
    this.windowSeconds = options.windowSeconds;
    this.api = new PrometheusApi(options);
    this.address = this.api.address;
    this.#finder = new MetricFinder(this.api, options.selector, options.names);
  }

  async read(signal?: AbortSignal): Promise<ApplicationReading> {
    const began = performance.now();
    const base = { from: 'prometheus', address: this.address } as const;
    const found = await this.#finder.find(signal);
    if ('how' in found) {
      const tookMs = performance.now() - began;
      return { ...base, at: new Date(), figures: eachFigure(() => found), notes: [], tookMs };
    }
    const { selector, windowSeconds } = this.#options;
    const result = await this.api.query(allFigures(found.metrics, selector, windowSeconds), signal ? { signal } : {});
    if (result.series.length === 0) this.#finder.forget();
    return {
      ...base,
      at: new Date(),
      figures: eachFigure(({ id }) => measured(id, result, found.metrics, windowSeconds)),
      windowSeconds,
      metrics: found.metrics,
      notes: notesOf(result, found),
      tookMs: performance.now() - began,
    };
  }

  /** The figures over time. Rejects with a `Problem`; all gaps where there is no data. */
  async series({ from, to, maxPoints }: SeriesRange, signal?: AbortSignal): Promise<ApplicationSeries> {
    const began = performance.now();
    const grid = timeGrid(from, to, maxPoints);
    const { stepSeconds } = grid;
    const windowSeconds = Math.max(this.#options.windowSeconds, stepSeconds);
    const base = { times: gridTimes(grid), stepSeconds, windowSeconds };
    const found = await this.#finder.find(signal, to);
    if ('how' in found) {
      const notes = [found.next === undefined ? found.reason : `${found.reason} ${found.next}`];
      return { ...base, values: eachFigure(() => onGrid(grid, [])), notes, tookMs: performance.now() - began };
    }
    const expression = allFigures(found.metrics, this.#options.selector, windowSeconds);
    const result = await this.api.queryRange(expression, grid, signal);
    const values = eachFigure(({ id }) => onGrid(grid, pointsOf(result, id)));
    return { ...base, values, notes: notesOf(result, found), tookMs: performance.now() - began };
  }
}

function pointsOf(result: PrometheusResult, id: FigureId): PrometheusSeries['points'] {
  return result.series.find(({ labels }) => labels[FIGURE_LABEL] === id)?.points ?? [];
}

function measured(id: FigureId, result: PrometheusResult, metrics: ChosenMetrics, windowSeconds: number): Measured {
  const over = formatDuration(windowSeconds);
  const figure = FIGURES.find((one) => one.id === id);
  const [point] = pointsOf(result, id);
  if (point === undefined || !Number.isFinite(point[1])) {
    const byStatus = id === 'errors' || id === 'errorShare';
    if (byStatus && metrics.byStatus === undefined) {
      return unknown(
        'Nothing published there tells the status of answers.',
        `Publish a counter of answers with a label "status", or name it in ${SETTING}.statusCounter.`,
      );
    }
    // With requests being counted, a missing quantile means that there was none in the window.
    const counted = pointsOf(result, 'requests').length > 0;
    return counted
      ? unknown(`No request was answered in the last ${over}.`)
      : unknown(
          `Prometheus has no two readings of it from the last ${over}.`,
          `See on its page Targets whether it reaches the application; if its scrape interval is long, raise ${SETTING}.prometheusWindowSeconds.`,
        );
  }
  const how = figure?.phi === undefined ? 'rate() extrapolates to it' : 'histogram_quantile() interpolates';
  const part = result.partial ? '; the server says that a part of the data is missing' : '';
  return {
    how: 'estimated',
    value: point[1],
    at: new Date(point[0] * 1_000),
    note: `Over the last ${over} of what Prometheus has read: ${how}${part}`,
  };
}

function notesOf(result: PrometheusResult, { jobs, metrics }: FoundMetrics): string[] {
  return [
    ...(jobs.length > 1
      ? [`The jobs ${jobs.join(', ')} are added up; choose with ${SETTING}.prometheusSelector.`]
      : []),
    ...(metrics.how === 'name' ? [`${metrics.histogram} was taken for the latency of requests by its name.`] : []),
    ...result.warnings.map((warning) => `The server warns: ${warning}`),
    ...(result.partial && result.warnings.length === 0 ? ['The server says that a part of the data is missing.'] : []),
  ];
}
