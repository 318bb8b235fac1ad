import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Problem } from '../../../src/common/problem.ts';
import { encryption } from '../../../src/postgres/connect/tls.ts';
import { PARAMETERS } from '../../../src/postgres/target/libpqParameters.ts';
import { parseConnectionString } from '../../../src/postgres/target/parameters.ts';
import { resolveTarget } from '../../../src/postgres/target/target.ts';

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
    'postgresql://u:secret-word%zz@h/db',
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

/** All of libpq 18: https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-PARAMKEYWORDS */
const LIBPQ =
  `host hostaddr port dbname user password passfile require_auth channel_binding connect_timeout client_encoding options
  application_name fallback_application_name keepalives keepalives_idle keepalives_interval keepalives_count tcp_user_timeout replication
  gssencmode sslmode requiressl sslnegotiation sslcompression sslcert sslkey sslkeylogfile sslpassword sslcertmode sslrootcert sslcrl
  sslcrldir sslsni requirepeer ssl_min_protocol_version ssl_max_protocol_version min_protocol_version max_protocol_version krbsrvname
  gsslib gssdelegation scram_client_key scram_server_key service servicefile target_session_attrs load_balance_hosts oauth_issuer
  oauth_client_id oauth_client_secret oauth_scope`.split(/\s+/u);

test('every parameter of libpq has its row, and what weakens a connection when it is passed over is not called harmless', () => {
  assert.deepEqual(
    LIBPQ.filter((keyword) => !Object.hasOwn(PARAMETERS, keyword)),
    [],
  );
  const guards = /^(require|channel|ssl(?!compression|keylogfile)|gssencmode|min_|target|scram|replication)/u;
  assert.deepEqual(
    Object.keys(PARAMETERS).filter((keyword) => guards.test(keyword) && PARAMETERS[keyword]?.is === 'harmless'),
    [],
  );
  for (const [keyword, { is, cannot }] of Object.entries(PARAMETERS)) if (is === 'refused') assert.ok(cannot, keyword);
});

test('a file that should hold revoked certificates, TLS versions and a client’s certificate are taken as libpq takes them', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dsm-tls-'));
  try {
    const tls = (parameters: Record<string, string>): object => {
      const [first] = encryption({ host: 'h', sslmode: 'require', ...parameters }).attempts;
      assert.ok(first !== undefined && first !== false);
      return first;
    };
    const refuses = (parameters: Record<string, string>): void =>
      assert.throws(
        () => tls(parameters),
        (error) => error instanceof Problem && error.code === 'tls-settings',
      );
    writeFileSync(join(folder, '0a1b2c3d.r0'), 'list');
    writeFileSync(join(folder, 'key'), 'key');
    assert.deepEqual((tls({ sslcrldir: folder }) as { crl: unknown }).crl, ['list']);
    refuses({ sslcrldir: tmpdir() });
    refuses({ sslcrl: join(folder, 'none') });
    const both = { sslcert: join(folder, 'key'), sslkey: join(folder, 'key') };
    assert.equal((tls(both) as { key: unknown }).key, 'key');
    assert.equal('key' in tls({ ...both, sslcertmode: 'disable' }), false);
    const range = { ssl_min_protocol_version: 'TLSv1.1', ssl_max_protocol_version: 'tlsv1.2' };
    const { minVersion, maxVersion } = tls(range) as { minVersion: unknown; maxVersion: unknown };
    assert.deepEqual([minVersion, maxVersion], ['TLSv1.1', 'TLSv1.2']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('several hosts are each a target, with the ports that are theirs', () => {
  const places = (text: string): string[] =>
    (resolveTarget(text).alternatives ?? []).map(({ host, port }) => `${host}:${port}`);
  assert.deepEqual(places('host=a,b port=5433 dbname=shop user=app'), ['a:5433', 'b:5433']);
  assert.deepEqual(places('host=a,b port=1,2'), ['a:1', 'b:2']);
  assert.deepEqual(places('postgresql://app@a:1,b/shop'), ['a:1', 'b:5432']);
  assert.deepEqual(places('postgresql://app@[::1]:1,[::2]:2/shop'), ['::1:1', '::2:2']);
  assert.deepEqual(places('postgresql:///shop?host=a,b&port=1,2'), ['a:1', 'b:2']);
  assert.deepEqual(places('host=a port=1'), []);
  const target = resolveTarget('host=a,b port=1,2 dbname=shop user=app');
  assert.equal(target.description, 'shop on a:1 or b:2');
  assert.deepEqual(target.key, { host: 'a,b', hostaddr: '', port: '1,2', database: 'shop', user: 'app' });
  for (const wrong of ['host=a,b,c port=1,2', 'host=a,b hostaddr=127.0.0.1,127.0.0.2,127.0.0.3', 'host=a,b port=1,x'])
    assert.throws(() => resolveTarget(wrong), { code: 'connection-string' }, wrong);
});
