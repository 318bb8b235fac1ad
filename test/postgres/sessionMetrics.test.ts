import assert from 'node:assert/strict';
import { createServer, connect as connectSocket, type Socket } from 'node:net';
import { it } from 'node:test';
import type { Client } from 'pg';
import { connect, type Database } from '../../src/postgres/connect/connection.ts';
import { readDetailMetrics } from '../../src/postgres/readings/detailMetrics.ts';
import { readExactCounts } from '../../src/postgres/readings/exactCounts.ts';
import { readSessionMetrics } from '../../src/postgres/readings/sessionMetrics.ts';
import { createSessionTable, fillSessions, signSession } from '../kit/sessions.ts';
import { eventually, flushStatistics, newDatabase, one, onEachMajor, rejectsWith, SECRET_KEY } from './support.ts';

/** @param ages [seconds since the save, seconds until the expiry] of each row */
async function insertRows(admin: Client, ages: readonly (readonly [number, number])[], prefix = 'k'): Promise<void> {
  for (const [i, [saved, expires]] of ages.entries()) {
    const now = Date.now();
    const data = signSession({ n: i }, { secretKey: SECRET_KEY, at: new Date(now - saved * 1000) });
    await admin.query('INSERT INTO django_session VALUES ($1, $2, $3)', [
      `${prefix}${i}`,
      data,
      new Date(now + expires * 1000).toISOString(),
    ]);
  }
}

