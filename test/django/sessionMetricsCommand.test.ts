import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test, type TestContext } from 'node:test';
import pg from 'pg';
import { isKnown } from '../../src/common/measured.ts';
import { runProcess, type RunResult } from '../../src/common/runProcess.ts';
import { parseMetrics } from '../../src/monitoring/metricsCommand/parseMetrics.ts';
import { connect } from '../../src/postgres/connect/connection.ts';
import { readSessionMetrics } from '../../src/postgres/readings/sessionMetrics.ts';
import type { SessionMetrics } from '../../src/postgres/table/readings.ts';
import { ensureTool } from '../kit/apt.ts';
import { ensureDjango } from '../kit/django.ts';
import { IN_MATRIX } from '../kit/inMatrix.ts';
import { makeMetricsProject, type MetricsProject } from '../kit/metricsProject.ts';
import { pgbouncerPath, startPgbouncer } from '../kit/pgbouncer.ts';
import { startPostgres, type TestPostgres } from '../kit/postgres.ts';
import { createSessionTable, fillSessions } from '../kit/sessions.ts';
import { startStandby } from '../kit/standby.ts';

/**
 * The exported manage.py session_metrics in real Django, beside what the extension reads of the same database.
 * `npm run test:matrix` tries more of it: a large table, rates, PgBouncer, a standby.
 */

const INSTALLED = await Promise.all(
  (['3.2', '5.2'] as const).map(async (version) => ({ version, django: await ensureDjango(version) })),
);
/** What takes long, or is seldom otherwise than the rest. */
function rarely(name: string, work: (t: TestContext) => Promise<void>): void {
  if (IN_MATRIX) test(name, work);
}
const newest = INSTALLED.find(({ version }) => version === '5.2')?.django;
const pythonOf = (django: (typeof INSTALLED)[number]['django'] | undefined): string =>
  django !== undefined && 'python' in django ? django.python : '';

