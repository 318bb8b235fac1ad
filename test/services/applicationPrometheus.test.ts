import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { after, before, describe, it, type TestContext } from 'node:test';
import { isKnown } from '../../src/common/measured.ts';
import { histogramQuantile } from '../../src/services/applicationMetrics/histogramQuantile.ts';
import type { AskCredentials } from '../../src/services/http/credentials.ts';
import { PrometheusApi } from '../../src/services/prometheus/prometheusApi.ts';
import { PrometheusSource, type PrometheusSourceOptions } from '../../src/services/prometheus/prometheusSource.ts';
import { skipWithout } from '../kit/apt.ts';
import { selfSigned, type Certificate } from '../kit/certificate.ts';
import { startPrometheus, type TestPrometheus } from '../kit/prometheus.ts';
import { seeded } from '../kit/random.ts';
import { metricsOf, problemOf, serve, type TestServer } from './applicationSupport.ts';
import { until } from './support.ts';

/** A real Prometheus behind TLS, basic authentication and a path, and answers of servers that are not well. */

const skip = (await skipWithout('prometheus', 'promtool')) ?? false;
const PASSWORD = 's3cret-of-prometheus';
/** bcrypt of it, as the web configuration of Prometheus wants it. */
const HASH = '$2b$04$NElrY3pF3LCwzVCXwF8R/.XpdyAFgYQ4NrdoInL.vcWguMJdX07Va';
const right: AskCredentials = () => Promise.resolve({ kind: 'basic', user: 'monitor', password: PASSWORD });
const wrong: AskCredentials = () => Promise.resolve({ kind: 'basic', user: 'monitor', password: 'wr0ng-4711' });

function sourceOf(url: string, more: Partial<PrometheusSourceOptions> = {}): PrometheusSource {
  const address = new URL(url);
  return new PrometheusSource({
    address,
    timeoutMs: 5_000,
    maxBytes: 1_000_000,
    selector: '',
    windowSeconds: 10,
    ...more,
  });
}

/** Histograms of all sorts: bounds below 0, counts that go down, one bucket, no observation, no +Inf. */
const random = seeded(5);
const HISTOGRAMS = Array.from({ length: 60 }, (_, i) => {
  const size = i % 7;
  const bounds = Array.from({ length: size }, () => Math.round((random() * 20 - (i % 3) * 5) * 8) / 8);
  let count = 0;
  const rise = (): number => (count = Math.max(0, count + Math.floor(random() * 30) - (i % 5 === 0 ? 10 : 0)));
  const buckets = [...new Set(bounds)].sort((a, b) => a - b).map((le) => ({ le, count: i % 11 === 3 ? 0 : rise() }));
  return i % 13 === 6 ? buckets : [...buckets, { le: Infinity, count: i % 11 === 3 ? 0 : rise() }];
}).filter((buckets) => buckets.length > 0);

const ODD_PAGE = HISTOGRAMS.flatMap((buckets, i) =>
  buckets.map(({ le, count }) => `odd_bucket{n="${i}",le="${le === Infinity ? '+Inf' : le}"} ${count}`),
).join('\n');

/** A histogram under this name as a page, and a counter of answers by status under that one. */
const named = (name: string, counter: string): string =>
  [
    ...['0.5', '+Inf'].map((le) => `${name}_bucket{le="${le}"} 5`),
    `${name}_count 5`,
    `${counter}{status="200"} 5`,
  ].join('\n');
const PAGES: Readonly<Record<string, string>> = {
  '/odd': ODD_PAGE,
  '/similar': named('flask_http_request_duration_seconds', 'flask_total'),
  '/prefixed': named(
    'eu_shop_django_http_requests_latency_seconds_by_view_method',
    'eu_shop_django_http_responses_total_by_status_total',
  ),
};

