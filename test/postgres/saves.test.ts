import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Client } from 'pg';
import { decodeSession } from '../../src/django/sessionData.ts';
import type { Database } from '../../src/postgres/connect/connection.ts';
import { readDetailMetrics } from '../../src/postgres/readings/detailMetrics.ts';
import type { SaveEvidence } from '../../src/postgres/table/saveEvidence.ts';
import { SaveMemory } from '../../src/postgres/saves/saveMemory.ts';
import { readSavedSessions } from '../../src/postgres/saves/savedSessions.ts';
import { DJANGO_SESSION } from '../../src/postgres/table/tableName.ts';
import { createSessionTable, fillSessions, newSessionKey, signSession } from '../kit/sessions.ts';
import { newDatabase, onNewestMajor, SECRET_KEY } from './support.ts';

const TWO_WEEKS = 1_209_600;

/** As Django saves: a row is inserted, or updated with its new time. */
async function save(
  admin: Client,
  key: string,
  data: Readonly<Record<string, unknown>>,
  lifetime = TWO_WEEKS,
): Promise<void> {
  const at = new Date();
  const values = [key, signSession(data, { secretKey: SECRET_KEY, at }), new Date(at.getTime() + lifetime * 1_000)];
  await admin.query(
    `INSERT INTO django_session VALUES ($1, $2, $3)
       ON CONFLICT (session_key) DO UPDATE SET session_data = EXCLUDED.session_data, expire_date = EXCLUDED.expire_date`,
    values,
  );
}

async function evidence(db: Database, saves: SaveMemory): Promise<SaveEvidence> {
  const found = (await readDetailMetrics(db, { decode: decodeSession, saves })).saves;
  assert.ok(found.how !== 'unknown', JSON.stringify(found));
  return found.value;
}

const keys = (count: number): string[] => Array.from({ length: count }, newSessionKey);

