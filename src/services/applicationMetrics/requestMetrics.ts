/** Under which names the common exporters publish how requests were answered: one table for /metrics and for PromQL. */

export interface RequestMetricsRow {
  readonly label: string;
  /** Name of the latency histogram without "_bucket". */
  readonly histogram: string;
  /** Whether something may stand before all of its names: PROMETHEUS_METRIC_NAMESPACE of django-prometheus. */
  readonly prefixed?: true;
  /** Names of the counter of requests, the best first; without any the histogram's own "_count". */
  readonly requests?: readonly string[];
  /** Names of the counter of answers by status; without any the histogram's "_count", if it has a status label. */
  readonly byStatus?: readonly string[];
}

/** Clients before 0.4 of prometheus_client wrote counters without "_total". */
const DJANGO_BY_STATUS = ['django_http_responses_total_by_status_total', 'django_http_responses_total_by_status'];

/**
 * In the order in which they are looked for. A histogram that nothing was observed in yet counts less than one with
 * observations: django-prometheus publishes the first even if only PrometheusAfterMiddleware is in use.
 */
export const REQUEST_METRICS: readonly RequestMetricsRow[] = [
  {
    label: 'django-prometheus',
    histogram: 'django_http_requests_latency_including_middlewares_seconds',
    prefixed: true,
    requests: ['django_http_requests_before_middlewares_total'],
    byStatus: DJANGO_BY_STATUS,
  },
  {
    label: 'django-prometheus, by view',
    histogram: 'django_http_requests_latency_seconds_by_view_method',
    prefixed: true,
    requests: ['django_http_requests_total_by_method_total', 'django_http_requests_total_by_method'],
    byStatus: DJANGO_BY_STATUS,
  },
  { label: 'OpenTelemetry', histogram: 'http_server_request_duration_seconds' },
  { label: 'OpenTelemetry before 1.23', histogram: 'http_server_duration_milliseconds' },
  {
    label: 'http_request_duration_seconds',
    histogram: 'http_request_duration_seconds',
    byStatus: ['http_requests_total'],
  },
  { label: 'Micrometer', histogram: 'http_server_requests_seconds' },
  { label: 'ingress-nginx', histogram: 'nginx_ingress_controller_request_duration_seconds' },
  { label: 'Traefik', histogram: 'traefik_service_request_duration_seconds' },
  { label: 'Caddy', histogram: 'caddy_http_request_duration_seconds' },
  { label: 'Istio', histogram: 'istio_request_duration_milliseconds' },
];

/** Labels that hold the status of an answer, in the order in which they are looked for. */
export const STATUS_LABELS = [
  'status',
  'status_code',
  'code',
  'http_response_status_code',
  'http_status_code',
  'response_code',
] as const;

/** A histogram that no row knows, by what its name sounds like. Written for RE2 as well, which PromQL has. */
export const SHAPE =
  '(?:.*_)?(?:http|request|requests|response|responses)_.*(?:duration|latency|seconds|milliseconds|time)(?:_.*)?';

/** Names that settings put in place of those of the table; empty or undefined: found by itself. */
export interface NameOverrides {
  /** Of the latency histogram, with or without "_bucket". */
  readonly latencyHistogram?: string;
  readonly requestsCounter?: string;
  /** Counter of answers with a status label. */
  readonly statusCounter?: string;
  readonly statusLabel?: string;
}

/** Names of all counters of the table. */
export const COUNTER_NAMES: readonly string[] = [
  ...new Set(REQUEST_METRICS.flatMap(({ requests = [], byStatus = [] }) => [...requests, ...byStatus])),
];

export function withoutBucket(name: string): string {
  return name.trim().replace(/_bucket$/u, '');
}

/** What monitoring itself publishes: never the application. */
const NOT_THE_APPLICATION =
  /^(?:prometheus|promhttp|alertmanager|grafana|thanos|cortex|loki|vm|apiserver|kubelet|etcd|coredns)_/u;
const shape = new RegExp(`^${SHAPE}$`, 'u');

export function soundsLikeLatency(histogram: string): boolean {
  return shape.test(histogram) && !NOT_THE_APPLICATION.test(histogram);
}

/** What stands before the table's name in this one, "" or "shop_"; undefined: it is another name. */
export function prefixOf(histogram: string, row: RequestMetricsRow): string | undefined {
  if (histogram === row.histogram) return '';
  const prefix = histogram.slice(0, -row.histogram.length);
  return row.prefixed === true && histogram === prefix + row.histogram && prefix.endsWith('_') ? prefix : undefined;
}

/** Whether samples of this name can be of use; for `ParseOptions.keep`. */
export function mayBeNeeded(name: string, overrides: NameOverrides): boolean {
  if (name === 'process_start_time_seconds') return true;
  const { latencyHistogram = '', requestsCounter = '', statusCounter = '' } = overrides;
  if (name === requestsCounter || name === statusCounter) return true;
  const histogram = /^(.+)_(?:bucket|count)$/u.exec(name)?.[1];
  if (histogram !== undefined) {
    if (latencyHistogram !== '') return histogram === withoutBucket(latencyHistogram);
    return soundsLikeLatency(histogram) || REQUEST_METRICS.some((row) => prefixOf(histogram, row) !== undefined);
  }
  return COUNTER_NAMES.some((counter) => name.endsWith(counter));
}
