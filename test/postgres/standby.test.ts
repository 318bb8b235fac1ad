import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Client } from 'pg';
import type { Measured } from '../../src/common/measured.ts';
import { RateWindow } from '../../src/monitoring/snapshot/rates.ts';
import type { BackendFacts } from '../../src/postgres/backends/backendFacts.ts';
import { endBackend } from '../../src/postgres/backends/endBackend.ts';
import { readBackends } from '../../src/postgres/backends/readBackends.ts';
import { clearExpiredSessions, previewCleanup } from '../../src/postgres/cleanup/cleanup.ts';
import { connect, type Database } from '../../src/postgres/connect/connection.ts';
import { deleteByKeys } from '../../src/postgres/inspect/deleteByKeys.ts';
import { readDetailMetrics } from '../../src/postgres/readings/detailMetrics.ts';
import { readSessionMetrics } from '../../src/postgres/readings/sessionMetrics.ts';
import { startPostgres, type TestPostgres } from '../kit/postgres.ts';
import { freePort } from '../kit/serverProcess.ts';
import { createSessionTable, fillSessions } from '../kit/sessions.ts';
import { startStandby } from '../kit/standby.ts';
import { eventually, rejectsWith, SECRET_KEY } from './support.ts';

const ROWS = 5_000;

describe('a streaming standby', () => {
  let primary: TestPostgres;
  let standby: TestPostgres;
  let admin: Client;
  let db: Database;

  before(async () => {
    primary = await startPostgres();
    standby = await startStandby(primary);
    admin = new Client({ connectionString: primary.connectionString() });
    await admin.connect();
    await createSessionTable(admin);
    await fillSessions(admin, { rows: ROWS, secretKey: SECRET_KEY });
    await replayed();
    db = await connect({ connectionString: standby.connectionString(), readOnly: true });
  });

  after(async () => {
    await db.close();
    await admin.end();
    await standby.stop();
    await primary.stop();
  });

  /** Until the standby has done all that the primary has written. */
  async function replayed(): Promise<void> {
    await eventually(async () => {
      const { rows } = await admin.query('SELECT FROM pg_stat_replication WHERE replay_lsn >= pg_current_wal_lsn()');
      return rows.length > 0;
    }, 'the replay');
  }

  const reasonOf = (measured: Measured<unknown>): string =>
    measured.how === 'unknown' ? measured.reason : `known: ${String(measured.value)}`;

  it('says that it doesn’t know what is counted on its primary, and why', async () => {
    const window = new RateWindow();
    window.add(await readSessionMetrics(db));
    await admin.query('UPDATE django_session SET session_data = session_data');
    await admin.query('VACUUM ANALYZE django_session');
    await replayed();
    let latest = await readSessionMetrics(db);
    await eventually(async () => {
      latest = await readSessionMetrics(db);
      window.add(latest);
      // Its own counters arrive by and by: a share of pages takes some that were looked for.
      return window.rates(900).cacheHitShare.how !== 'unknown';
    }, 'two readings that are a second apart');
    const { table, sessions, server } = latest;
    assert.equal(server.inRecovery, true);
    // What is in the pages is the same here as there.
    assert.ok(Math.abs((sessions.total.value ?? 0) - ROWS) < ROWS / 10, String(sessions.total.value));
    for (const field of ['deadTuples', 'lastVacuum', 'lastAutovacuum', 'lastAnalyze'] as const) {
      assert.match(reasonOf(table[field]), /^A standby keeps no counters of its own/u, field);
    }
    const { transactionsPerSecond, cacheHitShare, tempBytesPerMinute, ...ofTheTable } = window.rates(900);
    for (const rate of [transactionsPerSecond, cacheHitShare, tempBytesPerMinute]) assert.notEqual(rate.how, 'unknown');
    for (const [name, rate] of Object.entries<Measured>(ofTheTable)) {
      assert.match(reasonOf(rate), /^A standby does not count what is changed on the primary\.$/u, name);
    }
  });

  it('says of TOAST and indexes that it doesn’t know, and of a cleanup where to go', async () => {
    const { space, tables } = await readDetailMetrics(db);
    assert.match(reasonOf(space), /^A standby has no counters/u);
    assert.equal(tables.value?.[0]?.watched, true, 'sizes are the same here as there');
    const writer = await connect({ connectionString: standby.connectionString() });
    const where = `this standby receives from ${new URL(primary.connectionString()).host}`;
    const { obstacles } = await previewCleanup(writer);
    assert.equal(obstacles[0]?.code, 'in-recovery');
    assert.ok((obstacles[0].next ?? '').includes(where), obstacles[0].next);
    const problem = await rejectsWith(clearExpiredSessions(writer), 'in-recovery', false);
    assert.ok(problem.next.includes(where), problem.next);
    await writer.close();
  });

  it('is not cut off from its primary: what sends it the WAL is shown and refused; its own clients can be ended, and no session deleted', async () => {
    const writer = await connect({ connectionString: primary.connectionString() });
    const sender = (await readBackends(writer)).backends.find(({ kind }) => kind === 'walsender');
    assert.ok(sender, 'the sender is among the backends');
    for (const ending of ['cancel', 'terminate'] as const)
      await rejectsWith(endBackend(writer, sender, ending), 'backend-replication', false);
    await writer.close();
    const there = await connect({ connectionString: standby.connectionString() });
    const client = new Client({ connectionString: standby.connectionString(), application_name: 'report' });
    await client.connect();
    const ended = client.query('SELECT pg_sleep(600)').then(
      () => '',
      (error: unknown) => String(error),
    );
    const report = async (): Promise<BackendFacts | undefined> =>
      (await readBackends(there)).backends.find(({ application }) => application === 'report');
    await eventually(async () => (await report())?.state === 'active', 'the report');
    const found = await report();
    assert.ok(found);
    assert.equal((await endBackend(there, found, 'cancel')).outcome, 'ended');
    assert.match(await ended, /canceling statement due to user request/u);
    await client.end();
    await rejectsWith(
      deleteByKeys(there, ['a-session-key'], { table: { name: 'django_session' } }),
      'in-recovery',
      false,
    );
    await there.close();
  });

  it('is chosen among several hosts by target_session_attrs, as is its primary, and who is gone is passed over', async () => {
    const [first, second] = [primary, standby].map((server) => new URL(server.connectionString()));
    assert.ok(first && second);
    const gone = await freePort();
    const of = async (ports: readonly (string | number)[], wanted: string): Promise<string | undefined> => {
      const url = `postgresql://${first.username}:${first.password}@${ports.map((port) => `${first.hostname}:${port}`).join(',')}${first.pathname}`;
      const found = await connect({ connectionString: `${url}?target_session_attrs=${wanted}`, readOnly: true });
      const [row] = await found.query<{ standby: boolean }>('SELECT pg_is_in_recovery() AS standby');
      assert.match(
        found.target,
        row?.standby === true ? new RegExp(`:${second.port}$`) : new RegExp(`:${first.port}$`),
      );
      await found.close();
      return row?.standby === true ? 'standby' : 'primary';
    };
    const both = [gone, first.port, second.port];
    assert.equal(await of(both, 'any'), 'primary');
    assert.equal(await of([gone, second.port, first.port], 'any'), 'standby');
    assert.equal(await of(both, 'standby'), 'standby');
    assert.equal(await of([second.port, first.port], 'read-write'), 'primary');
    assert.equal(await of(both, 'prefer-standby'), 'standby');
    assert.equal(await of([gone, first.port], 'prefer-standby'), 'primary');
    await rejectsWith(of([gone, first.port], 'standby'), 'other-server');
    // A wrong password is told to no other host.
    first.password = 'wrong';
    await rejectsWith(of(both, 'any'), 'wrong-password');
  });

  it('counts for itself once it is promoted', async () => {
    const window = new RateWindow();
    window.add(await readSessionMetrics(db));
    const promoted = new Client({ connectionString: standby.connectionString() });
    await promoted.connect();
    await promoted.query('SELECT pg_promote()');
    window.add(await readSessionMetrics(db));
    assert.match(reasonOf(window.rates(900).savesPerMinute), /has been promoted/u);
    await promoted.query('UPDATE django_session SET session_data = session_data');
    await promoted.query('SELECT pg_stat_force_next_flush()');
    await promoted.end();
    let saves: Measured = window.rates(900).savesPerMinute;
    await eventually(async () => {
      const latest = await readSessionMetrics(db);
      window.add(latest);
      saves = window.rates(900).savesPerMinute;
      // The live rows are not known to its statistics before ANALYZE: but that is another reason.
      assert.doesNotMatch(reasonOf(latest.table.deadTuples), /standby/u);
      return (saves.value ?? 0) > 0;
    }, 'the saves');
    assert.equal(saves.how, 'exact');
  });
});
