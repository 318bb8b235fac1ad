import assert from 'node:assert/strict';
import { it } from 'node:test';
import { CleanupPause, clearExpiredSessions, previewCleanup } from '../../src/postgres/cleanup/cleanup.ts';
import { endHolder, lockHolder } from '../../src/postgres/cleanup/obstacles/holder.ts';
import { connect, type Database } from '../../src/postgres/connect/connection.ts';
import { StallingProxy } from '../kit/stallingProxy.ts';
import {
  afterBatches,
  clear,
  countAll,
  countExpired,
  insertSessions,
  sessionDatabase,
  writer,
} from './cleanupSupport.ts';
import { eventually, newDatabase, onNewestMajor, rejectsWith } from './support.ts';

/** The same connection, with something that is done before each query. */
function standIn(db: Database, first: (text: string) => Promise<void> = () => Promise.resolve()): Database {
  return {
    target: db.target,
    applicationName: db.applicationName,
    direct: db.direct,
    server: db.server,
    query: async (text, values, options) => {
      await first(text);
      return db.query(text, values, options);
    },
    transaction: (statements, options) => db.transaction(statements, options),
    reopen: () => db.reopen(),
    close: () => db.close(),
  };
}

onNewestMajor('a cleanup in trouble', (bench) => {
  it('lets one cleanup run at a time, and the next when it has ended, however it ended', async () => {
    const admin = await sessionDatabase(bench, 'two', { active: 30_000, expired: 60_000 });
    const { reached, onProgress } = afterBatches(2);
    const first = clear(bench, 'two', { pace: 'gentle', targetBatchMs: 5, onProgress });
    await reached;
    const problem = await rejectsWith(clear(bench, 'two'), 'cleanup-running', true);
    assert.match(problem.why, /user postgres.*process \d+/u);
    const result = await first;
    assert.deepEqual([result.outcome, result.remainingExpired, await countExpired(admin)], ['done', 0, 0]);
    const db = await writer(bench, 'two');
    const failing = clearExpiredSessions(db, {
      onProgress: () => {
        throw new Error('a listener of no use');
      },
    });
    await assert.rejects(failing, /a listener of no use/u);
    assert.equal((await clear(bench, 'two')).deleted, 0, 'the lock is free again');
    await db.close();
  });

  it('names who holds the lock, as far as the role may see it, and ends that very session', async (t) => {
    const admin = await sessionDatabase(bench, 'held', { active: 10, expired: 1_000 });
    await admin.query(
      `CREATE ROLE stranger LOGIN PASSWORD 'stranger'; GRANT SELECT, DELETE ON django_session TO stranger`,
    );
    const proxy = await StallingProxy.start(bench.server.port);
    t.after(() => proxy.stop());
    // A cleanup whose client is gone without a word: the network keeps its connection open.
    const lost = await connect({ connectionString: proxy.through(bench.server.connectionString('held')) });
    void proxy.holdAt('DELETE /* django-session-monitor */ FROM ONLY');
    const failing = clearExpiredSessions(lost, { patienceMs: 0 });
    await eventually(async () => {
      return (await admin.query(`SELECT FROM pg_locks WHERE locktype = 'advisory'`)).rowCount === 1;
    }, 'the lock');
    const blocked = await rejectsWith(clear(bench, 'held'), 'cleanup-running', true);
    assert.match(
      blocked.why,
      /\(user postgres, application django-session-monitor, from 127\.0\.0\.1, connected for [\d.]+ s, quiet for [\d.]+ s, process \d+\)/u,
    );
    assert.match(blocked.next, /end its session: SELECT pg_terminate_backend\(\d+\);$/u);
    const masked = await rejectsWith(clear(bench, 'held', {}, 'stranger'), 'cleanup-running', true);
    assert.match(masked.why, /user postgres, .*from where and since when is hidden from this role/u);
    assert.match(
      masked.next,
      /end its session as user postgres, a member of pg_signal_backend or a superuser: SELECT/u,
    );
    const db = await writer(bench, 'held');
    const holder = (await previewCleanup(db)).holder ?? assert.fail('nobody holds it');
    assert.deepEqual([holder.user, holder.mayEnd], ['postgres', true]);
    const another = { ...holder, startedAt: '2000-01-01T00:00:00.000000' };
    assert.equal(await endHolder(db, another), false, 'another session that had the same process id');
    assert.equal((await lockHolder(db))?.pid, holder.pid);
    assert.equal(await endHolder(db, holder), true);
    assert.equal(await lockHolder(db), undefined);
    const ended = await failing;
    assert.deepEqual([ended.outcome, ended.deleted, ended.deletedHow], ['stopped', 0, 'atLeast']);
    await lost.close();
    assert.equal((await clearExpiredSessions(db)).deleted, 1_000);
    await db.close();
  });

  it('has the server end a session that holds the lock and says nothing any more', async () => {
    await sessionDatabase(bench, 'alive', { active: 10, expired: 1_000 });
    const db = await writer(bench, 'alive');
    const timeout = async (): Promise<string | undefined> =>
      (await db.query<{ at: string }>(`SELECT current_setting('idle_session_timeout') AS at`))[0]?.at;
    const pause = new CleanupPause();
    pause.pause();
    const paused = Promise.withResolvers<undefined>();
    const running = clearExpiredSessions(db, {
      pause,
      onProgress: ({ phase }) => {
        if (phase === 'paused') paused.resolve(undefined);
      },
    });
    await paused.promise;
    assert.equal(await timeout(), '1min', 'while it holds the lock');
    pause.resume();
    await running;
    assert.equal(await timeout(), '0', 'as before');
    await db.close();
  });

  it('deletes all but a row that somebody holds locked, and tells of it', async () => {
    const admin = await sessionDatabase(bench, 'locked', { active: 20_000, expired: 20_000 });
    await admin.query(
      `CREATE ROLE deleter LOGIN PASSWORD 'deleter'; GRANT SELECT, DELETE ON django_session TO deleter`,
    );
    await admin.query('BEGIN');
    await admin.query(
      'SELECT FROM django_session WHERE session_key = (SELECT min(session_key) FROM django_session WHERE expire_date < now()) FOR UPDATE',
    );
    const result = await clear(bench, 'locked');
    assert.deepEqual([result.deleted, result.remainingExpired, result.outcome], [19_999, 1, 'done']);
    assert.match(result.reasons.join(), /hold 1 of them locked/u);
    await insertSessions(await bench.admin('locked'), { active: 0, expired: 10_000 });
    const poor = await clear(bench, 'locked', {}, 'deleter');
    assert.ok(
      poor.remainingExpired >= 1 && poor.remainingExpired < 60,
      `the rows of one page: ${poor.remainingExpired}`,
    );
    assert.equal(poor.remainingExpired, await countExpired(admin));
    await admin.query('ROLLBACK');
    assert.equal((await clear(bench, 'locked', {}, 'deleter')).remainingExpired, 0);
  });

  it('waits for a table that is locked, as long as it is told to', async () => {
    const admin = await sessionDatabase(bench, 'lockedout', { active: 10, expired: 100 });
    const holder = await bench.admin('lockedout');
    await holder.query('BEGIN; LOCK TABLE django_session IN SHARE MODE');
    await rejectsWith(clear(bench, 'lockedout', { patienceMs: 100 }), 'lock-timeout', true);
    let waiting = '';
    const running = clear(bench, 'lockedout', {
      onProgress: ({ phase, note }) => {
        if (phase === 'waiting') waiting = note ?? '';
      },
    });
    await eventually(() => Promise.resolve(waiting !== ''), 'the wait');
    assert.match(waiting, /Process \d+ of postgres \(ShareLock\) holds the table locked/u);
    await holder.query('COMMIT');
    assert.deepEqual([(await running).deleted, await countAll(admin)], [100, 10]);
  });

  it('refuses what may not write, each in its own words, and changes nothing', async () => {
    const admin = await sessionDatabase(bench, 'poor', { active: 10, expired: 10 });
    await admin.query(`CREATE ROLE reader LOGIN PASSWORD 'reader'; GRANT SELECT ON django_session TO reader;
      CREATE ROLE careful LOGIN PASSWORD 'careful'; GRANT ALL ON django_session TO careful;
      ALTER ROLE careful SET default_transaction_read_only = on`);
    const problem = await rejectsWith(clear(bench, 'poor', {}, 'reader'), 'permission-denied', false);
    assert.match(problem.next, /GRANT SELECT, DELETE ON "public"."django_session" TO "reader"/u);
    await rejectsWith(clear(bench, 'poor', {}, 'careful'), 'read-only', false);
    await rejectsWith(clearExpiredSessions(await bench.monitor('poor')), 'read-only', false);
    await rejectsWith(clear(bench, 'poor', { table: { name: 'nowhere' } }), 'table-missing', false);
    await admin.query(`ALTER TABLE django_session ALTER expire_date TYPE timestamp`);
    await rejectsWith(clear(bench, 'poor'), 'expire-date-type', false);
    assert.equal(await countAll(admin), 20);
  });

  it('tells the error of a trigger as what it is, a division by zero among them', async () => {
    const admin = await sessionDatabase(bench, 'divides', { active: 10, expired: 10 });
    await admin.query(`CREATE FUNCTION divide() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM 1 / 0; RETURN OLD; END';
      CREATE TRIGGER divide BEFORE DELETE ON django_session FOR EACH ROW EXECUTE FUNCTION divide()`);
    const problem = await rejectsWith(clear(bench, 'divides'), 'database-error', false);
    assert.match(problem.why, /division by zero \(22012\)/u);
    assert.equal(await countAll(admin), 20);
  });

  it('keeps what foreign keys refer to, and says so', async () => {
    const admin = await sessionDatabase(bench, 'keys', { active: 5_000, expired: 5_000 });
    // As Django's migrations write it: checked at COMMIT.
    await admin.query(`CREATE TABLE cart (id serial PRIMARY KEY, session_id varchar(40) NOT NULL
      REFERENCES django_session (session_key) DEFERRABLE INITIALLY DEFERRED);
      CREATE TABLE visit (session_id varchar(40) REFERENCES django_session (session_key) ON DELETE CASCADE);
      CREATE INDEX ON visit (session_id); CREATE INDEX ON cart (session_id)`);
    const some = 'SELECT session_key FROM django_session WHERE expire_date < now() ORDER BY session_key';
    await admin.query(`INSERT INTO cart (session_id) ${some} LIMIT 7; INSERT INTO visit ${some} OFFSET 10 LIMIT 20`);
    const owner = await writer(bench, 'keys');
    const preview = await previewCleanup(owner);
    assert.deepEqual(
      [preview.total, preview.expired, preview.kept, preview.stay].map(({ how, value }) => [how, value]),
      [10_000, 4_993, 7, 5_007].map((n) => ['exact', n]),
    );
    const keeps = preview.obstacles.find(({ code }) => code === 'foreign-key-keeps');
    assert.match(`${keeps?.text} ${keeps?.next}`, /Rows of public\.cart keep .* Run Django's clearsessions/u);
    const result = await clear(bench, 'keys');
    assert.deepEqual([result.deleted, result.remainingExpired, result.outcome], [4_993, 7, 'done']);
    const again = await clear(bench, 'keys');
    assert.deepEqual(
      [again.deleted, again.remainingExpired, again.batches <= 2],
      [0, 7, true],
      `${again.batches} batches`,
    );
    const left = await previewCleanup(owner);
    assert.deepEqual([left.expired.value, left.kept.value], [0, 7]);
    const guessed = await previewCleanup(owner, { countMs: 0 });
    assert.equal(guessed.kept.how, 'unknown');
    await owner.close();
    assert.match(result.reasons.join(), /Rows of public\.cart refer to some of them/u);
    assert.deepEqual([await countAll(admin, 'cart'), await countAll(admin, 'visit')], [7, 0]);
    await admin.query("CREATE ROLE blind LOGIN PASSWORD 'blind'; GRANT SELECT, DELETE ON django_session TO blind");
    const blind = await writer(bench, 'keys', 'blind');
    const seen = (await previewCleanup(blind)).kept;
    assert.match(seen.how === 'unknown' ? seen.reason : '', /may not read public\.cart/u);
    await blind.close();
    await rejectsWith(clear(bench, 'keys', {}, 'blind'), 'referenced', false);
    assert.equal(await countAll(admin), 5_007);
  });

  it('goes over each partition, also those in other schemas and with names to quote', async () => {
    const admin = await newDatabase(bench, 'parts');
    await admin.query(`CREATE SCHEMA "Old ones"; CREATE TABLE django_session (session_key varchar(40) NOT NULL, session_data text NOT NULL,
        expire_date timestamptz NOT NULL) PARTITION BY RANGE (expire_date);
      CREATE TABLE "Old ones"."a ""b"" c" PARTITION OF django_session FOR VALUES FROM (MINVALUE) TO ('2000-01-01');
      CREATE TABLE middle PARTITION OF django_session FOR VALUES FROM ('2000-01-01') TO ('2100-01-01') PARTITION BY HASH (session_key);
      CREATE TABLE m0 PARTITION OF middle FOR VALUES WITH (MODULUS 2, REMAINDER 0);
      CREATE TABLE m1 PARTITION OF middle FOR VALUES WITH (MODULUS 2, REMAINDER 1);
      CREATE TABLE rest PARTITION OF django_session DEFAULT; CREATE INDEX ON django_session (expire_date)`);
    await insertSessions(admin, { active: 20_000, expired: 20_000 });
    await admin.query(`INSERT INTO django_session SELECT 'old' || i, '', '1999-01-01' FROM generate_series(1, 3000) AS i;
      INSERT INTO django_session VALUES ('never', '', 'infinity'); ANALYZE django_session`);
    const result = await clear(bench, 'parts');
    assert.deepEqual([result.deleted, result.remainingExpired, await countAll(admin)], [23_000, 0, 20_001]);
  });

  it('ends, and tells the truth, in a table that grows faster than it is cleared', async () => {
    const admin = await sessionDatabase(bench, 'growing', { active: 1_000, expired: 30_000 });
    await admin.query('CREATE TABLE first AS SELECT session_key FROM django_session WHERE expire_date < now()');
    const client = await bench.admin('growing');
    const done = new AbortController();
    const growing = (async () => {
      // Rows that have expired as they are written, all over the range, all the time.
      while (!done.signal.aborted) await insertSessions(client, { active: 0, expired: 300 });
    })();
    const db = await writer(bench, 'growing');
    // Some for sure between the last batch and the look at what is left, also where the loop above gets no processor then.
    const watched = standIn(db, async (text) => {
      if (text.includes('pg_stat_force_next_flush')) await insertSessions(admin, { active: 0, expired: 300 });
    });
    const result = await clearExpiredSessions(watched, { targetBatchMs: 5, pace: 'gentle' });
    await db.close();
    const left = await countExpired(admin);
    done.abort();
    await growing;
    assert.ok(result.remainingExpired > 0, 'some remain');
    assert.ok(result.remainingExpired <= left, `${result.remainingExpired} of ${left}`);
    assert.match(result.reasons.join(), /faster than they were cleared/u);
    const { rows } = await admin.query('SELECT FROM first JOIN django_session USING (session_key)');
    assert.equal(rows.length, 0, 'what had expired before is gone');
  });

  it('asks for line pointers, and goes by the index, where PostgreSQL can’t scan a range of pages', async () => {
    const admin = await sessionDatabase(bench, 'older', { active: 5_000, expired: 5_000 });
    const asked: string[] = [];
    const asOlder = async (): Promise<number> => {
      const db = await writer(bench, 'older');
      // As PostgreSQL 13 would be asked; the statements are good for the newer ones too.
      const older: Database = {
        ...standIn(db),
        server: { ...db.server, version: 130_000 },
        transaction: (statements, options) => {
          asked.push(...statements.map(({ text }) => text));
          return db.transaction(statements, options);
        },
      };
      const { deleted, remainingExpired } = await clearExpiredSessions(older, { pace: 'fast' });
      await db.close();
      assert.equal(remainingExpired, 0);
      return deleted;
    };
    assert.equal(await asOlder(), 5_000);
    await admin.query('DROP INDEX django_session_expire_date');
    await insertSessions(admin, { active: 0, expired: 2_000 });
    assert.equal(await asOlder(), 2_000);
    assert.equal(await countAll(admin), 5_000);
    assert.ok(asked.some((text) => /ctid = ANY|ctid OPERATOR\(pg_catalog\.=\) ANY/u.test(text)));
    const ranges = asked.filter((text) => /ctid (?:>=|OPERATOR\(pg_catalog\.>=\))/u.test(text));
    assert.deepEqual(ranges, [], 'what it could not do');
  });

  it('goes on after the server was killed, and after its backend was ended', async () => {
    await sessionDatabase(bench, 'killed', { active: 60_000, expired: 60_000 });
    const { reached, onProgress } = afterBatches(3);
    let reconnecting = '';
    let isBack = false;
    const running = clear(bench, 'killed', {
      targetBatchMs: 5,
      pace: 'gentle',
      onProgress: (progress) => {
        onProgress(progress);
        if (progress.phase === 'reconnecting') reconnecting = progress.note ?? '';
        // Not while it connects: that would be the same loss.
        else if (reconnecting !== '') isBack = true;
      },
    });
    await reached;
    await bench.server.kill();
    await eventually(() => Promise.resolve(reconnecting !== ''), 'the loss');
    await bench.server.start();
    const again = await bench.admin('killed');
    await eventually(() => Promise.resolve(isBack), 'the first batch after it');
    await eventually(async () => {
      // The session that cleans up, now: ended as an administrator would.
      const { rowCount } = await again.query(
        `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()`,
      );
      return (rowCount ?? 0) > 0;
    }, 'the second loss');
    const result = await running;
    assert.deepEqual([result.outcome, result.remainingExpired, result.reconnects], ['done', 0, 2]);
    assert.equal(await countAll(again), 60_000);
    // A crash undoes the last commits, which were not waited for, and those rows are deleted once more.
    assert.ok(result.deleted >= 60_000 || result.unconfirmedBatches > 0, JSON.stringify(result));
    assert.equal(result.remaining.how, 'exact', 'after a crash all is counted');
  });

  it('goes on at the fast pace too, where two batches are lost at once', async () => {
    await sessionDatabase(bench, 'fastkilled', { active: 60_000, expired: 60_000 });
    const { reached, onProgress } = afterBatches(3);
    const running = clear(bench, 'fastkilled', { targetBatchMs: 1, onProgress });
    await reached;
    await bench.server.kill();
    await bench.server.start();
    const result = await running;
    assert.deepEqual([result.outcome, result.remainingExpired, result.reconnects], ['done', 0, 1]);
    assert.equal(await countAll(await bench.admin('fastkilled')), 60_000);
    assert.ok(result.unconfirmedBatches >= 1 && result.unconfirmedBatches <= 2, JSON.stringify(result));
  });

  it('says what it did when the server stays away', async () => {
    await sessionDatabase(bench, 'away', { active: 60_000, expired: 60_000 });
    const { reached, onProgress } = afterBatches(3);
    const running = clear(bench, 'away', { targetBatchMs: 5, pace: 'gentle', patienceMs: 300, onProgress });
    await reached;
    await bench.server.kill();
    const result = await running;
    await bench.server.start();
    const left = await countExpired(await bench.admin('away'));
    assert.deepEqual([result.outcome, result.cancelled, result.remaining.how], ['stopped', false, 'unknown']);
    assert.ok(result.problem !== undefined && result.deleted > 0);
    assert.ok(result.unconfirmedBatches <= 1, JSON.stringify(result));
    // A crash may bring back what was deleted in its last half second; the batch that it cut off may have been made. One that
    // aims at 5 ms is far smaller than 10,000 rows.
    assert.ok(left <= 60_000 && left + result.deleted >= 60_000 - 10_000 * result.unconfirmedBatches, `${left}`);
  });
});
