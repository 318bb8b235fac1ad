import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Problem } from '../../../src/common/problem.ts';
import { chooseMetrics, type ChosenMetrics } from '../../../src/services/applicationMetrics/chooseMetrics.ts';
import { parseExposition } from '../../../src/services/applicationMetrics/expositionText.ts';
import { histogramQuantile } from '../../../src/services/applicationMetrics/histogramQuantile.ts';
import { mayBeNeeded, type NameOverrides } from '../../../src/services/applicationMetrics/requestMetrics.ts';
import { catalogOf } from '../../../src/services/applicationMetrics/scrape.ts';
import { APPLICATION_DEFAULTS, createApplicationSources } from '../../../src/services/createApplicationSources.ts';
import { parseAddress } from '../../../src/services/http/address.ts';
import { authorization, withoutSecret } from '../../../src/services/http/credentials.ts';
import { figureExpressions, parseSelector } from '../../../src/services/prometheus/promql.ts';
import { gridTimes, onGrid, timeGrid } from '../../../src/services/prometheus/timeGrid.ts';

/** A page with these histograms, each with its labels and its count, and these counters. */
function page(histograms: Record<string, [labels: string, count: number]>, counters: readonly string[] = []): string {
  const lines = Object.entries(histograms).flatMap(([name, [labels, count]]) => [
    `${name}_bucket{${labels}le="0.1"} ${count}`,
    `${name}_bucket{${labels}le="+Inf"} ${count}`,
    `${name}_count{${labels}} ${count}`,
  ]);
  return [...lines, ...counters].join('\n');
}

function choose(text: string, names: NameOverrides = {}): ReturnType<typeof chooseMetrics> {
  return chooseMetrics(catalogOf(parseExposition(text, { keep: (name) => mayBeNeeded(name, names) })), names);
}

function chosen(text: string, names: NameOverrides = {}): ChosenMetrics {
  const metrics = choose(text, names);
  assert.ok('histogram' in metrics, JSON.stringify(metrics));
  return metrics;
}

const DJANGO = 'django_http_requests_latency_including_middlewares_seconds';
const BY_VIEW = 'django_http_requests_latency_seconds_by_view_method';

describe('which metrics are the requests', () => {
  it('knows django-prometheus, with a namespace too', () => {
    for (const prefix of ['', 'shop_']) {
      const counters = [
        `${prefix}django_http_requests_before_middlewares_total 5`,
        `${prefix}django_http_responses_total_by_status_total{status="200"} 5`,
      ];
      assert.deepEqual(chosen(page({ [prefix + DJANGO]: ['', 5], [prefix + BY_VIEW]: ['', 5] }, counters)), {
        label: 'django-prometheus',
        how: 'table',
        histogram: prefix + DJANGO,
        unitMs: 1000,
        requests: `${prefix}django_http_requests_before_middlewares_total`,
        byStatus: { counter: `${prefix}django_http_responses_total_by_status_total`, label: 'status' },
      });
    }
  });

  it('takes the histogram by view if the other is not fed, and the other if none is', () => {
    assert.equal(chosen(page({ [DJANGO]: ['', 0], [BY_VIEW]: ['view="a",', 3] })).histogram, BY_VIEW);
    assert.equal(chosen(page({ [BY_VIEW]: ['view="a",', 0], [DJANGO]: ['', 0] })).histogram, DJANGO);
  });

  it('takes milliseconds and other labels of OpenTelemetry', () => {
    const name = 'http_server_duration_milliseconds';
    const { unitMs, requests, byStatus } = chosen(page({ [name]: ['http_status_code="500",', 3] }));
    const counter = `${name}_count`;
    assert.deepEqual([unitMs, requests, byStatus], [1, counter, { counter, label: 'http_status_code' }]);
  });

  it('takes one that sounds like it, names several, and never Prometheus’ own', () => {
    const one = page({ flask_http_request_duration_seconds: ['status="200",', 3], db_query_seconds: ['', 9] });
    assert.deepEqual([chosen(one).how, chosen(one).histogram], ['name', 'flask_http_request_duration_seconds']);
    const two = choose(page({ a_request_duration_seconds: ['', 3], b_request_duration_seconds: ['', 9] }));
    assert.match('reason' in two ? two.reason : '', /a_request_duration_seconds, b_request_duration_seconds/u);
    assert.ok('reason' in choose(page({ prometheus_http_request_duration_seconds: ['', 3] })));
    assert.ok('reason' in choose('up 1\n'));
  });

  it('obeys the settings, and says when what they name is not there', () => {
    const text = page({ [DJANGO]: ['', 5], checkout_ms: ['result="5xx",', 5] }, ['pages_total 5']);
    const names = { latencyHistogram: 'checkout_ms_bucket', requestsCounter: 'pages_total', statusLabel: 'result' };
    assert.deepEqual(chosen(text, names), {
      label: 'checkout_ms',
      how: 'setting',
      histogram: 'checkout_ms',
      unitMs: 1,
      requests: 'pages_total',
      byStatus: { counter: 'checkout_ms_count', label: 'result' },
    });
    const wrong = choose(text, { latencyHistogram: 'chekout_ms' });
    assert.match('reason' in wrong ? wrong.reason : '', /No histogram chekout_ms/u);
  });
});

