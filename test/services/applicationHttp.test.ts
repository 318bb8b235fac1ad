import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import type { RequestListener, ServerResponse } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, describe, it, type TestContext } from 'node:test';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { isKnown } from '../../src/common/measured.ts';
import type { AskCredentials } from '../../src/services/http/credentials.ts';
import { selfSigned } from '../kit/certificate.ts';
import { figure, metricsOf, problemOf, serve, type TestServer } from './applicationSupport.ts';

/** What can be wrong with a /metrics, by servers that are wrong in that way. */

const HISTOGRAM = 'django_http_requests_latency_including_middlewares_seconds';
const page = (count: number): string =>
  [
    `# TYPE ${HISTOGRAM} histogram`,
    `${HISTOGRAM}_bucket{le="0.1"} ${count}`,
    `${HISTOGRAM}_bucket{le="1.0"} ${count}`,
    `${HISTOGRAM}_bucket{le="+Inf"} ${count}`,
    `${HISTOGRAM}_count ${count}`,
    `django_http_responses_total_by_status_total{status="200"} ${count}`,
    '',
  ].join('\n');
const TEXT = { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' };

async function server(t: TestContext, answer: RequestListener): Promise<TestServer> {
  const started = await serve(answer);
  t.after(() => started.close());
  return started;
}

const says =
  (body: string | Buffer, headers: Record<string, string> = TEXT, status = 200): RequestListener =>
  (_, response) => {
    response.writeHead(status, headers).end(body);
  };

/** Writes again and again until the reader has gone; what was written, in bytes. */
function pour(response: ServerResponse, chunk: Buffer): { bytes: number } {
  const poured = { bytes: 0 };
  const more = (): void => {
    while (!response.destroyed) {
      poured.bytes += chunk.length;
      if (!response.write(chunk)) break;
    }
  };
  response.on('drain', more);
  more();
  return poured;
}

describe('an answer that is no metrics', () => {
  it('is told when it is a page of HTML, and that it was redirected to', async (t) => {
    const html = await server(t, says('<!DOCTYPE html><p>Log in</p>', { 'content-type': 'text/html' }));
    await problemOf(metricsOf(html.url).read(), 'html-answer');
    const login = await server(t, (request, response) => {
      if (request.url === '/metrics') response.writeHead(302, { location: '/login/?next=/metrics' }).end();
      else says('<html></html>', {})(request, response);
    });
    const { why } = await problemOf(metricsOf(`${login.url}/metrics`).read(), 'html-answer');
    assert.match(why, /redirected to .*\/login\/\.$/u);
  });

  for (const [what, status, body, code, transient] of [
    ['prose', 200, 'All is well', 'not-metrics', false],
    ['JSON', 200, '{"status": "ok"}', 'not-metrics', false],
    ['empty', 200, '', 'not-metrics', false],
    ['missing', 404, 'no', 'http-404', false],
    ['an error', 500, 'no', 'http-500', true],
  ] as const) {
    it(`is told when it is ${what}`, async (t) => {
      const { url } = await server(t, says(body, {}, status));
      assert.equal((await problemOf(metricsOf(url).read(), code)).transient, transient);
    });
  }
});

describe('too much or too slow', () => {
  it('stops at the limit of 50 MB, of an endless answer, and of a small one that unpacks to more', async (t) => {
    const big = await server(t, says(Buffer.alloc(50 * 1_048_576, 'a 1\n')));
    await problemOf(metricsOf(big.url).read(), 'too-large');

    const poured: { bytes: number }[] = [];
    const endless = await server(t, (_, response) => {
      response.writeHead(200, TEXT);
      poured.push(pour(response, Buffer.alloc(65_536, 'a 1\n')));
    });
    await problemOf(metricsOf(endless.url).read(), 'too-large');
    assert.ok((poured[0]?.bytes ?? 0) < 32 * 1_048_576);

    for (const [encoding, packed] of [
      ['gzip', gzipSync(Buffer.alloc(200 * 1_048_576))],
      ['br', brotliCompressSync(Buffer.alloc(64 * 1_048_576))],
    ] as const) {
      assert.ok(packed.length < 1_048_576);
      const bomb = await server(t, says(packed, { ...TEXT, 'content-encoding': encoding }));
      const before = process.memoryUsage().rss;
      await problemOf(metricsOf(bomb.url).read(), 'too-large');
      assert.ok(process.memoryUsage().rss - before < 100 * 1_048_576);
    }
  });

  it('ends at the time limit when nothing comes, or a little again and again', async (t) => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    t.after(() => silent.close());
    const { port } = silent.address() as AddressInfo;
    const drip = await server(t, (_, response) => {
      response.writeHead(200, TEXT);
      const timer = setInterval(() => response.write('# a\n'), 20);
      response.on('close', () => clearInterval(timer));
    });
    for (const url of [`http://127.0.0.1:${port}/`, drip.url]) {
      const { transient } = await problemOf(metricsOf(url, { timeoutMs: 300 }).read(), 'timeout');
      assert.equal(transient, true);
    }
    const never: AskCredentials = () => new Promise(() => undefined);
    await problemOf(metricsOf(drip.url, { timeoutMs: 300, credentials: never }).read(), 'timeout');
  });

  it('ends at once when it is cancelled, before it begins or on its way', async (t) => {
    const abort = new AbortController();
    const { url, requests } = await server(t, (_, response) => {
      response.writeHead(200, TEXT).write('a 1\n');
      setTimeout(() => abort.abort(), 20);
    });
    await problemOf(metricsOf(url).read(abort.signal), 'cancelled');
    await problemOf(metricsOf(url).read(abort.signal), 'cancelled');
    assert.equal(requests.length, 1);
  });

  it('says when nobody listens, and when the connection breaks', async (t) => {
    const gone = await serve(says(''));
    await gone.close();
    assert.equal((await problemOf(metricsOf(gone.url).read(), 'connection-refused')).transient, true);
    const cut = await server(t, (_, response) => {
      response.writeHead(200, { ...TEXT, 'content-length': '1000' }).write('a 1\n', () => response.destroy());
    });
    assert.equal((await problemOf(metricsOf(cut.url).read(), 'connection-lost')).transient, true);
  });
});

