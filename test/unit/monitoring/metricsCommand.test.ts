import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '../../../src/common/problem.ts';
import { clearsessionsBy } from '../../../src/monitoring/metricsCommand/metricsCommand.ts';
import { parseMetrics } from '../../../src/monitoring/metricsCommand/parseMetrics.ts';

/** What `manage.py session_metrics` prints, as it comes and as it may come. */

const figure = { how: 'exact', value: 5 };
const moment = { how: 'exact', value: '2026-11-20T18:01:01.169Z' };
const DOCUMENT = {
  format: 'django-session-metrics',
  version: 1,
  serverTime: '2026-11-27T17:51:09.639Z',
  server: { version: 180004, database: 'shop', user: 'app', startedAt: '2026-11-27T17:51:04.878Z', inRecovery: false },
  sessions: { total: figure, active: figure, expired: figure, oldestExpired: moment, savedLastHour: figure },
  table: {
    qualifiedName: 'public.django_session',
    heapBytes: figure,
    indexBytes: figure,
    toastBytes: figure,
    totalBytes: figure,
    reusableBytes: { how: 'estimated', value: 7, note: 'from a sample of its pages' },
    deadTuples: { how: 'unknown', reason: 'A standby keeps none.', next: 'Ask the primary.' },
    lastVacuum: moment,
    lastAutovacuum: { how: 'exact', value: null },
    lastAnalyze: moment,
    expireIndex: true,
  },
  counters: { inserted: 1, updated: 2, hotUpdated: 3, deleted: 4, sequentialScans: 5, indexScans: 6 },
  connections: {
    byState: { idle: 2 },
    total: figure,
    waiting: figure,
    longestTransactionSeconds: figure,
    used: figure,
    max: figure,
  },
  database: { commits: 1, rollbacks: 2, blocksHit: 3, blocksRead: 4, tempFiles: 5, tempBytes: 6, resetAt: null },
  cost: { statements: 6, serverMs: 12.5, roundTripMs: 40 },
};
const AT = new Date('2026-11-27T12:00:00Z');
const line = JSON.stringify(DOCUMENT);

function codeOf(text: string): string {
  try {
    parseMetrics(text, AT);
    return 'read';
  } catch (error) {
    assert.ok(error instanceof Problem, String(error));
    return error.code;
  }
}

test('figures get the time of their arrival, and dates are dates', () => {
  const metrics = parseMetrics(line, AT);
  assert.deepEqual(metrics.at, AT);
  assert.deepEqual(metrics.sessions.total, { how: 'exact', value: 5, at: AT });
  assert.deepEqual(metrics.sessions.oldestExpired.value, new Date('2026-11-20T18:01:01.169Z'));
  assert.deepEqual(metrics.table.reusableBytes, {
    how: 'estimated',
    value: 7,
    note: 'from a sample of its pages',
    at: AT,
  });
  assert.deepEqual(metrics.table.deadTuples, {
    how: 'unknown',
    reason: 'A standby keeps none.',
    next: 'Ask the primary.',
  });
  assert.deepEqual(metrics.database.resetAt, null);
});

test('it is found among what else the command prints', () => {
  assert.equal(codeOf(`Welcome to web-1\n{"other": 1}\n${line}\n{not json\nbye\n`), 'read');
  assert.equal(codeOf(`${line}\r\n`), 'read');
});

test('what is not the metrics is a problem of its own, and never a figure', () => {
  const cases = {
    'metrics-not-json': ['', 'public.django_session in shop', '{"format": "other"}', line.slice(0, -5), '[1]', 'null'],
    'metrics-version': [JSON.stringify({ ...DOCUMENT, version: 2 }), JSON.stringify({ ...DOCUMENT, version: 'x' })],
    'metrics-invalid': [
      JSON.stringify({ ...DOCUMENT, server: undefined }),
      JSON.stringify({ ...DOCUMENT, counters: { ...DOCUMENT.counters, updated: 'many' } }),
      JSON.stringify({ ...DOCUMENT, serverTime: 'now' }),
      JSON.stringify({ ...DOCUMENT, connections: [] }),
    ],
  };
  for (const [code, texts] of Object.entries(cases))
    for (const text of texts) assert.equal(codeOf(text), code, text.slice(0, 80));
  const broken = JSON.stringify({
    ...DOCUMENT,
    sessions: { ...DOCUMENT.sessions, total: { how: 'exact', value: '5' } },
  });
  assert.equal(parseMetrics(broken, AT).sessions.total.how, 'unknown');
});

test('clearsessions goes the way that session_metrics came, where that is plain', () => {
  const by = (text: string): string | undefined => clearsessionsBy(text.split(' '))?.join(' ');
  assert.equal(
    by('docker exec web python manage.py session_metrics --format json'),
    'docker exec web python manage.py clearsessions',
  );
  assert.equal(
    by('kubectl exec deploy/web -- python3 backend/manage.py session_metrics --settings=config.live --format json'),
    'kubectl exec deploy/web -- python3 backend/manage.py clearsessions --settings=config.live',
  );
  assert.equal(
    by('python manage.py session_metrics --settings live --table x --format json --pythonpath /srv'),
    'python manage.py clearsessions --settings live --pythonpath /srv',
  );
  for (const other of ['metrics-of-shop', 'manage.py', 'session_metrics', 'ssh web session_metrics --format json'])
    assert.equal(by(other), undefined, other);
  assert.equal(clearsessionsBy(['ssh', 'web', 'cd /srv && python manage.py session_metrics --format json']), undefined);
});
