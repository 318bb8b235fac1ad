import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { storeIdentity } from '../../../src/history/identity.ts';
import { connect } from '../../../src/postgres/connect/connection.ts';
import { resolveTarget } from '../../../src/postgres/target/target.ts';
import { startPasswordServer } from '../../kit/passwordServer.ts';

/** A password goes to the server that it is for, and to no other that a text of a repository names. */

const home = mkdtempSync(join(tmpdir(), 'dsm-home-'));
after(() => {
  rmSync(home, { recursive: true });
});
writeFileSync(
  join(home, '.pg_service.conf'),
  '[prod]\nhost=prod.example\nport=5432\nuser=shop\ndbname=shop\npassword=of-service\n[place]\nhost=prod.example\n',
);
writeFileSync(
  join(home, '.pgpass'),
  'prod.example:5432:shop:shop:of-prod\n/tmp/mine:*:*:*:of-socket\nlocalhost:*:shop:*:of-localhost\n*:6666:*:*:of-any\n',
  { mode: 0o600 },
);

interface Case {
  readonly text: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What psql sends; the person is the one who has named the server. */
  readonly any?: string;
  /** What is sent where a repository has named it; undefined: nothing. */
  readonly bound?: string;
  readonly withheld?: string;
}

const PROD = 'port=5432 user=shop dbname=shop';
const CASES: readonly Case[] = [
  { text: `host=prod.example ${PROD}`, any: 'of-prod', bound: 'of-prod' },
  { text: `host=prod.example hostaddr=192.0.2.1 ${PROD}`, any: 'of-prod', withheld: 'the passfile' },
  { text: `hostaddr=192.0.2.1 ${PROD}` },
  { text: `host=evil.example ${PROD}` },
  { text: 'host=evil.example port=6666 dbname=shop user=shop', any: 'of-any', withheld: 'the passfile' },
  { text: `host=/tmp/mine ${PROD}`, any: 'of-socket', bound: 'of-socket' },
  { text: `host=/tmp/other ${PROD}` },
  { text: `host=/tmp ${PROD}`, any: 'of-localhost', bound: 'of-localhost' },
  { text: 'service=prod', any: 'of-service', bound: 'of-service' },
  { text: 'service=prod host=evil.example', any: 'of-service', withheld: 'the connection service file' },
  { text: 'service=prod hostaddr=192.0.2.1', any: 'of-service', withheld: 'the connection service file' },
  { text: 'service=prod port=6543', any: 'of-service', withheld: 'the connection service file' },
  { text: `host=evil.example ${PROD}`, env: { PGPASSWORD: 'of-env' }, any: 'of-env', withheld: 'PGPASSWORD' },
  { text: `host=prod.example ${PROD}`, env: { PGPASSWORD: 'of-env' }, any: 'of-env', bound: 'of-prod' },
  { text: 'dbname=shop', env: { PGPASSWORD: 'of-env', PGHOST: 'h.example' }, any: 'of-env', bound: 'of-env' },
  { text: 'service=place user=u', env: { PGPASSWORD: 'of-env' }, any: 'of-env', withheld: 'PGPASSWORD' },
  { text: 'user=u', env: { PGPASSWORD: 'of-env', PGSERVICE: 'place' }, any: 'of-env', bound: 'of-env' },
  { text: 'host=evil.example password=own', env: { PGPASSWORD: 'of-env' }, any: 'own', bound: 'own' },
];

for (const { text, env = {}, any, bound, withheld } of CASES) {
  test(`${text} ${JSON.stringify(env)}: ${any ?? 'no password'} for the person, ${bound ?? 'none'} for a repository`, () => {
    const from = { env: { USER: 'me', ...env }, home };
    assert.equal(resolveTarget(text, undefined, from).parameters['password'], any);
    const careful = resolveTarget(text, undefined, from, 'bound');
    assert.equal(careful.parameters['password'], bound);
    assert.equal(careful.withheld, withheld);
  });
}

test('a password that was entered for one target is not sent to another, whichever part has changed', async () => {
  const server = await startPasswordServer();
  try {
    const options = {
      connectionString: `postgresql://shop@127.0.0.1:${server.port}/shop`,
      password: 'Very-secret-4711',
    };
    const { key } = resolveTarget(options.connectionString, options.password);
    for (const [part, before] of [
      ['host', 'db.example.org'],
      ['hostaddr', '10.0.0.1'],
      ['port', '5432'],
      ['database', 'other'],
      ['user', 'admin'],
    ] as const)
      await assert.rejects(
        connect({ ...options, expected: { ...key, [part]: before } }),
        (problem: Error & { code?: string; why?: string }) =>
          problem.code === 'target-changed' && problem.why?.includes(`${part} ${before} → `) === true,
      );
    assert.deepEqual([server.visitors, server.passwords], [[], []]);
    // The same server sees the password where the target is the one that was meant.
    await assert.rejects(connect({ ...options, expected: key }), { code: 'wrong-password' });
    assert.deepEqual(server.passwords, ['Very-secret-4711']);
  } finally {
    await server.stop();
  }
});

test('PGPASSWORD is not told to a server that a repository names, not even as an empty password', async () => {
  const server = await startPasswordServer();
  process.env['PGPASSWORD'] = 'of-env-4711';
  try {
    const connectionString = `postgresql://shop@127.0.0.1:${server.port}/shop`;
    await assert.rejects(connect({ connectionString, borrow: 'bound' }), { code: 'password-withheld' });
    assert.deepEqual([server.visitors.length > 0, server.passwords], [true, []]);
    await assert.rejects(connect({ connectionString }), { code: 'wrong-password' });
    assert.deepEqual(server.passwords, ['of-env-4711']);
  } finally {
    delete process.env['PGPASSWORD'];
    await server.stop();
  }
});

test('a history is of the server that is really read: another hostaddr is another history', () => {
  const table = { name: 'django_session' };
  const one = storeIdentity('host=db.example.org hostaddr=10.0.0.1 dbname=shop user=u', table);
  const other = storeIdentity('host=db.example.org hostaddr=10.0.0.2 dbname=shop user=u', table);
  assert.equal(one.text, 'shop on db.example.org:5432 at 10.0.0.1, django_session');
  assert.notEqual(one.fileName, other.fileName);
  const without = storeIdentity('host=db.example.org dbname=shop user=u', table);
  assert.equal(without.text, 'shop on db.example.org:5432, django_session');
});
