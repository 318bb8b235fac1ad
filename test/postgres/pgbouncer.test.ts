import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { connect } from '../../src/database/connection.ts';
import { readDetailMetrics } from '../../src/database/detailMetrics.ts';
import { readExactCounts } from '../../src/database/exactCounts.ts';
import { readSessionMetrics } from '../../src/database/sessionMetrics.ts';
import { serverUser } from '../kit/binaries.ts';
import { freePort } from '../kit/serverProcess.ts';
import { createSessionTable, fillSessions } from '../kit/sessions.ts';
import { newDatabase, onEachMajor, rejectsWith, SECRET_KEY, skipWithout } from './support.ts';

function pgbouncerPath(): string | undefined {
  for (const path of ['pgbouncer', '/usr/sbin/pgbouncer']) {
    try {
      execFileSync(path, ['--version'], { stdio: 'pipe' });
      return path;
    } catch {
      continue; // the next place
    }
  }
  return undefined;
}

const binary = pgbouncerPath();

onEachMajor('PgBouncer in transaction mode', (bench) => {
  let port = 0;
  let folder = '';
  let bouncer: ChildProcess | undefined;

  before(async () => {
    if (binary === undefined) return;
    port = await freePort();
    folder = await mkdtemp(join(tmpdir(), 'dsm-pgbouncer-'));
    const { port: to } = bench.server;
    const ini = `[databases]
shop = host=127.0.0.1 port=${to} dbname=shop user=postgres password=test-password
gone = host=127.0.0.1 port=1 dbname=shop user=postgres password=x
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 1
`;
    await writeFile(join(folder, 'pgbouncer.ini'), ini);
    const user = await serverUser();
    if (user !== undefined) {
      await chown(folder, user.uid, user.gid);
      await chown(join(folder, 'pgbouncer.ini'), user.uid, user.gid);
    }
    const child = spawn(binary, [join(folder, 'pgbouncer.ini')], {
      ...user,
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    bouncer = child;
    await new Promise<void>((resolve, reject) => {
      let log = '';
      child.stderr.on('data', (chunk: Buffer) => {
        log += chunk.toString('utf8');
        if (log.includes('process up')) resolve();
      });
      child.once('exit', () => reject(new Error(log)));
    });
  });

  after(async () => {
    if (bouncer?.exitCode === null) {
      const gone = new Promise((resolve) => bouncer?.once('exit', resolve));
      bouncer.kill('SIGKILL');
      await gone;
    }
    if (folder !== '') await rm(folder, { recursive: true });
  });

  it('takes every reading, mixed with other clients on the one server connection', async (t) => {
    if (skipWithout(t, binary !== undefined, 'pgbouncer')) return;
    const admin = await newDatabase(bench, 'shop');
    await createSessionTable(admin);
    await fillSessions(admin, { rows: 300, secretKey: SECRET_KEY, expiredShare: 0.2 });
    const connectionString = `postgresql://postgres:x@127.0.0.1:${port}/shop`;
    const clients = await Promise.all([1, 2, 3].map(() => connect({ connectionString, readOnly: true })));
    const writer = await connect({ connectionString, applicationName: 'writer' });
    for (let round = 0; round < 5; round++) {
      const writing = writer.query('UPDATE django_session SET session_data = session_data');
      const readings = await Promise.all(clients.map((db) => readSessionMetrics(db)));
      await writing;
      for (const { sessions } of readings) assert.deepEqual([sessions.total.value, sessions.total.how], [300, 'exact']);
    }
    const [db] = clients;
    assert.ok(db);
    const before = await writer.query(
      `SELECT current_setting('statement_timeout') AS s, current_setting('transaction_read_only') AS r`,
    );
    assert.deepEqual(before, [{ s: '0', r: 'off' }], 'nothing is left behind on the server connection');
    assert.deepEqual(await writer.query(`SELECT name FROM pg_prepared_statements`), [], 'nor is anything prepared');
    assert.equal((await readExactCounts(db)).total, 300);
    const detail = await readDetailMetrics(db, { decode: () => ({ data: {} }) });
    assert.equal(detail.indexes.value?.length, 3);
    await rejectsWith(db.query('DELETE FROM django_session'), 'read-only');
    await Promise.all([...clients, writer].map((one) => one.close()));
  });

  it('says that the pooler reaches no server, or takes no start-up options', async (t) => {
    if (skipWithout(t, binary !== undefined, 'pgbouncer')) return;
    const url = (database: string): string => `postgresql://postgres:x@127.0.0.1:${port}/${database}`;
    await rejectsWith(
      connect({ connectionString: url('gone'), readOnly: true, connectTimeoutMs: 2_000 }),
      /^(server-unavailable|connect-timeout|server-stalled)$/u,
      true,
    );
    await rejectsWith(connect({ connectionString: url('unlisted'), readOnly: true }), 'pooler-configuration', false);
    const options = `${url('shop')}?options=-c%20search_path%3Dx`;
    await rejectsWith(connect({ connectionString: options, readOnly: true }), 'pooler-parameter', false);
  });
});
