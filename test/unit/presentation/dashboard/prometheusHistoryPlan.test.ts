import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '../../../../src/common/problem.ts';
import { CHART_SPECS } from '../../../../src/presentation/dashboard/chartSpecs.ts';
import { planKey, planHistory } from '../../../../src/presentation/dashboard/historyPlan.ts';
import { ownNote, remoteCharts, answeredCharts } from '../../../../src/presentation/dashboard/prometheusCharts.ts';
import { PrometheusSource } from '../../../../src/services/prometheus/prometheusSource.ts';
import { snapshot } from '../../monitoring/samples.ts';

/** From where the charts come, by what is set, and what is said of it. */

const address = new URL('http://127.0.0.1:9090');
const source = new PrometheusSource({ address, timeoutMs: 1000, maxBytes: 1000, selector: '', windowSeconds: 300 });
const UNSET = { source: 'store', prometheusSelector: '', prometheusQueries: {} };
const WANTED = { ...UNSET, source: 'prometheus' };

test('without a server, or as long as nothing else is wanted, all is of this editor', () => {
  assert.deepEqual(planHistory(UNSET, undefined, snapshot()), { kind: 'store', why: '' });
  assert.deepEqual(planHistory(UNSET, { source, isLive: false }, snapshot()), { kind: 'store', why: '' });
  assert.deepEqual(planHistory(WANTED, { source, isLive: true }, undefined), { kind: 'store', why: '' });
  const missing = planHistory(WANTED, undefined, snapshot());
  assert.ok(missing.kind === 'store' && missing.why.includes('application.prometheusUrl'));
  const [chart] = CHART_SPECS;
  assert.ok(chart);
  assert.match(ownNote(chart, missing, undefined).note, /^From this editor’s history: no Prometheus server is set/);
});

test('the application’s past comes from Prometheus by itself where its present does', async () => {
  const plan = planHistory(UNSET, { source, isLive: true }, snapshot());
  const { charts } = (await remoteCharts(plan)) ?? assert.fail('no charts');
  assert.ok(charts.length > 0 && charts.every(({ section }) => section === 'application'));
  const sessions = CHART_SPECS.find(({ id }) => id === 'sessions') ?? assert.fail('no chart');
  assert.equal(ownNote(sessions, plan, undefined).note, '');
});

test('every chart that something can be asked of is Prometheus’s; queries of one’s own add to them, and change the key', async () => {
  const plan = planHistory(WANTED, { source, isLive: false }, snapshot());
  const ids = ((await remoteCharts(plan)) ?? assert.fail('no charts')).charts.map(({ id }) => id);
  for (const id of ['saves', 'connections', 'sizes', 'hot', 'responseTimes']) assert.ok(ids.includes(id), id);
  for (const id of ['sessions', 'space', 'statements']) assert.ok(!ids.includes(id), id);
  const queries = { 'sessions.total': 'shop_sessions', 'table.live': 5, 'no.such': 'x' };
  const more = planHistory({ ...WANTED, prometheusQueries: queries }, { source, isLive: false }, snapshot());
  assert.ok((await remoteCharts(more))?.charts.some(({ id }) => id === 'sessions'));
  assert.ok(!(await remoteCharts(more))?.charts.some(({ id }) => id === 'space'), 'what is no text is left out');
  assert.notEqual(planKey(more), planKey(plan));
});

test('a selector that is none is told by its own setting', async () => {
  const plan = planHistory({ ...WANTED, prometheusSelector: 'db1' }, { source, isLive: false }, snapshot());
  await assert.rejects(
    remoteCharts(plan),
    (error) => error instanceof Problem && error.what.includes('history.prometheus'),
  );
});

test('what came of each chart is said under it', () => {
  const [sessions, expired, saves] = CHART_SPECS;
  assert.ok(sessions && expired && saves);
  const text = { code: 'x', what: 'It failed', why: 'It is away.', next: 'Start it.', transient: true };
  const told = answeredCharts([sessions, expired, saves], {
    at: [1],
    stepMs: 0,
    series: new Map([['sessions.total', { min: [1], mean: [2], max: [3] }]]),
    charts: new Map([
      ['sessions', { kind: 'series' as const, missing: ['sessions.active', 'sessions.expired'], notes: ['So it is.'] }],
      ['expired', { kind: 'nothing' as const, notes: [] }],
      ['saves', { kind: 'failed' as const, problem: new Problem(text) }],
    ]),
  });
  assert.deepEqual(told.drawn, [{ id: 'sessions', note: 'From Prometheus, which has no Active, Expired. So it is.' }]);
  assert.match(told.nothing[0]?.note ?? '', /^From this editor’s history: Prometheus has none/);
  assert.deepEqual(told.failed, [{ id: 'saves', note: 'It failed: It is away. Start it.' }]);
  assert.deepEqual(told.series, [{ metricId: 'sessions.total', min: [1], mean: [2], max: [3] }]);
});
