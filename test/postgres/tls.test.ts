import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { connect } from '../../src/postgres/connect/connection.ts';
import { onEachMajor, rejectsWith } from './support.ts';

interface Certificates {
  readonly folder: string;
  readonly files: Readonly<Record<string, string>>;
}

/** An authority, a certificate of it for "localhost", and another authority that has signed nothing. */
function makeCertificates(): Certificates | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'dsm-tls-'));
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const selfSigned = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '2',
  ];
  try {
    openssl('version');
  } catch {
    rmSync(folder, { recursive: true });
    return undefined; // the test says so
  }
  for (const name of ['ca', 'stranger']) {
    openssl(...selfSigned, '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.crt`);
  }
  writeFileSync(join(folder, 'san'), 'subjectAltName=DNS:localhost');
  openssl(
    'req',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-subj',
    '/CN=localhost',
    '-keyout',
    'server.key',
    '-out',
    'server.csr',
  );
  openssl(
    'x509',
    '-req',
    '-in',
    'server.csr',
    '-CA',
    'ca.crt',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-days',
    '2',
    '-extfile',
    'san',
    '-out',
    'server.crt',
  );
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  return { folder, files: { 'server.key': read('server.key'), 'server.crt': read('server.crt') } };
}

const HBA = `hostssl all encrypted all trust
hostnossl all plain all trust
hostnossl all encrypted all reject
hostssl all plain all reject
host all barred all reject
host all all all scram-sha-256
local all all trust
`;

const certificates = makeCertificates();
after(() => certificates && rmSync(certificates.folder, { recursive: true }));

/** [sslmode and more, user, expected: encrypted, not encrypted, or the code of the problem] */
const CASES: readonly (readonly [string, string, boolean | string | RegExp])[] = [
  ['sslmode=disable', 'postgres', false],
  ['sslmode=disable', 'encrypted', 'access-refused'],
  ['sslmode=allow', 'postgres', false],
  ['sslmode=allow', 'encrypted', true],
  ['', 'postgres', true],
  ['sslmode=prefer', 'plain', false],
  ['sslmode=prefer', 'barred', 'access-refused'],
  ['sslmode=require', 'postgres', true],
  ['sslmode=require', 'plain', 'access-refused'],
  ['sslmode=require sslrootcert=CA', 'postgres', true],
  ['sslmode=require sslrootcert=STRANGER', 'postgres', 'tls-certificate'],
  ['sslmode=verify-ca sslrootcert=CA', 'postgres', true],
  ['sslmode=verify-ca sslrootcert=CA host=127.0.0.1', 'postgres', true],
  ['sslmode=verify-ca sslrootcert=STRANGER', 'postgres', 'tls-certificate'],
  ['sslmode=verify-ca sslrootcert=/nonexistent', 'postgres', 'tls-settings'],
  ['sslmode=verify-full sslrootcert=CA', 'postgres', true],
  ['sslmode=verify-full sslrootcert=CA host=127.0.0.1', 'postgres', 'tls-host-mismatch'],
  ['sslmode=verify-full sslrootcert=CA hostaddr=127.0.0.1', 'postgres', true],
  ['sslmode=verify-full sslrootcert=system', 'postgres', 'tls-certificate'],
  ['sslmode=verify-full sslrootcert=STRANGER', 'postgres', 'tls-certificate'],
  ['sslmode=prefer sslnegotiation=direct', 'postgres', 'tls-settings'],
];

onEachMajor(
  'TLS',
  (bench) => {
    it('means by each sslmode what libpq means', async (t) => {
      if (certificates === undefined) {
        assert.equal(process.env['CI'], undefined, 'openssl is missing in CI');
        return t.skip('openssl is not installed');
      }
      const { folder } = certificates;
      const admin = await bench.admin();
      await admin.query('CREATE ROLE encrypted LOGIN; CREATE ROLE plain LOGIN; CREATE ROLE barred LOGIN');
      const direct: typeof CASES = [['sslmode=require sslnegotiation=direct', 'postgres', true]];
      for (const [more, user, expected] of [...CASES, ...(bench.server.major >= 17 ? direct : [])]) {
        const named = more.replace('STRANGER', join(folder, 'stranger.crt')).replace('CA', join(folder, 'ca.crt'));
        const connectionString = `host=localhost port=${bench.server.port} dbname=postgres user=${user} password=test-password ${named}`;
        const promise = connect({ connectionString, readOnly: true });
        if (typeof expected !== 'boolean') {
          await rejectsWith(promise, expected, false);
          continue;
        }
        const db = await promise;
        const [row] = await db.query('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
        assert.deepEqual(row, { ssl: expected }, `${more} ${user}`);
        await db.close();
      }
    });

    it('destroys an encrypted connection to a stalled server too', async (t) => {
      if (certificates === undefined) return t.skip('openssl is not installed');
      const db = await bench.monitor('postgres', { statementTimeoutMs: 300 });
      assert.deepEqual(await db.query('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()'), [{ ssl: true }]);
      await bench.server.suspend();
      await rejectsWith(db.query('SELECT 1'), 'server-stalled', true);
      await bench.server.resume();
    });

    it('goes through a Unix-domain socket', async () => {
      const connectionString = `host=/tmp port=${bench.server.port} dbname=postgres user=encrypted sslmode=verify-full`;
      const db = await connect({ connectionString, readOnly: true });
      assert.equal(db.target, `postgres on /tmp/.s.PGSQL.${bench.server.port}`);
      assert.deepEqual(await db.query('SELECT inet_client_addr() AS address'), [{ address: null }]);
      await db.close();
    });
  },
  {
    settings: {
      unix_socket_directories: '/tmp',
      ...(certificates === undefined ? {} : { ssl: 'on', ssl_cert_file: 'server.crt', ssl_key_file: 'server.key' }),
    },
    files: { 'pg_hba.conf': HBA, ...certificates?.files },
  },
);
