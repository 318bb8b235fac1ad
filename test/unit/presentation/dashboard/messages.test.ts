import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isKnown, unknown } from '../../../../src/common/measured.ts';
import { ALERT_RULES, AlertEngine } from '../../../../src/monitoring/alerts/alerts.ts';
import { metricById } from '../../../../src/monitoring/metrics/metrics.ts';
import {
  CHART_SPECS,
  currentValues,
  SERIES_IDS,
  thresholds,
} from '../../../../src/presentation/dashboard/chartSpecs.ts';
import { TILES } from '../../../../src/presentation/dashboard/tiles.ts';
import { CHARTS } from '../../../../src/monitoring/charts/charts.ts';
import { meanOf } from '../../../../src/webview/protocol/mean.ts';
import { parseToDashboard } from '../../../../src/webview/protocol/protocol.ts';
import { metrics, snapshot } from '../../monitoring/samples.ts';

/** What the dashboard is told is made of the metric table and the alert rules, and passes its door. */

test('every figure over the charts is drawn in the chart that it leads to', () => {
  for (const { series, chart } of TILES) {
    const spec = CHART_SPECS.find(({ id }) => id === chart);
    assert.ok(
      spec?.series.some(({ id }) => id === series),
      `${series} in ${chart}`,
    );
  }
});

test('a mean is of the points that there are', () => {
  assert.equal(meanOf([1, null, 4]), 2.5);
  assert.equal(meanOf([0]), 0);
  assert.equal(meanOf([null]), null);
  assert.equal(meanOf([]), null);
});

test('every chart is of known metrics of one unit, and of a rule that there is', () => {
  for (const chart of CHARTS) {
    const units = new Set(chart.series.map(({ metric }) => metricById(metric).unit));
    assert.equal(units.size, 1, `${chart.id}: ${[...units].join()}`);
  }
  const lines = ALERT_RULES.flatMap(({ chart }) => chart ?? []);
  assert.ok(lines.length > 0);
  for (const { id } of lines)
    assert.ok(
      CHARTS.some((chart) => chart.id === id),
      id,
    );
  assert.ok(parseToDashboard({ type: 'setup', locale: 'en', charts: CHART_SPECS, tiles: TILES, compact: false }));
  assert.equal(new Set(CHART_SPECS.map(({ id }) => id)).size, CHART_SPECS.length);
  assert.ok(SERIES_IDS.includes('connections.total/idle in transaction'));
});

test('values are said as the tree says them, and drawn in the unit of the chart', () => {
  const now = snapshot();
  const values = currentValues(now, { locale: 'en' });
  const all = CHART_SPECS.flatMap(({ series, id }) => series.map((one) => `${id} ${one.id}`));
  assert.equal(values.length, all.length);
  const of = (chart: string, series: string): (typeof values)[number] | undefined =>
    values[all.indexOf(`${chart} ${series}`)];
  assert.deepEqual([of('sessions', 'sessions.total')?.text, of('sessions', 'sessions.total')?.value], ['1,000', 1000]);
  const { savesPerMinute } = now.rates;
  assert.ok(isKnown(savesPerMinute));
  assert.equal(of('saves', 'writes.saves')?.value, savesPerMinute.value * 60);
  assert.equal(of('connections', 'connections.total/idle')?.value, 3);
  assert.equal(of('connections', 'connections.total/idle in transaction')?.value, 0, 'nobody is in it');
});

test('what is unknown has no value and says why', () => {
  const hidden = unknown('The role may not see it.', 'Grant pg_monitor.');
  const [total] = currentValues(snapshot({ metrics: metrics({ sessions: { total: hidden } }) }), { locale: 'en' });
  assert.deepEqual(total, { value: null, text: 'unknown', why: 'The role may not see it. Grant pg_monitor.' });
});

test('the space of the heap adds up: live, dead and free', () => {
  const values = currentValues(snapshot(), { locale: 'en' });
  const first = CHART_SPECS.slice(
    0,
    CHART_SPECS.findIndex(({ id }) => id === 'space'),
  ).flatMap(({ series }) => series).length;
  const parts = values.slice(first, first + 3).map(({ value }) => value ?? NaN);
  const heap = snapshot().metrics.table.heapBytes;
  assert.ok(isKnown(heap));
  assert.ok(Math.abs(parts.reduce((a, b) => a + b) - heap.value) < 1, parts.join());
});

test('thresholds are drawn where the alerts fire: in the unit of the chart, or a share of the maximum', () => {
  const engine = new AlertEngine();
  const lines = thresholds(engine.states(), snapshot(), { locale: 'en' });
  const of = (chart: string): (typeof lines)[number] | undefined => lines.find((line) => line.chart === chart);
  assert.deepEqual(of('expired'), { chart: 'expired', value: 1000, text: 'Alert above 1,000', firing: false });
  assert.equal(of('saves')?.value, 60_000);
  assert.equal(of('connections')?.value, 0.9 * 97);
  assert.equal(of('sizes')?.text, 'Alert above 100 MB');
  const unread = thresholds(engine.states(), undefined, { locale: 'en' });
  assert.ok(!unread.some(({ chart }) => chart === 'connections'), 'a share of nothing is not drawn');
});

test('a threshold that was set is the one that is drawn, and said by the locale', () => {
  const engine = new AlertEngine({ settings: { 'djangoSessionMonitor.alerts.expiredSessions': 5000 } });
  const line = thresholds(engine.states(), snapshot(), { locale: 'de' }).find(({ chart }) => chart === 'expired');
  assert.equal(line?.text, 'Alert above 5.000');
});
