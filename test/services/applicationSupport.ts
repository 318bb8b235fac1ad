import assert from 'node:assert/strict';
import http, { type IncomingMessage, type RequestListener, type Server } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { isKnown } from '../../src/common/measured.ts';
import { Problem } from '../../src/common/problem.ts';
import type { ApplicationReading, FigureId } from '../../src/services/applicationMetrics/applicationReading.ts';
import { MetricsSource, type MetricsSourceOptions } from '../../src/services/applicationMetrics/metricsSource.ts';

export interface TestServer {
  readonly url: string;
  readonly port: number;
  readonly requests: readonly IncomingMessage[];
  close(): Promise<void>;
}

/** A server of this process that answers as it is told, on 127.0.0.1. */
export async function serve(answer: RequestListener, tls?: { key: string; cert: string }): Promise<TestServer> {
  const requests: IncomingMessage[] = [];
  const listener: RequestListener = (request, response) => {
    requests.push(request);
    answer(request, response);
  };
  const server: Server = tls === undefined ? http.createServer(listener) : https.createServer(tls, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    port,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const MB = 1_048_576;

export function metricsOf(url: string, more: Partial<MetricsSourceOptions> = {}): MetricsSource {
  return new MetricsSource({
    address: new URL(url),
    timeoutMs: 5_000,
    maxBytes: 4 * MB,
    windowSeconds: 60,
    ...more,
  });
}

/** The value of a figure that has to be known. */
export function figure(reading: ApplicationReading, id: FigureId): number {
  const measured = reading.figures[id];
  assert.ok(isKnown(measured), `${id} is unknown: ${isKnown(measured) ? '' : measured.reason}`);
  return measured.value;
}

/** How far two figures are apart, as a share of the second. */
export function apart(a: number, b: number): number {
  return a === b ? 0 : Math.abs(a - b) / Math.abs(b);
}

/** The Problem that it is rejected with: whole sentences, and without the secrets. */
export async function problemOf(promise: Promise<unknown>, code: string, ...secrets: string[]): Promise<Problem> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Problem, `expected a Problem ${code}, got ${String(error)}`);
  assert.equal(error.code, code, error.message);
  assert.match(error.why, /^\p{Lu}.*\.$/su);
  assert.match(error.next, /^\p{Lu}.*\.$/su);
  for (const secret of secrets) assert.ok(!error.message.includes(secret));
  return error;
}
