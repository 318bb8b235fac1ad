import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import {
  clearExpiredSessions,
  previewCleanup,
  type CleanupOptions,
  type CleanupResult,
} from '../../src/database/cleanup.ts';
import { connect, type Database } from '../../src/database/connection.ts';
import { pgbouncerPath, startPgbouncer, type Bouncer } from '../kit/pgbouncer.ts';
import { afterBatches, clear, countAll, countExpired, insertSessions, sessionDatabase } from './cleanupSupport.ts';
import { onEachMajor, rejectsWith, skipWithout } from './support.ts';

const binary = pgbouncerPath();

onEachMajor('a cleanup through PgBouncer in transaction mode', (bench) => {
  let bouncer: Bouncer | undefined;

  before(async () => {
    if (binary === undefined) return;
    const to = `host=127.0.0.1 port=${bench.server.port} dbname=shop user=postgres password=test-password`;
    bouncer = await startPgbouncer(binary, [`shop = ${to}`], 2);
  });

  after(() => bouncer?.stop());

  const pooled = (): Promise<Database> =>
    connect({ connectionString: `postgresql://postgres:x@127.0.0.1:${bouncer?.port ?? 0}/shop` });

  async function clearPooled(options: CleanupOptions = {}): Promise<CleanupResult> {
    const db = await pooled();
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
    const slow = { pace: 'gentle', targetBatchMs: 5 } as const;

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
});
