import './all.ts';
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Client } from 'pg';
import { connect, type Database } from '../../src/postgres/connect/connection.ts';
import { startPostgres, type TestPostgres } from '../kit/postgres.ts';
import { createSessionTable, fillSessions } from '../kit/sessions.ts';
import { startStandby } from '../kit/standby.ts';
import { all, first, look } from '../postgres/diagnosisLook.ts';
import { eventually, SECRET_KEY } from '../postgres/support.ts';

/** Causes of load that a server of its own shows: what keeps dead rows besides transactions, and checkpoints. */

const SAVES = 900;

describe('what keeps dead rows', () => {
  let primary: TestPostgres;
  let standby: TestPostgres;
  let admin: Client;
  let reader: Client;

  before(async () => {
    const prepared = { max_prepared_transactions: '5' };
    primary = await startPostgres({ settings: { ...prepared, autovacuum: 'off' } });
    standby = await startStandby(primary, prepared);
    admin = await client(primary);
    await createSessionTable(admin);
    await fillSessions(admin, { rows: 1_000, secretKey: SECRET_KEY });
    await admin.query("SELECT pg_create_physical_replication_slot('left_behind', true)");
  });

  after(async () => {
    await admin.end();
    await standby.stop();
    await primary.stop();
  });

  const open = (): Promise<Database> => connect({ connectionString: primary.connectionString(), readOnly: true });

  /** Each save is a transaction that leaves a dead row. */
  async function save(): Promise<void> {
    const { rows } = await admin.query<{ key: string }>('SELECT session_key AS key FROM django_session LIMIT $1', [
      SAVES,
    ]);
    for (const { key } of rows)
      await admin.query("UPDATE django_session SET expire_date = expire_date + interval '1 s' WHERE session_key = $1", [
        key,
      ]);
    await eventually(async () => {
      const { rows: counted } = await admin.query(
        "SELECT FROM pg_stat_user_tables WHERE relname = 'django_session' AND n_dead_tup > 500",
      );
      return counted.length > 0;
    }, 'the statistics of the saves');
  }

  async function found(): Promise<string> {
    const diagnosis = await look(open, { symptom: 'load', seconds: 0.5 });
    const [finding] = diagnosis.findings;
    assert.ok(finding, all(diagnosis));
    return `${first(diagnosis)}: ${finding.sentence}`;
  }

  /** A standby that reads, and has its primary keep what it may still read. */
  async function read(slot: string): Promise<void> {
    await standby.shutdown();
    await standby.start({ hot_standby_feedback: 'on', primary_slot_name: slot, wal_receiver_status_interval: '1s' });
    reader = await client(standby);
    await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    await reader.query('SELECT 1');
    await eventually(async () => {
      const { rows } = await admin.query(`SELECT FROM pg_replication_slots WHERE xmin IS NOT NULL
        UNION ALL SELECT FROM pg_stat_replication WHERE backend_xmin IS NOT NULL`);
      return rows.length > 0;
    }, 'the feedback of the standby');
  }

  it('is a prepared transaction that nobody has ended', async () => {
    await admin.query("CREATE TABLE stock (n int); BEGIN; INSERT INTO stock VALUES (1); PREPARE TRANSACTION 'import'");
    await save();
    await eventually(async () => {
      const { rows } = await admin.query(
        "SELECT FROM pg_prepared_xacts WHERE prepared < clock_timestamp() - interval '5.2 s'",
      );
      return rows.length > 0;
    }, 'five seconds');
    assert.match(await found(), /^prepared-transaction: import \(of postgres\)/u);
    await admin.query("ROLLBACK PREPARED 'import'");
    await admin.query('VACUUM ANALYZE django_session');
  });

  it('is a query on a standby, by its feedback', async () => {
    await read('');
    await save();
    assert.match(await found(), /^standby-feedback: .*hot_standby_feedback/u);
    await reader.end();
  });

  it('is a replication slot that a standby has left behind', async () => {
    await read('left_behind');
    await reader.end();
    await standby.shutdown();
    await save();
    await eventually(async () => {
      const { rows } = await admin.query('SELECT FROM pg_replication_slots WHERE NOT active AND xmin IS NOT NULL');
      return rows.length > 0;
    }, 'the slot to be left');
    assert.match(await found(), /^replication-slot: left_behind \(used by nobody\)/u);
  });
});

describe('a server whose max_wal_size is soon full', () => {
  let server: TestPostgres;
  let admin: Client;

  before(async () => {
    const settings = { max_wal_size: '32MB', min_wal_size: '32MB', autovacuum: 'off' };
    server = await startPostgres({ settings });
    admin = await client(server);
    await admin.query('CREATE EXTENSION pg_stat_statements');
    await createSessionTable(admin);
    await fillSessions(admin, { rows: 4_000, secretKey: SECRET_KEY });
  });

  after(async () => {
    await admin.end();
    await server.stop();
  });

  it('has checkpoints come before their time', async () => {
    const web = await client(server);
    const end = new AbortController();
    const saving = (async () => {
      while (!end.signal.aborted)
        await web.query(
          `UPDATE django_session SET session_data = session_data || repeat(md5(random()::text), 30), expire_date = expire_date + interval '1 s'`,
        );
    })();
    const open = (): Promise<Database> => connect({ connectionString: server.connectionString(), readOnly: true });
    await eventually(async () => {
      const { rows } = await admin.query<{ wal: string }>("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') AS wal");
      return Number(rows[0]?.wal) > 150_000_000;
    }, 'some WAL');
    const diagnosis = await look(open, { symptom: 'load', seconds: 6 });
    end.abort();
    await saving;
    await web.end();
    const found = diagnosis.findings.find(({ cause: { id } }) => id === 'checkpoints');
    assert.ok(found, all(diagnosis));
    assert.equal(first(diagnosis), 'checkpoints', all(diagnosis));
    assert.match(
      found.sentence,
      /were forced before checkpoint_timeout .* because max_wal_size \(32 MB|33\.6 MB\) was full/u,
    );
  });
});

async function client(server: TestPostgres): Promise<Client> {
  const one = new Client({ connectionString: server.connectionString(), application_name: 'web' });
  one.on('error', () => undefined); // the servers are shut down under some of them
  await one.connect();
  return one;
}
