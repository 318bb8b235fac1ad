import assert from 'node:assert/strict';
import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { test, type TestContext } from 'node:test';
import { MOST_FAILURES, type RoundPlan, type RoundResult } from '../../../src/benchmark/load/round.ts';
import { runInWorker } from '../../../src/benchmark/load/runInWorker.ts';

/** The load on real servers that end their connections in the ways that servers do. */

const WORKER = new URL('../../../src/benchmark/load/worker.ts', import.meta.url);

type Answer = (request: IncomingMessage, response: ServerResponse, served: number) => void;

interface Loaded extends RoundResult {
  readonly served: number;
  readonly made: readonly string[];
}

async function serve(t: TestContext, answer: Answer): Promise<{ readonly url: string; readonly served: () => number }> {
  let served = 0;
  const server = http.createServer((request, response) => answer(request, response, ++served));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: urlOf(server), served: () => served };
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

function plan(url: string, more: Partial<RoundPlan> = {}): RoundPlan {
  const size = { connections: 5, requests: 203, timeoutSeconds: 5 };
  return { url, ...size, cookies: [], cookieName: 'sessionid', authorities: '', acceptAnyCertificate: false, ...more };
}

async function load(t: TestContext, answer: Answer, more: Partial<RoundPlan> = {}): Promise<Loaded> {
  const { url, served } = await serve(t, answer);
  const made: string[] = [];
  const { signal } = new AbortController();
  const result = await runInWorker(WORKER, plan(url, more), signal, (progress) => made.push(...progress.made));
  return { ...result, served: served(), made };
}

const WAYS: Readonly<Record<string, Answer>> = {
  'keeps the connection': (_, response) => response.end('hello'),
  'closes it behind each answer': (_, response) => response.setHeader('Connection', 'close').end('hello'),
  'ends the answer by closing': ({ socket }) =>
    socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello, until here'),
  'answers in chunks': (_, response) => {
    response.write('hello, ');
    setImmediate(() => response.end('you'));
  },
};

for (const [way, answer] of Object.entries(WAYS)) {
  test(`each request is sent once and answered once by a server that ${way}`, async (t) => {
    const { served, statuses, failures, latenciesMs, seconds } = await load(t, answer);
    assert.deepEqual({ served, statuses, failures }, { served: 203, statuses: { 200: 203 }, failures: {} });
    assert.equal(latenciesMs.length, 203);
    assert.ok(latenciesMs.every((ms) => ms > 0 && ms <= 1000 * seconds + 1));
  });
}

test('each connection sends its own cookie; what the server sets is known, by its name', async (t) => {
  const seen = new Map<string, number>();
  const { made } = await load(
    t,
    ({ headers: { cookie = '' } }, response, served) => {
      seen.set(cookie, (seen.get(cookie) ?? 0) + 1);
      response.setHeader('Set-Cookie', [
        `sessionid=k${served}; Path=/; HttpOnly`,
        'csrftoken=no',
        'other_sessionid=no',
      ]);
      response.end();
    },
    { cookies: ['a=1', 'a=2', 'a=3', 'a=4', 'a=5'] },
  );
  assert.deepEqual([...seen.keys()].sort(), ['a=1', 'a=2', 'a=3', 'a=4', 'a=5']);
  assert.deepEqual(made.toSorted(), Array.from({ length: 203 }, (_, i) => `k${i + 1}`).sort());
});

test('other states and lost connections are counted, and are no latencies', async (t) => {
  const { statuses, failures, latenciesMs } = await load(t, ({ socket }, response, served) => {
    if (served % 50 === 0) socket.destroy();
    else response.writeHead(served % 10 === 0 ? 503 : 200).end();
  });
  assert.deepEqual(failures, { ECONNRESET: 4 });
  assert.deepEqual(statuses, { 200: 183, 503: 16 });
  assert.equal(latenciesMs.length, 183);
});

test('a site that never answers, or is gone, ends it', async (t) => {
  const never = await load(t, () => undefined, { timeoutSeconds: 1, requests: 5 });
  assert.deepEqual([never.statuses, never.failures], [{}, { TIMEOUT: 5 }]);
  const { url } = await serve(t, () => undefined);
  const port = Number(new URL(url).port);
  const nobody = `http://127.0.0.1:${port === 1 ? 2 : 1}/`;
  const down = await runInWorker(WORKER, plan(nobody), new AbortController().signal, () => undefined);
  assert.ok((down.failures['ECONNREFUSED'] ?? 0) >= MOST_FAILURES, JSON.stringify(down.failures));
});

test('cancelled: nothing more is sent, and what was on its way is known', async (t) => {
  const { url, served } = await serve(t, (_, response) => {
    setTimeout(() => response.setHeader('Set-Cookie', `sessionid=k${Math.random()}`).end(), 20);
  });
  const abort = new AbortController();
  const made: string[] = [];
  const running = runInWorker(WORKER, plan(url, { requests: 10_000 }), abort.signal, (progress) => {
    made.push(...progress.made);
    if (progress.answers > 10) abort.abort();
  });
  await assert.rejects(running, { name: 'AbortError' });
  const last = served();
  assert.equal(made.length, last);
  assert.ok(last < 1_000, `${last} requests`);
});
