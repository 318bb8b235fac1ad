import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { MIDDLEWARE_FIRST, MIDDLEWARE_LAST, URL_LINE } from '../../src/services/applicationMetrics/advice.ts';
import { startDjango, type DjangoServer } from '../kit/djangoServer.ts';
import { startPostgres } from '../kit/postgres.ts';
import { copySample } from '../kit/sample.ts';
import { freePort } from '../kit/serverProcess.ts';
import { createSessionTable } from '../kit/sessions.ts';

/** Views besides the front page, which has a session: one that takes as long as it is told, and one that fails. */
const VIEWS = `
import time
from django.http import HttpResponse

def wait(request):
    time.sleep(float(request.GET["ms"]) / 1000)
    return HttpResponse("waited")

def fail(request):
    wait(request)
    raise RuntimeError("this page always fails")
`;

/** The sample project on a real PostgreSQL, with exactly the lines added that people are told to add. */
export interface MeasuredProject {
  /** Starts gunicorn with two workers, on the same port each time. `common`: with PROMETHEUS_MULTIPROC_DIR, emptied. */
  start(options?: { common?: boolean }): Promise<DjangoServer>;
  remove(): Promise<void>;
}

export async function measuredProject(): Promise<MeasuredProject> {
  const postgres = await startPostgres();
  const admin = new pg.Client({ connectionString: postgres.connectionString('postgres') });
  await admin.connect();
  await createSessionTable(admin);
  await admin.end();
  const folder = await copySample(postgres.connectionString('postgres'));
  await addMetrics(folder);
  return {
    start: await measuredStart(folder),
    remove: async () => {
      await postgres.stop();
      await rm(dirname(folder), { recursive: true, force: true });
    },
  };
}

/** Of a sample project with metrics: see `MeasuredProject.start`. */
export async function measuredStart(folder: string): Promise<MeasuredProject['start']> {
  const port = await freePort();
  const counters = join(folder, 'counters');
  return async ({ common = true } = {}) => {
    await rm(counters, { recursive: true, force: true });
    await mkdir(counters);
    const env = { DJANGO_SETTINGS_MODULE: 'config.settings.base' };
    const shared = common ? { PROMETHEUS_MULTIPROC_DIR: counters } : {};
    return startDjango(folder, { workers: 2, threads: 8, port, env: { ...env, ...shared } });
  };
}

/** Adds to a copy of the sample project what people are told to add, and the views above. */
export async function addMetrics(folder: string): Promise<void> {
  await change(join(folder, 'config', 'settings', 'base.py'), (text) =>
    text.replace(/(?<=^MIDDLEWARE = \[\n)([\s\S]*?)(?=^\])/mu, `    ${MIDDLEWARE_FIRST}\n$1    ${MIDDLEWARE_LAST}\n`),
  );
  await change(join(folder, 'config', 'urls.py'), (text) =>
    text
      .replace('import path\n', 'import include, path\n')
      .replace('from shop import views\n', 'from shop import measured, views\n')
      .replace(/^\]/mu, `    ${URL_LINE}\n    path("wait/", measured.wait),\n    path("fail/", measured.fail),\n]`),
  );
  await writeFile(join(folder, 'shop', 'measured.py'), VIEWS);
}

async function change(file: string, edit: (text: string) => string): Promise<void> {
  const before = await readFile(file, 'utf8');
  const after = edit(before);
  if (after === before) throw new Error(`${file} is not as expected any more.`);
  await writeFile(file, after);
}

/** Paths to ask for, over and over; with the share of errors that a real page has. */
export type Mix = readonly string[];

/**
 * Asks for pages at an even rate whatever the server does: each is asked for at its time, late ones at once, so that the
 * rate over some seconds is exact.
 */
export class EvenLoad {
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  readonly #open = new Set<Promise<unknown>>();
  asked = 0;
  answered = 0;
  failed = 0;

  constructor(url: string, mix: Mix, perSecond: number) {
    this.#running = this.#ask(url, mix, perSecond);
  }

  /** Resolves when all that was asked for has been answered. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await Promise.all(this.#open);
  }

  async #ask(url: string, mix: Mix, perSecond: number): Promise<void> {
    const began = performance.now();
    const { signal } = this.#stop;
    for (; !this.#stop.signal.aborted; this.asked++) {
      const wait = began + (this.asked * 1_000) / perSecond - performance.now();
      if (wait > 0) await sleep(wait, undefined, { signal }).catch(() => undefined);
      const request = this.#fetch(new URL(mix[this.asked % mix.length] ?? '', url)).finally(() => {
        this.#open.delete(request);
      });
      this.#open.add(request);
    }
  }

  /** Each on its own connection. A server that is being restarted answers nothing: counted, and no failure of the test. */
  async #fetch(url: URL): Promise<void> {
    const answered = await new Promise<boolean>((resolve) => {
      const request = http.get(url, { agent: false }, (response) => {
        response.on('close', () => resolve(response.complete)).resume();
      });
      request.on('error', () => resolve(false));
    });
    if (answered) this.answered++;
    else this.failed++;
  }
}
