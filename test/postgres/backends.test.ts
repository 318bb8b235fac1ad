import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Client } from 'pg';
import type { BackendFacts } from '../../src/postgres/backends/backendFacts.ts';
import { blockingForest, type BlockingNode } from '../../src/postgres/backends/blocking.ts';
import { endBackend } from '../../src/postgres/backends/endBackend.ts';
import { readBackends } from '../../src/postgres/backends/readBackends.ts';
import { refusalOf } from '../../src/postgres/backends/refusals.ts';
import { connect, type Database } from '../../src/postgres/connect/connection.ts';
import { eventually, newDatabase, onEachMajor, rejectsWith, type Bench } from './support.ts';

/** Who is connected, who blocks whom, and ending them: real sessions with real locks. */

const CANARY = 'canary0key0that0nobody0may0ever0see';

onEachMajor(
  'backends',
  (bench) => {
    let db: Database;
    let serial = 0;

    /** A database of its own with a table of two rows, a monitor's connection to it and one for actions. */
    async function place(): Promise<{ name: string; admin: Client; action: Database }> {
      const name = `backends${serial++}`;
      const admin = await newDatabase(bench, name);
      await admin.query('CREATE TABLE django_session (session_key text PRIMARY KEY, n int)');
      await admin.query(`INSERT INTO django_session VALUES ('${CANARY}', 0), ('b', 0)`);
      db = await bench.monitor(name);
      return { name, admin, action: await bench.monitor(name, { readOnly: false }) };
    }

    it('shows a chain of three with who blocks whom, and says the statement without its values', async () => {
      const { name } = await place();
      const chain = await chainOfThree(bench, name);
      const reading = await waitingFor(db, 2);
      const [root, ...more] = blockingForest(reading.backends);
      assert.deepEqual(more, []);
      assert.deepEqual(pidsOf(root), [chain.first, [[chain.second, [[chain.third, []]]]]]);
      const second = find(reading.backends, chain.second);
      assert.deepEqual(second.blockedBy, [chain.first]);
      assert.equal(second.application, 'second');
      assert.match(second.waitsFor ?? '', /^Lock: /u);
      assert.match(second.statement ?? '', /^UPDATE django_session SET n = 2 WHERE session_key = '…'$/u);
      const first = find(reading.backends, chain.first);
      assert.equal(first.state, 'idle in transaction');
      assert.ok((first.transactionSeconds ?? -1) >= 0);
      assert.equal(JSON.stringify(reading).includes(CANARY), false, 'the key of a statement was read and kept');
      assert.equal(reading.total, reading.backends.length);
      const elsewhere = await readBackends(await bench.monitor('postgres'));
      assert.deepEqual(
        elsewhere.backends.filter(({ here }) => !here),
        [],
        'who blocks whom in another database is not ours',
      );
      await chain.end();
    });

    it('cancels a statement: its session stays, whoever waited for it goes on, and nothing is hit twice', async () => {
      const { name, action } = await place();
      const chain = await chainOfThree(bench, name);
      const { backends } = await waitingFor(db, 2);
      const second = find(backends, chain.second);
      const done = await endBackend(action, second, 'cancel');
      assert.deepEqual([done.outcome, done.waited, done.freed], ['ended', 1, 1], JSON.stringify(done));
      assert.equal(done.stateAfter, 'idle in transaction (aborted)');
      assert.match(await chain.errors.second, /canceling statement due to user request/u);
      // Its transaction has failed and holds no lock any more, although nobody has rolled it back yet.
      assert.equal(await chain.errors.third, '');
      assert.deepEqual((await endBackend(action, second, 'cancel')).outcome, 'gone', 'that statement is over');
      const now = find((await readBackends(db)).backends, chain.second);
      const problem = await rejectsWith(endBackend(action, now, 'cancel'), 'backend-runs-nothing', false);
      assert.match(problem.why, /idle in transaction \(aborted\)/u);
      await chain.end();
    });

    it('terminates the one that blocks all: it is gone, its transaction undone, and both that waited go on', async () => {
      const { name, admin, action } = await place();
      const chain = await chainOfThree(bench, name);
      const first = find((await waitingFor(db, 2)).backends, chain.first);
      const done = await endBackend(action, first, 'terminate');
      assert.equal(done.outcome, 'ended');
      assert.equal(done.stateAfter, null);
      assert.equal(done.waited, 1, 'the third waits for the second');
      assert.equal(done.freed, 1);
      assert.equal(await chain.errors.second, '');
      assert.equal(
        (await readBackends(db)).backends.some(({ pid }) => pid === chain.first),
        false,
      );
      assert.equal((await endBackend(action, first, 'terminate')).outcome, 'gone');
      await chain.end();
      const { rows } = await admin.query<{ n: number }>('SELECT n FROM django_session ORDER BY session_key');
      assert.deepEqual(rows[1]?.n, 2, 'what the second did was kept, what the first did was not');
    });

    it('never hits another backend that has got the process id', async () => {
      const { name, action } = await place();
      const other = await session(bench, name, 'other');
      const facts = find((await readBackends(db)).backends, other.pid);
      const before = { ...facts, startedAt: '2020-01-01T00:00:00.123456' };
      for (const ending of ['cancel', 'terminate'] as const) {
        const done = await endBackend(action, { ...before, state: 'active' }, ending);
        assert.deepEqual([ending, done.outcome], [ending, 'gone']);
      }
      // The same backend with another statement.
      const sleeping = other.client.query('SELECT pg_sleep(30)').then(
        () => '',
        (error: unknown) => String(error),
      );
      await eventually(async () => find((await readBackends(db)).backends, other.pid).state === 'active', 'the sleep');
      const earlier = { ...find((await readBackends(db)).backends, other.pid), statementAt: facts.statementAt };
      assert.equal((await endBackend(action, earlier, 'cancel')).outcome, 'gone');
      const active = find((await readBackends(db)).backends, other.pid);
      assert.equal(active.state, 'active', 'its later statement runs on');
      // By the connection that can't write: where the server has no other left.
      assert.equal((await endBackend(db, active, 'cancel')).outcome, 'ended');
      assert.match(await sleeping, /canceling statement/u);
      await other.client.end();
    });

    it('refuses what is another database’s, the server’s own, ours, or a superuser’s where the role is none, and says why', async () => {
      const { name, admin } = await place();
      const elsewhere = await session(bench, 'postgres', 'elsewhere');
      const mine = find((await readBackends(await bench.monitor(name))).backends, db.server.pid);
      assert.equal(mine.ours, true);
      await admin.query(`DROP ROLE IF EXISTS weak`);
      await admin.query(`CREATE ROLE weak LOGIN PASSWORD 'test-password' IN ROLE pg_read_all_stats`);
      const weak = await connect({ connectionString: bench.server.connectionString(name, 'weak', 'test-password') });
      const superusers = await session(bench, name, 'superuser’s');
      const seen = (await readBackends(weak)).backends;
      const boss = find(seen, superusers.pid);
      assert.equal(boss.masked, false);
      const foreign = await connect({ connectionString: bench.server.connectionString('postgres') });
      const other = { ...find((await readBackends(foreign)).backends, elsewhere.pid), here: false };
      const action = await bench.monitor(name, { readOnly: false });
      const cases: readonly (readonly [Database, BackendFacts, string])[] = [
        [action, mine, 'backend-ours'],
        [action, other, 'backend-other-database'],
        [action, { ...boss, kind: 'walsender' }, 'backend-replication'],
        [action, { ...boss, kind: 'autovacuum worker' }, 'backend-background'],
        [weak, boss, 'backend-superuser'],
      ];
      for (const [by, backend, code] of cases) await rejectsWith(endBackend(by, backend, 'terminate'), code, false);
      // Also where what was read says otherwise, the server is not asked to end what must not be, or refuses.
      const lie = (backend: BackendFacts): BackendFacts => ({
      ...backend, ours: false, here: true, masked: false, isSuperuser: false, maySignal: true, kind: 'client backend',
    }); // prettier-ignore
      assert.equal((await endBackend(action, lie(mine), 'terminate')).outcome, 'gone');
      assert.equal((await endBackend(action, lie(other), 'terminate')).outcome, 'gone');
      await rejectsWith(endBackend(weak, lie(boss), 'terminate'), 'backend-not-allowed', false);
      for (const pid of [elsewhere.pid, superusers.pid])
        assert.equal((await admin.query('SELECT FROM pg_stat_activity WHERE pid = $1', [pid])).rowCount, 1, 'it lives');
      await Promise.all([weak.close(), foreign.close(), elsewhere.client.end(), superusers.client.end()]);
    });

    it('shows a role that may see little what it may see: masked rows are masked, who waits is known, nothing is offered', async () => {
      const { name, admin } = await place();
      for (const role of ['plain', 'app']) {
        await admin.query(`DROP ROLE IF EXISTS ${role}`);
        await admin.query(`CREATE ROLE ${role} LOGIN PASSWORD 'test-password'`);
      }
      const as = (role: string): string => bench.server.connectionString(name, role, 'test-password');
      const plain = await connect({ connectionString: as('plain') });
      const chain = await chainOfThree(bench, name);
      const own = new Client({ connectionString: as('plain'), application_name: 'own' });
      own.on('error', () => undefined);
      await own.connect();
      const { backends } = await waitingFor(plain, 2);
      const second = find(backends, chain.second);
      assert.equal(second.masked, true);
      assert.deepEqual(
        [second.user, second.application, second.state, second.statement, second.address, second.kind],
        ['postgres', 'second', null, null, null, null],
      );
      assert.deepEqual(second.blockedBy, [chain.first], 'pg_locks hides nothing');
      for (const ending of ['cancel', 'terminate'] as const)
        assert.equal(refusalOf(second, ending)?.code, 'backend-masked');
      // What is its own it may end, and what is another's it may once it is a member of pg_signal_backend.
      const mine = backends.find(({ application }) => application === 'own');
      assert.ok(mine !== undefined && !mine.masked);
      assert.equal((await endBackend(plain, mine, 'terminate')).outcome, 'ended');
      const theirs = new Client({ connectionString: as('app'), application_name: 'theirs' });
      theirs.on('error', () => undefined);
      await theirs.connect();
      await admin.query('GRANT pg_read_all_stats TO plain');
      const theirsSeen = async (): Promise<BackendFacts> =>
        (await readBackends(plain)).backends.find(({ application }) => application === 'theirs') ?? assert.fail('none');
      await rejectsWith(endBackend(plain, await theirsSeen(), 'terminate'), 'backend-not-allowed', false);
      await admin.query('GRANT pg_signal_backend TO plain');
      assert.equal((await endBackend(plain, await theirsSeen(), 'terminate')).outcome, 'ended');
      own.on('error', () => undefined);
      await chain.end();
      await plain.close();
    });

    it('knows a prepared transaction as what blocks, and a queue from a chain', async () => {
      const { name, admin } = await place();
      await admin.query('BEGIN');
      await admin.query('LOCK TABLE django_session');
      await admin.query(`PREPARE TRANSACTION 'held${name}'`);
      const waiters = await Promise.all(
        ['one', 'two', 'three'].map((application) => session(bench, name, application)),
      );
      const waits = waiters.map(({ client }) =>
        client.query('BEGIN; LOCK TABLE django_session; COMMIT').catch(() => undefined),
      );
      const [root] = blockingForest((await waitingFor(db, 3)).backends);
      assert.equal(root?.pid, 0);
      assert.equal(root.backend, undefined);
      assert.deepEqual(new Set(root.waiting.map(({ pid }) => pid)), new Set(waiters.map(({ pid }) => pid)));
      await admin.query(`ROLLBACK PREPARED 'held${name}'`);
      await Promise.all(waits);
      for (const { client } of waiters) await client.end();
    });
  },
  { settings: { max_prepared_transactions: '5' } },
);

