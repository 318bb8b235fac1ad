import { Problem } from '../../common/problem.ts';
import { SETTING, shownAddress } from '../http/address.ts';
import type { HttpAnswer } from '../http/httpGet.ts';

/** One series of an answer. */
export interface PrometheusSeries {
  readonly labels: Readonly<Record<string, string>>;
  /** Unix time in seconds, and the value; NaN and ±Infinity are values. */
  readonly points: readonly (readonly [seconds: number, value: number])[];
}

export interface PrometheusResult {
  readonly series: readonly PrometheusSeries[];
  /** What the server warns of: parts of the data that it could not reach. Sentences of its own. */
  readonly warnings: readonly string[];
  /** Whether data may be missing: the server warned, or said so (VictoriaMetrics). */
  readonly partial: boolean;
  readonly tookMs: number;
}

/** The server's errorType, or the HTTP status where it names none; the first row that fits wins. */
const ERRORS: readonly { when: readonly (string | number)[]; code: string; next: string; transient: boolean }[] = [
  {
    when: ['timeout', 'canceled', 504],
    code: 'query-timeout',
    next: 'Choose a shorter range, or narrow it down with the selector; it is tried again by itself.',
    transient: true,
  },
  {
    when: ['bad_data', 400],
    code: 'query-refused',
    next: `Check ${SETTING}.prometheusSelector and the names in the settings.`,
    transient: false,
  },
  {
    when: ['execution', 422],
    code: 'query-failed',
    next: 'Choose a shorter range, or narrow it down with the selector.',
    transient: false,
  },
  {
    when: ['too_many_requests', 429],
    code: 'too-many-requests',
    next: 'It is tried again by itself, later.',
    transient: true,
  },
  {
    when: ['unavailable', 'internal', 500, 502, 503],
    code: 'prometheus-unavailable',
    next: 'Look into the log of Prometheus or of the proxy before it; it is tried again by itself.',
    transient: true,
  },
];

/**
 * The data of an answer to /api/v1/query or /query_range. Throws a `Problem` for an error, and for what is no such answer.
 * @see https://prometheus.io/docs/prometheus/latest/querying/api/
 */
export function readAnswer(what: string, answer: HttpAnswer): PrometheusResult {
  const body = parseJson(answer.text);
  if (!isRecord(body) || (body['status'] !== 'success' && body['status'] !== 'error')) throw noApi(what, answer);
  if (body['status'] === 'error') throw serverError(what, answer.status, body);
  const data = body['data'];
  if (!isRecord(data) || !Array.isArray(data['result'])) throw noApi(what, answer);
  // A scalar is one point and no list of series.
  const list: unknown[] = data['resultType'] === 'scalar' ? [{ metric: {}, value: data['result'] }] : data['result'];
  const series = list.map((one) => {
    const read = isRecord(one) ? seriesOf(one) : undefined;
    if (read === undefined) throw noApi(what, answer);
    return read;
  });
  const warnings = strings(body['warnings']);
  const partial = warnings.length > 0 || body['isPartial'] === true;
  return { series, warnings, partial, tookMs: answer.tookMs };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // then it is no answer of this API, which is what the caller says
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string').map((one) => one.slice(0, 300)) : [];
}

/** undefined: it is none. A native histogram, which has "histogram" in place of "value", has no points. */
function seriesOf(one: Record<string, unknown>): PrometheusSeries | undefined {
  const { metric, value, values } = one;
  const native = 'histogram' in one || 'histograms' in one;
  const raw: unknown = value === undefined ? (values ?? (native ? [] : undefined)) : [value];
  if (!isRecord(metric) || !Array.isArray(raw)) return undefined;
  const labels = Object.fromEntries(
    Object.entries(metric).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
  const points: [number, number][] = [];
  for (const point of raw as unknown[]) {
    if (!Array.isArray(point)) return undefined;
    const [seconds, text] = point as unknown[];
    if (typeof seconds !== 'number' || typeof text !== 'string') return undefined;
    points.push([seconds, numberOf(text)]);
  }
  return { labels, points };
}

function numberOf(text: string): number {
  const infinite = /^([+-]?)inf$/iu.exec(text);
  if (infinite !== null) return infinite[1] === '-' ? -Infinity : Infinity;
  return text === '' ? Number.NaN : Number(text);
}

function serverError(what: string, status: number, body: Record<string, unknown>): Problem {
  const type = typeof body['errorType'] === 'string' ? body['errorType'] : '';
  const message = typeof body['error'] === 'string' ? body['error'].slice(0, 300) : '';
  const row = ERRORS.find(({ when }) => when.includes(type)) ?? ERRORS.find(({ when }) => when.includes(status));
  const why = `The server says ${type === '' ? 'error' : type}${message === '' ? '' : `: ${message}`}`.replace(
    /[.\s]*$/u,
    '.',
  );
  const { code = 'query-failed', next = 'Show the log for more.', transient = false } = row ?? {};
  return new Problem({ code, what, why, next, transient });
}

function noApi(what: string, { status, url, contentType, text }: HttpAnswer): Problem {
  const row = status >= 400 && status !== 404 ? ERRORS.find(({ when }) => when.includes(status)) : undefined;
  if (row !== undefined) {
    const why = `The server answered with ${status}.`;
    return new Problem({ code: row.code, what, why, next: row.next, transient: row.transient });
  }
  const html = contentType.startsWith('text/html') || /^\s*<(?:!doctype|html)/iu.test(text.slice(0, 200));
  const why =
    status === 404
      ? `There is no such API at ${shownAddress(url)} (404).`
      : `What answers at ${shownAddress(url)} is ${html ? 'a page of HTML' : 'no JSON of this API'} (${status}).`;
  return new Problem({
    code: 'not-prometheus',
    what,
    why,
    next: `Set ${SETTING}.prometheusUrl to what stands before /api/v1, a path included: https://host/prometheus for Mimir, https://host/select/0/prometheus for a VictoriaMetrics cluster. If it is a login page, store credentials.`,
    transient: false,
  });
}
