import type { IncomingMessage } from 'node:http';
import { Problem } from '../../common/problem.ts';
import { shownAddress } from './address.ts';
import { authorization, withoutSecret, type AskCredentials, type Credentials } from './credentials.ts';
import { readBody, send, tlsOptions, TooLarge, type Trust } from './httpExchange.ts';
import { cancelledProblem, networkProblem, refusedProblem, timeoutProblem, tooLargeProblem } from './httpProblems.ts';

/**
 * GET with bounds on time and size. By node:https and not by fetch: undici's fetch takes a certificate authority only by a
 * dispatcher, which Node does not export; and VS Code's proxy and certificate settings work for both.
 */

export interface HttpOptions {
  readonly accept: string;
  /** For the whole of it: look-up, redirects and body. */
  readonly timeoutMs: number;
  /** Of the body, as it comes and unpacked. */
  readonly maxBytes: number;
  readonly trust?: Trust;
  readonly credentials?: AskCredentials;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface HttpAnswer {
  /** Where it came from, after redirects. */
  readonly url: URL;
  readonly status: number;
  /** In lower case, with its parameters; empty when the server says none. */
  readonly contentType: string;
  readonly text: string;
  /** When the head of the answer came, by this machine's clock, and in milliseconds of a clock that is never set. */
  readonly at: Date;
  readonly atMs: number;
  /** The server's Date header. */
  readonly serverTime?: Date;
  readonly tookMs: number;
}

const MAX_REDIRECTS = 5;
/**
 * Rejects with a `Problem` when there is no answer, the answer is too large or packed in an unknown way, or it is 401 or
 * 403. Other states are answers. Redirects are followed on the same origin only: the credentials must not go elsewhere.
 */
export async function httpGet(
  what: string,
  address: URL,
  options: HttpOptions,
  signal?: AbortSignal,
): Promise<HttpAnswer> {
  const began = performance.now();
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const ended = signal === undefined ? timeout : AbortSignal.any([timeout, signal]);
  let url = address;
  try {
    const credentials = await unlessEnded(options.credentials?.(), ended);
    const request = { ...(await tlsOptions(what, options.trust)), signal: ended, agent: false as const };
    const headers = headersOf(what, options, credentials);
    for (let redirects = 0; ; redirects++) {
      const response = await send(url, { ...request, headers });
      const at = { at: new Date(), atMs: performance.now() };
      const target = redirectTarget(response, url);
      if (target !== undefined) {
        response.destroy();
        url = followed(what, url, target, redirects);
        continue;
      }
      const text = withoutSecret(
        await readBody(what, response, options.maxBytes, ended),
        onError(response, credentials),
      );
      const status = response.statusCode ?? 0;
      if (status === 401 || status === 403) {
        throw refusedProblem(what, status, credentials !== undefined, response.headers['www-authenticate'] ?? '');
      }
      const serverTime = new Date(response.headers.date ?? Number.NaN);
      return {
        url,
        status,
        contentType: (response.headers['content-type'] ?? '').toLowerCase(),
        text,
        ...at,
        ...(Number.isNaN(serverTime.getTime()) ? {} : { serverTime }),
        tookMs: performance.now() - began,
      };
    }
  } catch (error) {
    if (error instanceof Problem) throw error;
    if (error instanceof TooLarge) throw tooLargeProblem(what, options.maxBytes);
    if (signal?.aborted === true) throw cancelledProblem(what);
    if (timeout.aborted) throw timeoutProblem(what, options.timeoutMs);
    throw networkProblem(what, url, error);
  }
}

/** Only what is not a success may be shown to people; there the secret is taken out. */
function onError(response: IncomingMessage, credentials: Credentials | undefined): Credentials | undefined {
  return (response.statusCode ?? 0) >= 400 ? credentials : undefined;
}

async function unlessEnded<T>(promise: Promise<T> | undefined, ended: AbortSignal): Promise<T | undefined> {
  ended.throwIfAborted();
  if (promise === undefined) return undefined;
  const { promise: end, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(new Error('The credentials were not given in time.'));
  ended.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([promise, end]);
  } finally {
    ended.removeEventListener('abort', stop);
  }
}

function headersOf(what: string, options: HttpOptions, credentials: Credentials | undefined): Record<string, string> {
  return {
    ...options.headers,
    accept: options.accept,
    'accept-encoding': 'gzip, deflate',
    'user-agent': 'Django Session Monitor',
    ...(credentials === undefined ? {} : { authorization: authorization(credentials, what) }),
  };
}

function redirectTarget(response: IncomingMessage, url: URL): URL | undefined {
  const { location } = response.headers;
  if (location === undefined || ![301, 302, 303, 307, 308].includes(response.statusCode ?? 0)) return undefined;
  return URL.canParse(location, url.href) ? new URL(location, url.href) : undefined;
}

function followed(what: string, from: URL, to: URL, redirects: number): URL {
  if (to.origin !== from.origin || to.username !== '') {
    throw new Problem({
      code: 'redirect-elsewhere',
      what,
      why: `It redirects to ${shownAddress(to)}, which is not the same server; that is not followed.`,
      next: 'If that is where it is, set the address to it.',
      transient: false,
    });
  }
  if (redirects < MAX_REDIRECTS) return to;
  const why = `It redirects more than ${MAX_REDIRECTS} times, at last to ${shownAddress(to)}.`;
  throw new Problem({ code: 'redirect-loop', what, why, next: 'Correct the address.', transient: false });
}
