import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isKnown } from '../../src/common/measured.ts';
import { readDetailMetrics } from '../../src/postgres/readings/detailMetrics.ts';
import { readSessionMetrics } from '../../src/postgres/readings/sessionMetrics.ts';
import { createSessionTable } from '../kit/sessions.ts';
import { eventually, flushStatistics, newDatabase, one, onNewestMajor } from './support.ts';

/** What TOAST and the indexes hold, as it is reckoned, beside what pgstattuple finds in the files. */

const near = (value: number | undefined, truth: number, share: number, of: number, what: string): void =>
  assert.ok(Math.abs((value ?? NaN) - truth) <= share * of, `${what}: ${String(value)} for ${truth} of ${of}`);

onNewestMajor(
  'what TOAST and indexes hold',
  (bench) => {
    it('is reckoned to a fifth of what is there, before and after most sessions are deleted', async () => {
      const admin = await newDatabase(bench, 'held');
      await createSessionTable(admin);
      await admin.query(`ALTER TABLE django_session SET (autovacuum_enabled = off, toast.autovacuum_enabled = off);
      CREATE EXTENSION pgstattuple; ALTER TABLE django_session ADD member_id int; CREATE INDEX partial ON django_session (member_id) WHERE member_id > 0`);
      // Every second one of 3 to 9 kB that no compression makes smaller, a few of them of 5 MB; the others fit into the heap.
      await admin.query(`INSERT INTO django_session
      SELECT md5(i::text), CASE WHEN i % 2 = 0 THEN repeat('x', 180) ELSE (SELECT string_agg(md5(i::text || n || random()), '') FROM generate_series(1, 90 + i % 7 * 32) AS n) END,
             now() + i * interval '7 seconds' FROM generate_series(1, 12000) AS i`);
      await admin.query(`INSERT INTO django_session SELECT 'large' || i, (SELECT string_agg(md5(n::text || random()), '') FROM generate_series(1, 160000) AS n), now() + interval '1 day'
        FROM generate_series(1, 2) AS i`);
      await admin.query('VACUUM ANALYZE django_session');
      await flushStatistics(admin);
      const db = await bench.monitor('held');
      const compare = async (): Promise<void> => {
        const { space } = await readDetailMetrics(db);
        assert.ok(space.how === 'estimated', JSON.stringify(space));
        assert.match(space.note ?? '', /reckoned from/u);
        const { toast, indexes } = space.value;
        const inToast = await one<{ bytes: number; live: number; free: number }>(
          admin,
          `SELECT table_len::float8 AS bytes, tuple_len::float8 AS live, free_space::float8 AS free
           FROM pgstattuple((SELECT reltoastrelid FROM pg_class WHERE relname = 'django_session'))`,
        );
        near(toast.live, inToast.live, 0.2, inToast.bytes, 'live in TOAST');
        near(toast.reusable, inToast.free, 0.2, inToast.bytes, 'free in TOAST');
        for (const { name, bytes, live, reusable } of indexes) {
          if (name === 'partial') {
            assert.deepEqual([live, reusable], [undefined, undefined], 'how many rows it has is not known');
            continue;
          }
          const { used } = await one<{ used: number }>(
            admin,
            `SELECT (tuple_len + dead_tuple_len)::float8 AS used FROM pgstattuple('${name}')`,
          );
          near(live, used, 0.2, bytes, `live in ${name}`);
          near(reusable, bytes - used, 0.25, bytes, `free in ${name}`);
        }
        const heap = await one<{ bytes: number; free: number }>(
          admin,
          `SELECT table_len::float8 AS bytes, free_space::float8 AS free FROM pgstattuple('django_session')`,
        );
        const { table } = await readSessionMetrics(db, { fresh: true });
        near(
          table.reusableBytes.value,
          heap.free,
          0.1,
          heap.bytes,
          'free in the heap, of which large values are no part',
        );
      };
      await compare();
      await admin.query("DELETE FROM django_session WHERE session_key < 'c'");
      await flushStatistics(admin);
      await admin.query('VACUUM ANALYZE django_session');
      await flushStatistics(admin);
      await compare();
    });

    it('names what keeps dead rows from being freed', async () => {
      const admin = await newDatabase(bench, 'holding');
      await createSessionTable(admin);
      await admin.query("INSERT INTO django_session VALUES ('a', 'x', now())");
      const db = await bench.monitor('holding');
      const holders = async (): Promise<readonly (readonly [string, string])[]> => {
        const { space } = await readDetailMetrics(db);
        assert.ok(isKnown(space));
        return space.value.holders.map(({ kind, name }) => [kind, name.replace(/\d+/u, 'N')] as const).toSorted();
      };
      assert.deepEqual(await holders(), []);
      const old = await bench.admin('holding');
      await old.query(
        "SET application_name = 'nightly report'; BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM django_session",
      );
      await admin.query("BEGIN; UPDATE django_session SET session_data = 'y'; PREPARE TRANSACTION 'half-done'");
      const slot = `held_${bench.server.port}`;
      await admin.query(`SELECT pg_create_physical_replication_slot('${slot}', true)`);
      await eventually(async () => (await holders()).length === 2, 'both are seen');
      // A slot without a standby behind it has no xmin: it keeps files, and no rows.
      assert.deepEqual(await holders(), [
        ['prepared transaction', 'half-done'],
        ['transaction', 'process N of nightly report'],
      ]);
      await old.query('ROLLBACK');
      await admin.query("ROLLBACK PREPARED 'half-done'");
      await admin.query(`SELECT pg_drop_replication_slot('${slot}')`);
      assert.deepEqual(await holders(), []);
    });
  },
  { settings: { max_prepared_transactions: '5' } },
);