describe('a real Prometheus behind TLS, a password and a path', { skip }, () => {
  let certificate: Certificate;
  let target: TestServer;
  let prometheus: TestPrometheus;
  let trust: { caFile: string; acceptAnyCertificate: boolean };

  before(async () => {
    certificate = await selfSigned(['IP:127.0.0.1']);
    target = await serve((request, response) => response.end(`${PAGES[request.url ?? ''] ?? ''}\n`));
    const { certFile, keyFile } = certificate;
    const web = JSON.stringify({
      tls_server_config: { cert_file: certFile, key_file: keyFile },
      basic_auth_users: { monitor: HASH },
    });
    const jobs = Object.fromEntries(Object.keys(PAGES).map((path) => [path.slice(1), [new URL(path, target.url)]]));
    prometheus = await startPrometheus({ jobs, web, protocol: 'https', prefix: '/team/prom', scrapeIntervalMs: 500 });
    trust = { caFile: certFile, acceptAnyCertificate: false };
  });
  after(async () => {
    await prometheus.stop();
    await target.close();
    await rm(certificate.folder, { recursive: true });
  });

  it('is asked with the path, the password and the certificate, and tells what is missing of them', async () => {
    for (const end of ['', '/', '/api/v1', '/api/v1/query']) {
      const { api } = sourceOf(prometheus.url + end, { credentials: right, trust });
      assert.equal(api.address, prometheus.url);
      assert.equal((await api.query('1 + 1')).series[0]?.points[0]?.[1], 2);
    }
    await problemOf(sourceOf(prometheus.url).read(), 'tls-self-signed');
    await problemOf(sourceOf(prometheus.url, { trust }).read(), 'credentials-missing');
    await problemOf(
      sourceOf(prometheus.url, { trust, credentials: wrong }).read(),
      'credentials-refused',
      'wr0ng-4711',
    );
    const root = new URL('/', prometheus.url).href;
    await problemOf(sourceOf(root, { credentials: right, trust }).read(), 'not-prometheus');
  });

  it('has the same quantiles as we have, of any histogram', async (t) => {
    const { api } = sourceOf(prometheus.url, { credentials: right, trust });
    const there = () => api.query('count(odd_bucket)');
    const all = HISTOGRAMS.flat().length;
    await until(there, ({ series }) => series[0]?.points[0]?.[1] === all, 'all histograms');
    let compared = 0;
    for (const phi of [0, 0.1, 0.5, 0.95, 0.99, 1]) {
      const { series } = await api.query(`histogram_quantile(${phi}, odd_bucket)`);
      const theirs = new Map(series.map(({ labels, points }) => [labels['n'], points[0]?.[1]]));
      for (const [i, buckets] of HISTOGRAMS.entries()) {
        const ours = histogramQuantile(phi, buckets).value;
        assert.ok(
          Object.is(ours, theirs.get(String(i))) || Math.abs(ours - (theirs.get(String(i)) ?? NaN)) < 1e-12,
          `${phi} of ${JSON.stringify(buckets)}: ${ours}, and ${theirs.get(String(i))}`,
        );
        compared++;
      }
    }
    t.diagnostic(`${compared} quantiles are the same`);
  });

  it('is looked through for the requests, by the names of the table with a prefix and by what sounds like them', async () => {
    for (const [job, histogram, how, byStatus] of [
      ['similar', 'flask_http_request_duration_seconds', 'name', undefined],
      [
        'prefixed',
        'eu_shop_django_http_requests_latency_seconds_by_view_method',
        'table',
        { counter: 'eu_shop_django_http_responses_total_by_status_total', label: 'status' },
      ],
    ] as const) {
      const source = sourceOf(prometheus.url, { credentials: right, trust, selector: `job="${job}"` });
      const read = () => source.read();
      const { metrics, figures } = await until(read, (one) => isKnown(one.figures.requests), `the requests of ${job}`);
      assert.deepEqual([metrics?.histogram, metrics?.how, metrics?.byStatus], [histogram, how, byStatus]);
      assert.deepEqual([figures.requests.value, figures.p50.how], [0, 'unknown']);
      assert.equal(figures.errors.value, byStatus === undefined ? undefined : 0);
    }
  });

  it('publishes metrics of its own, which are read in OpenMetrics with names from the settings', async () => {
    const own = metricsOf(`${prometheus.url}/metrics`, {
      credentials: right,
      trust,
      names: {
        latencyHistogram: 'prometheus_http_request_duration_seconds',
        statusCounter: 'prometheus_http_requests_total',
      },
    });
    const { notes, metrics } = await own.read();
    assert.deepEqual([notes, metrics?.how], [[], 'setting']);
    assert.deepEqual(metrics?.byStatus, { counter: 'prometheus_http_requests_total', label: 'code' });
    const { api } = sourceOf(prometheus.url, { credentials: right, trust });
    const again = await until(
      () => api.query('up').then(() => own.read()),
      ({ figures }) => isKnown(figures.p50) && figures.requests.how === 'exact' && figures.requests.value > 0,
      'figures of Prometheus itself',
    );
    assert.deepEqual([again.notes, again.figures.errors.value], [[], 0]);
  });

  it('says what it does not have, what it refuses, and where it has nothing', async () => {
    const source = sourceOf(prometheus.url, { credentials: right, trust, selector: 'job="shop"' });
    const { figures } = await source.read();
    assert.match(figures.p95.how === 'unknown' ? figures.p95.reason : '', /No histogram .* among job="shop"\.$/u);
    const to = new Date();
    const series = await source.series({ from: new Date(to.getTime() - 3_600_000), to, maxPoints: 100 });
    assert.ok(series.times.length > 50 && series.times.length <= 100);
    assert.ok(series.values.p95.every((value) => value === null));
    assert.match((await problemOf(source.api.query('sum('), 'query-refused')).why, /bad_data/u);
    const grid = { fromSeconds: 0, toSeconds: 1_000_000, stepSeconds: 1 };
    assert.match((await problemOf(source.api.queryRange('up', grid), 'query-refused')).why, /11,000 points/u);
  });
});

