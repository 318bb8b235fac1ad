import { Problem } from '../../common/problem.ts';
import { readBody, send, tlsOptions, TooLarge, type Trust } from '../../services/http/httpExchange.ts';
import { cancelledProblem, networkProblem, timeoutProblem, tooLargeProblem } from '../../services/http/httpProblems.ts';

export interface VisitedPage {
  readonly url: URL;
  readonly status: number;
  /** Where it redirects to. */
  readonly location?: URL;
  readonly text: string;
}

/** A page that is larger is none to sign in by. */
const MOST_BYTES = 4 * 1_048_576;
const NEXT = 'Start the site, correct the address, or look into its log; then run the benchmark again.';

/** One visitor of the site with the cookies of one. It follows no redirect: where a page leads is for the caller to judge. */
export class Visitor {
  readonly #cookies = new Map<string, string>();
  readonly #trust: Trust;
  readonly #timeoutMs: number;
  readonly #given = new Set<string>();

  constructor(trust: Trust, timeoutMs: number, cookies = '') {
    this.#trust = trust;
    this.#timeoutMs = timeoutMs;
    for (const pair of cookies.split(';')) this.#put(pair);
  }

  /** The header, as it would be sent now. */
  get cookies(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  cookie(name: string): string | undefined {
    return this.#cookies.get(name);
  }

  /** Every value that the site has set for this cookie, also those that it has replaced since. */
  given(name: string): readonly string[] {
    return [...this.#given].filter((pair) => pair.startsWith(`${name}=`)).map((pair) => pair.slice(name.length + 1));
  }

  get(url: URL, signal: AbortSignal): Promise<VisitedPage> {
    return this.#ask(url, signal, { method: 'GET' });
  }

  /** Sends a form, as a browser does. */
  post(url: URL, form: URLSearchParams, from: URL, signal: AbortSignal): Promise<VisitedPage> {
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      // Django wants it of forms that are sent by https.
      referer: from.href,
      origin: from.origin,
    };
    return this.#ask(url, signal, { method: 'POST', headers, content: form.toString() });
  }

  async #ask(
    url: URL,
    signal: AbortSignal,
    { method, headers = {}, content = '' }: { method: string; headers?: Record<string, string>; content?: string },
  ): Promise<VisitedPage> {
    const what = `The benchmark can't read ${url.origin}${url.pathname}`;
    const timeout = AbortSignal.timeout(this.#timeoutMs);
    try {
      const response = await send(
        url,
        {
          ...(await tlsOptions(what, this.#trust)),
          method,
          agent: false,
          signal: AbortSignal.any([timeout, signal]),
          headers: {
            ...headers,
            ...(content === '' ? {} : { 'content-length': Buffer.byteLength(content) }),
            ...(this.cookies === '' ? {} : { cookie: this.cookies }),
            accept: 'text/html,*/*',
            'accept-encoding': 'identity',
            'user-agent': 'Django Session Monitor (benchmark)',
          },
        },
        content,
      );
      for (const line of response.headers['set-cookie'] ?? []) this.#put(line);
      const text = await readBody(what, response, MOST_BYTES, AbortSignal.any([timeout, signal]));
      const { location } = response.headers;
      const target =
        location !== undefined && URL.canParse(location, url.href) ? new URL(location, url.href) : undefined;
      return { url, status: response.statusCode ?? 0, text, ...(target === undefined ? {} : { location: target }) };
    } catch (error) {
      throw withNext(problemOf(error, { what, url, signal, timeoutMs: this.#timeoutMs, timedOut: timeout.aborted }));
    }
  }

  /** Of a Set-Cookie header the name, the value, and whether it takes the cookie away. */
  #put(line: string): void {
    const [pair = '', ...attributes] = line.split(';');
    const at = pair.indexOf('=');
    if (at === -1) return;
    const name = pair.slice(0, at).trim();
    const value = pair
      .slice(at + 1)
      .trim()
      .replaceAll('"', '');
    if (value === '' || attributes.some((attribute) => /^\s*max-age=(?:0|-\d+)\s*$/iu.test(attribute))) {
      this.#cookies.delete(name);
      return;
    }
    this.#cookies.set(name, value);
    if (attributes.length > 0) this.#given.add(`${name}=${value}`);
  }
}

interface Failure {
  readonly what: string;
  readonly url: URL;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly timedOut: boolean;
}

function problemOf(error: unknown, { what, url, signal, timeoutMs, timedOut }: Failure): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof TooLarge) return tooLargeProblem(what, MOST_BYTES);
  if (signal.aborted) return cancelledProblem(what);
  return timedOut ? timeoutProblem(what, timeoutMs) : networkProblem(what, url, error);
}

/** What to do about it is said for polls, which try again by themselves. */
function withNext(problem: Problem): Problem {
  const { code, what, why, next, transient } = problem;
  return transient
    ? new Problem({ code, what, why, next: NEXT, transient }, { cause: problem })
    : new Problem({ code, what, why, next, transient }, { cause: problem });
}