describe('a quantile', () => {
  const of = (phi: number, ...buckets: [number, number][]): number =>
    histogramQuantile(
      phi,
      buckets.map(([le, count]) => ({ le, count })),
    ).value;

  it('is interpolated in its bucket, from 0 in the first', () => {
    assert.equal(of(0.5, [1, 10], [2, 20], [Infinity, 20]), 1);
    assert.equal(of(0.75, [Infinity, 20], [2, 20], [1, 10]), 1.5);
    assert.equal(of(0.25, [1, 10], [2, 20], [Infinity, 20]), 0.5);
  });

  it('is a bound where there is nothing to interpolate in', () => {
    assert.equal(of(0.99, [1, 10], [2, 20], [Infinity, 40]), 2);
    assert.equal(of(0.1, [-1, 10], [Infinity, 20]), -1);
  });

  it('is NaN without +Inf, without observations, with one bucket', () => {
    for (const buckets of [
      [
        [1, 5],
        [2, 9],
      ],
      [
        [1, 0],
        [Infinity, 0],
      ],
      [[Infinity, 4]],
      [],
    ] as [number, number][][]) {
      assert.ok(Number.isNaN(of(0.5, ...buckets)));
    }
    assert.deepEqual([of(-0.1, [Infinity, 1]), of(1.1, [Infinity, 1])], [-Infinity, Infinity]);
  });

  it('lifts counts that go down and says so, but not for rounding', () => {
    const lifted = histogramQuantile(0.5, [
      { le: 1, count: 10 },
      { le: 2, count: 8 },
      { le: Infinity, count: 10 },
    ]);
    assert.deepEqual([lifted.value, lifted.corrected], [0.5, true]);
    const rounded = histogramQuantile(1, [
      { le: 1, count: 10 },
      { le: 2, count: 10 - 1e-12 },
      { le: 3, count: 10 + 1e-12 },
      { le: Infinity, count: 10 },
    ]);
    assert.deepEqual([rounded.value, rounded.corrected], [1, false]);
  });
});

describe('PromQL', () => {
  const metrics = chosen(page({ [DJANGO]: ['', 5] }, ['django_http_responses_total_by_status_total{status="200"} 5']));

  it('is made from the same names', () => {
    const { p95, errors, requests } = figureExpressions(metrics, 'job="shop"', 300);
    assert.equal(p95, `1000 * histogram_quantile(0.95, sum by (le) (rate(${DJANGO}_bucket{job="shop"}[300s])))`);
    assert.equal(requests, `sum(rate(${DJANGO}_count{job="shop"}[300s]))`);
    assert.match(errors ?? '', /status=~"5\.\."/u);
  });

  it('takes matchers, with braces or without, and nothing that would end them', () => {
    assert.equal(parseSelector(' {job="shop", instance=~"web-.*",} '), 'job="shop", instance=~"web-.*"');
    assert.equal(parseSelector(''), '');
    for (const bad of ['job', 'job="a"} or up{', 'job="a" or x="b"', '"job"="a"', 'job="a\\"']) {
      assert.throws(() => parseSelector(bad), { name: 'Problem', code: 'bad-selector' });
    }
  });
});

