import assert from 'node:assert/strict';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import pg from 'pg';
import { isKnown } from '../../src/common/measured.ts';
import { Problem } from '../../src/common/problem.ts';
import { Monitor } from '../../src/monitoring/poll/monitor.ts';
import { openCommandReader } from '../../src/monitoring/metricsCommand/commandReader.ts';
import { clearsessionsBy, type MetricsCommand } from '../../src/monitoring/metricsCommand/metricsCommand.ts';
import { connect } from '../../src/postgres/connect/connection.ts';
import { readSessionMetrics } from '../../src/postgres/readings/sessionMetrics.ts';
import type { SessionMetrics } from '../../src/postgres/table/readings.ts';
import { runMetricsCommand } from '../../src/services/metricsCommand/runMetricsCommand.ts';
import { ensureTool } from '../kit/apt.ts';
import { serverUser } from '../kit/binaries.ts';
import { pythonFolders } from '../kit/container.ts';
import { ensureDjango } from '../kit/django.ts';
import { makeMetricsProject } from '../kit/metricsProject.ts';
import { startPostgres, type TestPostgres } from '../kit/postgres.ts';
import { createSessionTable, fillSessions } from '../kit/sessions.ts';
import { startSshServer, type SshServer } from '../kit/sshd.ts';
import { engine, sh } from './support.ts';

/** What a real `manage.py session_metrics` prints as the source of a monitor: by podman exec, and by ssh through a real sshd. */

const django = await ensureDjango('5.2');
const CONTAINER = 'metrics-web';

async function problemOf(words: readonly string[], timeoutMs = 20_000): Promise<Problem> {
  const problem: unknown = await runMetricsCommand(words, { timeoutMs }).catch((error: unknown) => error);
  assert.ok(problem instanceof Problem, String(problem));
  return problem;
}

it('a command that gives no metrics says what it is and what to do', async () => {
  const cases: readonly (readonly [readonly string[], string, RegExp])[] = [
    [['no-such-program'], 'command-not-started', /no program no-such-program on the PATH/],
    [sh('echo "CommandError: The database shop has no table x." >&2; exit 3'), 'command-failed', /exit code 3: The database shop has no table x\./],
    [sh(`echo "Unknown command: 'session_metrics'. Did you mean x?" >&2; exit 1`), 'command-unknown', /Unknown command/],
    [sh('echo "Error: no container with name or ID \\"web\\" found: no such container" >&2; exit 125'), 'command-not-there', /no such container/],
    [sh('echo "me@host: Permission denied (publickey)." >&2; exit 255'), 'command-login', /Permission denied/],
    [sh('yes'), 'command-output', /printed much more/],
  ]; // prettier-ignore
  for (const [words, code, says] of cases) {
    const problem = await problemOf(words);
    assert.equal(problem.code, code, problem.message);
    assert.match(problem.why, says);
    assert.ok(problem.next.length > 10);
  }
  assert.equal((await problemOf(sh('sleep 60'), 200)).code, 'command-slow');
});

it('nothing is run before it is allowed, and what runs ends with the reader', async () => {
  const refused = new Problem({ code: 'no', what: 'a', why: 'b', next: 'c', transient: false });
  const refusing = await openCommandReader({ words: sh('exit 0'), refusal: () => refused });
  await assert.rejects(refusing.light({ fresh: true }), (error) => error === refused);
  const reader = await openCommandReader({ words: sh('sleep 60'), refusal: () => undefined });
  const reading = reader.light({ fresh: true });
  const began = performance.now();
  await reader.close();
  await assert.rejects(reading, (error) => error instanceof Problem && error.code === 'cancelled');
  assert.ok(performance.now() - began < 10_000);
});

