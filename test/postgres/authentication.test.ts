import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Client } from 'pg';
import { connect } from '../../src/postgres/connect/connection.ts';
import { selfSigned, type Certificate } from '../kit/certificate.ts';
import { startPostgres, type TestPostgres } from '../kit/postgres.ts';
import { StallingProxy } from '../kit/stallingProxy.ts';
import { rejectsWith } from './support.ts';

const PASSWORD = 'not-the-password-of-others';

const HBA = `hostnossl all tls_only all reject
host all cleartext all password
host all md5 all md5
host all scram all scram-sha-256
host all trusted all trust
host all all all scram-sha-256
local all all trust
`;

/** [parameters, user, 'in', or the code of the Problem]; what libpq does, by its documentation and its tests (t/001_password.pl). */
const PLAIN: readonly (readonly [string, string, string])[] = [
  ['', 'cleartext', 'in'],
  ['require_auth=password', 'cleartext', 'in'],
  ['require_auth=scram-sha-256', 'cleartext', 'authentication-method'],
  ['require_auth=!password', 'cleartext', 'authentication-method'],
  ['require_auth=md5,scram-sha-256', 'cleartext', 'authentication-method'],
  ['require_auth=none', 'cleartext', 'authentication-method'],
  ['channel_binding=require', 'cleartext', 'authentication-method'],
  ['require_auth=md5', 'md5', 'in'],
  ['require_auth=md5,scram-sha-256', 'md5', 'in'],
  ['require_auth=!password,!scram-sha-256', 'md5', 'in'],
  ['require_auth=scram-sha-256', 'md5', 'authentication-method'],
  ['require_auth=!md5', 'md5', 'authentication-method'],
  ['channel_binding=require', 'md5', 'authentication-method'],
  ['require_auth=scram-sha-256', 'scram', 'in'],
  ['require_auth=!none', 'scram', 'in'],
  ['require_auth=!scram-sha-256', 'scram', 'authentication-method'],
  ['require_auth=gss,sspi', 'scram', 'authentication-method'],
  ['channel_binding=require', 'scram', 'authentication-method'],
  ['channel_binding=prefer', 'scram', 'in'],
  ['require_auth=none', 'trusted', 'in'],
  ['require_auth=!password', 'trusted', 'in'],
  ['require_auth=!none', 'trusted', 'authentication-method'],
  ['require_auth=scram-sha-256', 'trusted', 'authentication-method'],
  ['channel_binding=require', 'trusted', 'authentication-method'],
  // Refused before anything is sent.
  ['require_auth=scram', 'scram', 'connection-parameter'],
  ['require_auth=md5,!password', 'md5', 'connection-parameter'],
  ['require_auth=md5,md5', 'md5', 'connection-parameter'],
  ['channel_binding=always', 'scram', 'connection-parameter'],
  ['gssencmode=require', 'cleartext', 'connection-parameter'],
  ['gssencmode=prefer', 'scram', 'in'],
  ['requirepeer=postgres', 'scram', 'in'],
  ['sslcertmode=require', 'scram', 'connection-parameter'],
  ['sslsni=0', 'scram', 'connection-parameter'],
  ['min_protocol_version=3.2', 'scram', 'connection-parameter'],
  ['min_protocol_version=3.0 max_protocol_version=latest load_balance_hosts=random replication=false', 'scram', 'in'],
  ['replication=database', 'scram', 'connection-parameter'],
  ['scram_client_key=c2VjcmV0', 'scram', 'connection-parameter'],
  ['requiressl=1', 'cleartext', 'connection-parameter'],
  ['target_session_attrs=read-write', 'scram', 'in'],
  ['target_session_attrs=primary', 'scram', 'in'],
  ['target_session_attrs=prefer-standby', 'scram', 'in'],
  ['target_session_attrs=standby', 'scram', 'other-server'],
  ['target_session_attrs=read-only', 'scram', 'other-server'],
  ['target_session_attrs=read-only options=-cdefault_transaction_read_only=on', 'scram', 'in'],
];

