import type { Catalog, ChosenMetrics } from './chooseMetrics.ts';
import type { Exposition } from './expositionText.ts';

/** What one series adds to: a bucket, the requests, or the answers. */
export interface Counted {
  readonly part: 'bucket' | 'requests' | 'answers' | 'errors';
  /** Of a bucket: its upper bound in the histogram's own unit. */
  readonly le?: number;
  readonly value: number;
}

/** The counters of one reading of /metrics. */
export interface Scrape {
  readonly at: Date;
  /** In milliseconds of a clock that is never set. */
  readonly atMs: number;
  /** The server's clock in milliseconds since the epoch; ours where it told none. */
  readonly serverMs: number;
  /** process_start_time_seconds as milliseconds since the epoch; undefined with several workers and a common folder. */
  readonly processStartMs?: number;
  readonly metrics: ChosenMetrics;
  readonly counters: ReadonlyMap<string, Counted>;
  /** Whether nothing was left out: then a series that is not there does not exist. */
  readonly whole: boolean;
}

/** What is published under which name; `total` of "_bucket" counts the bucket +Inf only. */
export function catalogOf(exposition: Exposition): Catalog {
  const catalog = new Map<string, { labels: Set<string>; total: number }>();
  for (const { name, labels, value } of exposition.samples) {
    let facts = catalog.get(name);
    if (facts === undefined) catalog.set(name, (facts = { labels: new Set(), total: 0 }));
    for (const label of Object.keys(labels)) facts.labels.add(label);
    const adds = !name.endsWith('_bucket') || boundOf(labels['le']) === Infinity;
    if (adds && value > 0) facts.total += value;
  }
  return catalog;
}

/** Takes the chosen counters out of what was read; `unusable` are series whose value no counter can have. */
export function countersOf(
  exposition: Exposition,
  metrics: ChosenMetrics,
): { counters: Map<string, Counted>; unusable: number } {
  const counters = new Map<string, Counted>();
  let unusable = 0;
  const add = (key: string, counted: Counted): void => {
    if (Number.isFinite(counted.value) && counted.value >= 0 && !Number.isNaN(counted.le)) counters.set(key, counted);
    else unusable++;
  };
  const bucket = `${metrics.histogram}_bucket`;
  const { byStatus } = metrics;
  for (const { name, labels, value, series } of exposition.samples) {
    if (name === bucket) add(`b${series}`, { part: 'bucket', le: boundOf(labels['le']), value });
    if (name === metrics.requests) add(`r${series}`, { part: 'requests', value });
    if (name === byStatus?.counter) {
      const part = isServerError(labels[byStatus.label]) ? 'errors' : 'answers';
      add(`s${series}`, { part, value });
    }
  }
  return { counters, unusable };
}

/** "500", and "5xx" as some exporters write it. */
export function isServerError(status: string | undefined): boolean {
  return status !== undefined && SERVER_ERROR.test(status);
}
/** The same for PromQL, whose patterns always match the whole. */
export const SERVER_ERROR_PATTERN = '5..';
const SERVER_ERROR = new RegExp(`^${SERVER_ERROR_PATTERN}$`, 'u');

function boundOf(le: string | undefined): number {
  if (le === undefined || le === '') return Number.NaN;
  return /^\+?inf$/iu.test(le) ? Infinity : Number(le);
}