describe('a source', { skip: 'skip' in django ? django.skip : false }, () => {
  let sockets = '';
  let project = '';
  let postgres: TestPostgres;
  let sshd: SshServer;
  const python = 'python' in django ? django.python : '';

  before(async () => {
    sockets = await mkdtemp(join(tmpdir(), 'dsm-sockets-'));
    project = await mkdtemp(join(tmpdir(), 'dsm-metrics-'));
    const user = await serverUser();
    if (user !== undefined) await chown(sockets, user.uid, user.gid);
    [postgres, sshd] = await Promise.all([
      startPostgres({ settings: { unix_socket_directories: sockets } }),
      startSshServer(),
    ]);
    const client = new pg.Client({ connectionString: postgres.connectionString() });
    await client.connect();
    await createSessionTable(client);
    await fillSessions(client, { rows: 300, secretKey: 'not-secret', expiredShare: 0 });
    await client.query(
      `UPDATE django_session SET expire_date = now() - interval '1 day' WHERE session_key IN (SELECT session_key FROM django_session LIMIT 40)`,
    );
    await client.query('VACUUM (ANALYZE) django_session');
    await client.end();
    const url = new URL(postgres.connectionString());
    url.searchParams.set('host', sockets);
    await makeMetricsProject(project, { connectionString: url.href });
    await engine.engine?.start({
      name: CONTAINER,
      command: ['sleep', 'infinity'],
      app: project,
      mounts: await pythonFolders(python),
      writable: [sockets],
      env: { PYTHONDONTWRITEBYTECODE: '1' },
    });
  });
  after(async () => {
    await engine.engine?.podman('rm', '--force', '--all', '--time', '0');
    await Promise.allSettled([postgres.stop(), sshd.stop()]);
    for (const folder of [sockets, project]) await rm(folder, { recursive: true, force: true });
  });

  const command = (words: readonly string[]): MetricsCommand => ({ words, refusal: () => undefined });
  const overSsh = (host = 'bastion'): readonly string[] => [
    sshd.program,
    '-o',
    'BatchMode=yes',
    host,
    'env',
    'PYTHONDONTWRITEBYTECODE=1',
    python,
    `${project}/manage.py`,
    'session_metrics',
    '--format',
    'json',
  ];

  async function ours(): Promise<SessionMetrics> {
    const db = await connect({ connectionString: postgres.connectionString() });
    try {
      return await readSessionMetrics(db);
    } finally {
      await db.close();
    }
  }

  /** Watches by it until there are rates, and compares the figures with those of the database. */
  async function watches(words: readonly string[]): Promise<void> {
    const monitor = new Monitor({
      open: () => openCommandReader(command(words)),
      options: {
        connection: { id: 'x', name: 'x', production: false },
        settings: { throttleIntervalSeconds: 900 },
        lightIntervalSeconds: 30,
        exactIntervalSeconds: 0,
      },
      log: { trace: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
    });
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    monitor.onDidChange((state) => {
      if (state.kind === 'failed' || state.kind === 'stale') reject(new Problem(state.problem));
      if (state.kind === 'live' && isKnown(state.snapshot.rates.savesPerMinute)) resolve(undefined);
    });
    try {
      monitor.setVisible(true);
      monitor.start();
      await promise;
      const { snapshot, partial } = monitor.state;
      assert.ok(snapshot);
      const db = await ours();
      assert.deepEqual(partial, [], 'details are unknown, which is no trouble');
      assert.equal(snapshot.detail?.statements.how, 'unknown');
      assert.deepEqual([snapshot.metrics.sessions.total.value, snapshot.metrics.sessions.expired.value], [300, 40]);
      assert.equal(snapshot.metrics.table.totalBytes.value, db.table.totalBytes.value);
      assert.deepEqual(snapshot.metrics.server, db.server);
      assert.equal(snapshot.rates.savesPerMinute.value, 0);
      assert.equal(monitor.alerts.states().find(({ rule }) => rule.id === 'expired-sessions')?.status, 'ok');
      await monitor.refresh({ exact: true });
      assert.equal(monitor.state.partial[0]?.problem.code, 'needs-database');
    } finally {
      await monitor.dispose();
    }
  }

  it('is monitored by ssh, and a host that does not let one in is told', async () => {
    await watches(overSsh());
    assert.equal((await problemOf(overSsh('asks'))).code, 'command-login');
    assert.equal((await problemOf(overSsh('stranger'))).code, 'command-login');
    assert.equal((await problemOf(overSsh('nobody'))).code, 'command-failed');
  });

  it('is monitored by podman exec, and cleared by the same way', { skip: engine.skip ?? false }, async () => {
    assert.ok(engine.engine);
    const podman = await ensureTool('podman');
    const environment = Object.entries(engine.engine.environment).flatMap(([name, value]) =>
      name.startsWith('CONTAINERS_') ? [`${name}=${value ?? ''}`] : [],
    );
    const words = [
      'env',
      ...environment,
      podman,
      'exec',
      CONTAINER,
      python,
      'manage.py',
      'session_metrics',
      '--format',
      'json',
    ];
    await watches(words);
    const missing = words.map((word) => (word === CONTAINER ? 'no-such' : word));
    assert.equal((await problemOf(missing)).code, 'command-not-there');
    const [program = '', ...args] = clearsessionsBy(words) ?? [];
    assert.equal(args.at(-1), 'clearsessions');
    await runMetricsCommand([program, ...args], {});
    const after = await (await openCommandReader(command(words))).light({ fresh: true });
    assert.deepEqual([after.sessions.total.value, after.sessions.expired.value], [260, 0]);
  });
});