onNewestMajor('saves', (bench) => {
  it('are seen by what they change, in a large table too, and sessions that live shorter than the others as well', async () => {
    const admin = await newDatabase(bench, 'changes');
    await createSessionTable(admin);
    await fillSessions(admin, { rows: 30_000, secretKey: SECRET_KEY, distinctPayloads: 300 });
    const db = await bench.monitor('changes');
    const saves = new SaveMemory();
    const [long, short] = [keys(20), keys(20)];
    const all = async (n: number): Promise<void> => {
      for (const key of long) await save(admin, key, { last_activity: n, cart: [1] });
      for (const key of short) await save(admin, key, { seen: n }, 300);
    };
    await all(1);
    assert.equal((await readDetailMetrics(db, { decode: decodeSession, saves })).saves.how, 'unknown');
    await all(2);
    await evidence(db, saves);
    await all(3);
    const found = await evidence(db, saves);
    const of = (name: string): number | undefined =>
      found.changes.find(({ entries }) => entries.join() === name)?.saves;
    // The first look sees the last of each kind; the lifetimes are known from the second on.
    assert.ok((of('last_activity') ?? 0) >= 20, JSON.stringify(found));
    assert.ok((of('seen') ?? 0) >= 20, JSON.stringify(found));
    assert.equal(found.saves, (of('last_activity') ?? 0) + (of('seen') ?? 0));
  });

  it('of new sessions are told apart from those that come back', async () => {
    const admin = await newDatabase(bench, 'newcomers');
    await createSessionTable(admin);
    const db = await bench.monitor('newcomers');
    const saves = new SaveMemory({ settledAfterSeconds: 0 });
    const [person = '', ...robots] = keys(31);
    await save(admin, person, { _auth_user_id: '1', last_activity: 1 });
    await readDetailMetrics(db, { decode: decodeSession, saves });
    for (const robot of robots) await save(admin, robot, { last_activity: 2 });
    await save(admin, person, { _auth_user_id: '1', last_activity: 2 });
    const { newcomers, changes } = await evidence(db, saves);
    assert.deepEqual([newcomers.sessions, newcomers.anonymous, newcomers.savedAgain], [30, 30, 0]);
    assert.deepEqual(newcomers.contents, [{ entries: ['last_activity'], sessions: 30 }]);
    assert.deepEqual(changes, [{ entries: ['last_activity'], saves: 1, held: ['_auth_user_id', 'last_activity'] }]);
  });

  it('are looked for by the index only, within a bound of rows and bytes', async () => {
    const admin = await newDatabase(bench, 'bounded');
    await createSessionTable(admin);
    const db = await bench.monitor('bounded');
    const saves = new SaveMemory();
    // 5 MB is more than is fetched of one session, 250 of 40 kB more than of all together.
    await save(admin, newSessionKey(), { blob: newSessionKey().repeat(160_000) });
    const read: string[] = [];
    const decode: typeof decodeSession = (data) => (read.push(data), decodeSession(data));
    for (const key of keys(250)) {
      const data = `${Buffer.from(JSON.stringify({ a: keys(1_000).join('') })).toString('base64url')}:1vZZZZ:${'s'.repeat(43)}`;
      await admin.query(`INSERT INTO django_session VALUES ($1, $2, now() + interval '14 days')`, [key, data]);
    }
    await readDetailMetrics(db, { decode: decodeSession, saves });
    await readDetailMetrics(db, { decode, saves });
    const bytes = read.reduce((sum, data) => sum + data.length, 0);
    assert.ok(Math.max(...read.map((data) => data.length)) < 70_000 && bytes > 1e6 && bytes < 7e6, `${bytes} bytes`);
    await admin.query(`TRUNCATE django_session;
      INSERT INTO django_session SELECT md5(i::text), 'x', now() + i * interval '1 second' FROM generate_series(1, 20000) AS i`);
    await db.query('SELECT pg_stat_force_next_flush()');
    const before = await scans(admin);
    const query = { lifetimes: [3_600, 7_200, 10_800], withinSeconds: 900, seed: '1' };
    await readSavedSessions(db, DJANGO_SESSION, query, { statements: 0, serverMs: 0 });
    await db.query('SELECT pg_stat_force_next_flush()');
    await db.query('SELECT 1');
    const after = await scans(admin);
    assert.equal(after.sequential, before.sequential);
    const rows = after.rows - before.rows;
    assert.ok(rows > 100 && rows < 2_000, JSON.stringify([before, after]));
    await admin.query('DROP INDEX django_session_expire_date_a5c62663');
    const found = (await readDetailMetrics(db, { decode: decodeSession, saves })).saves;
    assert.ok(found.how === 'unknown');
    assert.match(found.reason, /index on expire_date, which is missing/u);
  });

  it('leave the server without the keys of their sessions', async () => {
    const admin = await newDatabase(bench, 'keyless');
    await createSessionTable(admin);
    const db = await bench.monitor('keyless');
    const sent: string[] = [];
    const spy: Database = {
      ...db,
      target: db.target,
      server: db.server,
      query: async (text, values, options) => {
        const rows = await db.query(text, values, options);
        sent.push(JSON.stringify(rows));
        return rows as never;
      },
      transaction: (statements, options) => db.transaction(statements, options),
    };
    const all = keys(5);
    for (const key of all) await save(admin, key, { a: 1 });
    const saves = new SaveMemory();
    for (let i = 0; i < 2; i++) await readDetailMetrics(spy, { decode: decodeSession, saves });
    assert.ok(sent.some((rows) => rows.includes('"session"')));
    for (const key of all) assert.ok(!sent.join().includes(key));
  });
});

async function scans(admin: Client): Promise<{ sequential: number; rows: number }> {
  const { rows } = await admin.query<{ sequential: number; rows: number }>(
    `SELECT seq_scan::int AS sequential, (seq_tup_read + idx_tup_fetch)::int AS rows FROM pg_stat_user_tables WHERE relname = 'django_session'`,
  );
  assert.ok(rows[0]);
  return rows[0];
}
