import assert from 'node:assert/strict';
import { after, afterEach, before, it } from 'node:test';
import {
  clearExpiredSessions,
  deleteAllSessions,
  type CleanupOptions,
  type CleanupResult,
} from '../../src/postgres/cleanup/cleanup.ts';
import { connect, type Database } from '../../src/postgres/connect/connection.ts';
import { StallingProxy } from '../kit/stallingProxy.ts';
import { afterBatches, clear, countAll, countExpired, sessionDatabase } from './cleanupSupport.ts';
import { eventually, onNewestMajor } from './support.ts';

/** A cancel is over so soon after the abort, whatever the network does; and so much more for a busy machine. */
const CANCEL_WITHIN_MS = 2_000 + 500;

/** What a cleanup sends besides its batches, and where in it the network is to stall. */
const MOMENTS = {
  'the try-lock': 'pg_try_advisory_lock(',
  'the WAL position': 'pg_wal_lsn_diff(pg_current_wal_lsn(), $1::pg_lsn)',
  'the unlock': 'pg_advisory_unlock(',
} as const;

onNewestMajor('a cleanup whose network stalls or breaks', (bench) => {
  let proxy: StallingProxy;

  before(async () => {
    proxy = await StallingProxy.start(bench.server.port);
  });
  afterEach(() => proxy.release()); // a test that failed before it did must not hold up the next
  after(() => proxy.stop());

  const throughProxy = (database: string): Promise<Database> =>
    connect({ connectionString: proxy.through(bench.server.connectionString(database)) });

  async function clearThroughProxy(database: string, options: CleanupOptions = {}): Promise<CleanupResult> {
    const db = await throughProxy(database);
    try {
      return await clearExpiredSessions(db, { pace: 'fast', ...options });
    } finally {
      await db.close();
    }
  }

  it('ends within two seconds after a cancel where it stalls at the try-lock, the WAL position or the unlock', async () => {
    for (const [i, [name, text]] of Object.entries(MOMENTS).entries()) {
      const admin = await sessionDatabase(bench, `stalled_${i}`, { active: 100, expired: 3_000 });
      const abort = new AbortController();
      const stalled = proxy.holdAt(text);
      const running = clearThroughProxy(`stalled_${i}`, { signal: abort.signal });
      await stalled;
      const began = performance.now();
      abort.abort();
      const result = await running;
      const ms = performance.now() - began;
      proxy.release();
      assert.ok(ms < CANCEL_WITHIN_MS, `${name}: it took ${ms} ms`);
      const isAtFirst = name === 'the try-lock';
      assert.deepEqual(
        [name, result.outcome, result.deleted, result.deletedHow, await countExpired(admin)],
        [name, isAtFirst ? 'cancelled' : 'done', isAtFirst ? 0 : 3_000, 'exact', isAtFirst ? 3_000 : 0],
      );
      await eventually(async () => {
        return (await admin.query(`SELECT FROM pg_locks WHERE locktype = 'advisory'`)).rowCount === 0;
      }, 'the end of the lock');
      assert.equal((await clear(bench, `stalled_${i}`)).remainingExpired, 0, 'the next one can begin');
    }
  });

  it('tells what it did where the network stalls behind the last batch, without a cancel', async () => {
    for (const text of [MOMENTS['the WAL position'], MOMENTS['the unlock']]) {
      const database = `behind_${Object.values(MOMENTS).indexOf(text)}`;
      await sessionDatabase(bench, database, { active: 100, expired: 1_000 });
      void proxy.holdAt(text);
      const result = await clearThroughProxy(database);
      proxy.release();
      assert.deepEqual([result.outcome, result.deleted, result.remainingExpired], ['done', 1_000, 0]);
      assert.equal(result.remaining.how, 'exact');
    }
  });

  it('waits, and can be cancelled, where somebody locks the table before the size is asked for', async () => {
    await sessionDatabase(bench, 'exclusive', { active: 100, expired: 2_000 });
    const locker = await bench.admin('exclusive');
    const SIZE = 'SELECT /* django-session-monitor */ pg_relation_size(to_regclass($1::text)) /';
    for (const cancelled of [true, false]) {
      await locker.query(`INSERT INTO django_session SELECT i::text, '', now() - interval '1 day' FROM generate_series(1, 500) AS i
        ON CONFLICT DO NOTHING`);
      const abort = new AbortController();
      const stalled = proxy.holdAt(SIZE);
      const notes: string[] = [];
      const running = clearThroughProxy('exclusive', {
        signal: abort.signal,
        onProgress: ({ phase, note }) => {
          if (phase === 'waiting') notes.push(note ?? '');
        },
      });
      await stalled;
      await locker.query('BEGIN; LOCK TABLE django_session IN ACCESS EXCLUSIVE MODE');
      proxy.release();
      await eventually(() => Promise.resolve(notes.length > 0), 'the wait');
      assert.match(notes.join(), /Process \d+ of postgres \(AccessExclusiveLock\) holds the table locked/u);
      const began = performance.now();
      if (cancelled) abort.abort();
      else await locker.query('COMMIT');
      const result = await running;
      if (cancelled) {
        assert.ok(performance.now() - began < CANCEL_WITHIN_MS, `it took ${performance.now() - began} ms`);
        await locker.query('COMMIT');
      }
      assert.equal(result.outcome, cancelled ? 'cancelled' : 'done');
    }
    assert.equal(await countExpired(locker), 0);
  });

  it('counts what is left for a person also where that takes long, and asks a page sample where nobody waits', async () => {
    for (const countLeft of [false, true]) {
      const database = `left_${String(countLeft)}`;
      await sessionDatabase(bench, database, { active: 20_000, expired: 2_000 });
      const locker = await bench.admin(database);
      const watcher = await bench.admin();
      const stalled = proxy.holdAt('count(*)::float8 AS n FROM');
      const running = clearThroughProxy(database, { countLeft });
      await stalled;
      await locker.query('BEGIN; LOCK TABLE django_session IN ACCESS EXCLUSIVE MODE');
      proxy.release();
      const late = `SELECT FROM pg_stat_activity WHERE datname = '${database}' AND wait_event_type = 'Lock' AND query_start < clock_timestamp() - interval '700 ms'`;
      if (countLeft) await eventually(async () => (await watcher.query(late)).rowCount === 1, 'the count to take long');
      else await running;
      await locker.query('COMMIT');
      const { remaining, deleted } = await running;
      assert.deepEqual([deleted, remaining.value, remaining.how], [2_000, 0, countLeft ? 'exact' : 'estimated']);
    }
  });

  it('resolves with what the database says where the connection is cut behind the last batch', async () => {
    // At the look at what is left, and at the last statement of all.
    for (const [i, text] of [
      'pg_stat_force_next_flush',
      MOMENTS['the WAL position'],
      MOMENTS['the unlock'],
    ].entries()) {
      const admin = await sessionDatabase(bench, `cut_${i}`, { active: 100, expired: 5_000 });
      const cut = proxy.seen(text, () => proxy.cut());
      const result = await clearThroughProxy(`cut_${i}`);
      if (text !== 'pg_stat_force_next_flush') await cut;
      assert.deepEqual(
        [text, result.outcome, result.deleted, result.deletedHow, result.remainingExpired, result.remaining.how],
        [text, 'done', 5_000, 'exact', 0, 'exact'],
      );
      assert.equal(await countAll(admin), 100);
    }
  });

  it('says that it deleted at least so many where the answer of a batch is lost', async () => {
    const admin = await sessionDatabase(bench, 'atleast', { active: 100, expired: 5_000 });
    const db = await throughProxy('atleast');
    const stalled = proxy.holdAt('DELETE /* django-session-monitor */ FROM ONLY', 'answers');
    const running = clearExpiredSessions(db, { pace: 'fast' });
    await stalled;
    // The server has done it, and nobody is told.
    await eventually(async () => (await countExpired(admin)) < 5_000, 'the batch');
    // A batch that was sent ahead of the answer is done, too.
    const atRest = `SELECT FROM pg_stat_activity WHERE datname = 'atleast' AND pid <> pg_backend_pid() AND state <> 'idle' AND backend_type = 'client backend'`;
    await eventually(async () => (await admin.query(atRest)).rows.length === 0, 'the server to be at rest');
    const gone = 5_000 - (await countExpired(admin));
    proxy.cut();
    proxy.release();
    const result = await running;
    await db.close();
    assert.deepEqual([result.outcome, result.deletedHow, result.remainingExpired], ['done', 'atLeast', 0]);
    assert.equal(result.deleted, 5_000 - gone);
  });

  it('deletes all sessions though its backend is ended once, and says so', async () => {
    const admin = await sessionDatabase(bench, 'ended', { active: 35_000, expired: 5_000 });
    const db = await throughProxy('ended');
    const { reached, onProgress } = afterBatches(2);
    const running = deleteAllSessions(db, { how: 'batches', pace: 'gentle', targetBatchMs: 5, onProgress });
    await reached;
    await admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()`,
    );
    const result = await running;
    await db.close();
    assert.deepEqual([result.problem, result.cancelled, await countAll(admin)], [undefined, false, 0]);
    assert.ok(
      result.deletedHow === 'exact' ? result.deleted === 40_000 : result.deleted <= 40_000,
      JSON.stringify(result),
    );
  });

  it('truncates once where the answer is lost, and leaves what was saved since', async () => {
    const admin = await sessionDatabase(bench, 'truncated', { active: 10, expired: 10 });
    const db = await throughProxy('truncated');
    const stalled = proxy.holdAt('TRUNCATE /* django', 'answers');
    const running = deleteAllSessions(db, { how: 'truncate' });
    await stalled;
    await eventually(async () => (await countAll(admin)) === 0, 'the TRUNCATE');
    await admin.query(`INSERT INTO django_session VALUES ('new', '', now() + interval '1 day')`);
    proxy.cut();
    proxy.release();
    const result = await running;
    await db.close();
    assert.deepEqual([result.deleted, await countAll(admin)], [20, 1]);
  });
});