interface Chain {
  readonly first: number;
  readonly second: number;
  readonly third: number;
  /** What the statements that wait end with; '' without an error. */
  readonly errors: { readonly second: Promise<string>; readonly third: Promise<string> };
  end(): Promise<void>;
}

async function session(bench: Bench, database: string, application: string): Promise<{ client: Client; pid: number }> {
  const client = new Client({
    connectionString: bench.server.connectionString(database),
    application_name: application,
  });
  client.on('error', () => undefined); // some are terminated
  await client.connect();
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return { client, pid: rows[0]?.pid ?? assert.fail('no pid') };
}

/** The first holds a row, the second another and waits for the first's, the third waits for the second's. */
async function chainOfThree(bench: Bench, database: string): Promise<Chain> {
  const [first, second, third] = await Promise.all(
    ['first', 'second', 'third'].map((application) => session(bench, database, application)),
  );
  assert.ok(first && second && third);
  await first.client.query('BEGIN');
  await first.client.query(`UPDATE django_session SET n = 1 WHERE session_key = '${CANARY}'`);
  await second.client.query('BEGIN');
  await second.client.query(`UPDATE django_session SET n = 2 WHERE session_key = 'b'`);
  const said = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => '',
      (error: unknown) => String(error),
    );
  const waitsFirst = said(second.client.query(`UPDATE django_session SET n = 2 WHERE session_key = '${CANARY}'`));
  await eventually(async () => {
    const { rowCount } = await first.client.query(`SELECT FROM pg_locks WHERE NOT granted AND pid = ${second.pid}`);
    return rowCount !== 0;
  }, 'the second to wait');
  const waitsSecond = said(third.client.query(`UPDATE django_session SET n = n WHERE session_key = 'b'`));
  return {
    first: first.pid,
    second: second.pid,
    third: third.pid,
    errors: { second: waitsFirst, third: waitsSecond },
    end: async () => {
      await first.client.end();
      await waitsFirst;
      await second.client.query('COMMIT').catch(() => undefined);
      await second.client.end();
      await waitsSecond;
      await third.client.end();
    },
  };
}

async function waitingFor(db: Database, count: number): ReturnType<typeof readBackends> {
  let reading = await readBackends(db);
  await eventually(async () => {
    reading = await readBackends(db);
    return reading.backends.filter(({ blockedBy }) => blockedBy.length > 0).length === count;
  }, `${count} to wait`);
  return reading;
}

function find(backends: readonly BackendFacts[], pid: number): BackendFacts {
  return backends.find((one) => one.pid === pid) ?? assert.fail(`no backend ${pid}`);
}

type Pids = readonly [number, readonly Pids[]];

function pidsOf(node: BlockingNode | undefined): Pids {
  return [node?.pid ?? -1, (node?.waiting ?? []).map(pidsOf)];
}
