import { rm } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import type { TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { selfSigned } from '../kit/certificate.ts';

/** What can be wrong with a /metrics, and what the screen is to say of it. More of them are in test/services. */

const HISTOGRAM = 'django_http_requests_latency_including_middlewares_seconds';
const TEXT = { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' };
const METRICS = [
  `${HISTOGRAM}_bucket{le="0.1"} 5`,
  `${HISTOGRAM}_bucket{le="+Inf"} 5`,
  `${HISTOGRAM}_count 5`,
  'django_http_responses_total_by_status_total{status="200"} 5',
].join('\n');

interface BadAnswer {
  readonly what: string;
  readonly says: RegExp;
  readonly answer: RequestListener;
  readonly tls?: (t: TestContext) => Promise<{ key: string; cert: string }>;
}

const says =
  (body: string | Buffer, headers: Record<string, string> = TEXT): RequestListener =>
  (_, response) => {
    response.writeHead(200, headers).end(body);
  };

export const BAD_ANSWERS: readonly BadAnswer[] = [
  {
    what: 'a page of HTML',
    says: /answers with a page of HTML and not with metrics\. Open it in a browser/u,
    answer: says('<!DOCTYPE html><p>Hello</p>', { 'content-type': 'text/html' }),
  },
  {
    what: 'a redirect to a login',
    says: /page of HTML and not with metrics; it redirected to .*\/login\/\. If that is a login/u,
    answer: (request, response) => {
      if (request.url === '/metrics') response.writeHead(302, { location: '/login/?next=/metrics' }).end();
      else says('<html></html>', {})(request, response);
    },
  },
  {
    what: 'a certificate that has signed itself',
    says: /certificate is signed by itself .* If you trust it, name its certificate/u,
    answer: says(METRICS),
    tls: async (t) => {
      const certificate = await selfSigned(['IP:127.0.0.1']);
      t.after(() => rm(certificate.folder, { recursive: true, force: true }));
      return certificate;
    },
  },
  {
    what: '50 MB',
    says: /larger than 16 MB, unpacked; reading was stopped there/u,
    answer: says(Buffer.alloc(50 * 1_048_576, 'a 1\n')),
  },
  {
    what: 'an answer that does not end',
    says: /No complete answer came within 2 s/u,
    answer: (_, response) => {
      response.writeHead(200, TEXT);
      const timer = setInterval(() => response.write('# a\n'), 50);
      response.on('close', () => clearInterval(timer));
    },
  },
  {
    what: 'what says that it is packed and is not whole',
    says: /says that it is compressed, and can’t be unpacked|closed before the answer was complete/u,
    answer: says(gzipSync(METRICS).subarray(0, 30), { ...TEXT, 'content-encoding': 'gzip' }),
  },
  {
    what: 'broken lines, a series twice and NaN',
    says: /1 line of the metrics can’t be read.*1 series is there twice.*1 series of the metrics are NaN or negative/su,
    answer: says(
      `${METRICS}\n${HISTOGRAM}_bucket{le="0.1" oops\n${HISTOGRAM}_count 5\ndjango_http_responses_total_by_status_total{status="500"} NaN\n`,
    ),
  },
];