let server: TestPostgres;
let folder = '';
let projects = 0;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dsm-metrics-'));
  server = await startPostgres();
  const client = new pg.Client({ connectionString: server.connectionString() });
  await client.connect();
  const tables = { small: 2_000, ...(IN_MATRIX ? { large: 12_000 } : {}) };
  for (const [name, rows] of Object.entries(tables)) {
    await client.query(`CREATE DATABASE ${name}`);
    const own = new pg.Client({ connectionString: server.connectionString(name) });
    await own.connect();
    await createSessionTable(own);
    await fillSessions(own, { rows, secretKey: 'not-secret', expiredShare: 0 });
    await own.query(
      `UPDATE django_session SET expire_date = now() - interval '2 days'
        WHERE session_key IN (SELECT session_key FROM django_session ORDER BY session_key LIMIT 600)`,
    );
    await own.query('VACUUM (ANALYZE) django_session');
    await own.end();
  }
  await client.query(`CREATE ROLE reader LOGIN PASSWORD 'reader'`);
  await client.query(`CREATE ROLE nobody LOGIN PASSWORD 'nobody'`);
  await client.end();
  const small = new pg.Client({ connectionString: server.connectionString('small') });
  await small.connect();
  await small.query('GRANT SELECT ON django_session TO reader');
  await small.end();
});
after(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function project(options: Partial<MetricsProject> = {}): Promise<string> {
  const made = join(folder, String(projects++));
  await makeMetricsProject(made, { connectionString: server.connectionString('small'), ...options });
  return made;
}

const manage = (python: string, cwd: string, ...args: readonly string[]): Promise<RunResult> =>
  runProcess(python, ['manage.py', 'session_metrics', ...args], { cwd, timeoutMs: 60_000, maxOutput: 1_000_000 });

async function readings(python: string, database: string): Promise<{ theirs: SessionMetrics; ours: SessionMetrics }> {
  const cwd = await project({ connectionString: server.connectionString(database) });
  const run = await manage(python, cwd, '--format', 'json');
  assert.equal(run.code, 0, run.stderr);
  const db = await connect({ connectionString: server.connectionString(database) });
  try {
    return { theirs: parseMetrics(run.stdout, new Date()), ours: await readSessionMetrics(db) };
  } finally {
    await db.close();
  }
}

/** Values without what each reading has of its own: when, how long, and by which sample. */
const valuesOf = (group: object): unknown =>
  Object.fromEntries(
    Object.entries(group).map(([key, figure]: [string, unknown]) => [
      key,
      typeof figure === 'object' && figure !== null && 'how' in figure && 'value' in figure ? figure.value : figure,
    ]),
  );

for (const { version, django } of INSTALLED) {
  suite(`session_metrics on Django ${version}`, { skip: 'skip' in django ? django.skip : false }, () => {
    test('it tells what the extension reads, figure by figure', async () => {
      const { theirs, ours } = await readings(pythonOf(django), 'small');
      const { oldestExpired: theirOldest, savedLastHour: theirSaved, ...theirSessions } = theirs.sessions;
      const { oldestExpired: ourOldest, savedLastHour: ourSaved, ...ourSessions } = ours.sessions;
      const howOf = (sessions: typeof theirSessions): unknown => Object.values(sessions).map(({ how }) => how);
      assert.deepEqual(valuesOf(theirSessions), valuesOf(ourSessions));
      assert.deepEqual(howOf(theirSessions), howOf(ourSessions));
      // What goes by the clock: between the two some seconds have passed.
      assert.ok(Math.abs(Number(theirOldest.value) - Number(ourOldest.value)) < 10);
      assert.ok(Math.abs(Number(theirSaved.value) - Number(ourSaved.value)) <= 2);
      assert.deepEqual(valuesOf(theirs.table), valuesOf(ours.table));
      const { sequentialScans: _, indexScans: __, ...theirCounters } = theirs.counters;
      const { sequentialScans: ___, indexScans: ____, ...ourCounters } = ours.counters;
      assert.deepEqual(theirCounters, ourCounters);
      assert.deepEqual(theirs.server, ours.server);
      assert.deepEqual(
        [theirs.connections.max, theirs.connections.waiting].map((m) => m.value),
        [ours.connections.max.value, ours.connections.waiting.value],
      );
      assert.deepEqual(theirs.database.resetAt, ours.database.resetAt);
    });

    rarely('of a large table it tells estimates as such, and counts expired sessions by the index', async () => {
      const { theirs, ours } = await readings(pythonOf(django), 'large');
      assert.deepEqual(theirs.sessions.total.how, 'estimated');
      const total = theirs.sessions.total.value;
      assert.ok(Math.abs(total - 12_000) < 1_200, String(total));
      const { expired } = theirs.sessions;
      assert.deepEqual([expired.how, expired.value], ['exact', ours.sessions.expired.value]);
    });
  });
}

suite('session_metrics', { skip: newest !== undefined && 'skip' in newest ? newest.skip : false }, () => {
  const run = (cwd: string, ...args: readonly string[]): Promise<RunResult> => manage(pythonOf(newest), cwd, ...args);

  test('--check ends with 0, with 1 where a rule fires, with 2 for wrong arguments and 3 where it can’t read', async () => {
    const expired = (sessions: number): Promise<string> =>
      project({ alerts: { 'djangoSessionMonitor.alerts.expiredSessions': sessions } });
    const [strict, atThreshold] = [await expired(599), await expired(600)];
    const [quiet, fires, equal, both, none, nowhere] = await Promise.all([
      run(await project(), '--check'),
      run(strict, '--check', '--format', 'json'),
      run(atThreshold, '--check'),
      run(strict, '--check', '--format', 'prometheus'),
      run(strict, '--no-such'),
      run(strict, '--check', '--table', 'nowhere'),
    ]);
    assert.deepEqual(
      [quiet, fires, equal, both, none, nowhere].map(({ code }) => code),
      [0, 1, 0, 2, 2, 3],
    );
    assert.match(quiet.stdout, /not judged\s+Many session saves: a rate takes two readings/);
    const { alerts } = JSON.parse(fires.stdout) as { alerts: { rule: string; status: string; threshold: number }[] };
    assert.deepEqual(
      alerts.filter(({ status }) => status === 'fires').map(({ rule, threshold }) => [rule, threshold]),
      [['expired-sessions', 599]],
    );
  });

  rarely('--interval tells rates, which --check judges', async () => {
    const cwd = await project({ alerts: { 'djangoSessionMonitor.alerts.savesPerMinute': 1 } });
    const client = new pg.Client({ connectionString: server.connectionString('small') });
    await client.connect();
    const saving = { goesOn: true };
    const saves = (async () => {
      while (saving.goesOn)
        await client.query(
          'UPDATE django_session SET expire_date = expire_date WHERE session_key IN (SELECT session_key FROM django_session LIMIT 5)',
        );
    })();
    const { code, stdout } = await run(cwd, '--check', '--interval', '3', '--format', 'json');
    saving.goesOn = false;
    await saves;
    await client.end();
    const { rates } = JSON.parse(stdout) as { rates: Record<string, number> };
    assert.equal(code, 1, stdout);
    assert.ok((rates['writes.updates'] ?? 0) > 60 && rates['writes.inserts'] === 0, JSON.stringify(rates));
  });

  test('what can happen is said in a line, never as a traceback', async () => {
    const url = (user: string, database = 'small'): string => server.connectionString(database, user, user);
    const cases: readonly (readonly [string, Partial<MetricsProject>, readonly string[], RegExp])[] = [
      ['another engine', { settings: `SESSION_ENGINE = 'django.contrib.sessions.backends.cache'` }, [], /SESSION_ENGINE is .*cache, which keeps no sessions in a database/],
      ['an engine that is not there', { settings: `SESSION_ENGINE = 'shop.sessions'` }, [], /SESSION_ENGINE shop\.sessions can't be used: No module named 'shop'/],
      ['another database', { settings: `DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': ':memory:'}}` }, [], /default is SQLite; session_metrics reads PostgreSQL only/],
      ['no such alias', {}, ['--database', 'other'], /The connection 'other' doesn't exist/],
      ['no table', { connectionString: server.connectionString() }, [], /has no table "django_session" that user postgres can find/],
      ['no right', { connectionString: url('nobody') }, [], /User nobody may not read .*GRANT SELECT/],
      ['no password', { connectionString: server.connectionString('small', 'reader', 'wrong') }, [], /could not be read: .*password authentication failed/],
      ['not Django’s', {}, ['--table', 'pg_catalog.pg_class'], /is not a session table of Django/],
      ['a time limit', {}, ['--timeout', '0.001'], /could not be read: canceling statement due to statement timeout/],
    ]; // prettier-ignore
    await Promise.all(
      cases.map(async ([name, options, args, says]) => {
        const { code, stderr, stdout } = await run(await project(options), ...args);
        assert.match(stderr, says, name);
        assert.deepEqual([code, stdout, stderr.trim().split('\n').length], [3, '', 1], name);
      }),
    );
  });

  test('a role that may read the table and no more gets all but what it may not see', async () => {
    const cwd = await project({ connectionString: server.connectionString('small', 'reader', 'reader') });
    const other = new pg.Client({ connectionString: server.connectionString('small') });
    await other.connect();
    const { code, stdout, stderr } = await run(cwd, '--format', 'json');
    await other.end();
    assert.equal(code, 0, stderr);
    const metrics = parseMetrics(stdout, new Date());
    assert.equal(metrics.sessions.total.value, 2_000);
    const { waiting } = metrics.connections;
    assert.ok(!isKnown(waiting));
    assert.match(waiting.next ?? '', /GRANT pg_monitor TO reader/);
    assert.deepEqual(metrics.connections.byState, { unknown: 1 });
  });

  test('the exposition format is accepted by promtool', async () => {
    const promtool = await ensureTool('promtool');
    const { stdout } = await run(await project(), '--format', 'prometheus');
    const checked = await runProcess('sh', ['-c', 'printf %s "$1" | "$0" check metrics', promtool, stdout], {
      timeoutMs: 30_000,
      maxOutput: 100_000,
    });
    assert.deepEqual([checked.code, checked.stdout, checked.stderr], [0, '', '']);
    assert.match(
      stdout,
      /^django_session_expired\{datname="small",schemaname="public",relname="django_session"\} 600\.0$/m,
    );
  });

  rarely('it reads through PgBouncer in transaction mode', async (t) => {
    const binary = pgbouncerPath();
    assert.ok(binary !== undefined, 'PgBouncer is not installed.');
    const { port } = new URL(server.connectionString());
    const bouncer = await startPgbouncer(binary, [
      `small = host=127.0.0.1 port=${port} dbname=small user=postgres password=test-password`,
    ]);
    t.after(() => bouncer.stop());
    const cwd = await project({ connectionString: `postgresql://postgres@127.0.0.1:${bouncer.port}/small` });
    const { code, stdout, stderr } = await run(cwd, '--format', 'json');
    assert.equal(code, 0, stderr);
    assert.equal(parseMetrics(stdout, new Date()).sessions.expired.value, 600);
  });

  rarely('on a standby what it does not count is unknown, not 0', async (t) => {
    const standby = await startStandby(server);
    t.after(() => standby.stop());
    const cwd = await project({ connectionString: standby.connectionString('small') });
    const { code, stdout, stderr } = await manage(pythonOf(newest), cwd, '--format', 'json');
    assert.equal(code, 0, stderr);
    const { server: facts, table, sessions } = parseMetrics(stdout, new Date());
    assert.equal(facts.inRecovery, true);
    assert.deepEqual(
      [table.deadTuples, table.lastVacuum, table.lastAnalyze].map(({ how }) => how),
      ['unknown', 'unknown', 'unknown'],
    );
    assert.deepEqual([sessions.total.value, sessions.expired.value], [2_000, 600]);
  });
});
