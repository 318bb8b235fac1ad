import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import {
  clearExpiredSessions,
  deleteAllSessions,
  previewCleanup,
  type CleanupOptions,
  type CleanupResult,
} from '../../src/postgres/cleanup/cleanup.ts';
import { connect, type Database } from '../../src/postgres/connect/connection.ts';
import { pgbouncerPath, startPgbouncer, type Bouncer } from '../kit/pgbouncer.ts';
import { StallingProxy } from '../kit/stallingProxy.ts';
import { afterBatches, clear, countAll, countExpired, insertSessions, sessionDatabase } from './cleanupSupport.ts';
import { onNewestMajor, rejectsWith, skipWithout } from './support.ts';

const binary = pgbouncerPath();

onNewestMajor('a cleanup through PgBouncer in transaction mode', (bench) => {
  let bouncer: Bouncer | undefined;

  before(async () => {
    if (binary === undefined) return;
    const to = `host=127.0.0.1 port=${bench.server.port} user=postgres password=test-password`;
    bouncer = await startPgbouncer(binary, [`* = ${to}`], 2);
  });

  after(() => bouncer?.stop());

  const pooled = (database = 'shop', port = bouncer?.port ?? 0): Promise<Database> =>
    connect({ connectionString: `postgresql://postgres:x@127.0.0.1:${port}/${database}` });

  async function clearPooled(options: CleanupOptions = {}, database = 'shop'): Promise<CleanupResult> {
    const db = await pooled(database);
    assert.equal(db.direct, false);
    try {
      return await clearExpiredSessions(db, { pace: 'fast', ...options });
    } finally {
      await db.close();
    }
  }

  it('keeps others out in whatever way they come, cancels, and leaves nothing behind', async (t) => {
    if (skipWithout(t, binary !== undefined, 'pgbouncer')) return;
    const admin = await sessionDatabase(bench, 'shop', { active: 30_000, expired: 60_000 });
    // It has to go on while another connects, on a busy machine too.
    const slow = { pace: 'gentle', targetBatchMs: 2 } as const;

    const { reached, onProgress } = afterBatches(2);
    const first = clearPooled({ ...slow, onProgress });
    await reached;
    await rejectsWith(clearPooled(), 'cleanup-running', true);
    const result = await first;
    assert.deepEqual([result.outcome, result.deleted, result.remainingExpired], ['done', 60_000, 0]);

    await insertSessions(admin, { active: 0, expired: 60_000 });
    const direct = afterBatches(2);
    const byDirect = clear(bench, 'shop', { ...slow, onProgress: direct.onProgress });
    await direct.reached;
    await rejectsWith(clearPooled(), 'cleanup-running', true);
    assert.equal((await byDirect).remainingExpired, 0);

    await insertSessions(admin, { active: 0, expired: 60_000 });
    const abort = new AbortController();
    const cancelling = afterBatches(3);
    void cancelling.reached.then(() => abort.abort());
    const cancelled = await clearPooled({ ...slow, signal: abort.signal, onProgress: cancelling.onProgress });
    assert.deepEqual([cancelled.cancelled, cancelled.remainingExpired], [true, await countExpired(admin)]);
    assert.ok(cancelled.remainingExpired > 0);

    const db = await pooled();
    assert.equal((await previewCleanup(db)).expired.value, cancelled.remainingExpired);
    for (const setting of ['synchronous_commit', 'enable_seqscan', 'default_transaction_isolation']) {
      const [row] = await db.query<{ source: string }>('SELECT source FROM pg_settings WHERE name = $1', [setting]);
      assert.equal(row?.source, 'default', `${setting} is as it was`);
    }
    await db.close();
    const locks = await admin.query(`SELECT FROM pg_locks WHERE locktype = 'advisory'`);
    assert.equal(locks.rowCount, 0);
    assert.equal((await clearPooled()).remainingExpired, 0);
    assert.equal(await countAll(admin), 30_000);
  });

  it('does not end the session of another window’s cleanup when it comes back', async (t) => {
    if (skipWithout(t, binary !== undefined, 'pgbouncer')) return;
    const admin = await sessionDatabase(bench, 'windows', { active: 100, expired: 40_000 });
    const proxy = await StallingProxy.start(bouncer?.port ?? 0);
    try {
      const slow = { pace: 'gentle', targetBatchMs: 3 } as const;
      const first = await pooled('windows', proxy.port);
      const [begun, lost] = [afterBatches(2), Promise.withResolvers<undefined>()];
      const returning = clearExpiredSessions(first, {
        ...slow,
        onProgress: (progress) => {
          begun.onProgress(progress);
          if (progress.phase === 'reconnecting') lost.resolve(undefined);
        },
      });
      await begun.reached;
      // Its connection breaks, and none is to be had until the other has the lock, on a server connection of the same pool.
      proxy.hold('new');
      proxy.cut();
      await lost.promise;
      const other = afterBatches(2);
      const running = clearPooled({ ...slow, onProgress: other.onProgress }, 'windows');
      await other.reached;
      proxy.release();
      const results = await Promise.all([running, returning]);
      await first.close();
      // Neither was ended by the other. Through a pooler one may slip in between two transactions: then the other ends by itself.
      assert.deepEqual(
        results.map(({ reconnects }) => reconnects),
        [0, 1],
      );
      const ends = results.map(({ outcome, remainingExpired }) => `${outcome} ${remainingExpired}`);
      assert.ok(ends.includes('done 0'), ends.join());
      assert.equal(await countAll(admin), 100);
    } finally {
      await proxy.stop();
    }
  });

  it('deletes all with the lock in each statement', async (t) => {
    if (skipWithout(t, binary !== undefined, 'pgbouncer')) return;
    const admin = await sessionDatabase(bench, 'everyone', { active: 2_000, expired: 1_000 });
    await admin.query(`CREATE TABLE locked (held bool, statement text);
      CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO locked SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid = pg_backend_pid()), current_query();
        RETURN NULL; END $$;
      CREATE TRIGGER look AFTER DELETE ON django_session FOR EACH STATEMENT EXECUTE FUNCTION look()`);
    const db = await pooled('everyone');
    const { deleted } = await deleteAllSessions(db, { how: 'batches', pace: 'fast' });
    await db.close();
    const { rows } = await admin.query<{ held: boolean; last: boolean }>(
      `SELECT held, strpos(statement, ' ONLY ') = 0 AS last FROM locked`,
    );
    assert.ok(rows.some(({ last }) => last) && rows.every(({ held }) => held), JSON.stringify(rows));
    assert.deepEqual([deleted, await countAll(admin)], [3_000, 0]);
  });
});
