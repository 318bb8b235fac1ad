import { unknown, type Unknown } from '../../common/measured.ts';
import { chooseMetrics, type ChosenMetrics } from '../applicationMetrics/chooseMetrics.ts';
import type { NameOverrides } from '../applicationMetrics/requestMetrics.ts';
import type { PrometheusSeries } from './prometheusAnswer.ts';
import type { PrometheusApi } from './prometheusApi.ts';
import { catalogExpression } from './promql.ts';

export interface FoundMetrics {
  readonly metrics: ChosenMetrics;
  /** The jobs whose histogram it is. */
  readonly jobs: readonly string[];
}

/** How long what was found is taken as still true: an update may rename metrics. */
const FOUND_MS = 600_000;
/** The same while no status was seen yet, and how often the past is looked through. */
const SOON_MS = 60_000;
/** First by the table, then by what names sound like. */
const PRESENT = [{}, { similar: true }] as const;
/** The application may be down: in the past day. */
const PAST = { lookBack: '1d' } as const;

/** Finds under which names a Prometheus has the requests of the application, and remembers it for a while. */
export class MetricFinder {
  readonly #api: PrometheusApi;
  readonly #selector: string;
  readonly #names: NameOverrides;
  #found: (FoundMetrics & { readonly untilMs: number }) | undefined;
  #pastAgainMs = 0;

  constructor(api: PrometheusApi, selector: string, names: NameOverrides = {}) {
    this.#api = api;
    this.#selector = selector;
    this.#names = names;
  }

  /** There was nothing under the names: they may be others now. */
  forget(): void {
    this.#found = undefined;
  }

  /** The names at the time `at`, by default now. Rejects with a `Problem` when Prometheus can't be asked. */
  async find(signal?: AbortSignal, at?: Date): Promise<FoundMetrics | Unknown> {
    const now = performance.now();
    if (this.#found !== undefined && now < this.#found.untilMs) return this.#found;
    const options = { ...(signal && { signal }), ...(at && { at }) };
    const lookPast = now >= this.#pastAgainMs;
    let missing = unknown('Nothing was looked for.');
    for (const where of lookPast ? [...PRESENT, PAST] : PRESENT) {
      const { series } = await this.#api.query(catalogExpression(this.#selector, this.#names, where), options);
      const catalog = catalogOf(series);
      const metrics = chooseMetrics(catalog, this.#names);
      if (where === PAST) this.#pastAgainMs = now + SOON_MS;
      if ('histogram' in metrics) {
        const jobs = [...(catalog.get(`${metrics.histogram}_bucket`)?.jobs ?? [])].sort();
        this.#found = { metrics, jobs, untilMs: now + (metrics.byStatus === undefined ? SOON_MS : FOUND_MS) };
        return this.#found;
      }
      missing = metrics;
    }
    const among = this.#selector === '' ? '' : `, among ${this.#selector}`;
    const why = `${missing.reason} Prometheus was asked for what it has read in the last day${among}.`;
    return unknown(why, missing.next);
  }
}

interface Facts {
  readonly labels: Set<string>;
  readonly jobs: Set<string>;
  total: number;
}

/** What a server has under which name, with the jobs that publish it. */
function catalogOf(series: readonly PrometheusSeries[]): Map<string, Facts> {
  const catalog = new Map<string, Facts>();
  for (const { labels, points } of series) {
    const { __name__: name = '', job = '', ...others } = labels;
    let facts = catalog.get(name);
    if (facts === undefined) catalog.set(name, (facts = { labels: new Set(), jobs: new Set(), total: 0 }));
    for (const label of Object.keys(others)) facts.labels.add(label);
    facts.jobs.add(job);
    facts.total += points.at(-1)?.[1] ?? 0;
  }
  return catalog;
}