onEachMajor('readSessionMetrics', (bench) => {
  it('equals what SQL says', async () => {
    const admin = await newDatabase(bench, 'small');
    await createSessionTable(admin);
    const db = await bench.monitor('small');
    const empty = await readSessionMetrics(db);
    for (const name of ['total', 'active', 'expired', 'savedLastHour'] as const) {
      assert.deepEqual([empty.sessions[name].how, empty.sessions[name].value], ['exact', 0], name);
    }
    assert.equal(empty.sessions.oldestExpired.value, null);
    assert.equal(empty.table.reusableBytes.value, 0);

    await insertRows(admin, [
      [10, 1000],
      [3_000, 1000],
      [4_000, 1000],
      [10, -5],
      [90_000, -50_000],
      [90_000, -7_000],
      [3_500, 60],
    ]);
    await admin.query('ANALYZE django_session');
    await flushStatistics(admin);
    const m = await readSessionMetrics(db);
    assert.deepEqual(
      [m.sessions.total.value, m.sessions.active.value, m.sessions.expired.value, m.sessions.savedLastHour.value],
      [7, 4, 3, 4],
    );
    const sql = await one<{
      oldest: Date;
      heap: number;
      indexes: number;
      total: number;
      started: Date;
      version: number;
    }>(
      admin,
      `SELECT min(expire_date) AS oldest, pg_relation_size('django_session')::int AS heap,
      pg_indexes_size('django_session')::int AS indexes, pg_total_relation_size('django_session')::int AS total,
      pg_postmaster_start_time() AS started, current_setting('server_version_num')::int AS version FROM django_session`,
    );
    assert.equal(m.sessions.oldestExpired.value?.getTime(), sql.oldest.getTime());
    assert.deepEqual(
      [m.table.heapBytes.value, m.table.indexBytes.value, m.table.totalBytes.value],
      [sql.heap, sql.indexes, sql.total],
    );
    assert.equal(m.table.qualifiedName, 'public.django_session');
    assert.equal(m.table.expireIndex, true);
    assert.notEqual(m.table.lastAnalyze.value, null);
    assert.equal(m.table.lastVacuum.value, null);
    assert.deepEqual([m.server.version, m.server.database, m.server.user], [sql.version, 'small', 'postgres']);
    assert.equal(m.server.startedAt.getTime(), sql.started.getTime());
    assert.equal(m.server.inRecovery, false);
    assert.equal(m.cost.statements, 1);
    assert.ok(m.cost.serverMs > 0 && m.cost.serverMs < m.cost.roundTripMs + 5, JSON.stringify(m.cost));
    assert.ok(Math.abs(m.serverTime.getTime() - m.at.getTime()) < 5_000);
    const exact = await readExactCounts(db);
    assert.deepEqual([exact.total, exact.active, exact.expired], [7, 4, 3]);
  });

  it('reads no more of the index on expire_date than the caps, however many sessions have expired or were saved', async () => {
    const admin = await newDatabase(bench, 'capped');
    await createSessionTable(admin);
    const fill = { secretKey: SECRET_KEY, expiredShare: 0.6, savedSpreadSeconds: 3_000, distinctPayloads: 1_000 };
    await fillSessions(admin, { rows: 20_000, ...fill });
    await admin.query('VACUUM django_session');
    const entries = async (): Promise<number> =>
      (
        await one<{ n: number }>(
          admin,
          `SELECT sum(pg_stat_get_tuples_returned(indexrelid))::int AS n FROM pg_index WHERE indrelid = 'django_session'::regclass`,
        )
      ).n;
    /** Entries of indexes that a connection of its own read. A backend reports them when it ends, at the latest. */
    const readBy = async (work: (db: Database) => Promise<unknown>): Promise<number> => {
      await flushStatistics(admin);
      const before = await entries();
      const db = await connect({ connectionString: bench.server.connectionString('capped'), readOnly: true });
      await work(db);
      await db.close();
      await eventually(async () => (await entries()) > before, 'the statistics of what was read');
      return (await entries()) - before;
    };
    const expired = await readBy(async (db) => {
      for (let i = 0; i < 5; i++) {
        const { sessions } = await readSessionMetrics(db, { samplePages: 32 });
        const { how, value = 0 } = sessions.expired;
        assert.ok(how === 'estimated' && value > 8_000, JSON.stringify(sessions.expired));
        assert.equal(sessions.oldestExpired.how, 'exact', 'it was looked at by the index');
      }
    });
    assert.ok(expired <= 5, `${expired} entries: the sample has seen that there are far more than the cap`);
    const few = await readBy(async (db) => {
      const { expired } = (await readSessionMetrics(db, { samplePages: 32, expiredCap: 6_000 })).sessions;
      assert.equal(expired.how, 'estimated');
    });
    assert.ok(few > 5_000 && few <= 6_000, `${few} entries: there are not so many more`);
    const saved = await readBy(async (db) => {
      const { savedLastHour } = (await readSessionMetrics(db)).sessions;
      assert.match(savedLastHour.how === 'estimated' ? (savedLastHour.note ?? '') : '', /^from /u);
    });
    assert.ok(saved > 1_001 && saved <= 1 + 5_001, `${saved} entries`);
  });

  it('counts others’ connections, transactions and locks, and leaves itself out', async () => {
    const admin = await newDatabase(bench, 'busy');
    await createSessionTable(admin);
    const [holder, waiter] = [await bench.admin('busy'), await bench.admin('busy')];
    await bench.monitor('busy'); // another monitor
    const db = await bench.monitor('busy');
    await holder.query('BEGIN; LOCK TABLE django_session IN SHARE ROW EXCLUSIVE MODE');
    const waiting = waiter.query('BEGIN; LOCK TABLE django_session IN SHARE ROW EXCLUSIVE MODE').catch(() => undefined);
    await eventually(
      async () => (await readSessionMetrics(db)).connections.waiting.value === 1,
      'the wait for the lock',
    );
    const { connections } = await readSessionMetrics(db);
    assert.deepEqual(connections.byState, { idle: 1, 'idle in transaction': 1, active: 1 });
    assert.equal(connections.total.value, 3);
    assert.ok((connections.longestTransactionSeconds.value ?? 0) > 0);
    const { used } = await one<{ used: number }>(
      admin,
      `SELECT count(*)::int AS used FROM pg_stat_activity WHERE backend_type = 'client backend'`,
    );
    assert.equal(connections.used.value, used);
    assert.equal(connections.max.value, 97);
    await holder.query('ROLLBACK');
    await waiting;
    await waiter.query('ROLLBACK').catch(() => undefined);
  });

  it('shows as unknown what a role with no more than SELECT may not see', async () => {
    const admin = await newDatabase(bench, 'least');
    await createSessionTable(admin);
    await insertRows(admin, [[10, 1000]]);
    await admin.query(`CREATE ROLE least LOGIN PASSWORD 'least'; GRANT SELECT ON django_session TO least`);
    const db = await connect({
      connectionString: bench.server.connectionString('least', 'least', 'least'),
      readOnly: true,
    });
    const m = await readSessionMetrics(db);
    assert.equal(m.sessions.total.value, 1);
    assert.equal(m.connections.byState['unknown'], 1);
    assert.equal(m.connections.total.value, 1);
    for (const hidden of [m.connections.waiting, m.connections.longestTransactionSeconds]) {
      assert.equal(hidden.how, 'unknown');
      assert.match(hidden.next ?? '', /GRANT pg_read_all_stats TO least/u);
    }
    const detail = await readDetailMetrics(db, { decode: () => ({ data: {} }) });
    assert.equal(detail.statements.how, 'unknown');
    assert.equal(detail.sample.value?.rows, 1);
    await admin.query('GRANT pg_read_all_stats TO least');
    assert.equal((await readSessionMetrics(db)).connections.waiting.value, 0);
    await db.close();
  });

  it('refuses what is no session table, each in its own way', async () => {
    const admin = await newDatabase(bench, 'odd');
    await admin.query(`CREATE SCHEMA "my shop"; CREATE SCHEMA other; CREATE ROLE nothing LOGIN PASSWORD 'nothing'`);
    await admin.query(`CREATE TABLE "my shop"."we""ird; --" (session_key varchar(40) PRIMARY KEY, session_data text, expire_date timestamptz);
      CREATE TABLE other.only_here (n int);
      CREATE TABLE numbers (session_key text, session_data int, expire_date timestamptz);
      CREATE VIEW a_view AS SELECT * FROM "my shop"."we""ird; --";
      CREATE MATERIALIZED VIEW a_matview AS SELECT * FROM a_view;
      CREATE SEQUENCE a_sequence`);
    const db = await bench.monitor('odd');
    const weird = await readSessionMetrics(db, { table: { schema: 'my shop', name: 'we"ird; --' } });
    assert.equal(weird.table.qualifiedName, '"my shop"."we""ird; --"');
    assert.equal(weird.table.expireIndex, false);
    for (const [name, code] of [
      ['nowhere', 'table-missing'],
      ['only_here', 'table-missing'],
      ['numbers', 'not-djangos-table'],
      ['a_view', 'not-a-table'],
      ['a_matview', 'not-a-table'],
      ['a_sequence', 'not-a-table'],
      ['', 'table-name'],
    ] as const) {
      const problem = await rejectsWith(readSessionMetrics(db, { table: { name } }), code, false);
      if (name === 'only_here') assert.match(problem.next, /other\.only_here/u);
      if (name === 'a_view') assert.match(problem.why, /a view/u);
    }
    const poor = await connect({
      connectionString: bench.server.connectionString('odd', 'nothing', 'nothing'),
      readOnly: true,
    });
    await rejectsWith(
      readSessionMetrics(poor, { table: { name: 'numbers' } }),
      /^(permission-denied|not-djangos-table)$/u,
      false,
    );
    await poor.close();
  });

  it('sums a partitioned table over its partitions', async () => {
    const admin = await newDatabase(bench, 'parts');
    await admin.query(`CREATE TABLE django_session (session_key varchar(40), session_data text, expire_date timestamptz) PARTITION BY HASH (session_key);
      CREATE TABLE p0 PARTITION OF django_session FOR VALUES WITH (MODULUS 2, REMAINDER 0);
      CREATE TABLE p1 PARTITION OF django_session FOR VALUES WITH (MODULUS 2, REMAINDER 1);
      CREATE INDEX ON django_session (expire_date)`);
    await fillSessions(admin, { rows: 4_000, secretKey: SECRET_KEY, expiredShare: 0.5 });
    const db = await bench.monitor('parts');
    await flushStatistics(admin);
    await admin.query('ANALYZE django_session'); // the first came before the inserts were reported, which were added to it

    const m = await readSessionMetrics(db);
    const { heap } = await one<{ heap: number }>(
      admin,
      `SELECT (pg_relation_size('p0') + pg_relation_size('p1'))::int AS heap`,
    );
    assert.equal(m.table.heapBytes.value, heap);
    assert.equal(m.cost.statements, 3); // it was looked for, and then read in vain as if it had no partitions
    assert.equal((await readSessionMetrics(db)).cost.statements, 1);
    assert.equal(m.counters.inserted, 4_000);
    assert.deepEqual([m.sessions.expired.how, m.sessions.expired.value], ['atLeast', 1_001]);
    assert.equal(m.sessions.active.how, 'unknown');
    const all = await readSessionMetrics(db, { expiredCap: 10_000 });
    const { expired } = await readExactCounts(db);
    assert.deepEqual([all.sessions.expired.how, all.sessions.expired.value], ['exact', expired]);
    assert.equal(all.sessions.active.value, 4_000 - expired);
    assert.equal(all.sessions.savedLastHour.how, 'unknown');
  });

  it('takes one round trip', async () => {
    const admin = await newDatabase(bench, 'trips');
    await createSessionTable(admin);
    await fillSessions(admin, { rows: 5_000, secretKey: SECRET_KEY });
    // The proxy holds back every answer until the client has sent its COMMIT: a client that waited for one would never send it.
    let hold = false;
    const sockets: Socket[] = [];
    const proxy = createServer((client) => {
      const server = connectSocket(bench.server.port, '127.0.0.1');
      let held: Buffer[] = [];
      let sent = Buffer.alloc(0);
      client.on('data', (chunk) => {
        server.write(chunk);
        if (!hold) return;
        sent = Buffer.concat([sent, chunk]);
        if (!sent.includes('COMMIT\0')) return;
        hold = false;
        for (const answer of held) client.write(answer);
        held = [];
      });
      server.on('data', (chunk) => (hold ? held.push(chunk) : client.write(chunk)));
      for (const socket of [client, server])
        socket.on('error', () => socket.destroy()).on('close', () => (client.destroy(), server.destroy()));
      sockets.push(client, server);
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const address = proxy.address();
    assert.ok(address !== null && typeof address === 'object');
    const connectionString = bench.server
      .connectionString('trips')
      .replace(`:${bench.server.port}/`, `:${address.port}/`);
    const db = await connect({ connectionString, readOnly: true, statementTimeoutMs: 3_000 });
    try {
      for (let i = 0; i < 3; i++) {
        hold = true;
        const m = await readSessionMetrics(db);
        assert.equal(hold, false);
        assert.equal(m.server.database, 'trips');
      }
    } finally {
      await db.close();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => proxy.close(resolve));
    }
  });

  it('is told what its own statement costs, and is left out of the statements it shows', async () => {
    const admin = await newDatabase(bench, 'tagged');
    await createSessionTable(admin);
    await fillSessions(admin, { rows: 500, secretKey: SECRET_KEY });
    const db = await bench.monitor('tagged');
    const without = await readDetailMetrics(db);
    assert.equal(without.statements.how, 'unknown');
    assert.match(without.statements.next ?? '', /CREATE EXTENSION pg_stat_statements/u);
    await admin.query('CREATE SCHEMA ext; CREATE EXTENSION pg_stat_statements SCHEMA ext');
    for (let i = 0; i < 3; i++) await readSessionMetrics(db, { samplePages: 50 + i, expiredCap: 100 + i });
    await readExactCounts(db);
    await admin.query('UPDATE django_session SET session_data = session_data');
    const detail = await readDetailMetrics(db, { decode: () => ({ data: {} }) });
    assert.ok(detail.statements.how !== 'unknown');
    const texts = detail.statements.value.map((one) => one.query);
    assert.ok(
      texts.some((text) => text.startsWith('UPDATE django_session')),
      texts.join('\n'),
    );
    assert.ok(texts.some((text) => text.startsWith('INSERT INTO django_session')));
    assert.ok(
      !texts.some((text) => text.includes('pg_stat_get_activity') || text.includes('count(*)')),
      texts.join('\n'),
    );
    // Values go as parameters: the light reading is one entry, whatever its options.
    const { rows } = await admin.query<{ calls: string }>(
      `SELECT calls FROM ext.pg_stat_statements WHERE query LIKE '%pg_stat_get_activity%' AND dbid = (SELECT oid FROM pg_database WHERE datname = 'tagged')`,
    );
    assert.deepEqual(rows, [{ calls: '3' }]);
  });
});
