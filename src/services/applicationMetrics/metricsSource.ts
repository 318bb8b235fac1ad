import { unknown } from '../../common/measured.ts';
import { Problem } from '../../common/problem.ts';
import { isLocal, shownAddress, SETTING } from '../http/address.ts';
import { httpGet, type HttpAnswer, type HttpOptions } from '../http/httpGet.ts';
import { SEVERAL_WORKERS_ADVICE } from './advice.ts';
import { eachFigure, type ApplicationReading, type ApplicationSource } from './applicationReading.ts';
import { chooseMetrics } from './chooseMetrics.ts';
import { parseExposition, type Exposition, type LeftOut } from './expositionText.ts';
import { figuresOf } from './figures.ts';
import { mayBeNeeded, type NameOverrides } from './requestMetrics.ts';
import { catalogOf, countersOf } from './scrape.ts';
import { ScrapeWindow } from './scrapeWindow.ts';

export interface MetricsSourceOptions extends Omit<HttpOptions, 'accept'> {
  readonly address: URL;
  /** Seconds that rates and quantiles are over. */
  readonly windowSeconds: number;
  readonly names?: NameOverrides;
}

/** The older format first: every exporter has it. */
const ACCEPT =
  'text/plain;version=0.0.4, application/openmetrics-text;version=1.0.0;q=0.8, text/plain;q=0.5, */*;q=0.1';

/** The figures from an application's own /metrics, read again and again: what was counted between readings makes the rates. */
export class MetricsSource implements ApplicationSource {
  readonly address: string;
  readonly #options: MetricsSourceOptions;
  readonly #window: ScrapeWindow;
  readonly #what: string;

  constructor(options: MetricsSourceOptions) {
    this.#options = options;
    this.address = shownAddress(options.address);
    this.#window = new ScrapeWindow(options.windowSeconds);
    this.#what = `Cannot read the metrics of ${this.address}`;
  }

  async read(signal?: AbortSignal): Promise<ApplicationReading> {
    try {
      const answer = await httpGet(this.#what, this.#options.address, { ...this.#options, accept: ACCEPT }, signal);
      return this.#take(answer, this.#parse(answer));
    } catch (error) {
      this.#window.missed(performance.now());
      throw error;
    }
  }

  /** Throws a `Problem` when the answer is no exposition. */
  #parse(answer: HttpAnswer): Exposition {
    const { names = {} } = this.#options;
    const { contentType, text } = answer;
    if (answer.status !== 200) throw statusProblem(this.#what, answer);
    if (contentType.startsWith('text/html') || /^\s*<(?:!doctype|html|\?xml)/iu.test(text.slice(0, 200))) {
      throw this.#noMetrics(answer, 'html-answer', 'It answers with a page of HTML and not with metrics');
    }
    const openMetrics = contentType.startsWith('application/openmetrics-text');
    const exposition = parseExposition(text, { keep: (name) => mayBeNeeded(name, names), openMetrics });
    if (exposition.sampleLines === 0) {
      const why = text.trim() === '' ? 'Its answer is empty' : 'Its answer is not in the format of Prometheus';
      throw this.#noMetrics(answer, 'not-metrics', why);
    }
    return exposition;
  }

  #noMetrics({ url }: HttpAnswer, code: string, why: string): Problem {
    const redirected = url.href !== this.#options.address.href;
    return new Problem({
      code,
      what: this.#what,
      why: `${why}${redirected ? `; it redirected to ${shownAddress(url)}` : ''}.`,
      next: redirected
        ? 'If that is a login, let the address of the metrics be read without one, or with credentials that are sent along.'
        : `Open it in a browser, and correct ${SETTING}.metricsUrl.`,
      transient: false,
    });
  }

  #take(answer: HttpAnswer, exposition: Exposition): ApplicationReading {
    const { at, atMs, tookMs } = answer;
    const metrics = chooseMetrics(catalogOf(exposition), this.#options.names);
    const base = { at, address: this.address, from: 'metrics', tookMs } as const;
    const notes = [...leftOut(exposition), ...this.#unencrypted()];
    if (!('histogram' in metrics)) return { ...base, figures: eachFigure(() => metrics), notes };
    const { counters, unusable } = countersOf(exposition, metrics);
    if (unusable > 0) notes.push(`${unusable} series of the metrics are NaN or negative and were left out.`);
    if (metrics.how === 'name') notes.push(`${metrics.histogram} was taken for the latency of requests by its name.`);
    const start = exposition.samples.find(({ name }) => name === 'process_start_time_seconds')?.value;
    this.#window.add({
      at,
      atMs,
      serverMs: answer.serverTime?.getTime() ?? at.getTime(),
      ...(start === undefined || !Number.isFinite(start) ? {} : { processStartMs: start * 1_000 }),
      metrics,
      counters,
      whole: exposition.broken.count === 0 && exposition.complete && unusable === 0,
    });
    const sum = this.#window.sum();
    if (sum === undefined) {
      const next = this.#window.severalProcesses ? SEVERAL_WORKERS_ADVICE : 'It is known with the next reading.';
      const reason = unknown(this.#window.reason ?? '', next);
      return { ...base, figures: eachFigure(() => reason), metrics, notes };
    }
    return { ...base, figures: figuresOf(sum, metrics, at), windowSeconds: sum.seconds, metrics, notes };
  }

  #unencrypted(): string[] {
    const { address, credentials } = this.#options;
    const open = credentials !== undefined && address.protocol === 'http:' && !isLocal(address);
    return open
      ? ['Credentials for it would go over the network unencrypted: let the address begin with https://.']
      : [];
  }
}

function leftOut({ broken, duplicates, complete }: Exposition): string[] {
  const say = ({ count, first }: LeftOut, what: string): string[] =>
    first === undefined ? [] : [`${count} ${what}; the first is line ${first.line}, “${first.text}”: ${first.why}`];
  return [
    ...say(broken, broken.count === 1 ? 'line of the metrics can’t be read' : 'lines of the metrics can’t be read'),
    ...say(duplicates, duplicates.count === 1 ? 'series is there twice' : 'series are there more than once'),
    ...(complete ? [] : ['The end of the metrics is missing.']),
  ];
}

function statusProblem(what: string, { status, url }: HttpAnswer): Problem {
  const missing = status === 404 || status === 410;
  const server = status >= 500;
  const why = missing
    ? `There is nothing at ${url.pathname} (${status}).`
    : server
      ? `The server failed to answer (${status}).`
      : `The server answered with ${status}.`;
  const next = missing
    ? `Correct ${SETTING}.metricsUrl; with django-prometheus it is /metrics, if its urls are included without a prefix.`
    : server
      ? 'Look into the log of the application; it is tried again by itself.'
      : `Open it in a browser, and correct ${SETTING}.metricsUrl.`;
  return new Problem({ code: `http-${status}`, what, why, next, transient: server || status === 429 });
}
