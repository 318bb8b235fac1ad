import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HISTORY_ROWS } from '../../../src/monitoring/metrics/historyRows.ts';
import { childSeries } from '../../../src/monitoring/metrics/metric.ts';
import { findMetric } from '../../../src/monitoring/metrics/metrics.ts';
import { CHARTS } from '../../../src/monitoring/charts/charts.ts';
import { closestSeconds, expressionOverTime, rowOverTime } from '../../../src/services/prometheusHistory/overTime.ts';
import type { HistoryRow } from '../../../src/services/prometheusHistory/historyRow.ts';
import { selectorsOf } from '../../../src/services/prometheusHistory/selectors.ts';

/** What Prometheus is asked: by our own metrics, and over which time. */

const select = selectorsOf({ database: 'shop', schema: 'public', table: 'django_session' }, '');

function row(series: string): HistoryRow {
  return HISTORY_ROWS.find((one) => one.series === series) ?? assert.fail(series);
}

test('every row is of a metric that there is, each once, and the charts of writes and connections can be drawn of them', () => {
  const ids = HISTORY_ROWS.map(({ series }) => series);
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ids) assert.ok(findMetric(id.split('/')[0] ?? ''), id);
  for (const chart of CHARTS.filter(({ id }) => ['saves', 'connections', 'hot'].includes(id)))
    for (const { metric, child } of chart.series)
      if (child !== 'unknown')
        assert.ok(ids.includes(child === undefined ? metric : childSeries(metric, child)), metric);
});

test('what is not the same figure is not taken for it', () => {
  const ids = HISTORY_ROWS.map(({ series }) => series);
  for (const id of ['sessions.total', 'table.live', 'table.heap', 'table.toast', 'statements.meanTime'])
    assert.ok(!ids.includes(id), id);
});

test('names are quoted as PromQL wants it, and the selector stands behind', () => {
  const odd = selectorsOf({ database: 'my "shop"\\', table: 'Sessions\n' }, 'job="db"');
  assert.equal(odd.table('x'), String.raw`x{datname="my \"shop\"\\",relname="Sessions\n",job="db"}`);
  assert.equal(select.database('x', 'state="idle"'), 'x{datname="shop",state="idle"}');
  assert.equal(select.server('x'), 'x{}');
});

test('a rate is over the window, and over the whole of a longer step with the extremes of the windows in it', () => {
  const saves = row('writes.deletes');
  const over = (range: string): string =>
    `60 * max(rate(pg_stat_user_tables_n_tup_del{datname="shop",schemaname="public",relname="django_session"}[${range}]))`;
  assert.deepEqual(rowOverTime(saves, select, { stepSeconds: 60, windowSeconds: 300 }), { mean: over('300s') });
  assert.deepEqual(rowOverTime(saves, select, { stepSeconds: 3600, windowSeconds: 300 }), {
    mean: over('3600s'),
    min: `min_over_time((${over('300s')})[3600s:150s])`,
    max: `max_over_time((${over('300s')})[3600s:150s])`,
  });
  // A day of a year: 120 looks, and windows that overlap by half.
  const day = rowOverTime(saves, select, { stepSeconds: 86_400, windowSeconds: 300 });
  assert.equal(day.max, `max_over_time((${over('1440s')})[86400s:720s])`);
});

test('a gauge is looked at as often as it is scraped; where that is too often, all samples of each stretch are taken', () => {
  const dead = row('table.deadTuples');
  const name = 'pg_stat_user_tables_n_dead_tup{datname="shop",schemaname="public",relname="django_session"}';
  assert.equal(closestSeconds(300), 15);
  assert.equal(closestSeconds(1), 1);
  assert.deepEqual(rowOverTime(dead, select, { stepSeconds: 15, windowSeconds: 300 }), { mean: `max(${name})` });
  assert.deepEqual(rowOverTime(dead, select, { stepSeconds: 600, windowSeconds: 300 }), {
    mean: `avg_over_time((max(${name}))[600s:15s])`,
    min: `min_over_time((max(${name}))[600s:15s])`,
    max: `max_over_time((max(${name}))[600s:15s])`,
  });
  assert.deepEqual(rowOverTime(dead, select, { stepSeconds: 86_400, windowSeconds: 300 }), {
    mean: `avg_over_time((max(${name}))[86400s:720s])`,
    min: `min_over_time((max(min_over_time(${name}[720s])))[86400s:720s])`,
    max: `max_over_time((max(max_over_time(${name}[720s])))[86400s:720s])`,
  });
});

test('an expression of a person is taken as it is, by all its samples where it is a selector and nothing else', () => {
  const span = { stepSeconds: 86_400, windowSeconds: 300 };
  assert.equal(expressionOverTime(' shop_sessions{a="}"} ', span).max, 'max_over_time(shop_sessions{a="}"}[86400s])');
  assert.equal(expressionOverTime('a:b', span).mean, 'avg_over_time(a:b[86400s])');
  assert.equal(expressionOverTime('sum(x) # all', span).min, 'min_over_time((sum(x) # all\n)[86400s:720s])');
  assert.equal(expressionOverTime('x offset 1d', span).mean, 'avg_over_time((x offset 1d\n)[86400s:720s])');
  assert.deepEqual(expressionOverTime('sum(x)', { stepSeconds: 15, windowSeconds: 300 }), { mean: '(sum(x)\n)' });
});
