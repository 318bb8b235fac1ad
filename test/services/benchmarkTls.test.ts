import assert from 'node:assert/strict';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import type { RoundResult } from '../../src/benchmark/load/round.ts';
import { runInWorker } from '../../src/benchmark/load/runInWorker.ts';
import { selfSigned, type Certificate } from '../kit/certificate.ts';

/** The load by TLS: a cookie is sent to nobody whose certificate is not trusted. */

const WORKER = new URL('../../src/benchmark/load/worker.ts', import.meta.url);
let certificate: Certificate;
let server: https.Server;
let cookies: (string | undefined)[] = [];

before(async () => {
  certificate = await selfSigned(['DNS:localhost']);
  const { key, cert } = certificate;
  server = https.createServer({ key, cert }, ({ headers }, response) => {
    cookies.push(headers.cookie);
    response.setHeader('Connection', cookies.length % 2 === 0 ? 'close' : 'keep-alive').end('hello');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
after(async () => {
  server.closeAllConnections();
  server.close();
  await rm(certificate.folder, { recursive: true, force: true });
});

function load(host: string, authorities: string, acceptAnyCertificate = false): Promise<RoundResult> {
  cookies = [];
  const url = `https://${host}:${(server.address() as AddressInfo).port}/`;
  const plan = { url, connections: 2, requests: 20, timeoutSeconds: 5, cookies: ['sessionid=secret'] };
  const trust = { cookieName: 'sessionid', authorities, acceptAnyCertificate };
  return runInWorker(WORKER, { ...plan, ...trust }, new AbortController().signal, () => undefined);
}

test('a certificate that is trusted, for this name: all is answered', async () => {
  const { statuses, failures } = await load('localhost', certificate.cert);
  assert.deepEqual([statuses, failures], [{ 200: 20 }, {}]);
  assert.deepEqual(
    cookies,
    Array.from({ length: 20 }, () => 'sessionid=secret'),
  );
});

test('one that is not trusted, or of another name: nothing is sent', async () => {
  for (const [host, authorities] of [
    ['localhost', ''],
    ['127.0.0.1', certificate.cert],
  ] as const) {
    // prettier-ignore
    const { statuses, failures } = await load(host, authorities);
    assert.deepEqual(statuses, {});
    assert.deepEqual(Object.keys(failures), ['CERT_UNTRUSTED']);
    assert.deepEqual(cookies, []);
  }
});

test('where any certificate is accepted, it is', async () => {
  assert.deepEqual((await load('127.0.0.1', '', true)).statuses, { 200: 20 });
});
