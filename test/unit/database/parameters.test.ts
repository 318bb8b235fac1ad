import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseConnectionString } from '../../../src/database/parameters.ts';
import { resolveTarget } from '../../../src/database/target.ts';
import { Problem } from '../../../src/common/problem.ts';

/** As libpq reads them; from its documentation and tests (src/interfaces/libpq/t/001_uri.pl). */
const READ: readonly (readonly [string, Record<string, string>])[] = [
  ['postgresql://', {}],
  ['postgresql://localhost', { host: 'localhost' }],
  ['postgresql://localhost:5433', { host: 'localhost', port: '5433' }],
  ['postgres://user:secret@localhost/mydb', { user: 'user', password: 'secret', host: 'localhost', dbname: 'mydb' }],
  ['postgresql://user@/db?host=/tmp', { user: 'user', dbname: 'db', host: '/tmp' }],
  ['postgresql://%2Fvar%2Flib/db', { host: '/var/lib', dbname: 'db' }],
  ['postgresql://[::1]:12345/db', { host: '::1', port: '12345', dbname: 'db' }],
  ['postgresql://u:p%40%3A%2F%25@h/db', { user: 'u', password: 'p@:/%', host: 'h', dbname: 'db' }],
  [
    'postgresql://h/db?sslmode=require&connect_timeout=3',
    { host: 'h', dbname: 'db', sslmode: 'require', connect_timeout: '3' },
  ],
  ['postgresql://h/db?ssl=true', { host: 'h', dbname: 'db', sslmode: 'require' }],
  ['postgresql://h/?options=-c%20search_path%3Dshop', { host: 'h', options: '-c search_path=shop' }],
  ['host=h port = 5433 dbname=db', { host: 'h', port: '5433', dbname: 'db' }],
  [`password='it\\'s a \\\\' user=u`, { password: `it's a \\`, user: 'u' }],
  [`user=u password=''`, { user: 'u' }],
  ['', {}],
];

test('connection strings are read as libpq reads them', () => {
  for (const [text, expected] of READ) assert.deepEqual({ ...parseConnectionString(text) }, expected, text);
});

test('what is no connection string is refused without being repeated', () => {
  for (const text of [
    'secret-word',
    'mysql://u:secret-word@h/db',
    'postgresql://u:secret-word@h/%zz',
    `host=h password='secret-word`,
    'pasword=secret-word',
    'postgresql://u:secret-word@h:80x0/db',
  ])
    assert.throws(
      () => resolveTarget(text, undefined, { env: {}, home: '/nonexistent' }),
      (error) =>
        error instanceof Problem && error.code === 'connection-string' && !error.message.includes('secret-word'),
      text,
    );
});

test('the string goes before the service, the service before the environment, all before the passfile', () => {
  const home = mkdtempSync(join(tmpdir(), 'dsm-home-'));
  try {
    writeFileSync(
      join(home, '.pg_service.conf'),
      '# shops\n[shop]\nhost=service-host\nuser=service-user\nport=1111\n[other]\nhost=other\n',
    );
    writeFileSync(join(home, '.pgpass'), 'other:*:*:*:no\n*:2222:my\\:db:*:from\\\\pass\\:file\n', { mode: 0o600 });
    const env = { PGHOST: 'env-host', PGUSER: 'env-user', PGPORT: '3333', PGDATABASE: 'my:db', PGSERVICE: 'shop' };
    const from = { env, home };
    const target = resolveTarget('port=2222', undefined, from);
    assert.deepEqual(
      [target.host, target.port, target.user, target.database],
      ['service-host', 2222, 'service-user', 'my:db'],
    );
    assert.equal(target.parameters['password'], process.platform === 'win32' ? undefined : 'from\\pass:file');
    assert.equal(target.description, 'my:db on service-host:2222');
    assert.equal(resolveTarget('port=2222 password=own', undefined, from).parameters['password'], 'own');
    assert.equal(resolveTarget('port=2222 password=own', 'override', from).parameters['password'], 'override');
    assert.equal(resolveTarget('host=::1 dbname=d service=other', undefined, from).description, 'd on [::1]:3333');
    assert.throws(() => resolveTarget('service=nowhere', undefined, from), { code: 'service-missing' });
  } finally {
    rmSync(home, { recursive: true });
  }
});
