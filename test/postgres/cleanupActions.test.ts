import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  clearExpiredSessions,
  deleteAllSessions,
  previewCleanup,
  previewDeleteAll,
  vacuumSessions,
} from '../../src/postgres/cleanup/cleanup.ts';
import type { Client } from 'pg';
import { recordOf } from '../../src/postgres/cleanup/run/records.ts';
import type { Database } from '../../src/postgres/connect/connection.ts';
import { createSessionTable } from '../kit/sessions.ts';
import { signSession } from '../kit/signing.ts';
import { clear, countAll, countExpired, sessionDatabase, writer } from './cleanupSupport.ts';
import { eventually, flushStatistics, newDatabase, one, onNewestMajor, rejectsWith, SECRET_KEY } from './support.ts';

/** @see https://www.postgresql.org/docs/current/progress-reporting.html#VACUUM-PHASES */
const PHASES = new Set([
  'initializing',
  'scanning heap',
  'vacuuming indexes',
  'vacuuming heap',
  'cleaning up indexes',
  'truncating heap',
  'performing final cleanup',
]);

/** What the statistics say was written in this database, and what was undone. @param db whose counters are to be among them */
async function writes(admin: Client, db?: Database): Promise<object> {
  await db?.query('SELECT pg_stat_force_next_flush()');
  await flushStatistics(admin);
  return one(
    admin,
    `SELECT sum(n_tup_ins) AS inserted, sum(n_tup_upd) AS updated, sum(n_tup_del) AS deleted, sum(n_dead_tup) AS dead,
            (SELECT xact_rollback FROM pg_stat_database WHERE datname = current_database()) AS rollbacks
       FROM pg_stat_all_tables WHERE schemaname = 'public'`,
  );
}

