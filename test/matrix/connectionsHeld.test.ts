import './all.ts';
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Client } from 'pg';
import type { Diagnosis } from '../../src/diagnosis/diagnose.ts';
import { connect, type Database } from '../../src/postgres/connect/connection.ts';
import { ensureTool } from '../kit/apt.ts';
import { startPgbouncer } from '../kit/pgbouncer.ts';
import { startPostgres, type TestPostgres } from '../kit/postgres.ts';
import { createSessionTable, fillSessions } from '../kit/sessions.ts';
import { all, first, look, USE } from '../postgres/diagnosisLook.ts';
import { eventually, SECRET_KEY } from '../postgres/support.ts';

/** Causes that take a server which runs out of connections, or has other work than this database's. */

/** Of the 27 that ordinary roles can have, most. */
const MANY = 21;

describe('a server whose connections run out', () => {
  let server: TestPostgres;
  let admin: Client;
  const opened: Client[] = [];

  before(async () => {
    server = await startPostgres({ settings: { max_connections: '30' } });
    admin = await client();
    await createSessionTable(admin);
    await fillSessions(admin, { rows: 500, secretKey: SECRET_KEY });
    await admin.query('CREATE TABLE stock (n int); INSERT INTO stock VALUES (0)');
    await admin.query('CREATE DATABASE other');
  });

  after(async () => {
    await admin.end();
    await server.stop();
  });

  async function client(connectionString = server.connectionString()): Promise<Client> {
    const one = new Client({ connectionString, application_name: 'web' });
    one.on('error', () => undefined); // the server ends some of them
    await one.connect();
    return one;
  }

  async function many(connectionString?: string): Promise<readonly Client[]> {
    for (let i = 0; i < MANY; i++) opened.push(await client(connectionString));
    return opened;
  }

  async function leave(): Promise<void> {
    await admin.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'web' AND pid <> pg_backend_pid()",
    );
    await Promise.allSettled(opened.splice(0).map((one) => one.end()));
  }

  const open = (): Promise<Database> => connect({ connectionString: server.connectionString(), readOnly: true });

  /** For longer than a request takes. */
  async function untilStuck(which: string): Promise<void> {
    await eventually(async () => {
      const { rowCount } = await admin.query(
        `SELECT FROM pg_stat_activity WHERE state = 'active' AND ${which} AND state_change < clock_timestamp() - interval '5.2 s'`,
      );
      return rowCount === MANY;
    }, 'five seconds');
  }

  const said = (diagnosis: Diagnosis): string => `${first(diagnosis)}: ${diagnosis.findings[0]?.sentence ?? ''}`;

  it('through a pooler in session mode: the mode is what keeps them', async () => {
    const to = `host=127.0.0.1 port=${server.port} dbname=postgres user=postgres password=test-password`;
    const bouncer = await startPgbouncer(await ensureTool('pgbouncer'), [`postgres = ${to}`], MANY + 5, 'session');
    const connectionString = `postgresql://postgres:x@127.0.0.1:${bouncer.port}/postgres`;
    for (const one of await many(connectionString)) await one.query('SELECT 1');
    const pooled = (): Promise<Database> => connect({ connectionString, readOnly: true });
    const found = await look(pooled, { symptom: 'connections', use: { ...USE, maxAgeSeconds: null } });
    assert.match(said(found), /^pool-mode: .*two clients of ours never shared one/u, all(found));
    await Promise.allSettled(opened.splice(0).map((one) => one.end()));
    await bouncer.stop();
  });

  it('by statements that take long', async () => {
    const asleep = (await many()).map((one) => one.query('SELECT pg_sleep(600)').catch(() => undefined));
    await untilStuck("wait_event = 'PgSleep'");
    const found = await look(open, { symptom: 'connections' });
    assert.match(
      said(found),
      new RegExp(`^slow-statements: .*and ${MANY} \\(.*run a statement for longer`, 'u'),
      all(found),
    );
    await leave();
    await Promise.all(asleep);
  });

  it('by statements that wait for a lock: the wait is said before the statements, which are not slow by themselves', async () => {
    const holder = new Client({ connectionString: server.connectionString(), application_name: 'import' });
    await holder.connect();
    await holder.query('BEGIN; UPDATE stock SET n = 1');
    const waiting = (await many()).map((one) => one.query('UPDATE stock SET n = 2').catch(() => undefined));
    await untilStuck("wait_event_type = 'Lock'");
    const found = await look(open, { symptom: 'connections' });
    assert.match(said(found), /^waiting-connections: .*of import \(idle in transaction/u, all(found));
    assert.equal(
      found.findings.some(({ cause: { id } }) => id === 'slow-statements'),
      false,
      all(found),
    );
    await holder.end();
    await leave();
    await Promise.all(waiting);
  });

  it('has a load that is another database’s', async () => {
    const end = new AbortController();
    const working = [1, 2, 3].map(async () => {
      const one = await client(server.connectionString('other'));
      while (!end.signal.aborted) await one.query('SELECT count(*) FROM generate_series(1, 200000)');
      await one.end();
    });
    const found = await look(open, { symptom: 'load', seconds: 6 });
    end.abort();
    await Promise.all(working);
    assert.match(said(found), /^other-databases: .*goes into other databases/u, all(found));
  });
});