describe('compression', () => {
  it('is unpacked, and told when it can’t be', async (t) => {
    const gzip = { ...TEXT, 'content-encoding': 'gzip' };
    const good = await server(t, says(gzipSync(page(5)), gzip));
    assert.equal((await metricsOf(good.url).read()).metrics?.histogram, HISTOGRAM);
    const broken = await server(t, says(Buffer.from('not packed at all'), gzip));
    await problemOf(metricsOf(broken.url).read(), 'bad-compression');
    const short = await server(t, says(gzipSync(page(5)).subarray(0, 60), gzip));
    await problemOf(metricsOf(short.url).read(), 'bad-compression');
    const other = await server(t, says(page(5), { ...TEXT, 'content-encoding': 'zstd' }));
    await problemOf(metricsOf(other.url).read(), 'unknown-compression');
  });
});

describe('a damaged page', () => {
  it('is read as far as it goes, and says what was left out', async (t) => {
    let count = 0;
    const { url } = await server(t, (request, response) => {
      const damaged = [
        page((count += 10)),
        `${HISTOGRAM}_bucket{le=`,
        `${HISTOGRAM}_count 77`,
        `${HISTOGRAM}_bucket{le="5.0"} NaN`,
        'django_http_responses_total_by_status_total{status="500"} -1',
      ];
      says(damaged.join('\n'))(request, response);
    });
    const source = metricsOf(url);
    const first = await source.read();
    assert.match(
      first.notes.join('\n'),
      /1 line of the metrics can’t be read; the first is line 8, “django_\w+\{le=”/u,
    );
    assert.match(first.notes.join('\n'), /1 series is there twice/u);
    assert.match(first.notes.join('\n'), /2 series of the metrics are NaN or negative/u);
    assert.equal(isKnown(first.figures.p50), false);
    await new Promise((resolve) => setTimeout(resolve, 600));
    const second = await source.read();
    assert.ok(figure(second, 'requests') > 0);
    assert.equal(figure(second, 'p50'), 50);
    assert.equal(figure(second, 'errors'), 0);
  });

  it('without a histogram of requests says what to do', async (t) => {
    const { url } = await server(t, says('up 1\n'));
    const { figures } = await metricsOf(url).read();
    assert.match(figures.p50.how === 'unknown' ? (figures.p50.next ?? '') : '', /django-prometheus/u);
  });
});

describe('redirects', () => {
  it('are followed on the same server, with credentials, and nowhere else', async (t) => {
    const other = await server(t, says(page(1)));
    const { url, requests } = await server(t, (request, response) => {
      if (request.url === '/metrics') response.writeHead(301, { location: '/metrics/' }).end();
      else if (request.url === '/loop') response.writeHead(302, { location: '/loop' }).end();
      else if (request.url === '/away') response.writeHead(302, { location: `${other.url}/metrics?token=x` }).end();
      else says(page(1))(request, response);
    });
    const credentials: AskCredentials = () => Promise.resolve({ kind: 'bearer', token: 'tok-4711' });
    await metricsOf(`${url}/metrics`, { credentials }).read();
    assert.deepEqual(
      requests.map((request) => [request.url, request.headers.authorization]),
      [
        ['/metrics', 'Bearer tok-4711'],
        ['/metrics/', 'Bearer tok-4711'],
      ],
    );
    const { why } = await problemOf(metricsOf(`${url}/away`, { credentials }).read(), 'redirect-elsewhere', 'token=x');
    assert.match(why, new RegExp(`${other.url}/metrics, which`, 'u'));
    assert.equal(other.requests.length, 0);
    await problemOf(metricsOf(`${url}/loop`).read(), 'redirect-loop');
  });
});

describe('credentials', () => {
  it('are sent, and told when they are missing or wrong, without saying them', async (t) => {
    const right = `Basic ${Buffer.from('shop:right-4711').toString('base64')}`;
    const { url } = await server(t, (request, response) => {
      if (request.headers.authorization === right) says(page(1))(request, response);
      else if (request.url === '/forbidden')
        says(`no ${request.headers.authorization ?? ''}`, {}, 403)(request, response);
      else says('no', { 'www-authenticate': 'Basic realm="metrics"' }, 401)(request, response);
    });
    const basic = (password: string) => ({
      credentials: () => Promise.resolve({ kind: 'basic', user: 'shop', password } as const),
    });
    await metricsOf(url, basic('right-4711')).read();
    const missing = await problemOf(metricsOf(url).read(), 'credentials-missing');
    assert.match(missing.why, /a user name and a password/u);
    await problemOf(metricsOf(url, basic('wrong-4711')).read(), 'credentials-refused', 'wrong-4711', 'd3Jvbmct');
    await problemOf(metricsOf(`${url}/forbidden`, basic('wrong-4711')).read(), 'credentials-refused', 'wrong-4711');
  });
});

describe('TLS', async () => {
  const mine = await selfSigned(['IP:127.0.0.1']);
  const other = await selfSigned(['DNS:elsewhere.example']);
  const secure = await serve(says(page(1)), mine);
  const wrongHost = await serve(says(page(1)), other);
  after(async () => {
    await Promise.all([secure.close(), wrongHost.close()]);
    for (const { folder } of [mine, other]) await rm(folder, { recursive: true });
  });

  it('tells a certificate that signed itself, and takes it by its file or when all are accepted', async () => {
    const { next } = await problemOf(metricsOf(secure.url).read(), 'tls-self-signed');
    assert.match(next, /caFile/u);
    for (const trust of [
      { caFile: mine.certFile, acceptAnyCertificate: false },
      { caFile: '', acceptAnyCertificate: true },
    ]) {
      assert.equal((await metricsOf(secure.url, { trust }).read()).metrics?.histogram, HISTOGRAM);
    }
    await problemOf(
      metricsOf(secure.url, { trust: { caFile: other.certFile, acceptAnyCertificate: false } }).read(),
      'tls-self-signed',
    );
  });

  it('tells a certificate for another host, and a file that is none', async () => {
    const trust = { caFile: other.certFile, acceptAnyCertificate: false };
    await problemOf(metricsOf(wrongHost.url, { trust }).read(), 'tls-host-mismatch');
    const text = join(mine.folder, 'text');
    await writeFile(text, 'no certificate');
    for (const caFile of [text, join(mine.folder, 'missing')]) {
      await problemOf(metricsOf(secure.url, { trust: { caFile, acceptAnyCertificate: false } }).read(), 'ca-file');
    }
  });

  it('tells when one side speaks TLS and the other does not', async (t) => {
    const plain = await server(t, says(page(1)));
    await problemOf(metricsOf(plain.url.replace('http:', 'https:')).read(), 'tls-failed');
    await problemOf(metricsOf(secure.url.replace('https:', 'http:')).read(), 'connection-lost');
  });
});
