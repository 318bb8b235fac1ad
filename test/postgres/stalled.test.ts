import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Client } from 'pg';
import { explain } from '../../src/monitoring/watch/explain.ts';
import { isUnconfirmed } from '../../src/postgres/connect/cancelRequest.ts';
import { connect, type Database } from '../../src/postgres/connect/connection.ts';
import { endWhenIdle } from '../../src/postgres/connect/sessionGuard.ts';
import { DJANGO_SESSION } from '../../src/postgres/table/tableName.ts';
import type { AnswerParts } from '../../src/presentation/answers/answerParts.ts';
import { StatementSource } from '../../src/presentation/answers/statements.ts';
import { startPostgres, type TestPostgres } from '../kit/postgres.ts';
import { StallingProxy, type Held } from '../kit/stallingProxy.ts';
import { eventually, rejectsWith } from './support.ts';

/** A cancel ends within this, whatever the network does. */
const CANCEL_WITHIN_MS = 2_000;

describe('a server or network that stalls', () => {
  let server: TestPostgres;
  let proxy: StallingProxy;
  const open: { close(): Promise<void> }[] = [];

  before(async () => {
    server = await startPostgres();
    proxy = await StallingProxy.start(server.port);
  });

  after(async () => {
    await Promise.all(open.map((one) => one.close()));
    await proxy.stop();
    await server.stop();
  });

  /** A connection that may write, through the proxy. */
  async function writer(): Promise<Database> {
    const db = await connect({ connectionString: proxy.through(server.connectionString()) });
    open.push(db);
    return db;
  }

  /** A superuser's plain connection, past the proxy. */
  async function admin(): Promise<Client> {
    const client = new Client({ connectionString: server.connectionString() });
    await client.connect();
    open.push({ close: () => client.end() });
    return client;
  }

  async function isRunning(client: Client, text: string): Promise<boolean> {
    const { rows } = await client.query(
      `SELECT FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid() AND strpos(query, $1) > 0`,
      [text],
    );
    return rows.length > 0;
  }

  const LIMITS = `SELECT current_setting('statement_timeout') AS s, current_setting('lock_timeout') AS l`;

  it('keeps every statement of a writing connection within a limit', async () => {
    const db = await writer();
    assert.deepEqual(await db.query(LIMITS), [{ s: '5s', l: '1s' }]);
    await rejectsWith(db.query('SELECT pg_sleep(60)', [], { statementTimeoutMs: 100 }), 'statement-timeout', true);
    const client = await admin();
    await client.query('CREATE TABLE held (n int)');
    await client.query('BEGIN; LOCK TABLE held');
    const vacuum = { outsideTransaction: true, statementTimeoutMs: 200, lockTimeoutMs: 60_000 };
    await rejectsWith(db.query('VACUUM held', [], vacuum), 'statement-timeout', true);
    await rejectsWith(db.query('VACUUM held', [], { ...vacuum, lockTimeoutMs: 50 }), 'lock-timeout', true);
    await client.query('COMMIT');
    assert.deepEqual(await db.query('VACUUM held', [], vacuum), []);
    const reading = await connect({ connectionString: server.connectionString(), readOnly: true });
    open.push(reading);
    await rejectsWith(reading.query('VACUUM held', [], vacuum), 'read-only', false);
  });

  it('gives a statement up a second after its limit, and counts that from its turn', async () => {
    const db = await writer();
    const slow = db.query('SELECT pg_sleep(1.5)');
    const behind = db.query('SELECT 1 AS n', [], { statementTimeoutMs: 200 });
    await slow;
    assert.deepEqual(await behind, [{ n: 1 }]);
    const stalled = proxy.holdAt('SELECT 2');
    const began = performance.now();
    await rejectsWith(db.query('SELECT 2', [], { statementTimeoutMs: 200 }), 'server-stalled', true);
    await stalled;
    proxy.release();
    assert.ok(performance.now() - began < 2_500, `it took ${performance.now() - began} ms`);
    await rejectsWith(db.query('SELECT 3'), 'server-stalled', true);
  });

  it('cancels a statement, and the next one is not hit', async () => {
    const [db, client] = [await writer(), await admin()];
    for (const options of [{}, { outsideTransaction: true }]) {
      const abort = new AbortController();
      const text = 'SELECT /* cancelled */ pg_sleep(60)';
      const running = db.query(text, [], { ...options, statementTimeoutMs: 60_000, signal: abort.signal });
      const rejected = rejectsWith(running, 'cancelled', false);
      await eventually(() => isRunning(client, '/* cancelled */'), 'the statement');
      abort.abort();
      assert.equal(isUnconfirmed(await rejected), false);
      assert.deepEqual(await db.query('SELECT 1 AS n'), [{ n: 1 }]);
    }
  });

  for (const held of ['both', 'answers'] as const satisfies Held[]) {
    it(`ends within two seconds after the abort when it stalls (${held}) at a statement`, async () => {
      for (const options of [{}, { outsideTransaction: true }]) {
        const db = await writer();
        const abort = new AbortController();
        const stalled = proxy.holdAt('SELECT /* stalls */', held);
        const signal = abort.signal;
        const running = db.query('SELECT /* stalls */ 1', [], { ...options, statementTimeoutMs: 60_000, signal });
        const rejected = rejectsWith(running, 'cancelled', false);
        await stalled;
        const began = performance.now();
        abort.abort();
        const problem = await rejected;
        const ms = performance.now() - began;
        proxy.release();
        assert.ok(ms < CANCEL_WITHIN_MS, `it took ${ms} ms`);
        assert.ok(isUnconfirmed(problem), problem.message);
        await rejectsWith(db.query('SELECT 1'), 'server-stalled', true);
      }
    });
  }

  it('gives the answer that came, and closes the connection for a cancel request that may still arrive', async () => {
    const db = await writer();
    const abort = new AbortController();
    proxy.hold('new');
    const text = 'SELECT /* comes */ 1 AS n FROM pg_sleep(0.3)';
    const running = db.query(text, [], { signal: abort.signal });
    await eventually(async () => isRunning(await admin(), '/* comes */'), 'the statement');
    const began = performance.now();
    abort.abort();
    assert.deepEqual(await running, [{ n: 1 }]);
    const ms = performance.now() - began;
    proxy.release();
    assert.ok(ms < CANCEL_WITHIN_MS, `it took ${ms} ms`);
    await rejectsWith(db.query('SELECT 1'), 'server-stalled', true);
  });

  for (const held of ['new', 'answers'] as const satisfies Held[]) {
    it(`ends what a page that is closed had explained, without a word, when it stalls (${held})`, async () => {
      const said: unknown[] = [];
      const say = (what: unknown): void => void said.push(what);
      const closed = new AbortController();
      const statements = new StatementSource(
        partsOf(proxy.through(server.connectionString()), say),
        explain,
        closed.signal,
        say,
      );
      // Of a new connection anything at all is the first that is sent.
      const stalled = held === 'new' ? proxy.seen('') : proxy.holdAt(OF_EXPLAIN, held);
      if (held === 'new') proxy.hold(held);
      const asked = [1, 2].map(() => statements.explain({ of: 'shop', id: '1' }));
      await stalled;
      const connections = proxy.sent.length;
      const began = performance.now();
      closed.abort();
      await Promise.all(asked);
      const ms = performance.now() - began;
      proxy.release();
      assert.deepEqual(said, []);
      assert.ok(ms < CANCEL_WITHIN_MS, `it took ${ms} ms`);
      const cancelRequests = held === 'new' ? 0 : 1;
      assert.equal(proxy.sent.length, connections + cancelRequests, 'the second one was not begun');
      await eventually(() => Promise.resolve(proxy.waiting(OF_EXPLAIN) === 0), 'the end of the connection');
    });
  }

  it('ends connecting at the abort', async () => {
    const db = await writer();
    proxy.hold();
    const abort = new AbortController();
    const rejected = rejectsWith(db.reopen(abort.signal), 'cancelled', false);
    await eventually(() => Promise.resolve((proxy.sent.at(-1)?.length ?? 0) > 0), 'the first bytes');
    const began = performance.now();
    abort.abort();
    await rejected;
    const ms = performance.now() - began;
    proxy.release();
    assert.ok(ms < CANCEL_WITHIN_MS, `it took ${ms} ms`);
    await rejectsWith(db.reopen(abort.signal), 'cancelled', false);
    const again = await db.reopen(new AbortController().signal);
    assert.deepEqual(await again.query('SELECT 1 AS n'), [{ n: 1 }]);
    await again.close();
  });

  it('lets the server notice that this side is gone', async () => {
    const [db, client] = [await writer(), await admin()];
    const names = ['idle', 'interval', 'count'].map((name) => `current_setting('tcp_keepalives_${name}')`);
    // What the server reads from its socket, not what was asked for.
    assert.deepEqual(await db.query(`SELECT ARRAY[${names.join()}, current_setting('tcp_user_timeout')] AS a`), [
      { a: ['15', '5', '3', '30000'] },
    ]);
    const guard = endWhenIdle(db.server.version, 700);
    assert.ok(guard);
    await db.transaction([{ text: 'SELECT pg_advisory_lock(11)' }, guard]);
    proxy.hold();
    const isFree = async (): Promise<boolean> =>
      (await client.query<{ free: boolean }>('SELECT pg_try_advisory_lock(11) AS free')).rows[0]?.free === true;
    assert.equal(await isFree(), false);
    await eventually(isFree, 'the end of the session that holds the lock');
    proxy.release();
  });

  it('leaves no transaction open of which only the beginning arrived', async () => {
    const [db, client] = [await writer(), await admin()];
    const isOpen = async (): Promise<boolean> => {
      const text = `SELECT FROM pg_stat_activity WHERE pid = $1 AND state LIKE 'idle in transaction%'`;
      return (await client.query(text, [db.server.pid])).rows.length > 0;
    };
    void proxy.holdAt('SELECT /* half */');
    const rejected = rejectsWith(db.query('SELECT /* half */ 1', [], { statementTimeoutMs: 30_000 }), /./u);
    await eventually(isOpen, 'the beginning of the transaction');
    await eventually(async () => !(await isOpen()), 'the end of the transaction');
    proxy.release();
    await rejected;
  });

  it('keeps a session that was guarded, when the guard is taken off', async () => {
    const db = await writer();
    const [on, off] = [endWhenIdle(db.server.version, 60_000), endWhenIdle(db.server.version, undefined)];
    assert.ok(on && off);
    const shown = `SELECT current_setting('idle_session_timeout') AS ms`;
    await db.transaction([on]);
    assert.deepEqual(await db.query(shown), [{ ms: '1min' }]);
    await db.transaction([off]);
    assert.deepEqual(await db.query(shown), [{ ms: '0' }]);
    assert.equal(endWhenIdle(130_010, 60_000), undefined);
  });

  it('ends an answer that goes on and on while it arrives', async () => {
    const lost: string[] = [];
    const open = (): Promise<Database> =>
      connect({
        connectionString: server.connectionString(),
        readOnly: true,
        statementTimeoutMs: 60_000,
        onLost: ({ code }) => lost.push(code),
      });
    const endless = [
      'SELECT generate_series(1, 1000000000)',
      `SELECT repeat('x', 1000000), generate_series(1, 1000000)`,
      `SELECT repeat('x', 500000000) AS text`,
      'SELECT public.noisy()',
    ];
    const client = await admin();
    await client.query(`CREATE FUNCTION noisy() RETURNS int LANGUAGE plpgsql AS $$
      BEGIN LOOP RAISE NOTICE '%', repeat('x', 100000); END LOOP; END $$`);
    const before = process.memoryUsage().rss;
    for (const text of endless) {
      const db = await open();
      const problem = await rejectsWith(db.query(text, [], { table: 'django_session' }), 'answer-too-large', false);
      assert.match(
        problem.why,
        /the connection was closed\. Something else may stand in the place of django_session\.$/u,
      );
      await rejectsWith(db.query('SELECT 1'), 'answer-too-large', false);
      await db.close();
    }
    assert.deepEqual(lost, Array(endless.length).fill('answer-too-large'));
    const grown = process.memoryUsage().rss - before;
    assert.ok(grown < 400_000_000, `the memory grew by ${grown} bytes`);
    await eventually(async () => !(await isRunning(client, 'SELECT')), 'the end of what the server was doing');
    const db = await open();
    const most = `SELECT repeat('x', 200) AS text FROM generate_series(1, 100000)`;
    for (let again = 0; again < 3; again++) assert.equal((await db.query(most)).length, 100_000);
    await db.close();
  });
});

/** The first thing that is sent for a plan. */
const OF_EXPLAIN = 'WITH RECURSIVE';

/** A dashboard that watches this database, where one statement was read. */
function partsOf(connectionString: string, say: (said: string) => void): Pick<AnswerParts, 'app' | 'log'> {
  const connection = { id: 'shop', table: DJANGO_SESSION, access: () => Promise.resolve({ connectionString }) };
  const value = [{ queryId: '1', query: 'SELECT FROM django_session' }];
  const monitor = { snapshot: { detail: { statements: { how: 'exact', value } } } };
  const app = { state: { kind: 'connected', connection, monitor } } as unknown as AnswerParts['app'];
  return { app, log: { trace: say, info: say, warn: say, error: say } };
}
