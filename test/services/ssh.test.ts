import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '../../src/common/problem.ts';
import { connect } from '../../src/postgres/connect/connection.ts';
import { openTunnel, OPTIONS, type Tunnel } from '../../src/services/ssh/tunnel.ts';
import { Tunnels } from '../../src/services/ssh/tunnels.ts';
import { startPostgres, type TestPostgres } from '../kit/postgres.ts';
import { startSshServer, type SshServer } from '../kit/sshd.ts';
import { freePort } from '../kit/serverProcess.ts';

/** Tunnels by the system's ssh, through a real sshd to a real PostgreSQL. */

let postgres: TestPostgres;
let server: SshServer;
before(async () => {
  [postgres, server] = await Promise.all([startPostgres(), startSshServer()]);
});
after(async () => {
  await Promise.allSettled([postgres.stop(), server.stop()]);
});

const port = (): number => Number(new URL(postgres.connectionString()).port);

/** A URL of the server by a name that only the SSH host knows. */
function farUrl(): string {
  const url = new URL(postgres.connectionString());
  url.hostname = 'database.internal';
  return url.href;
}

async function problemOf(opening: Promise<Tunnel>): Promise<Problem> {
  const problem: unknown = await opening.then(
    (tunnel) => tunnel.dispose(),
    (error: unknown) => error,
  );
  assert.ok(problem instanceof Problem, String(problem));
  return problem;
}

const open = (sshHost: string): Promise<Tunnel> =>
  openTunnel({ sshHost, host: '127.0.0.1', port: port(), program: server.program });

test('a database that only the SSH host reaches is read through the tunnel, and its statements are cancelled through it', async (t) => {
  const tunnel = await open('bastion');
  t.after(() => tunnel.dispose());
  const db = await connect({ connectionString: farUrl(), via: { host: '127.0.0.1', port: tunnel.port } });
  assert.match(db.target, /database\.internal/);
  assert.deepEqual(await db.query('SELECT 1 AS one'), [{ one: 1 }]);
  const cancel = new AbortController();
  const slow = db.query('SELECT pg_sleep(30)', [], { statementTimeoutMs: 40_000, signal: cancel.signal });
  setTimeout(() => {
    cancel.abort();
  }, 200);
  await assert.rejects(
    slow,
    (error) => error instanceof Problem && error.code === 'cancelled' && error.cause === undefined,
  );
  // The server took the request: the connection goes on.
  assert.deepEqual(await db.query('SELECT 2 AS two'), [{ two: 2 }]);
  await db.close();
  tunnel.dispose();
  await untilClosed(tunnel.port);
});

test('an ssh that would ask for something fails at once, and says what to do', async () => {
  const problem = await problemOf(open('asks'));
  assert.equal(problem.code, 'ssh-refused');
  assert.match(problem.message, /Permission denied/);
});

test('a host whose key is not known, one that is not there, and a program that is missing have their own words', async () => {
  assert.equal((await problemOf(open('stranger'))).code, 'ssh-host-key');
  assert.equal((await problemOf(open('nobody'))).code, 'ssh-unreachable');
  const missing = openTunnel({ sshHost: 'bastion', host: 'localhost', port: 1, program: 'no-such-ssh' });
  assert.equal((await problemOf(missing)).code, 'ssh-missing');
});

test('a port on which nothing listens behind the SSH host is a database that does not answer', async () => {
  const tunnel = await openTunnel({
    sshHost: 'bastion',
    host: '127.0.0.1',
    port: await freePort(),
    program: server.program,
  });
  const via = { host: '127.0.0.1', port: tunnel.port };
  await assert.rejects(connect({ connectionString: farUrl(), via }), (error) => error instanceof Problem);
  tunnel.dispose();
});

test('what is no host never reaches ssh: an option, a command, a second word', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dsm-ssh-'));
  const made = join(folder, 'made');
  for (const host of [`-oProxyCommand=touch ${made}`, `bastion -oProxyCommand=touch`, `$(touch ${made})`, '', 'a\nb'])
    assert.equal((await problemOf(open(host))).code, 'ssh-host-name', host);
  assert.equal(existsSync(made), false);
  await rm(folder, { recursive: true });
  // And what is one stands behind the end of the options.
  assert.equal(OPTIONS.includes('BatchMode=yes'), true);
});

test('one tunnel serves all connections of its far end, opens anew when it has ended, and ends with the window', async (t) => {
  const tunnels = new Tunnels();
  t.after(() => {
    tunnels.dispose();
  });
  const far = { sshHost: 'bastion', host: '127.0.0.1', port: port(), program: server.program };
  const [first, second] = await Promise.all([tunnels.to(far), tunnels.to(far)]);
  assert.deepEqual(first, second);
  await server.end();
  await untilClosed(first.port);
  await untilUnreachable(() => tunnels.to(far));
  await server.start();
  const third = await tunnels.to(far);
  const db = await connect({ connectionString: farUrl(), via: third });
  await db.close();
  tunnels.dispose();
  await untilClosed(third.port);
});

/** Its port is closed a moment before the program has ended, and until that the tunnel is the one that there was. */
async function untilUnreachable(open: () => Promise<unknown>): Promise<void> {
  const deadline = Date.now() + 20_000;
  const isOpen = (): Promise<boolean> =>
    open().then(
      () => true,
      (error: unknown) => {
        if (error instanceof Problem && error.code === 'ssh-unreachable') return false;
        throw error;
      },
    );
  while (await isOpen()) {
    if (Date.now() > deadline) throw new Error('The tunnel is still handed out though it has ended.');
    await sleep(100);
  }
}

async function untilClosed(at: number): Promise<void> {
  const deadline = Date.now() + 20_000;
  const answers = (): Promise<boolean> =>
    connect({ connectionString: farUrl(), via: { host: '127.0.0.1', port: at } }).then(
      (db) => db.close().then(() => true),
      (error: unknown) => !(error instanceof Problem && error.code === 'connection-refused'),
    );
  while (await answers()) {
    if (Date.now() > deadline) throw new Error(`The port ${String(at)} of the tunnel is still open.`);
    await sleep(100);
  }
}
