import { unknown, type Unknown } from '../../common/measured.ts';
import { SETTING } from '../http/address.ts';
import {
  prefixOf,
  REQUEST_METRICS,
  soundsLikeLatency,
  STATUS_LABELS,
  withoutBucket,
  type NameOverrides,
  type RequestMetricsRow,
} from './requestMetrics.ts';

/** What is there under one name. */
export interface NameFacts {
  readonly labels: ReadonlySet<string>;
  /** Sum of all its series; of a histogram's "_bucket" that of the bucket +Inf. */
  readonly total: number;
}
/** By the full name: "…_bucket", "…_total". */
export type Catalog = ReadonlyMap<string, NameFacts>;

/** The metrics that figures are made of. */
export interface ChosenMetrics {
  /** Whose names they are, for people. */
  readonly label: string;
  readonly how: 'table' | 'setting' | 'name';
  /** Without "_bucket". */
  readonly histogram: string;
  /** Milliseconds in one unit of the histogram. */
  readonly unitMs: 1 | 1000;
  readonly requests: string;
  /** undefined: nothing tells the status of answers. */
  readonly byStatus?: { readonly counter: string; readonly label: string };
}

interface Found {
  readonly histogram: string;
  readonly row?: RequestMetricsRow;
  /** What stands before the names of the table: "shop_". */
  readonly prefix: string;
}

/** Finds the latency histogram and its counters among what is there; the reason, if there is none or more than one could be it. */
export function chooseMetrics(catalog: Catalog, overrides: NameOverrides = {}): ChosenMetrics | Unknown {
  const named = withoutBucket(overrides.latencyHistogram ?? '');
  if (named !== '') {
    const found = tableRow(named) ?? { histogram: named, prefix: '' };
    return catalog.has(`${named}_bucket`) ? withCounters(catalog, found, 'setting', overrides) : missing(named);
  }
  const histograms = [...catalog.keys()].filter((name) => name.endsWith('_bucket')).map(withoutBucket);
  const known = REQUEST_METRICS.flatMap((row) => histograms.map((name) => foundAs(name, row)).filter(isFound));
  const inUse = known.find(({ histogram }) => (catalog.get(`${histogram}_bucket`)?.total ?? 0) > 0) ?? known[0];
  if (inUse !== undefined) return withCounters(catalog, inUse, 'table', overrides);
  const similar = histograms.filter(soundsLikeLatency);
  const [only] = similar;
  if (only === undefined) return missing();
  if (similar.length > 1) {
    return unknown(
      `Several histograms could be the latency of requests: ${similar.sort().slice(0, 5).join(', ')}.`,
      `Name the right one in ${SETTING}.latencyHistogram.`,
    );
  }
  return withCounters(catalog, { histogram: only, prefix: '' }, 'name', overrides);
}

function tableRow(histogram: string): Found | undefined {
  return REQUEST_METRICS.map((row) => foundAs(histogram, row)).find(isFound);
}

function foundAs(histogram: string, row: RequestMetricsRow): Found | undefined {
  const prefix = prefixOf(histogram, row);
  return prefix === undefined ? undefined : { histogram, row, prefix };
}

const isFound = (found: Found | undefined): found is Found => found !== undefined;

function missing(named?: string): Unknown {
  return named === undefined
    ? unknown(
        'No histogram of the latency of requests is published there.',
        `Add django-prometheus to the project, or name the histogram in ${SETTING}.latencyHistogram.`,
      )
    : unknown(
        `No histogram ${named} is published there.`,
        `Correct ${SETTING}.latencyHistogram, or empty it to have it found.`,
      );
}

function withCounters(
  catalog: Catalog,
  { histogram, row, prefix }: Found,
  how: ChosenMetrics['how'],
  overrides: NameOverrides,
): ChosenMetrics {
  const there = (names: readonly string[] = []): string | undefined =>
    names.map((name) => prefix + name).find((name) => catalog.has(name));
  const requests = named(overrides.requestsCounter) ?? there(row?.requests) ?? `${histogram}_count`;
  const status = named(overrides.statusCounter) ?? there(row?.byStatus);
  const counters = status === undefined ? [`${histogram}_count`, `${histogram}_bucket`] : [status];
  const labels = new Set(counters.flatMap((name) => [...(catalog.get(name)?.labels ?? [])]));
  const label = named(overrides.statusLabel) ?? STATUS_LABELS.find((name) => labels.has(name));
  return {
    label: row?.label ?? histogram,
    how,
    histogram,
    unitMs: /(?:milliseconds|millis|_ms)(?:_|$)/u.test(histogram) ? 1 : 1000,
    requests,
    ...(label !== undefined && labels.has(label)
      ? { byStatus: { counter: status ?? `${histogram}_count`, label } }
      : {}),
  };
}

function named(setting: string | undefined): string | undefined {
  const name = setting?.trim();
  return name === '' ? undefined : name;
}
