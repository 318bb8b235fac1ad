import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureTool } from './apt.ts';
import { spawnGuarded } from './process.ts';
import { freePort } from './serverProcess.ts';

export interface DjangoServer {
  readonly url: string;
  /** gunicorn's own pid file: SIGHUP to it restarts the workers with the code and settings as they are by then. */
  readonly pidFile: string;
  output(): string;
  stop(): Promise<void>;
}

export interface DjangoServerOptions {
  /** Default 1. */
  readonly workers?: number;
  /** Of each worker; default 4. */
  readonly threads?: number;
  /** For a server that takes the place of another; default: a free one. */
  readonly port?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** Serves a copy of the sample project by gunicorn, with Debian's Django; needs a database that its .env names. */
export async function startDjango(folder: string, more: DjangoServerOptions = {}): Promise<DjangoServer> {
  await ensureTool('debianDjango');
  const gunicorn = await ensureTool('gunicorn');
  const { workers = 1, threads = 4, port = await freePort() } = more;
  const pidFile = join(folder, 'gunicorn.pid');
  const bind = ['--bind', `127.0.0.1:${port}`, '--pid', pidFile];
  const options = [...bind, '--workers', String(workers), '--threads', String(threads)];
  // Without .pyc files: a change within the second in which one was made would not be seen.
  const env = {
    ...process.env,
    ...more.env,
    PYTHONDONTWRITEBYTECODE: '1',
    PATH: `${dirname(gunicorn)}:${process.env['PATH'] ?? ''}`,
  };
  const server = spawnGuarded(gunicorn, [...options, 'config.wsgi:application'], { cwd: folder, env });
  const url = `http://127.0.0.1:${port}/`;
  try {
    await untilAnswers(url, server);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { url, pidFile, output: () => server.output(), stop: () => server.stop() };
}

const START_MS = 30_000;

async function untilAnswers(url: string, server: { isRunning(): boolean; output(): string }): Promise<void> {
  const end = Date.now() + START_MS;
  while (Date.now() < end && server.isRunning()) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok === true) return;
    await sleep(100);
  }
  throw new Error(`gunicorn did not answer at ${url}:\n${server.output()}`);
}

/** Visitors that put something into the cart once and then look at the front page again and again, each with a session. */
export class Visitors {
  readonly #url: string;
  readonly #stop = new AbortController();
  #running: Promise<unknown> = Promise.resolve();
  /** Pages that were answered. */
  pages = 0;

  constructor(url: string) {
    this.#url = url;
  }

  /** Each visitor asks for a page every `everyMs`. Requests fail while the server restarts: people try again. */
  start(visitors: number, everyMs: number): void {
    this.#running = Promise.all(Array.from({ length: visitors }, () => this.#visit(everyMs)));
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #visit(everyMs: number): Promise<void> {
    const { signal } = this.#stop;
    let cookies = '';
    while (!signal.aborted) {
      try {
        if (!cookies.includes('sessionid=')) cookies = await addToCart(this.#url, signal);
        else {
          const response = await fetch(this.#url, { headers: { cookie: cookies }, signal });
          await response.text();
          this.pages++;
        }
      } catch (error) {
        // fetch throws a TypeError when nobody answers, and an AbortError at the end.
        const expected = error instanceof TypeError || (error as Error).name === 'AbortError';
        if (!expected) throw error;
      }
      await sleep(everyMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** Posts the form of the front page as a browser would; resolves with the cookies of the new session. */
export async function addToCart(url: string, signal?: AbortSignal): Promise<string> {
  const ended = signal === undefined ? {} : { signal };
  const page = await fetch(url, ended);
  const token = /name="csrfmiddlewaretoken" value="(\w+)"/.exec(await page.text())?.[1];
  if (token === undefined) throw new Error('The front page has no form with a token.');
  const before = cookiesOf(page);
  const answer = await fetch(new URL('cart/add/', url), {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: before, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ csrfmiddlewaretoken: token }),
    ...ended,
  });
  await answer.text();
  return [before, cookiesOf(answer)].filter(Boolean).join('; ');
}

function cookiesOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0] ?? '')
    .join('; ');
}
