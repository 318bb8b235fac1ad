import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isKnown } from '../../src/common/measured.ts';
import {
  FIGURES,
  type ApplicationReading,
  type FigureId,
} from '../../src/services/applicationMetrics/applicationReading.ts';
import type { MetricsSource } from '../../src/services/applicationMetrics/metricsSource.ts';
import { PrometheusSource, type ApplicationSeries } from '../../src/services/prometheus/prometheusSource.ts';
import { skipWithout } from '../kit/apt.ts';
import type { DjangoServer } from '../kit/djangoServer.ts';
import { startPrometheus, type TestPrometheus } from '../kit/prometheus.ts';
import { EvenLoad, measuredProject, type MeasuredProject } from './applicationProject.ts';
import { apart, figure, metricsOf, problemOf } from './applicationSupport.ts';
import { until } from './support.ts';

/**
 * Real Django under gunicorn with two workers and django-prometheus, read by us and by a real Prometheus at the same time:
 * both have to say the same.
 */

const skip = (await skipWithout('debianDjango', 'gunicorn', 'djangoPrometheus', 'prometheus', 'promtool')) ?? false;
/**
 * Of 20 pages 2 front pages, which take a few milliseconds, 5 that fail, and such that wait, so that no quantile is near the
 * bound of a bucket (25, 50, 75 and 100 ms), where a few requests more or less would move it far.
 */
const [SOON, LATE, FAIL] = ['wait/?ms=35', 'wait/?ms=85', 'fail/?ms=35'];
const MIX = [
  ...[FAIL, SOON, LATE, SOON],
  ...[FAIL, SOON, '', SOON],
  ...[FAIL, SOON, LATE, LATE],
  ...[FAIL, SOON, '', SOON],
  ...[FAIL, SOON, LATE, SOON],
];
const PER_SECOND = 80;
/** Intervals between readings of Prometheus, a second each, that both have in their window: it counts from reading to reading. */
const INTERVALS = 15;
/** Further pairs of readings that are compared when the first were not taken at the same moment. */
const MORE_READINGS = 20;
const [OUR_WINDOW, THEIR_WINDOW] = [INTERVALS - 0.5, INTERVALS + 1];
const SHORT_WINDOW = 4;