onNewestMajor('around a cleanup', (bench) => {
  it('previews what would go, exactly, and deletes nothing', async () => {
    const admin = await sessionDatabase(bench, 'preview', { active: 30_000, expired: 10_000 });
    const truth = await one<{ oldest: Date; newest: Date }>(
      admin,
      'SELECT min(expire_date) AS oldest, max(expire_date) AS newest FROM django_session WHERE expire_date < now()',
    );
    const db = await writer(bench, 'preview');
    const before = await writes(admin);
    const preview = await previewCleanup(db);
    assert.deepEqual(await writes(admin, db), before, 'it has written nothing, nor tried to');
    const counts = [preview.total, preview.expired, preview.stay].map((m) => [m.how, m.value]);
    assert.deepEqual(
      counts,
      [40_000, 10_000, 30_000].map((n) => ['exact', n]),
    );
    assert.equal(preview.share.value, 0.25);
    for (const end of ['oldest', 'newest'] as const) {
      const at = preview[end].value;
      assert.ok(at instanceof Date && Math.abs(at.getTime() - truth[end].getTime()) < 2, end);
    }
    const bytes = preview.reusableBytes.value;
    assert.ok(bytes !== undefined && bytes > 10_000 * 170 && bytes < 10_000 * 300, `${bytes}`);
    const { fast, gentle } = preview.seconds;
    assert.ok(fast.how === 'estimated' && fast.value > 0 && fast.value < 60, JSON.stringify(fast));
    assert.ok(gentle.how === 'estimated' && gentle.value > fast.value);
    assert.deepEqual(preview.obstacles, []);
    assert.deepEqual([await countAll(admin), await countExpired(admin)], [40_000, 10_000]);
    const guessed = await previewCleanup(db, { countMs: 0 });
    assert.equal(guessed.expired.how, 'estimated');
    assert.ok(Math.abs(guessed.expired.value - 10_000) < 2_500, JSON.stringify(guessed.expired));
    const late = await previewCleanup(db, { graceSeconds: 8 * 86_400 });
    assert.deepEqual([late.expired.value, late.oldest.value, late.seconds.fast.value], [0, null, 0]);
    const monitor = await previewCleanup(await bench.monitor('preview'));
    assert.equal(monitor.seconds.fast.how, 'estimated', 'for which it need not write');
    assert.deepEqual(
      monitor.obstacles.map(({ code }) => code),
      ['read-only'],
    );
    await db.close();
  });

  it('previews for a role that may only read, and writes nothing in a table of any kind', async () => {
    const admin = await sessionDatabase(bench, 'readers', { active: 200_000, expired: 1_000 });
    await admin.query(`CREATE ROLE onlooker LOGIN PASSWORD 'onlooker'; GRANT SELECT ON django_session TO onlooker;
      ALTER ROLE onlooker SET track_functions = 'all'`);
    const before = await writes(admin);
    const db = await writer(bench, 'readers', 'onlooker');
    const byIndex = await previewCleanup(db);
    assert.equal(byIndex.way, 'index');
    assert.ok(byIndex.seconds.fast.how === 'estimated' && byIndex.seconds.fast.value > 0, JSON.stringify(byIndex));
    assert.deepEqual(
      byIndex.obstacles.map(({ code }) => code),
      ['permission-denied'],
    );
    await previewDeleteAll(db);
    await db.close();
    const owner = await writer(bench, 'readers');
    await previewCleanup(owner);
    await previewDeleteAll(owner);
    await admin.query('CREATE TABLE cart (session_id varchar(40) REFERENCES django_session (session_key))');
    const unknown = (await previewCleanup(owner)).seconds.fast;
    assert.match(unknown.how === 'unknown' ? unknown.reason : '', /how long that takes is not known/u);
    const earlier = { pace: 'gentle', deleted: 10_000, elapsedMs: 30_000 } as const;
    const { fast, gentle } = (await previewCleanup(owner, { earlier })).seconds;
    assert.deepEqual([fast.value, gentle.value], [1, 3], 'as the cleanup before');
    assert.deepEqual(await writes(admin, owner), before);
    await owner.close();
  });

  it('leaves what the application still takes for valid, where its clock is behind', async () => {
    const admin = await newDatabase(bench, 'behind');
    await createSessionTable(admin);
    const now = Date.now();
    const save = (key: string, at: number, ageSeconds = 3_600): Promise<unknown> =>
      admin.query('INSERT INTO django_session VALUES ($1, $2, $3)', [
        key,
        signSession({ cart: [] }, { secretKey: SECRET_KEY, at: new Date(at) }),
        new Date(at + ageSeconds * 1000),
      ]);
    // Its clock is ten minutes behind: a session of an hour that it saved 55 minutes ago is valid there for five minutes more.
    const BEHIND = 600_000;
    await save('valid there', now - 55 * 60_000 - BEHIND);
    await save('expired there', now - 65 * 60_000 - BEHIND);
    await save('newest', now - BEHIND);
    const db = await writer(bench, 'behind');
    const seldom = await previewCleanup(db);
    assert.match(
      seldom.clockBehind.how === 'unknown' ? seldom.clockBehind.reason : '',
      /perhaps nobody has saved since/u,
    );
    assert.deepEqual([seldom.graceSeconds, seldom.expired.value], [0, 2]);
    const busy = await previewCleanup(db, { savesPerMinute: 600 });
    assert.ok(busy.graceSeconds > 600 && busy.graceSeconds < 700, `${busy.graceSeconds}`);
    assert.deepEqual([busy.expired.value, busy.stay.value], [1, 2]);
    assert.match(busy.obstacles[0]?.text ?? '', /^The application’s clock is about 10 min behind the database’s/u);
    const longer = await previewCleanup(db, { savesPerMinute: 600, graceSeconds: 7_200 });
    assert.deepEqual([longer.graceSeconds, longer.expired.value], [7_200, 0]);
    await clearExpiredSessions(db, { graceSeconds: busy.graceSeconds });
    assert.equal(await countAll(admin), 2);
    await save('ahead', now + 120_000);
    const ahead = await previewCleanup(db, { savesPerMinute: 600 });
    assert.deepEqual([ahead.graceSeconds, ahead.obstacles[0]?.code], [0, 'application-clock-ahead']);
    await db.close();
  });

  it('names what stands in the way', async () => {
    const admin = await sessionDatabase(bench, 'obstacles', { active: 100, expired: 100 });
    await admin.query(`CREATE TABLE cart (session_id varchar(40) REFERENCES django_session (session_key));
      CREATE TABLE visit (session_id varchar(40) REFERENCES django_session (session_key) ON DELETE CASCADE);
      CREATE FUNCTION noop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END';
      CREATE TRIGGER on_delete BEFORE DELETE ON django_session FOR EACH ROW EXECUTE FUNCTION noop();
      ALTER TABLE django_session ENABLE ROW LEVEL SECURITY; DROP INDEX django_session_expire_date;
      CREATE ROLE limited LOGIN PASSWORD 'limited'; GRANT SELECT ON django_session TO limited`);
    const holder = await bench.admin('obstacles');
    await holder.query(
      `BEGIN; LOCK TABLE django_session IN EXCLUSIVE MODE; SELECT pg_advisory_xact_lock(1684697957, 1)`,
    );
    const db = await writer(bench, 'obstacles', 'limited');
    const { obstacles } = await previewCleanup(db, { engine: { cached: true } });
    const codes = new Map(obstacles.map(({ code, severity }) => [code, severity]));
    assert.deepEqual([...codes].toSorted(), [
      ['cached-db', 'note'],
      ['cleanup-running', 'blocks'],
      ['foreign-key-changes', 'slows'],
      ['foreign-key-keeps', 'slows'],
      ['foreign-key-without-index', 'slows'],
      ['no-index', 'slows'],
      ['permission-denied', 'blocks'],
      ['row-security', 'slows'],
      ['table-locked', 'blocks'],
      ['triggers', 'slows'],
    ]);
    assert.equal(obstacles[0]?.severity, 'blocks');
    for (const { text } of obstacles) assert.match(text, /^[A-Z].*\.$/u);
    await holder.query('ROLLBACK');
    await db.close();
  });

  it('vacuums, tells what it gave, can be cancelled, and says who may not', async () => {
    const admin = await sessionDatabase(bench, 'vacuum', { active: 30_000, expired: 90_000 });
    await admin.query('ALTER TABLE django_session SET (autovacuum_enabled = off)');
    await clear(bench, 'vacuum');
    const db = await writer(bench, 'vacuum');
    const phases = new Set<string>();
    // With rests, so that there is time to see it at work: some two seconds.
    await db.query(
      `SELECT set_config('vacuum_cost_delay', '20', false), set_config('vacuum_cost_limit', '400', false)`,
    );
    const result = await vacuumSessions(db, { everyMs: 1, onProgress: ({ phase }) => phases.add(phase) });
    assert.ok(result.deadBefore > 80_000 && result.deadAfter < 1_000, JSON.stringify(result));
    assert.equal(result.cancelled, false);
    // The one that lasts; others may pass between two looks.
    assert.ok(phases.has('scanning heap'), [...phases].join());
    for (const phase of phases) assert.ok(PHASES.has(phase), phase);
    // Behind a lock that VACUUM waits for.
    await admin.query('BEGIN; LOCK TABLE django_session IN SHARE MODE');
    const abort = new AbortController();
    const waiting = vacuumSessions(db, { signal: abort.signal });
    const watcher = await bench.admin('vacuum');
    await eventually(async () => {
      const text = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'VACUUM%'`;
      return (await watcher.query(text)).rowCount === 1;
    }, 'the vacuum that waits');
    abort.abort();
    assert.equal((await waiting).cancelled, true);
    await admin.query('ROLLBACK');
    await db.close();
    await admin.query(`CREATE ROLE other LOGIN PASSWORD 'other'; GRANT SELECT, DELETE ON django_session TO other`);
    const other = await writer(bench, 'vacuum', 'other');
    await rejectsWith(vacuumSessions(other), 'vacuum-not-allowed', false);
    await other.close();
  });

  it('deletes all sessions, also those that are saved meanwhile, by either way', async () => {
    const admin = await sessionDatabase(bench, 'everyone', { active: 40_000, expired: 5_000 });
    const db = await writer(bench, 'everyone');
    const sample = { rows: 100, withLastActivity: 0, anonymous: 30, unreadable: {} };
    const preview = await previewDeleteAll(db, { sample });
    assert.deepEqual([preview.database, preview.total, preview.active], ['everyone', 45_000, 40_000]);
    assert.deepEqual([preview.signedIn.value, preview.truncateProblem], [28_000, undefined]);
    const partly = { rows: 60, withLastActivity: 0, anonymous: 30, unreadable: { 'not signed': 40 } };
    const half = (await previewDeleteAll(db, { sample: partly })).signedIn;
    assert.equal(half.value, 20_000, 'half of those that can be read, also where others can’t be');
    await admin.query('CREATE TABLE before AS SELECT session_key FROM django_session');
    const saver = await bench.admin('everyone');
    const done = new AbortController();
    const saving = (async () => {
      while (!done.signal.aborted) {
        await saver.query(`UPDATE django_session SET expire_date = now() + interval '14 days'
          WHERE session_key IN (SELECT session_key FROM django_session LIMIT 200)`);
      }
    })();
    const result = await deleteAllSessions(db, { how: 'batches', pace: 'fast', targetBatchMs: 10 });
    done.abort();
    await saving;
    assert.deepEqual([result.cancelled, result.problem?.message], [false, undefined]);
    const left = await one<{ n: number }>(
      admin,
      'SELECT count(*)::int AS n FROM django_session JOIN before USING (session_key)',
    );
    assert.deepEqual([result.deleted, left.n], [45_000, 0]);
    await admin.query(`INSERT INTO django_session VALUES ('a', '', now() + interval '1 day'), ('b', '', now())`);
    const truncated = await deleteAllSessions(db, { how: 'truncate' });
    assert.deepEqual([truncated.deleted, await countAll(admin)], [2, 0]);
    await admin.query('CREATE TABLE cart (session_id varchar(40) REFERENCES django_session (session_key))');
    await rejectsWith(deleteAllSessions(db, { how: 'truncate' }), 'truncate-not-possible', false);
    assert.match((await previewDeleteAll(db)).truncateProblem ?? '', /cart refers to/u);
    await db.close();
  });

  it('deletes all though each of its statements is the victim of a deadlock once', async () => {
    const admin = await sessionDatabase(bench, 'victim', { active: 500, expired: 100 });
    // What a sequence has given stays given where the transaction fails.
    await admin.query(`CREATE SEQUENCE tries; GRANT ALL ON SEQUENCE tries TO PUBLIC;
      CREATE FUNCTION be_victim() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF nextval('public.tries') % 2 = 1 THEN RAISE EXCEPTION 'deadlock detected' USING ERRCODE = 'deadlock_detected'; END IF;
        RETURN NULL; END $$;
      CREATE TRIGGER be_victim BEFORE DELETE ON django_session FOR EACH STATEMENT EXECUTE FUNCTION be_victim()`);
    const db = await writer(bench, 'victim');
    const result = await deleteAllSessions(db, { how: 'batches', pace: 'fast' });
    await db.close();
    assert.deepEqual([result.problem?.message, result.deleted, await countAll(admin)], [undefined, 600, 0]);
  });

  it('gives a record for the history that survives JSON', async () => {
    await sessionDatabase(bench, 'history', { active: 10, expired: 20 });
    const context = {
      startedAt: new Date(0).toISOString(),
      who: 'ada',
      from: 'palette',
      target: 'x',
      table: 'django_session',
    };
    const record = recordOf(await clear(bench, 'history'), 'fast', context);
    assert.deepEqual([record.deleted, record.expiredBefore, record.expiredAfter, record.outcome], [20, 20, 0, 'done']);
    assert.deepEqual(JSON.parse(JSON.stringify(record)), record);
  });
});
