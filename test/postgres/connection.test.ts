import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { connect, connectionTarget } from '../../src/postgres/connect/connection.ts';
import { freePort } from '../kit/serverProcess.ts';
import { createSessionTable, newSessionKey } from '../kit/sessions.ts';
import { eventually, newDatabase, one, onEachMajor, rejectsWith } from './support.ts';

onEachMajor('connect', (bench) => {
  it('says each failure to connect in its own way', async () => {
    const { server } = bench;
    const closed = await freePort();
    const url = (user: string, password: string, database = 'postgres'): string =>
      server.connectionString(database, user, password);
    for (const [connectionString, code, transient] of [
      [url('postgres', 'not-the-password'), 'wrong-password', false],
      [url('nobody', 'not-the-password'), 'wrong-password', false], // SCRAM does not tell that there is no such role
      [server.connectionString('postgres', 'nobody'), 'password-missing', false],
      [server.connectionString('nodatabase'), 'database-missing', false],
      [`postgresql://postgres@127.0.0.1:${closed}/postgres`, 'connection-refused', true],
      [`host=/nonexistent user=postgres`, 'connection-refused', true],
      ['postgresql://postgres@host.invalid/postgres', /^(unknown-host|host-lookup)$/u, undefined],
      ['host=a,b port=1,2,3 dbname=shop', 'connection-string', false],
      ['what is this', 'connection-string', false],
      ['service=nowhere', 'service-missing', false],
      [`${server.connectionString()}?sslmode=require`, 'tls-unsupported', false],
      [`${server.connectionString()}?sslmode=sometimes`, 'tls-settings', false],
    ] as const) {
      await rejectsWith(connect({ connectionString, readOnly: true }), code, transient);
    }
  });

  it('reaches the server by URL, pairs, override, passfile, service file and with odd characters in a password', async () => {
    const { server } = bench;
    const admin = await bench.admin();
    const password = `p@ss:w/o%r'd \\ #;`;
    await admin.query(`CREATE ROLE odd LOGIN PASSWORD '${password.replaceAll("'", "''")}'`);
    const folder = await mkdtemp(join(tmpdir(), 'dsm-libpq-'));
    const old = { ...process.env };
    try {
      const passfile = join(folder, 'pass');
      await writeFile(
        passfile,
        `# comment\n*:*:other:odd:no\n127.0.0.1:${server.port}:*:odd:${password.replaceAll('\\', '\\\\').replaceAll(':', '\\:')}\n`,
      );
      await chmod(passfile, 0o600);
      const services = join(folder, 'services');
      await writeFile(
        services,
        `[other]\nhost=nowhere\n[shop]\nhost=127.0.0.1\nport=${server.port}\ndbname=postgres\nuser=odd\npassword=${password}\n`,
      );
      process.env['PGSERVICEFILE'] = services;
      const pairs = `host=127.0.0.1 port=${server.port} dbname=postgres user=odd`;
      const quoted = `password='${password.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
      const ways = [
        { connectionString: server.connectionString('postgres', 'odd', password) },
        { connectionString: `${pairs} ${quoted}` },
        { connectionString: `${pairs} password=not-the-password`, password },
        { connectionString: `${pairs} passfile=${passfile}` },
        { connectionString: 'service=shop' },
      ];
      for (const way of ways) {
        const db = await connect({ ...way, readOnly: true });
        assert.deepEqual(await db.query('SELECT current_user::text AS who'), [{ who: 'odd' }], JSON.stringify(way));
        assert.equal(db.target, `postgres on 127.0.0.1:${server.port}`);
        await db.close();
      }
      Object.assign(process.env, {
        PGHOST: '127.0.0.1',
        PGPORT: String(server.port),
        PGUSER: 'odd',
        PGDATABASE: 'postgres',
      });
      assert.equal(connectionTarget(''), `postgres on 127.0.0.1:${server.port}`);
      await chmod(passfile, 0o644);
      await rejectsWith(connect({ connectionString: `passfile=${passfile}` }), 'password-missing');
    } finally {
      process.env = old;
      await rm(folder, { recursive: true });
    }
  });

  it('tells a role without connections left and a database that takes none apart', async () => {
    const admin = await bench.admin();
    await admin.query(`CREATE ROLE lonely LOGIN PASSWORD 'lonely' CONNECTION LIMIT 0`);
    const { server } = bench;
    await rejectsWith(
      connect({ connectionString: server.connectionString('postgres', 'lonely', 'lonely') }),
      'too-many-connections',
      true,
    );
    await admin.query(`CREATE DATABASE closed ALLOW_CONNECTIONS false`);
    await rejectsWith(connect({ connectionString: server.connectionString('closed') }), 'server-error', true);
  });

  it('writes nothing through a read-only connection, by no trick', async () => {
    const admin = await newDatabase(bench, 'tricks');
    await createSessionTable(admin);
    await admin.query('INSERT INTO django_session VALUES ($1, $2, now())', [newSessionKey(), 'x']);
    await admin.query(
      `CREATE FUNCTION wipe() RETURNS int LANGUAGE sql AS 'DELETE FROM public.django_session RETURNING 1'`,
    );
    await admin.query(
      `CREATE PROCEDURE wipe_committing() LANGUAGE plpgsql AS $$ BEGIN COMMIT; DELETE FROM public.django_session; END $$`,
    );
    const db = await bench.monitor('tricks');
    for (const trick of [
      'DELETE FROM public.django_session',
      'COMMIT; DELETE FROM public.django_session',
      'SELECT 1; COMMIT; DELETE FROM public.django_session',
      'COMMIT',
      'ROLLBACK',
      'END',
      'SET TRANSACTION READ WRITE',
      'SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE',
      'SET default_transaction_read_only = off',
      'SELECT public.wipe()',
      'CALL public.wipe_committing()',
      'DO $$ BEGIN DELETE FROM public.django_session; END $$',
      'DO $$ BEGIN SET TRANSACTION READ WRITE; DELETE FROM public.django_session; END $$',
      'DO $$ BEGIN COMMIT; DELETE FROM public.django_session; END $$',
      `SELECT set_config('transaction_read_only', 'off', true), public.wipe()`,
      'WITH gone AS (DELETE FROM public.django_session RETURNING 1) SELECT * FROM gone',
      'EXPLAIN ANALYZE DELETE FROM public.django_session',
      'TRUNCATE public.django_session',
      'CREATE TABLE public.more (n int)',
    ]) {
      await db.query(trick).catch(() => undefined); // refused or without effect: what counts is the table
      await db.query('DELETE FROM public.django_session').catch(() => undefined);
      const { rows } = await admin.query<{ n: number }>('SELECT count(*)::int AS n FROM public.django_session');
      assert.equal(rows[0]?.n, 1, trick);
    }
    await rejectsWith(db.query('DELETE FROM public.django_session'), 'read-only', false);
    assert.deepEqual(await one(admin, `SELECT to_regclass('public.more') AS more`), { more: null });
    const writer = await connect({ connectionString: bench.server.connectionString('tricks') });
    await writer.query('DELETE FROM public.django_session');
    assert.deepEqual(await writer.query('SELECT count(*)::int AS n FROM public.django_session'), [{ n: 0 }]);
    await writer.close();
  });

  it('sets limits for one statement and leaves none behind', async () => {
    const db = await bench.monitor();
    const limits = `SELECT current_setting('statement_timeout') AS s, current_setting('lock_timeout') AS l`;
    assert.deepEqual(await db.query(limits), [{ s: '5s', l: '1s' }]);
    assert.deepEqual(await db.query(limits, [], { statementTimeoutMs: 70_000, settings: { jit: 'off' } }), [
      { s: '70s', l: '1s' },
    ]);
    await rejectsWith(db.query('SELECT pg_sleep(60)', [], { statementTimeoutMs: 100 }), 'statement-timeout', true);
    const answers = await Promise.all([1, 2, 3].map((n) => db.query('SELECT $1::int AS n', [n])));
    assert.deepEqual(
      answers.flat(),
      [{ n: 1 }, { n: 2 }, { n: 3 }],
      'answers go to their own questions, also after an error',
    );
    const mixed = await Promise.allSettled([db.query('SELECT 1/0'), db.query('SELECT 2 AS n')]);
    assert.deepEqual(
      mixed.map((one) => one.status),
      ['rejected', 'fulfilled'],
    );
  });

  it('says lost locks, missing tables and rights of a statement', async () => {
    const admin = await newDatabase(bench, 'rights');
    await createSessionTable(admin);
    await admin.query(`CREATE ROLE poor LOGIN PASSWORD 'poor'`);
    const db = await bench.monitor('rights', { lockTimeoutMs: 100 });
    await admin.query('BEGIN; LOCK TABLE django_session');
    await rejectsWith(db.query('SELECT * FROM public.django_session'), 'lock-timeout', true);
    await admin.query('COMMIT');
    await rejectsWith(db.query('SELECT * FROM nowhere', [], { table: 'nowhere' }), 'table-missing', false);
    const poor = await connect({
      connectionString: bench.server.connectionString('rights', 'poor', 'poor'),
      readOnly: true,
    });
    await rejectsWith(poor.query('SELECT * FROM public.django_session'), 'permission-denied', false);
    await poor.close();
  });

  it('survives the end of the connection while idle, and says so once', async () => {
    const lost: string[] = [];
    const db = await bench.monitor('postgres', {
      onLost: (problem) => lost.push(problem.code),
      applicationName: 'to-be-ended',
    });
    const admin = await bench.admin();
    await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'to-be-ended'`);
    await eventually(() => Promise.resolve(lost.length > 0), 'the loss');
    await rejectsWith(db.query('SELECT 1'), /^(connection-lost|server-unavailable)$/u, true);
    assert.equal(lost.length, 1);
    await db.close();
    assert.equal(lost.length, 1);
  });

  it('gives up a stalled server in time, and a killed one at once', async () => {
    const lost: string[] = [];
    const options = { onLost: (problem: { code: string }) => lost.push(problem.code), statementTimeoutMs: 300 };
    const db = await bench.monitor('postgres', options);
    await bench.server.suspend();
    const began = Date.now();
    await rejectsWith(db.query('SELECT 1'), 'server-stalled', true);
    assert.ok(Date.now() - began < 2_300, `it took ${Date.now() - began} ms`);
    assert.deepEqual(lost, ['server-stalled']);
    await rejectsWith(bench.monitor('postgres', { connectTimeoutMs: 300 }), 'connect-timeout', true);
    await bench.server.resume();
    const again = await bench.monitor('postgres', options);
    const asleep = again.query('SELECT pg_sleep(60)', [], { statementTimeoutMs: 60_000 });
    const rejected = rejectsWith(asleep, /^(connection-lost|server-unavailable)$/u, true);
    await eventually(async () => {
      const { rows } = await (
        await bench.admin()
      ).query(
        `SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND state = 'active' AND pid <> pg_backend_pid()`,
      );
      return rows.length > 0;
    }, 'the statement');
    await bench.server.kill();
    await rejected;
    await rejectsWith(bench.monitor(), /^(connection-refused|connection-lost)$/u, true);
    await bench.server.restart();
    assert.deepEqual(await (await bench.monitor()).query('SELECT 1 AS n'), [{ n: 1 }]);
  });
});