describe('a server that is not well', () => {
  const success = (more: object): string =>
    JSON.stringify({ status: 'success', data: { resultType: 'vector', result: [] }, ...more });
  const json = { 'content-type': 'application/json' };

  async function api(
    t: TestContext,
    status: number,
    body: string,
    headers: Record<string, string> = json,
  ): Promise<PrometheusApi> {
    const server = await serve((_, response) => response.writeHead(status, headers).end(body));
    t.after(() => server.close());
    return sourceOf(server.url).api;
  }

  for (const [what, status, body, code, transient] of [
    ['its error', 422, '{"status":"error","errorType":"execution","error":"too many samples"}', 'query-failed', false],
    [
      'that it took too long',
      503,
      '{"status":"error","errorType":"timeout","error":"query timed out"}',
      'query-timeout',
      true,
    ],
    ['that it is loading', 503, 'Service Unavailable', 'prometheus-unavailable', true],
    ['the proxy’s error', 502, '<html>Bad Gateway</html>', 'prometheus-unavailable', true],
    ['too many requests', 429, 'slow down', 'too-many-requests', true],
    ['a page', 200, '<!doctype html><title>Grafana</title>', 'not-prometheus', false],
    ['other JSON', 200, '{"status":"ok"}', 'not-prometheus', false],
    [
      'values that are none',
      200,
      success({ data: { result: [{ metric: {}, value: [1, 2] }] } }),
      'not-prometheus',
      false,
    ],
    ['cut JSON', 200, success({}).slice(0, -5), 'not-prometheus', false],
    ['nothing', 404, '404 page not found', 'not-prometheus', false],
  ] as const) {
    it(`is told by ${what}`, async (t) => {
      const problem = await problemOf((await api(t, status, body)).query('up'), code);
      assert.equal(problem.transient, transient);
    });
  }

  it('may warn: Thanos of stores, VictoriaMetrics of nodes that did not answer', async (t) => {
    const warned = await (await api(t, 200, success({ warnings: ['store a is away'] }))).query('up');
    assert.deepEqual([warned.partial, warned.warnings], [true, ['store a is away']]);
    const partial = await (await api(t, 200, success({ isPartial: true }))).query('up');
    assert.deepEqual([partial.partial, partial.warnings], [true, []]);
  });

  it('may be one that many share: the tenant is told, all jobs are named, and its warning is shown with the figures', async (t) => {
    const name = 'django_http_requests_latency_including_middlewares_seconds_bucket';
    const jobs = ['blue', 'green'].map((job) => ({ metric: { __name__: name, job }, value: [1, '5'] }));
    const figures = [
      { metric: { figure: 'p50' }, value: [1_700_000_000, '12.5'] },
      { metric: { figure: 'p99' }, value: [1_700_000_000, 'NaN'] },
      { metric: { figure: 'requests' }, value: [1_700_000_000.5, '0'] },
    ];
    const answer: RequestListener = (request, response) => {
      const result = (request.url ?? '').includes('histogram_quantile') ? figures : jobs;
      response.writeHead(200, json).end(success({ data: { result }, warnings: ['one is away'] }));
    };
    const server = await serve(answer);
    t.after(() => server.close());
    const reading = await sourceOf(`${server.url}/prometheus`, { tenant: 'team-a' }).read();
    assert.ok(server.requests.every(({ url }) => url?.startsWith('/prometheus/api/v1/query?') === true));
    assert.ok(server.requests.every(({ headers }) => headers['x-scope-orgid'] === 'team-a'));
    assert.match(reading.notes.join('\n'), /blue, green are added up/u);
    assert.match(reading.notes.join('\n'), /one is away/u);
    assert.ok(isKnown(reading.figures.p50));
    assert.deepEqual([reading.figures.p50.how, reading.figures.p50.value], ['estimated', 12.5]);
    assert.match(reading.figures.p50.note ?? '', /a part of the data is missing/u);
    assert.match(reading.figures.p99.how === 'unknown' ? reading.figures.p99.reason : '', /No request was answered/u);
    assert.match(reading.figures.errors.how === 'unknown' ? reading.figures.errors.reason : '', /status/u);
  });
});
