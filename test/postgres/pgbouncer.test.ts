import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { Client } from 'pg';
import { connect } from '../../src/postgres/connect/connection.ts';
import { readDetailMetrics } from '../../src/postgres/readings/detailMetrics.ts';
import { readExactCounts } from '../../src/postgres/readings/exactCounts.ts';
import { readSessionMetrics } from '../../src/postgres/readings/sessionMetrics.ts';
import { pgbouncerPath, startPgbouncer, type Bouncer } from '../kit/pgbouncer.ts';
import { createSessionTable, fillSessions } from '../kit/sessions.ts';
import { newDatabase, onEachMajor, rejectsWith, SECRET_KEY, skipWithout } from './support.ts';

const binary = pgbouncerPath();

onEachMajor('PgBouncer in transaction mode', (bench) => {
  let port = 0;
  let bouncer: Bouncer | undefined;

  before(async () => {
    if (binary === undefined) return;
    const to = `host=127.0.0.1 dbname=shop user=postgres`;
    bouncer = await startPgbouncer(binary, [
      `shop = ${to} port=${bench.server.port} password=test-password`,
      `gone = ${to} port=1 password=x`,
    ]);
    port = bouncer.port;
  });

  after(() => bouncer?.stop());

  it('takes every reading, mixed with other clients on the one server connection', async (t) => {
    if (skipWithout(t, binary !== undefined, 'pgbouncer')) return;
    const admin = await newDatabase(bench, 'shop');
    await createSessionTable(admin);
    await fillSessions(admin, { rows: 300, secretKey: SECRET_KEY, expiredShare: 0.2 });
    const connectionString = `postgresql://postgres:x@127.0.0.1:${port}/shop`;
    const clients = await Promise.all([1, 2, 3].map(() => connect({ connectionString, readOnly: true })));
    const writer = await connect({ connectionString, applicationName: 'writer' });
    for (let round = 0; round < 5; round++) {
      const writing = writer.query('UPDATE public.django_session SET session_data = session_data');
      const readings = await Promise.all(clients.map((db) => readSessionMetrics(db)));
      await writing;
      for (const { sessions } of readings) assert.deepEqual([sessions.total.value, sessions.total.how], [300, 'exact']);
    }
    const [db] = clients;
    assert.ok(db);
    await admin.query('CREATE TABLE held (n int)');
    await admin.query('BEGIN; LOCK TABLE held');
    const vacuum = writer.query('VACUUM public.held', [], { outsideTransaction: true, statementTimeoutMs: 200 });
    await rejectsWith(vacuum, 'statement-timeout', true);
    await admin.query('COMMIT');
    // Not by a connection of ours, which sets limits for each of its statements.
    const plain = new Client({ connectionString });
    await plain.connect();
    const { rows } = await plain.query(
      `SELECT current_setting('statement_timeout') AS s, current_setting('lock_timeout') AS l,
              current_setting('transaction_read_only') AS r, (SELECT count(*)::int FROM pg_prepared_statements) AS prepared`,
    );
    await plain.end();
    assert.deepEqual(rows, [{ s: '0', l: '0', r: 'off', prepared: 0 }], 'nothing is left on the server connection');
    assert.equal((await readExactCounts(db)).total, 300);
    const detail = await readDetailMetrics(db, { decode: () => ({ data: {} }) });
    assert.equal(detail.indexes.value?.length, 3);
    await rejectsWith(db.query('DELETE FROM public.django_session'), 'read-only');
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
