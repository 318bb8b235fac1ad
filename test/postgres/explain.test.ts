import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { Client } from 'pg';
import { connect, type Database } from '../../src/postgres/connect/connection.ts';
import { explainStatement } from '../../src/postgres/explain/explain.ts';
import { readDetailMetrics, StatementMemory } from '../../src/postgres/readings/detailMetrics.ts';
import { pgbouncerPath, startPgbouncer, type Bouncer } from '../kit/pgbouncer.ts';
import { createSessionTable, fillSessions } from '../kit/sessions.ts';
import { newDatabase, one, onEachMajor, rejectsWith, SECRET_KEY, skipWithout, type Bench } from './support.ts';

const ROWS = 3000;
const binary = pgbouncerPath();

/** Explain refuses to work for a superuser: who watches has what the application has. */
const CREATE_READER = `CREATE ROLE reader LOGIN PASSWORD 'test-password' IN ROLE pg_monitor;
  GRANT SELECT, INSERT, UPDATE, DELETE ON django_session TO reader`;

function reader(bench: Bench): Promise<Database> {
  return bench.monitor('shop', { connectionString: bench.server.connectionString('shop', 'reader', 'test-password') });
}

/** What every part of the database that a statement could change is now. */
async function state(admin: Client): Promise<unknown> {
  return one(
    admin,
    `SELECT (SELECT md5(string_agg(t::text, ',' ORDER BY session_key)) FROM django_session AS t) AS sessions,
            (SELECT count(*)::int FROM touched) AS touched, (SELECT last_value::text FROM counter) AS counter,
            (SELECT is_called FROM counter) AS called, (SELECT count(*)::int FROM pg_class) AS relations`,
  );
}