const ENCRYPTED: typeof PLAIN = [
  ['channel_binding=require', 'scram', 'in'],
  ['channel_binding=require require_auth=scram-sha-256', 'scram', 'in'],
  ['channel_binding=require', 'cleartext', 'authentication-method'],
  ['channel_binding=require', 'md5', 'authentication-method'],
  ['channel_binding=require', 'trusted', 'authentication-method'],
  ['require_auth=scram-sha-256', 'cleartext', 'authentication-method'],
  ['ssl_max_protocol_version=TLSv1.2', 'scram', 'TLSv1.2'],
  ['ssl_min_protocol_version=tlsv1.3', 'scram', 'TLSv1.3'],
  ['ssl_min_protocol_version=TLSv1.3 ssl_max_protocol_version=TLSv1.2', 'scram', 'tls-settings'],
  ['ssl_min_protocol_version=TLSv2', 'scram', 'tls-settings'],
  ['sslcrldir=/nonexistent', 'scram', 'tls-settings'],
];

describe('what libpq’s parameters require of a server', () => {
  let server: TestPostgres;
  let proxy: StallingProxy;
  let certificate: Certificate;

  before(async () => {
    certificate = await selfSigned(['DNS:localhost', 'IP:127.0.0.1']);
    server = await startPostgres({
      settings: { ssl: 'on', unix_socket_directories: '/tmp' },
      files: { 'pg_hba.conf': HBA, 'server.crt': certificate.cert, 'server.key': certificate.key },
    });
    const admin = new Client({ connectionString: server.connectionString() });
    await admin.connect();
    for (const [role, how] of Object.entries({ cleartext: 'scram-sha-256', scram: 'scram-sha-256', md5: 'md5' }))
      await admin.query(`SET password_encryption = '${how}'; CREATE ROLE ${role} LOGIN PASSWORD '${PASSWORD}'`);
    await admin.query('CREATE ROLE trusted LOGIN');
    await admin.end();
    proxy = await StallingProxy.start(server.port);
  });

  after(async () => {
    await proxy.stop();
    await server.stop();
    await rm(certificate.folder, { recursive: true });
  });

  const stringOf = (user: string, more: string, sslmode = 'disable'): string =>
    `host=127.0.0.1 port=${proxy.port} dbname=postgres user=${user} password=${PASSWORD} sslmode=${sslmode} ${more}`;

  /** Tries to connect, and looks at what went over the wire. */
  async function attempt(connectionString: string, expected: string, label: string): Promise<void> {
    const connections = proxy.sent.length;
    const connecting = connect({ connectionString, readOnly: true });
    if (/^in$|^TLSv/u.test(expected)) {
      const db = await connecting.catch((error: unknown) => assert.fail(`${label}: ${String(error)}`));
      if (expected !== 'in')
        assert.deepEqual(await db.query('SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()'), [
          { version: expected },
        ]);
      await db.close();
      return;
    }
    const problem = await rejectsWith(connecting, /./u);
    assert.equal(problem.code, expected, `${label}: ${problem.message}`);
    const sent = proxy.sent.slice(connections);
    if (expected === 'connection-parameter' || expected === 'tls-settings') assert.equal(sent.length, 0, label);
    // Of what may be read on the wire nothing but the startup message, whose first four bytes say how long it is.
    if (expected === 'authentication-method' && connectionString.includes('sslmode=disable'))
      for (const bytes of sent)
        assert.equal(bytes.length, bytes.readInt32BE(0), `${label}: ${bytes.toString('latin1')}`);
  }

  it('is kept on a plain connection, and no byte of a password is sent otherwise', async () => {
    for (const [more, user, expected] of PLAIN) await attempt(stringOf(user, more), expected, `${more} as ${user}`);
  });

  it('is kept on an encrypted connection', async () => {
    for (const [more, user, expected] of ENCRYPTED)
      await attempt(stringOf(user, more, 'require'), expected, `${more} as ${user}`);
    await server.restart({ ssl_max_protocol_version: 'TLSv1.2' });
    await attempt(stringOf('scram', 'ssl_min_protocol_version=TLSv1.3', 'require'), 'tls-failed', 'TLS 1.3');
    await server.restart({ ssl_max_protocol_version: '' });
  });

  it('refuses to trust a Unix-domain socket whose owner it can’t see', async () => {
    const connectionString = `host=/tmp port=${server.port} dbname=postgres user=trusted requirepeer=postgres`;
    const problem = await rejectsWith(connect({ connectionString }), 'connection-parameter', false);
    assert.match(problem.why, /^requirepeer \(or PGREQUIREPEER in the environment\) can’t be honoured/u);
  });

  it('is read from the environment and from the service file too', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dsm-service-'));
    const file = join(folder, 'services');
    const old = { ...process.env };
    const rows = [
      ['PGREQUIREAUTH', 'require_auth', 'scram-sha-256', 'authentication-method'],
      ['PGCHANNELBINDING', 'channel_binding', 'require', 'authentication-method'],
      ['PGGSSENCMODE', 'gssencmode', 'require', 'connection-parameter'],
      ['PGSSLCERTMODE', 'sslcertmode', 'require', 'connection-parameter'],
      ['PGREQUIRESSL', 'requiressl', '1', 'connection-parameter'],
      ['PGTARGETSESSIONATTRS', 'target_session_attrs', 'standby', 'other-server'],
      [undefined, 'require_authentication', 'scram-sha-256', 'connection-parameter'],
    ] as const;
    try {
      for (const [variable, keyword, value, expected] of rows) {
        if (variable !== undefined) {
          process.env = { ...old, [variable]: value };
          await attempt(stringOf('cleartext', ''), expected, variable);
        }
        process.env = { ...old };
        await writeFile(
          file,
          `[shop]\n${stringOf('cleartext', '').trim().replaceAll(' ', '\n')}\n${keyword}=${value}\n`,
        );
        await attempt(`service=shop servicefile=${file} sslmode=disable`, expected, `${keyword} in a service file`);
      }
      process.env = { ...old, PGSSLMINPROTOCOLVERSION: 'TLSv1.3' };
      await attempt(stringOf('scram', '', 'require'), 'TLSv1.3', 'PGSSLMINPROTOCOLVERSION');
    } finally {
      process.env = old;
      await rm(folder, { recursive: true });
    }
  });

  /** A server that is none: it answers the first message with these, and all later ones with nothing. */
  async function lying(messages: readonly Buffer[], more: string): Promise<{ sent: Buffer; error: unknown }> {
    let sent = Buffer.alloc(0);
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.once('data', () => {
        for (const message of messages) socket.write(message);
        socket.on('data', (chunk) => (sent = Buffer.concat([sent, chunk])));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const connectionString = `host=127.0.0.1 port=${port} user=u password=${PASSWORD} sslmode=disable ${more}`;
    const error: unknown = await connect({ connectionString, connectTimeoutMs: 5_000 }).catch(
      (failed: unknown) => failed,
    );
    await new Promise((resolve) => server.close(resolve));
    return { sent, error };
  }

  it('is not got round by a server that asks twice, lets in at once, or speaks another language', async () => {
    const asks = (code: number, rest = ''): Buffer => {
      const text = Buffer.from(rest, 'latin1');
      const head = Buffer.alloc(9);
      head.write('R');
      head.writeInt32BE(8 + text.length, 1);
      head.writeInt32BE(code, 5);
      return Buffer.concat([head, text]);
    };
    const sasl = asks(10, 'SCRAM-SHA-256\0\0');
    const ready = Buffer.from('Z\0\0\0\x05I', 'latin1');
    const cases: readonly (readonly [string, readonly Buffer[], string])[] = [
      ['password after SCRAM', [sasl, asks(3)], 'require_auth=scram-sha-256'],
      ['password after SCRAM, in one', [Buffer.concat([sasl, asks(3)])], 'require_auth=!password'],
      ['no proof', [Buffer.concat([sasl, asks(0), ready])], 'require_auth=scram-sha-256'],
      ['no binding', [Buffer.concat([asks(10, 'SCRAM-SHA-256-PLUS\0\0'), asks(0), ready])], 'channel_binding=require'],
      ['no question', [Buffer.concat([asks(0), ready])], 'require_auth=scram-sha-256'],
      ['GSSAPI', [asks(7)], ''],
      ['another mechanism', [asks(10, 'OAUTHBEARER\0\0')], ''],
    ];
    for (const [label, messages, more] of cases) {
      const { sent, error } = await lying(messages, more);
      assert.equal((error as { code?: unknown }).code, 'authentication-method', `${label}: ${String(error)}`);
      assert.ok(!sent.includes(PASSWORD), label);
    }
  });
});
