import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Client } from 'pg';
import { CleanupPause, type CleanupProgress } from '../../src/postgres/cleanup/cleanup.ts';
import { createSessionTable } from '../kit/sessions.ts';
import { afterBatches, clear, countAll, countExpired, sessionDatabase } from './cleanupSupport.ts';
import { eventually, newDatabase, one, onNewestMajor, rejectsWith } from './support.ts';

const MILLION = { active: 500_000, expired: 500_000 };

/** A DELETE has begun, and waits for somebody's row. */
function batchWaits(watcher: Client): Promise<void> {
  const text = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'DELETE%' AND datname = current_database()`;
  return eventually(async () => (await watcher.query(text)).rowCount === 1, 'the batch that waits');
}

onNewestMajor('clearExpiredSessions', (bench) => {
  it('deletes only what had expired at that moment from a million rows that are being saved', async () => {
    const admin = await sessionDatabase(bench, 'million', MILLION);
    await admin.query(`CREATE TABLE gone (session_key text, expire_date timestamptz, at timestamptz);
      CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO gone SELECT session_key, expire_date, clock_timestamp() FROM old_rows; RETURN NULL; END $$;
      CREATE TRIGGER audit AFTER DELETE ON django_session REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit()`);
    const saver = await bench.admin('million');
    const { rows: candidates } = await saver.query<{ key: string }>(
      `SELECT session_key AS key FROM django_session WHERE expire_date < now() ORDER BY random() LIMIT 20000`,
    );
    const renewed: string[] = [];
    const done = new AbortController();
    const saving = (async () => {
      for (const { key } of candidates) {
        if (done.signal.aborted) return;
        // As SessionStore.save(): an UPDATE by the key, which finds nothing when the row has been deleted.
        const { rowCount } = await saver.query(
          `UPDATE django_session SET session_data = 'renewed', expire_date = now() + interval '14 days' WHERE session_key = $1`,
          [key],
        );
        if (rowCount === 1) renewed.push(key);
      }
    })();
    await eventually(() => Promise.resolve(renewed.length >= 20), 'the first saves');
    const result = await clear(bench, 'million');
    done.abort();
    await saving;
    const wrong = await one<{ n: number }>(admin, 'SELECT count(*)::int AS n FROM gone WHERE expire_date >= at');
    assert.equal(wrong.n, 0, 'every key that was deleted had expired when it was');
    const lost = await one<{ n: number }>(
      admin,
      `SELECT count(*)::int AS n FROM unnest($1::text[]) AS key
        WHERE NOT EXISTS (SELECT FROM django_session WHERE session_key = key AND session_data = 'renewed')`,
      [renewed],
    );
    assert.equal(lost.n, 0, `none of ${renewed.length} sessions that were saved meanwhile is gone`);
    const logged = await one<{ n: number }>(admin, 'SELECT count(*)::int AS n FROM gone');
    assert.equal(logged.n, result.deleted);
    assert.equal(await countAll(admin), 1_000_000 - result.deleted);
    assert.equal(await countExpired(admin), 0);
    assert.deepEqual([result.remainingExpired, result.outcome, result.cancelled], [0, 'done', false]);
    assert.equal(result.remaining.how, 'exact', 'counted, as it takes but a part of the time that the cleanup took');
    assert.ok(result.batches > 5 && result.longestBatchMs > 0, JSON.stringify(result));
  });

  it('cancels in the middle, keeps what was done, and finishes the next time', async () => {
    const admin = await sessionDatabase(bench, 'cancel', { active: 60_000, expired: 60_000 });
    const abort = new AbortController();
    const { reached, onProgress } = afterBatches(3);
    void reached.then(() => abort.abort());
    const first = await clear(bench, 'cancel', { signal: abort.signal, onProgress, targetBatchMs: 2 });
    const left = await countExpired(admin);
    assert.deepEqual([first.cancelled, first.outcome, first.problem], [true, 'cancelled', undefined]);
    assert.ok(first.deleted > 0 && left > 0, `${first.deleted} deleted, ${left} left`);
    assert.equal(first.deleted + left, 60_000);
    assert.deepEqual([first.remainingExpired, first.remaining.how], [left, 'exact']);
    const second = await clear(bench, 'cancel');
    assert.deepEqual([second.deleted, second.remainingExpired], [left, 0]);
    assert.equal(await countAll(admin), 60_000);
  });

  it('keeps a session that is saved while its batch waits for it', async () => {
    for (const [way, active] of Object.entries({ pages: 10, index: 2_000 })) {
      const admin = await sessionDatabase(bench, `saved_by_${way}`, { active, expired: 10 });
      await admin.query('BEGIN');
      await admin.query(
        `UPDATE django_session SET expire_date = now() + interval '14 days'
          WHERE session_key = (SELECT min(session_key) FROM django_session WHERE expire_date < now())`,
      );
      const running = clear(bench, `saved_by_${way}`, { targetBatchMs: 10_000 });
      await batchWaits(await bench.admin(`saved_by_${way}`));
      await admin.query('COMMIT');
      const result = await running;
      assert.deepEqual([result.deleted, result.remainingExpired], [9, 0], way);
      assert.equal(await countAll(admin), active + 1, way);
    }
  });

  it('cancels within a batch that waits', async () => {
    const admin = await sessionDatabase(bench, 'within', { active: 10, expired: 1_000 });
    await admin.query('BEGIN');
    await admin.query('SELECT FROM django_session WHERE expire_date < now() FOR UPDATE');
    const abort = new AbortController();
    const running = clear(bench, 'within', { signal: abort.signal, targetBatchMs: 10_000 });
    await batchWaits(await bench.admin('within'));
    abort.abort();
    const result = await running;
    assert.deepEqual([result.cancelled, result.deleted, result.remainingExpired], [true, 0, 1_000]);
    // And not because its time was up.
    const ended = bench.server.log.filter((line) => line.includes('canceling statement due to'));
    assert.match(ended.at(-1) ?? '', /due to user request/);
    await admin.query('ROLLBACK');
  });

  it('rests at the gentle pace, pauses, resumes and tells its progress', async () => {
    const admin = await sessionDatabase(bench, 'paced', { active: 40_000, expired: 40_000 });
    const pause = new CleanupPause();
    const seen: CleanupProgress[] = [];
    const { reached, onProgress } = afterBatches(2);
    void reached.then(() => pause.pause());
    const running = clear(bench, 'paced', {
      pace: 'gentle',
      targetBatchMs: 5,
      pause,
      onProgress: (progress) => {
        seen.push(progress);
        onProgress(progress);
      },
    });
    await eventually(() => Promise.resolve(seen.at(-1)?.phase === 'paused'), 'the pause');
    const left = await countExpired(admin);
    assert.ok(left > 0 && left === 40_000 - (seen.at(-1)?.deleted ?? 0), `${left}`);
    await assert.rejects(clear(bench, 'paced'), /Another cleanup is running/u, 'a paused one still is the one');
    pause.resume();
    const result = await running;
    assert.deepEqual([result.deleted, result.remainingExpired], [40_000, 0]);
    assert.ok(result.restedMs > 0 && result.pausedMs > 0);
    const shares = seen.map(({ share }) => share);
    assert.deepEqual(
      shares,
      shares.toSorted((a, b) => a - b),
    );
    assert.equal(shares.at(-1), 1);
    const phases = new Set(seen.map(({ phase }) => phase));
    for (const phase of ['looking', 'clearing', 'resting', 'paused', 'checking'] as const)
      assert.ok(phases.has(phase), phase);
    assert.ok(seen.some(({ secondsLeft }) => secondsLeft !== undefined && secondsLeft > 0));
  });

  it('has nothing to do in an empty table and one without expired rows', async () => {
    const admin = await newDatabase(bench, 'nothing');
    await createSessionTable(admin);
    const empty = await clear(bench, 'nothing');
    assert.deepEqual([empty.deleted, empty.remainingExpired, empty.remaining.how, empty.reasons], [0, 0, 'exact', []]);
    await admin.query(`INSERT INTO django_session VALUES ('a', '', now() + interval '1 minute')`);
    const none = await clear(bench, 'nothing', { pace: 'gentle' });
    assert.deepEqual([none.deleted, none.remainingExpired], [0, 0]);
    assert.equal(await countAll(admin), 1);
  });

  it('leaves the grace period, and refuses options that make no sense', async () => {
    const admin = await newDatabase(bench, 'grace');
    await createSessionTable(admin);
    for (const [key, age] of Object.entries({ old: '2 hours', young: '10 minutes', active: '-1 hour' })) {
      await admin.query(`INSERT INTO django_session VALUES ($1, '', now() - $2::interval)`, [key, age]);
    }
    const result = await clear(bench, 'grace', { graceSeconds: 3600 });
    assert.deepEqual([result.deleted, result.remainingExpired], [1, 0]);
    const { rows } = await admin.query<{ key: string }>('SELECT session_key AS key FROM django_session ORDER BY 1');
    assert.deepEqual(rows, [{ key: 'active' }, { key: 'young' }]);
    for (const options of [
      { graceSeconds: -1 },
      { graceSeconds: NaN },
      { targetBatchMs: 0 },
      { pace: 'slow' as 'fast' },
    ]) {
      await rejectsWith(clear(bench, 'grace', options), 'cleanup-option', false);
    }
    assert.equal(await countAll(admin), 2);
  });

  it('takes the pages where the index has too many rows of one expire_date, and where there is none', async () => {
    const admin = await sessionDatabase(bench, 'ties', { active: 300_000, expired: 0 });
    await admin.query(
      `INSERT INTO django_session SELECT 'tie' || i, '', date_trunc('day', now()) - interval '1 day' FROM generate_series(1, 5000) AS i`,
    );
    await admin.query('ANALYZE django_session');
    const result = await clear(bench, 'ties');
    assert.deepEqual([result.deleted, result.remainingExpired], [5_000, 0]);
    await admin.query('DROP INDEX django_session_expire_date');
    await admin.query(`INSERT INTO django_session VALUES ('late', '', now() - interval '1 day')`);
    const without = await clear(bench, 'ties');
    assert.deepEqual([without.deleted, without.remainingExpired], [1, 0]);
    assert.equal(await countAll(admin), 300_000);
  });
});