describe('the times of a series', () => {
  it('are round, stay where they are a moment later, and are no more than asked for', () => {
    const from = new Date('2025-11-09T14:00:03Z');
    const grid = timeGrid(from, new Date(from.getTime() + 3_600_000), 300);
    assert.equal(grid.stepSeconds, 15);
    assert.deepEqual(gridTimes(grid).slice(0, 2), [
      Date.parse('2025-11-09T14:00:15Z'),
      Date.parse('2025-11-09T14:00:30Z'),
    ]);
    const later = timeGrid(new Date(from.getTime() + 2_000), new Date(from.getTime() + 3_602_000), 300);
    assert.deepEqual(later, grid);
    for (const days of [0, 0.01, 1, 30, 365, 4_000]) {
      for (const maxPoints of [2, 100, 1_000, 50_000]) {
        const times = gridTimes(timeGrid(new Date(from.getTime() - days * 86_400_000), from, maxPoints));
        assert.ok(
          times.length >= 1 && times.length <= Math.min(maxPoints, 11_000),
          `${days} ${maxPoints} ${times.length}`,
        );
      }
    }
  });

  it('have null where there is no value', () => {
    const grid = { fromSeconds: 100, toSeconds: 140, stepSeconds: 10 };
    const values = onGrid(grid, [
      [100, 1],
      [120, Number.NaN],
      [130, 4],
    ]);
    assert.deepEqual(values, [1, null, null, 4, null]);
  });
});

describe('the settings', () => {
  it('make a source for each address, and none for what can’t be used', () => {
    assert.deepEqual(createApplicationSources(APPLICATION_DEFAULTS), { problems: [] });
    const both = {
      ...APPLICATION_DEFAULTS,
      metricsUrl: 'localhost:8000/metrics?token=x',
      prometheusUrl: 'https://p/prom/',
    };
    const { live, history, problems } = createApplicationSources(both);
    assert.deepEqual(
      [live?.address, history?.address, problems],
      ['http://localhost:8000/metrics', 'https://p/prom', []],
    );
    const bad = createApplicationSources({ ...both, metricsUrl: 'http://a:b@c/metrics', prometheusSelector: 'x' });
    assert.deepEqual(
      [bad.live, bad.history, bad.problems.map(({ code }) => code)],
      [undefined, undefined, ['address-with-password', 'bad-selector']],
    );
    assert.ok(!bad.problems.some(({ message }) => message.includes('a:b')));
    assert.equal(createApplicationSources({ ...both, metricsUrl: '' }).live?.address, 'https://p/prom');
  });

  it('refuse what is no address', () => {
    for (const bad of ['http://', 'ftp://a/metrics', 'a b', 'file:///etc/passwd', 'http://[::1']) {
      assert.throws(
        () => parseAddress(bad, 'x'),
        (error) => error instanceof Problem && error.code === 'bad-address',
      );
    }
  });

  it('send credentials as they are, and take them out of what a server repeats', () => {
    const basic = { kind: 'basic', user: 'ä', password: 'p:w' } as const;
    assert.equal(authorization(basic, 'x'), `Basic ${Buffer.from('ä:p:w').toString('base64')}`);
    assert.equal(authorization({ kind: 'bearer', token: ' abc\n' }, 'x'), 'Bearer abc');
    assert.throws(() => authorization({ kind: 'bearer', token: 'a\r\nX: y' }, 'x'), { code: 'bad-credentials' });
    assert.throws(() => authorization({ kind: 'basic', user: 'a:b', password: '' }, 'x'), { code: 'bad-credentials' });
    assert.equal(withoutSecret('refused abc', { kind: 'bearer', token: 'abc' }), 'refused •••');
  });
});