onEachMajor('EXPLAIN', (bench) => {
  let admin: Client;

  before(async () => {
    admin = await newDatabase(bench, 'shop');
    await createSessionTable(admin);
    await admin.query(CREATE_READER);
    await fillSessions(admin, { rows: ROWS, secretKey: SECRET_KEY, expiredShare: 0.1 });
    await admin.query(`CREATE EXTENSION pg_stat_statements; CREATE SEQUENCE counter; CREATE TABLE touched (at timestamptz);
      CREATE FUNCTION touch() RETURNS int VOLATILE LANGUAGE sql AS 'INSERT INTO touched VALUES (now()); SELECT 1';
      CREATE FUNCTION lie() RETURNS int STABLE LANGUAGE sql AS 'SELECT touch()';
      ANALYZE django_session`);
  });

  it('gives the generic plan of what Django sends, as pg_stat_statements keeps it', async () => {
    const db = await reader(bench);
    const { rows } = await admin.query<{ key: string }>('SELECT session_key AS key FROM django_session LIMIT 3');
    const keys = rows.map(({ key }) => key);
    await admin.query(
      'SELECT "django_session"."session_key", "django_session"."session_data" FROM "django_session" WHERE ("django_session"."expire_date" > $1 AND "django_session"."session_key" = $2) LIMIT 21',
      [new Date(), keys[0]],
    );
    await admin.query(`DELETE FROM "django_session" WHERE "session_key" IN ('a', 'b', 'c', 'd')`);
    await admin.query('UPDATE "django_session" SET "session_data" = $1 WHERE "session_key" = $2', ['x', 'nobody']);
    const { statements } = await readDetailMetrics(db);
    const plans = new Map<string, string>();
    for (const { query } of statements.value ?? [])
      if (/^(?:SELECT "|DELETE|UPDATE)/u.test(query)) plans.set(query, (await explainStatement(db, query)).text);
    assert.equal(plans.size, 3, [...plans.keys()].join('\n'));
    for (const [query, plan] of plans) {
      assert.match(plan, /Index Scan (?:using|on) django_session_\w+ .*\(cost=[\d.]+ rows=\d+ width=\d+\)/u, query);
      assert.doesNotMatch(plan, /actual|One-Time Filter|loops/u);
      assert.match(plan, /session_key.* = (?:\$\d|ANY)/u, 'the parameters are left open');
    }
  });

  it('executes nothing of what it explains', async () => {
    const db = await reader(bench);
    const before = await state(admin);
    for (const [statement, node] of [
      ['INSERT INTO django_session VALUES ($1, $2, $3)', /^Insert on django_session/u],
      ['DELETE FROM django_session WHERE expire_date < $1', /^Delete on django_session/u],
      ['DELETE FROM django_session', /^Delete on django_session/u],
      ['UPDATE django_session SET session_data = $1', /^Update on django_session/u],
      ['WITH gone AS (DELETE FROM django_session RETURNING session_key) SELECT count(*) FROM gone', /CTE gone/u],
      ['SELECT * FROM django_session FOR UPDATE', /^LockRows/u],
      ['SELECT session_key INTO copied FROM django_session', /^Seq Scan on django_session/u],
    ] as const) {
      const plan = await explainStatement(db, statement).then(
        ({ text }) => text,
        (error: unknown) => String(error),
      );
      assert.match(plan, node, statement);
      assert.deepEqual(await state(admin), before, statement);
    }
    for (const statement of [
      'SELECT touch() FROM django_session',
      'SELECT nextval($1) FROM django_session',
      'SELECT * FROM django_session WHERE length(session_data) > lie()',
      'SELECT * FROM pg_class WHERE oid::int > lie()',
    ])
      await rejectsWith(explainStatement(db, statement), 'explain-foreign', false);
    assert.deepEqual(await state(admin), before);
    assert.deepEqual(await db.query('SELECT name FROM pg_prepared_statements'), [], 'nothing is left prepared');
    await admin.query('SELECT touch()');
    assert.notDeepEqual(await state(admin), before, 'executing it is what this test would see');
  });

  it('takes comments, a semicolon at the end and lists that were shortened; leaves all parameters open', async () => {
    const db = await reader(bench);
    for (const [statement, parameters] of [
      ['DELETE FROM django_session WHERE session_key IN ($1 /*, ... */)', 1],
      ['SELECT count(*) FROM django_session -- of all', 0],
      ['/* shop */ SELECT session_data FROM django_session WHERE session_key = $1;', 1],
      [
        "SELECT '$9', session_data FROM django_session WHERE session_key = $1 OR session_key = $3 AND expire_date > $2",
        3,
      ],
    ] as const) {
      const plan = await explainStatement(db, statement);
      assert.equal(plan.parameters, parameters, statement);
      assert.match(plan.text, /django_session/u);
    }
  });

  it('shows the partitions of a table that is partitioned', async () => {
    await admin.query(`CREATE SCHEMA parts; CREATE TABLE parts.sessions (k text NOT NULL) PARTITION BY HASH (k);
      CREATE TABLE parts.a PARTITION OF parts.sessions FOR VALUES WITH (MODULUS 2, REMAINDER 0);
      CREATE TABLE parts.b PARTITION OF parts.sessions FOR VALUES WITH (MODULUS 2, REMAINDER 1);
      GRANT USAGE ON SCHEMA parts TO reader; GRANT SELECT ON parts.sessions TO reader`);
    const table = { schema: 'parts', name: 'sessions' };
    const { text } = await explainStatement(await reader(bench), 'SELECT * FROM parts.sessions WHERE k = $1', table);
    assert.match(text, /on a[\s\S]*on b/u);
    assert.doesNotMatch(text, /Subplans Removed/u);
  });

  it('refuses all that has no plan, and more than one statement', async () => {
    const db = await reader(bench);
    const before = await state(admin);
    for (const statement of [
      'VACUUM django_session',
      'TRUNCATE django_session',
      'ANALYZE DELETE FROM django_session',
      '/* x */ EXPLAIN ANALYZE DELETE FROM django_session',
      'CREATE TABLE copied AS SELECT * FROM django_session',
      'DECLARE c CURSOR FOR SELECT * FROM django_session',
      'EXECUTE something(touch())',
      'COMMIT',
    ]) {
      const { why } = await rejectsWith(explainStatement(db, statement), 'explain-utility', false);
      assert.match(why, /^[A-Z]+ is a command that has no plan: /u);
    }
    for (const statement of [
      'SELECT 1; DELETE FROM django_session',
      'SELECT 1; COMMIT; DELETE FROM django_session',
      'SELECT * FROM django_session WHERE',
    ])
      await rejectsWith(explainStatement(db, statement), 'explain-syntax', false);
    await rejectsWith(explainStatement(db, 'SELECT * FROM django_session /*'), 'explain-foreign', false);
    assert.deepEqual(await state(admin), before);
  });

  it('says with the server’s words what is gone, unreadable, forbidden or locked', async () => {
    const db = await reader(bench);
    const problem = await rejectsWith(explainStatement(db, 'SELECT * FROM old_sessions'), 'explain-gone', false);
    assert.match(problem.why, /relation "old_sessions" does not exist/u);
    await rejectsWith(explainStatement(db, 'SELECT $1::mood FROM django_session'), 'explain-gone');
    await rejectsWith(explainStatement(db, 'SELECT user_id FROM django_session'), 'explain-gone');
    await rejectsWith(explainStatement(db, 'SELECT $1 + $2 FROM django_session'), 'explain-types');
    const interval = 'DELETE FROM django_session WHERE expire_date < now() - INTERVAL $1';
    assert.match((await rejectsWith(explainStatement(db, interval), 'explain-syntax')).next, /put values in/u);
    await rejectsWith(explainStatement(db, ' '), 'explain-no-text', true);
    await admin.query(`CREATE ROLE looker LOGIN PASSWORD 'test-password'`);
    const looker = await connect({
      connectionString: bench.server.connectionString('shop', 'looker', 'test-password'),
      readOnly: true,
    });
    const forbidden = await rejectsWith(
      explainStatement(looker, 'DELETE FROM django_session'),
      'explain-permission',
      false,
    );
    assert.match(forbidden.why, /permission denied for table django_session/u);
    assert.deepEqual(await looker.query('SELECT name FROM pg_prepared_statements'), [], 'also after a failure');
    await looker.close();
    await admin.query('BEGIN; LOCK TABLE django_session');
    await rejectsWith(explainStatement(db, 'SELECT * FROM django_session'), 'explain-locked', true);
    await admin.query('ROLLBACK');
    assert.match((await explainStatement(db, 'SELECT * FROM django_session')).text, /Seq Scan/u);
  });

  it('is not among the statements that are shown', async () => {
    const db = await reader(bench);
    await admin.query('SELECT pg_stat_statements_reset()');
    await admin.query('SELECT max(expire_date) FROM django_session');
    const statement = 'SELECT max(expire_date) FROM django_session';
    await explainStatement(db, statement);
    await explainStatement(db, 'DELETE FROM django_session WHERE session_key = $1');
    const memory = new StatementMemory();
    for (let reading = 0; reading < 2; reading++) {
      const { statements } = await readDetailMetrics(db, { memory });
      assert.deepEqual(
        statements.value?.map(({ query, calls }) => [query, calls]),
        [[statement, 1]],
      );
    }
  });
});

onEachMajor('EXPLAIN through PgBouncer', (bench) => {
  let bouncer: Bouncer | undefined;

  before(async () => {
    if (binary === undefined) return;
    const to = `host=127.0.0.1 port=${bench.server.port} dbname=shop user=reader password=test-password`;
    bouncer = await startPgbouncer(binary, [`shop = ${to}`]);
  });

  after(() => bouncer?.stop());

  it('leaves nothing behind on the server connection', async (t) => {
    if (skipWithout(t, bouncer !== undefined, 'pgbouncer')) return;
    const admin = await newDatabase(bench, 'shop');
    await createSessionTable(admin);
    await admin.query(CREATE_READER);
    const connectionString = `postgresql://reader:x@127.0.0.1:${bouncer?.port ?? 0}/shop`;
    const [db, other] = await Promise.all([1, 2].map(() => connect({ connectionString, readOnly: true })));
    assert.ok(db && other);
    const many = await Promise.all(
      [db, other, db, other].map((each) => explainStatement(each, 'DELETE FROM django_session WHERE session_key = $1')),
    );
    for (const { text } of many) assert.match(text, /^Delete on django_session/u);
    await rejectsWith(explainStatement(db, 'SELECT * FROM gone'), 'explain-gone');
    const left = await other.query(
      `SELECT current_setting('plan_cache_mode') AS mode, current_setting('enable_partition_pruning') AS pruning,
              (SELECT count(*)::int FROM pg_prepared_statements WHERE name LIKE 'dsm%') AS prepared`,
    );
    assert.deepEqual(left, [{ mode: 'auto', pruning: 'on', prepared: 0 }]);
    await Promise.all([db.close(), other.close()]);
  });
});
