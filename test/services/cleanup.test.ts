import assert from 'node:assert/strict';
import { chown, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import pg from 'pg';
import { nodeFileSystem } from '../../src/common/fileSystem.ts';
import { type Measured } from '../../src/common/measured.ts';
import { connect, type Database } from '../../src/postgres/connect/connection.ts';
import { readSessionMetrics } from '../../src/postgres/readings/sessionMetrics.ts';
import { ContainerCleanupService } from '../../src/services/cleanupService/cleanupService.ts';
import { findCleanupServices, type CleanupCandidate } from '../../src/services/cleanupService/findCleanupService.ts';
import { LogPattern } from '../../src/services/cleanupService/log/logPattern.ts';
import type { CleanupService } from '../../src/services/cleanupService/reading.ts';
import { triangulate, type CleanupStatus } from '../../src/services/cleanupService/triangulate.ts';
import { ensureTool } from '../kit/apt.ts';
import { serverUser } from '../kit/binaries.ts';
import { pythonFolders } from '../kit/container.ts';
import { ensureDjango } from '../kit/django.ts';
import { startPostgres, type TestPostgres } from '../kit/postgres.ts';
import { copySample, SAMPLE_SECRET_KEY } from '../kit/sample.ts';
import { createSessionTable, fillSessions } from '../kit/sessions.ts';
import { engine, until } from './support.ts';

/**
 * The cleanup service of the sample project in a real container: its script runs real `manage.py clearsessions` on a real
 * PostgreSQL, and its status is told by what its container, its log and the table say.
 */

const django = await ensureDjango('5.2');
const skip = engine.skip ?? ('skip' in django ? django.skip : false);
const EXPIRED = 40;
const ACTIVE = 60;
const INTERVAL = 3_600;

describe('the cleanup service of the sample project', { skip }, () => {
  let sockets = '';
  let project = '';
  let postgres: TestPostgres;
  let admin: pg.Client;
  let monitor: Database;
  let candidate: CleanupCandidate;
  let service: CleanupService;

  before(async () => {
    sockets = await mkdtemp(join(tmpdir(), 'dsm-sockets-'));
    const user = await serverUser();
    if (user !== undefined) await chown(sockets, user.uid, user.gid);
    postgres = await startPostgres({ settings: { unix_socket_directories: sockets } });
    for (const name of ['shop', 'other']) await createDatabase(postgres, name);
    admin = await clientOf(postgres, 'shop');
    monitor = await connect({ connectionString: postgres.connectionString('shop'), readOnly: true });
    // A container without network reaches PostgreSQL by its socket.
    project = await copySample(postgres.connectionString('shop'), { DB_HOST: sockets });
  });

  after(async () => {
    await Promise.allSettled([admin.end(), monitor.close()]);
    await engine.engine?.podman('rm', '--force', '--all', '--time', '0');
    await postgres.stop();
    for (const folder of [dirname(project), sockets]) await rm(folder, { recursive: true, force: true });
  });

  /** Starts it as Compose would: with the name, the command and the labels that its compose file gives it. */
  async function start(database: string): Promise<void> {
    assert.ok(engine.engine && 'python' in django);
    const { project: name, service: label, containerName } = candidate;
    await engine.engine.podman('rm', '--force', '--time', '0', '--ignore', containerName ?? '');
    await engine.engine.start({
      name: containerName ?? '',
      command: ['sh', '/app/scripts/session_cleanup.sh'],
      app: project,
      mounts: await pythonFolders(django.python),
      writable: [sockets],
      labels: { 'com.docker.compose.project': name, 'com.docker.compose.service': label },
      env: {
        PATH: `${dirname(django.python)}:/usr/bin:/bin`,
        DB_NAME: database,
        CLEANUP_INTERVAL_SECONDS: String(INTERVAL),
        PYTHONDONTWRITEBYTECODE: '1',
      },
    });
  }

  async function fill(): Promise<void> {
    const options = { secretKey: SAMPLE_SECRET_KEY, rows: EXPIRED };
    await fillSessions(admin, { ...options, expiredShare: 1 });
  }

  const deletedRows = async (): Promise<number> => (await readSessionMetrics(monitor)).counters.deleted;

  /** All sources at this moment, as if `laterSeconds` had passed since. */
  async function status(deletedBefore: number, laterSeconds = 0): Promise<CleanupStatus> {
    const reading = await service.read();
    const { at, sessions, counters } = await readSessionMetrics(monitor);
    const deletedSince: Measured = { how: 'exact', value: counters.deleted - deletedBefore, at };
    const now = new Date(Date.now() + laterSeconds * 1000);
    return triangulate({ now, reading, deletedSince, oldestExpired: sessions.oldestExpired });
  }

  it('is found in the compose file, with its place there', async () => {
    const { candidates, problems } = await findCleanupServices(nodeFileSystem, project, {});
    assert.deepEqual(problems, []);
    assert.equal(candidates.length, 1);
    assert.ok(candidates[0]);
    candidate = candidates[0];
    const { service: name, project: of, containerName, why, script, from, to, composeFile } = candidate;
    assert.deepEqual([name, of, containerName, why], ['session-cleanup', 'shop', 'shop_session_cleanup', 'script']);
    assert.equal(script, join(project, 'scripts', 'session_cleanup.sh'));
    assert.equal((await readFile(composeFile, 'utf8')).slice(from, to), 'session-cleanup');
    assert.ok(engine.engine);
    service = new ContainerCleanupService({
      target: { containerName: containerName ?? '', composeProject: of, composeService: name },
      engines: [{ program: await ensureTool('podman'), environment: engine.engine.environment }],
      pattern: new LogPattern(),
    });
    assert.equal((await status(0)).verdict, 'notFound');
  });

  it('works: healthy, and late when its time has passed', async () => {
    await fillSessions(admin, { secretKey: SAMPLE_SECRET_KEY, rows: ACTIVE, expiredShare: 0 });
    await fill();
    const before = await deletedRows();
    await start('shop');
    const done = await until(
      () => status(before),
      ({ lastRun }) => lastRun?.nextInSeconds !== undefined,
      'a run',
    );
    assert.deepEqual(
      [done.lastRun?.outcome, done.lastRun?.deleted, done.lastRun?.remaining],
      ['succeeded', EXPIRED, ACTIVE],
    );
    assert.equal(done.verdict, 'healthy');
    assert.match(done.summary, new RegExp(`^healthy, ${EXPIRED} deleted \\d+ s ago, next in \\d+ min$`, 'u'));
    assert.deepEqual([done.interval, done.intervalFrom, done.missedRuns.value], [INTERVAL, 'log', 0]);
    // PostgreSQL's counters come a little later; the row deleted since then is what it says.
    await until(deletedRows, (deleted) => deleted === before + EXPIRED, 'the counters');
    assert.equal((await status(before, 120)).verdict, 'healthy');
    const late = await status(before, 2 * INTERVAL + 600);
    assert.deepEqual([late.verdict, late.missedRuns.value], ['late', 2]);
    assert.equal((await status(before, INTERVAL + 60)).verdict, 'healthy', 'a little late is in time');
  });

  it('is stopped, and works again after a restart, which is told', async () => {
    assert.ok(engine.engine);
    await engine.engine.podman('stop', 'shop_session_cleanup');
    const stopped = await status(0);
    assert.equal(stopped.verdict, 'stopped');
    assert.match(stopped.sentence, /^shop_session_cleanup stopped .+ with exit code \d+\.$/u);
    assert.ok(stopped.actions.includes('restart'));
    assert.equal(stopped.missedRuns.value, 1);
    await fill();
    const before = await deletedRows();
    const result = await service.restart();
    assert.deepEqual([result.outcome, result.before?.phase, result.after?.phase], ['running', 'stopped', 'running']);
    const again = await until(
      () => status(before),
      ({ verdict, lastRun }) => verdict === 'healthy' && lastRun?.outcome === 'succeeded',
      'a run',
    );
    assert.equal(again.lastRun?.deleted, EXPIRED);
  });

  it('fails while the database is down, with the line of its log, and works again', async () => {
    await monitor.close();
    await admin.end();
    await postgres.shutdown();
    await service.restart();
    const evidence = {
      deletedSince: { how: 'unknown', reason: 'No connection.' },
      oldestExpired: { how: 'unknown', reason: 'No connection.' },
    } as const;
    const judge = async (): Promise<CleanupStatus> =>
      triangulate({ ...evidence, now: new Date(), reading: await service.read() });
    const failing = await until(judge, ({ verdict }) => verdict === 'failing', 'the failure');
    assert.match(failing.logLine ?? '', /^django\.db\.utils\.OperationalError: connection .*failed/u);
    assert.match(failing.sentence, /last success was \d+ s ago/u);
    await postgres.start();
    monitor = await connect({ connectionString: postgres.connectionString('shop'), readOnly: true });
    admin = await clientOf(postgres, 'shop');
    await service.restart();
    const works = await until(judge, ({ verdict }) => verdict === 'healthy', 'a run that succeeds');
    assert.equal(works.lastRun?.outcome, 'succeeded');
  });

  it('runs without an error and deletes nothing here: it works on another database', async () => {
    await fill();
    await start('other');
    const before = await deletedRows();
    const done = await until(
      () => status(before),
      ({ lastRun }) => lastRun?.nextInSeconds !== undefined,
      'a run',
    );
    assert.deepEqual([done.lastRun?.outcome, done.lastRun?.deleted], ['succeeded', 0]);
    const later = await status(before, 120);
    assert.equal(later.verdict, 'deletingNothing');
    assert.match(
      later.sentence,
      /a session that expired .+ ago is still in this table\. It may work on another database\.$/u,
    );
  });
});

async function clientOf(postgres: TestPostgres, database: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: postgres.connectionString(database) });
  client.on('error', () => undefined); // a test stops the server
  await client.connect();
  return client;
}

async function createDatabase(postgres: TestPostgres, name: string): Promise<void> {
  const server = await clientOf(postgres, 'postgres');
  await server.query(`CREATE DATABASE ${name}`).finally(() => server.end());
  const client = await clientOf(postgres, name);
  await createSessionTable(client).finally(() => client.end());
}
