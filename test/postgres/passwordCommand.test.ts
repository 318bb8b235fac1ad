import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { Problem } from '../../src/common/problem.ts';
import type { Access, Connection } from '../../src/monitoring/watch/connection.ts';
import { openToRead } from '../../src/monitoring/watch/openDatabase.ts';
import { PasswordCommands } from '../../src/monitoring/watch/passwordCommands.ts';
import { runPasswordCommand } from '../../src/services/passwords/runPasswordCommand.ts';
import { startPostgres, type TestPostgres } from '../kit/postgres.ts';

/** Passwords that a program gives, with real programs and a server that asks for one. */

let postgres: TestPostgres;
let admin: pg.Client;
let folder: string;
before(async () => {
  postgres = await startPostgres();
  admin = new pg.Client({ connectionString: postgres.connectionString() });
  await admin.connect();
  folder = await mkdtemp(join(tmpdir(), 'dsm-password-'));
});
after(async () => {
  await admin.end();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
});

const codeOf = (asking: Promise<unknown>): Promise<string> =>
  asking.then(
    () => 'none',
    (error: unknown) => (error instanceof Problem ? error.code : String(error)),
  );

test('what a program prints is the password if it is one line, and each other end has its own words', async () => {
  const run = (script: string, limitMs?: number): Promise<string> =>
    runPasswordCommand(['sh', '-c', script], 'db.example', limitMs);
  assert.equal(await run('echo " se cret "'), ' se cret ');
  assert.equal(await run('printf secret'), 'secret');
  assert.equal(await codeOf(run('true')), 'password-command-nothing');
  assert.equal(await codeOf(run('echo')), 'password-command-nothing');
  assert.equal(await codeOf(run('echo one; echo two')), 'password-command-lines');
  assert.equal(await codeOf(run('echo secret; exit 3')), 'password-command-failed');
  assert.equal(await codeOf(run('sleep 60', 300)), 'password-command-slow');
  assert.equal(await codeOf(run('yes')), 'password-command-output');
  assert.equal(await codeOf(runPasswordCommand(['no-such-program'], 'db.example')), 'password-command-missing');
  assert.equal(await codeOf(runPasswordCommand([], 'db.example')), 'password-command-empty');
  // What it printed is in no message, only what it said of its failure.
  const failed: unknown = await run('echo secret; echo "not signed in" >&2; exit 1').catch((error: unknown) => error);
  assert.ok(failed instanceof Problem);
  assert.match(failed.message, /exit code 1: not signed in/);
  assert.doesNotMatch(failed.message, /secret/);
});

/** A connection of a role to the server of these tests, whose password is that of the commands. */
function connectionOf(commands: PasswordCommands, connectionString: string, more: Partial<Access> = {}): Connection {
  const access = (): Promise<Access> => commands.complete({ connectionString, ...more });
  return { access } as Partial<Connection> as Connection;
}

test('the command is asked once for all connections, and again when the server refuses what it gave', async () => {
  const [asked, current] = [join(folder, 'asked'), join(folder, 'current')];
  await admin.query("CREATE ROLE token LOGIN PASSWORD 'first'");
  await writeFile(current, 'first\n');
  const url = new URL(postgres.connectionString('postgres', 'token'));
  url.password = '';
  const script = `echo asked >> '${asked}'; cat '${current}'`;
  const commands = new PasswordCommands(() => [{ host: url.hostname, command: ['sh', '-c', script] }]);
  const connection = connectionOf(commands, url.href, { password: 'of the settings' });
  const times = async (): Promise<number> => (await readFile(asked, 'utf8')).trim().split('\n').length;
  for (const db of await Promise.all([openToRead(connection), openToRead(connection)])) await db.close();
  assert.equal(await times(), 1);
  await admin.query("ALTER ROLE token PASSWORD 'second'");
  await writeFile(current, 'second\n');
  const db = await openToRead(connection);
  assert.deepEqual(await db.query('SELECT current_user::text AS me'), [{ me: 'token' }]);
  await db.close();
  assert.equal(await times(), 2);
  // A command that gives nothing better is asked once more, and then the server's word stands.
  await admin.query("ALTER ROLE token PASSWORD 'third'");
  assert.equal(await codeOf(openToRead(connection)), 'wrong-password');
  assert.equal(await times(), 3);
});

test('no other server gets what the command of one prints', async () => {
  const commands = new PasswordCommands(() => [
    { host: 'db.example', port: 5432, user: 'app', command: ['echo', 'secret'] },
  ]);
  const passwordFor = async (connectionString: string): Promise<string | undefined> =>
    (await commands.complete({ connectionString })).password;
  assert.equal(await passwordFor('host=DB.example user=app'), 'secret');
  for (const other of [
    'host=db.example.evil user=app',
    'host=db.example hostaddr=203.0.113.7 user=app',
    'host=db.example port=5433 user=app',
    'host=db.example user=other',
    'host=localhost user=app',
  ])
    assert.equal(await passwordFor(other), undefined, other);
});
