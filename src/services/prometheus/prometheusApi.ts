import { parseAddress, shownAddress, SETTING } from '../http/address.ts';
import { httpGet, type HttpOptions } from '../http/httpGet.ts';
import { readAnswer, type PrometheusResult } from './prometheusAnswer.ts';
import type { TimeGrid } from './timeGrid.ts';

export interface PrometheusApiOptions extends Omit<HttpOptions, 'accept' | 'headers'> {
  readonly address: URL;
  /** For Mimir, Loki's kin and Cortex: X-Scope-OrgID. */
  readonly tenant?: string;
}

/**
 * The HTTP API for queries of Prometheus; Thanos, Mimir, VictoriaMetrics and others have the same, often behind a path,
 * which is kept. By GET, which proxies that only let reading through allow.
 * @see https://prometheus.io/docs/prometheus/latest/querying/api/
 */
export class PrometheusApi {
  /** For people. */
  readonly address: string;
  readonly #options: PrometheusApiOptions;
  readonly #base: URL;

  constructor(options: PrometheusApiOptions) {
    this.#options = options;
    this.#base = new URL(options.address);
    this.#base.pathname = this.#base.pathname.replace(/\/*(?:api\/v1(?:\/query(?:_range)?)?)?\/*$/u, '');
    this.address = shownAddress(this.#base).replace(/\/$/u, '');
  }

  /** The value of an expression now, or at `at`. Rejects with a `Problem`. */
  query(promql: string, options: { at?: Date; signal?: AbortSignal } = {}): Promise<PrometheusResult> {
    const time: Record<string, string> = options.at === undefined ? {} : { time: String(options.at.getTime() / 1_000) };
    return this.#get('query', { query: promql, ...time }, options.signal);
  }

  /** The values at the times of the grid; a time without a value is not in the answer. Rejects with a `Problem`. */
  queryRange(promql: string, grid: TimeGrid, signal?: AbortSignal): Promise<PrometheusResult> {
    const { fromSeconds, toSeconds, stepSeconds } = grid;
    const range = { start: String(fromSeconds), end: String(toSeconds), step: String(stepSeconds) };
    return this.#get('query_range', { query: promql, ...range }, signal);
  }

  async #get(
    endpoint: 'query' | 'query_range',
    parameters: Readonly<Record<string, string>>,
    signal?: AbortSignal,
  ): Promise<PrometheusResult> {
    const { timeoutMs, tenant = '' } = this.#options;
    const url = new URL(this.#base);
    url.pathname = `${url.pathname.replace(/\/$/u, '')}/api/v1/${endpoint}`;
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    // So that the server does not go on with what nobody waits for any more.
    url.searchParams.set('timeout', `${Math.ceil(timeoutMs / 1_000)}s`);
    const what = `Cannot query Prometheus at ${this.address}`;
    const headers: Record<string, string> = tenant === '' ? {} : { 'x-scope-orgid': tenant };
    const answer = await httpGet(what, url, { ...this.#options, headers, accept: 'application/json' }, signal);
    return readAnswer(what, answer);
  }
}

/** Throws a `Problem`. */
export const parsePrometheusAddress = (text: string): URL => parseAddress(text, `${SETTING}.prometheusUrl`);
