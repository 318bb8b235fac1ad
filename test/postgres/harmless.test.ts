import assert from 'node:assert/strict';
import { it } from 'node:test';
import { formatMeasured } from '../../src/common/format.ts';
import { readDetailMetrics } from '../../src/postgres/readings/detailMetrics.ts';
import { readExactCounts } from '../../src/postgres/readings/exactCounts.ts';
import { readSessionMetrics } from '../../src/postgres/readings/sessionMetrics.ts';
import { createSessionTable, fillSessions } from '../kit/sessions.ts';
import { eventually, flushStatistics, newDatabase, one, onEachMajor, SECRET_KEY } from './support.ts';

onEachMajor('readings', (bench) => {
  it('writes nothing', async () => {
    const admin = await newDatabase(bench, 'untouched');
    await createSessionTable(admin);
    await fillSessions(admin, { rows: 5_000, secretKey: SECRET_KEY });
    await admin.query('CREATE EXTENSION pg_stat_statements');
    await admin.query('VACUUM ANALYZE django_session');
    const counters = async (): Promise<unknown> => {
      const { rows } = await admin.query(`SELECT tup_inserted, tup_updated, tup_deleted, temp_files,
        (SELECT md5(string_agg(t::text, '' ORDER BY session_key)) FROM django_session t) AS content FROM pg_stat_database WHERE datname = 'untouched'`);
      return rows[0];
    };
    await flushStatistics(admin);
    const before = await counters();
    const { lsn } = await one<{ lsn: string }>(admin, `SELECT pg_current_wal_insert_lsn()::text AS lsn`);
    const db = await bench.monitor('untouched');
    for (let i = 0; i < 5; i++) {
      await readSessionMetrics(db);
      await readDetailMetrics(db, { decode: () => ({ data: {} }) });
      await readExactCounts(db);
    }
    await db.close();
    await eventually(async () => {
      const { rows } = await admin.query(
        `SELECT FROM pg_stat_activity WHERE datname = 'untouched' AND application_name = 'django-session-monitor'`,
      );
      return rows.length === 0;
    }, 'the end of the connection');
    assert.deepEqual(await counters(), before);
    const { bytes } = await one<{ bytes: number }>(
      admin,
      `SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), $1)::int AS bytes`,
      [lsn],
    );
    assert.ok(bytes < 20_000, `${bytes} bytes of WAL: more than a checkpoint or a running-xacts record`);
  });

  it('says what it cannot know after a statistics reset and after a crash, and stays right about the rest', async () => {
    const admin = await newDatabase(bench, 'crash');
    await createSessionTable(admin);
    await fillSessions(admin, { rows: 12_000, secretKey: SECRET_KEY, expiredShare: 0.1 });
    await admin.query('DELETE FROM django_session WHERE random() < 0.3');
    const { rows } = await admin.query<{ n: number }>('SELECT count(*)::int AS n FROM django_session');
    const truth = rows[0]?.n ?? 0;
    const check = async (label: string): Promise<void> => {
      const m = await readSessionMetrics(await bench.monitor('crash'));
      assert.equal(m.table.deadTuples.how, 'unknown', label);
      const { total } = m.sessions;
      assert.ok(
        total.how === 'estimated' &&
          Math.abs(total.value - truth) < Math.min(Math.max(3 * (total.plusMinus ?? 0), 100), truth / 5),
        `${label}: ${total.value} of ${truth}`,
      );
    };
    await admin.query('SELECT pg_stat_reset()');
    await check('reset');
    await bench.server.kill();
    await bench.server.restart();
    await check('crash');
  });

  it('does not pay again and again for index entries of deleted rows', async () => {
    const admin = await newDatabase(bench, 'deleted');
    await createSessionTable(admin);
    await admin.query('ALTER TABLE django_session SET (autovacuum_enabled = off)');
    await fillSessions(admin, { rows: 40_000, secretKey: SECRET_KEY, expiredShare: 0.9, distinctPayloads: 5_000 });
    const db = await bench.monitor('deleted');
    const before = async (): Promise<number> => {
      const { oldestExpired } = (await readSessionMetrics(db)).sessions;
      // On a busy machine it may take longer than it may.
      return oldestExpired.how === 'exact' ? (oldestExpired.tookMs ?? Infinity) : Infinity;
    };
    // Not before a count was cheap, which the first of a connection is not, nor one on a busy machine, does it know what is much.
    await eventually(async () => (await before()) < 10, 'a cheap count');
    await admin.query('DELETE FROM django_session WHERE expire_date < now()');
    await flushStatistics(admin);
    const m = await readSessionMetrics(db);
    const { oldestExpired } = m.sessions;
    assert.ok(oldestExpired.how === 'estimated', 'not counted by the index until a vacuum');
    assert.deepEqual([oldestExpired.value, formatMeasured(oldestExpired, 'date')], [null, 'none']);
    assert.match(oldestExpired.note ?? '', /^none from [\d,]+ rows in [\d,]+ of [\d,]+ pages$/);
    assert.ok(
      m.sessions.expired.how === 'estimated' && m.sessions.expired.value === 0,
      JSON.stringify(m.sessions.expired),
    );
    await admin.query('VACUUM django_session');
    await eventually(
      async () => (await readSessionMetrics(db)).sessions.expired.how === 'exact',
      'the count after the vacuum',
    );
    assert.equal((await readSessionMetrics(db)).sessions.expired.value, 0);
  });
});
