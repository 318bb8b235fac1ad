import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMMANDS } from '../../../../src/contributions.ts';
import { valuesOf } from '../../../../src/history/levels/values.ts';
import type { ApplicationState } from '../../../../src/monitoring/application/applicationState.ts';
import { METRICS } from '../../../../src/monitoring/metrics/metrics.ts';
import { applicationMessage } from '../../../../src/presentation/dashboard/applicationMessage.ts';
import { CHART_SPECS, currentValues } from '../../../../src/presentation/dashboard/chartSpecs.ts';
import { applicationProblemRows } from '../../../../src/presentation/tree/applicationRows.ts';
import { metricGroupRows } from '../../../../src/presentation/tree/metricRows.ts';
import { parseToDashboard } from '../../../../src/webview/protocol/protocol.ts';
import { snapshot } from '../samples.ts';
import { ADDRESS, problem, readingAt } from './support.ts';

/** What of the application is drawn, kept and said, and what is not. */

const configured = (more: object = {}): ApplicationState => ({
  kind: 'configured',
  address: ADDRESS,
  notes: [],
  ...more,
});
const ids = METRICS.filter(({ group }) => group === 'application').map(({ id }) => id);

test('without a source there is no row in the tree and no series in the store', () => {
  const rows = metricGroupRows(snapshot(), {}).map(({ id }) => id);
  assert.ok(!rows.includes('group/application'));
  const kept = valuesOf(snapshot());
  assert.equal(ids.length, 6);
  for (const id of ids) assert.equal(kept.has(id), false);
});

test('with a source all figures are rows, series and curves; what is unknown is kept as such', () => {
  const now = snapshot({ application: readingAt() });
  const group = metricGroupRows(now, {}).find(({ id }) => id === 'group/application');
  assert.equal(group?.summary, '40 ms p95, 3/s');
  assert.deepEqual(
    group.children?.map(({ label, description }) => `${label}: ${description ?? ''}`),
    ['Median: 12 ms', 'p95: 40 ms', 'p99: 90 ms', 'Requests: 3/s', 'Errors: 0/s', 'Error share: unknown'],
  );
  assert.deepEqual(
    ids.map((id) => valuesOf(now).get(id)),
    [12, 40, 90, 3, 0, NaN],
  );
  const specs = CHART_SPECS.flatMap(({ section, series }) => series.map(({ id }) => ({ section, id })));
  const drawn = currentValues(now, {}).filter((_, i) => specs[i]?.section === 'application');
  assert.deepEqual(
    drawn.map(({ value }) => value),
    [12, 40, 90, 3, 0, null],
  );
});

test('not configured: the section says what to add, with a button for the settings', () => {
  const message = applicationMessage({ kind: 'notConfigured' }, undefined, 'en');
  assert.ok(parseToDashboard(message));
  assert.equal(message.charts, false);
  assert.match(
    message.steps.map(({ code }) => code).join('\n'),
    /PrometheusBeforeMiddleware[^]*PrometheusAfterMiddleware[^]*urls/u,
  );
  assert.deepEqual(
    message.actions.map(({ id }) => id),
    [COMMANDS.openApplicationSettings],
  );
});

test('a source: its address and notes; its figures where no chart says them', () => {
  const reading = readingAt();
  const message = applicationMessage(configured({ reading }), undefined, 'en');
  assert.ok(parseToDashboard(message));
  assert.deepEqual([message.title, message.notes, message.figures], [`From ${ADDRESS}`, ['2 lines left out.'], []]);
  const { figures } = applicationMessage(configured({ reading }), reading, 'de');
  assert.deepEqual(
    figures.map(({ text }) => text),
    ['12 ms', '40 ms', '90 ms', '3/s', '0/s', 'unknown'],
  );
});

for (const [code, wants] of [
  ['connection-refused', false],
  ['credentials-missing', true],
  ['credentials-refused', true],
  ['bad-credentials', true],
] as const) {
  test(`${code}: what, why and next, with the buttons that fit, on both screens`, () => {
    const state = configured({ problem: problem(code), reading: readingAt() });
    const message = applicationMessage(state, undefined, 'en');
    assert.ok(parseToDashboard(message));
    assert.equal(message.problem, `Cannot read the metrics of ${ADDRESS}: It is gone. Start it.`);
    assert.deepEqual(message.notes, [], 'of a reading that holds no more');
    const offered = message.actions.map(({ id }) => id);
    assert.equal(offered.includes(COMMANDS.storeApplicationCredentials), wants);
    assert.ok(!offered.includes(COMMANDS.connect) && !offered.includes(COMMANDS.openDatabaseSettings));
    const [row] = applicationProblemRows(state);
    assert.deepEqual(
      row?.children?.map(({ command }) => command?.id),
      offered,
    );
  });
}

test('neither Restricted Mode nor a start promises figures', () => {
  for (const kind of ['untrusted', 'waiting'] as const) {
    const message = applicationMessage({ kind }, undefined, 'en');
    assert.ok(parseToDashboard(message));
    assert.deepEqual([message.charts, message.steps, message.actions], [false, [], []]);
    assert.deepEqual(applicationProblemRows({ kind }), []);
  }
});
