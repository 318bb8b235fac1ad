import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EXPORT_QUERIES, exportedName } from '../../../src/postgres/export/exportQueries.ts';
import { ALERT_RULES } from '../../../src/monitoring/alerts/alertRules.ts';
import { metricsFile } from '../../kit/metricsProject.ts';

/** session_metrics.py as a text; that it runs is shown by test/django/sessionMetricsCommand.test.ts. */

const file = metricsFile({
  'djangoSessionMonitor.alerts.tableSizeMB': 7,
  'djangoSessionMonitor.alerts.expiredSessions': 41,
});

test('every metric that it names is one of the query table', () => {
  const known = new Set(EXPORT_QUERIES.flatMap((query) => query.columns.map((column) => exportedName(query, column))));
  const named = [...file.matchAll(/"(django_session_\w+)"/g)].map(([, name = '']) => name);
  const prefixes = new Set(EXPORT_QUERIES.map(({ prefix }) => prefix));
  const strange = named.filter((name) => !known.has(name) && !prefixes.has(name) && !prefixes.has(name.slice(0, -1)));
  assert.deepEqual(strange, []);
  assert.ok(named.length > 30);
});

test('every alert rule stands in it with the thresholds of the settings', () => {
  for (const { id, title } of ALERT_RULES) assert.ok(file.includes(`"${id}",`) && file.includes(`"${title}",`), id);
  assert.match(file, /"table-size",\n(?:.*\n){3} {8}7340032,/);
  assert.match(file, /^COUNT_TO = 42$/m);
  assert.match(file, /LIMIT 42\)/, 'the query counts as far as the rule needs');
});

test('it is Python that a reviewer can read: no tabs, no spaces at the end of a line, no placeholder left open', () => {
  assert.doesNotMatch(file, /\t|undefined|\[object/);
  const trailing = file.split('\n').filter((text) => text.endsWith(' '));
  assert.deepEqual(trailing, []);
});