describe('the figures of a real Django', { skip }, () => {
  let project: MeasuredProject;
  let django: DjangoServer;
  let prometheus: TestPrometheus;
  let metrics: MetricsSource;
  let history: PrometheusSource;

  before(async () => {
    project = await measuredProject();
    django = await project.start();
    const address = new URL('metrics', django.url);
    prometheus = await startPrometheus({ jobs: { shop: [address] } });
    metrics = metricsOf(address.href, { windowSeconds: OUR_WINDOW });
    history = prometheusSource(prometheus.url, THEIR_WINDOW);
  });
  after(async () => {
    await prometheus.stop();
    await django.stop();
    await project.remove();
  });

  it('agree with histogram_quantile and rate of Prometheus to 1 % under an even load', async (t) => {
    const load = new EvenLoad(django.url, MIX, PER_SECOND);
    try {
      assert.equal(isKnown((await metrics.read()).figures.requests), false);
      // Read at once after each reading of Prometheus, so that both see the same.
      let last = await scrapedAt(history, Date.now() / 1_000);
      let ours = await metrics.read();
      for (let i = 0; i <= INTERVALS; i++) {
        last = await scrapedAt(history, last);
        ours = await metrics.read();
      }
      let theirs = await history.read();
      const compare = (): { id: FigureId; ours: number; theirs: number }[] =>
        FIGURES.map(({ id }) => ({ id, ours: figure(ours, id), theirs: figure(theirs, id) }));
      let compared = compare();
      // Where the machine stalls between the two readings, requests fall between them: then the next two are compared. What
      // is calculated in another way would be apart in all of them.
      for (let more = 0; more < MORE_READINGS && compared.some((one) => apart(one.ours, one.theirs) > 0.01); more++) {
        last = await scrapedAt(history, last);
        ours = await metrics.read();
        theirs = await history.read();
        compared = compare();
      }
      assert.equal(load.failed, 0);
      assert.deepEqual([ours.metrics?.label, theirs.metrics], ['django-prometheus', ours.metrics]);
      for (const { id, ours: a, theirs: b } of compared)
        t.diagnostic(`${id}: ${a.toFixed(4)} and ${b.toFixed(4)}, ${(apart(a, b) * 100).toFixed(3)} % apart`);
      for (const { id, ours: a, theirs: b } of compared) assert.ok(apart(a, b) <= 0.01, `${id}: ${a} and ${b}`);
      // And with the truth: the load, and the two that read the metrics once a second.
      assert.ok(apart(figure(ours, 'requests'), PER_SECOND + 2) < 0.02);
      assert.ok(apart(figure(ours, 'errors'), PER_SECOND / 4) < 0.02);
    } finally {
      await load.stop();
    }
  });

  it('are told to be gone when the application is killed, and go on after its restart with a gap', async () => {
    const short = prometheusSource(prometheus.url, SHORT_WINDOW);
    const from = new Date();
    const isThere = (reading: ApplicationReading): boolean => isKnown(reading.figures.requests);
    await until(() => short.read(), isThere, 'a rate from Prometheus');
    await django.stop();
    const { transient } = await problemOf(metrics.read(), 'connection-refused');
    assert.equal(transient, true);
    const gone = await until(
      () => short.read(),
      (reading) => !isThere(reading),
      'an unknown rate',
    );
    assert.match(gone.figures.p50.how === 'unknown' ? gone.figures.p50.reason : '', /no two readings/u);

    django = await project.start();
    const load = new EvenLoad(django.url, MIX, PER_SECOND);
    try {
      const back = await until(() => metrics.read(), isThere, 'a rate of our own');
      await until(() => short.read(), isThere, 'a rate from Prometheus again');
      const later = await metrics.read();
      for (const reading of [back, later]) {
        assert.ok(figure(reading, 'requests') >= 0);
        assert.ok(figure(reading, 'requests') * (reading.windowSeconds ?? 0) < load.asked + 1_000);
      }
    } finally {
      await load.stop();
    }
    const shapeOf = ({ values }: ApplicationSeries): string =>
      values.requests.map((value) => (value === null ? '-' : 'x')).join('');
    const series = await until(
      () => short.series({ from, to: new Date(), maxPoints: 500 }),
      (one) => /x-+x/u.test(shapeOf(one)),
      'a gap between values',
    );
    assert.equal(series.stepSeconds, 1);
    for (const { id } of FIGURES) assert.equal(series.values[id].length, series.times.length);
  });

  it('say of a reset that there was one, and count from 0', async () => {
    const load = new EvenLoad(django.url, MIX, PER_SECOND);
    const source = metricsOf(new URL('metrics', django.url).href, { windowSeconds: 60 });
    await source.read();
    await sleep(1_000);
    const before = await source.read();
    await load.stop();
    await django.stop();
    django = await project.start();
    const after = await source.read();
    assert.ok(isKnown(after.figures.requests));
    assert.match(after.figures.requests.note ?? '', /was restarted/u);
    const counted = (reading: ApplicationReading): number =>
      Math.round(figure(reading, 'requests') * (reading.windowSeconds ?? 0));
    // A few: what waited for the server to answer, and Prometheus.
    assert.ok(counted(after) >= counted(before) && counted(after) <= counted(before) + PER_SECOND);
  });

  it('are not made up from workers that count apart', async () => {
    await django.stop();
    django = await project.start({ common: false });
    const load = new EvenLoad(django.url, MIX, PER_SECOND);
    const source = metricsOf(new URL('metrics', django.url).href);
    const reason = (reading: ApplicationReading): string =>
      reading.figures.requests.how === 'unknown' ? reading.figures.requests.reason : '';
    try {
      const seen = await until(
        () => source.read(),
        (reading) => reason(reading).includes('different processes'),
        'a sign',
      );
      for (const { id } of FIGURES) assert.equal(seen.figures[id].how, 'unknown');
      assert.match(
        seen.figures.p99.how === 'unknown' ? (seen.figures.p99.next ?? '') : '',
        /PROMETHEUS_MULTIPROC_DIR/u,
      );
    } finally {
      await load.stop();
    }
  });

  it('go on from /metrics while Prometheus is lost, and from it when it is back', async () => {
    await prometheus.stop();
    const { transient } = await problemOf(history.read(), 'connection-refused');
    assert.equal(transient, true);
    const now = new Date();
    await problemOf(
      history.series({ from: new Date(now.getTime() - 60_000), to: now, maxPoints: 60 }),
      'connection-refused',
    );
    assert.equal((await metrics.read()).metrics?.label, 'django-prometheus');
    const address = new URL('metrics', django.url);
    prometheus = await startPrometheus({ jobs: { shop: [address] }, port: prometheus.port });
    await until(
      () => history.read(),
      (reading) => isKnown(reading.figures.requests),
      'a rate from Prometheus',
    );
  });
});

/** The time of Prometheus' last reading of the application, once it is later than `after`. Unix time in seconds. */
async function scrapedAt(history: PrometheusSource, after: number): Promise<number> {
  const read = async (): Promise<number> =>
    (await history.api.query('timestamp(up{job="shop"})')).series[0]?.points[0]?.[1] ?? 0;
  return until(read, (at) => at > after, 'the next reading of Prometheus');
}

function prometheusSource(url: string, windowSeconds: number): PrometheusSource {
  const address = new URL(url);
  return new PrometheusSource({ address, timeoutMs: 5_000, maxBytes: 4_000_000, selector: '', windowSeconds });
}
