import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, it } from 'node:test';
import type { Client } from 'pg';
import type { Database } from '../../src/postgres/connect/connection.ts';
import { explainStatement } from '../../src/postgres/explain/explain.ts';
import { runQuery } from '../../src/postgres/query/runQuery.ts';
import { DJANGO_SESSION } from '../../src/postgres/table/tableName.ts';
import { createSessionTable } from '../kit/sessions.ts';
import { newDatabase, one, onEachMajor, rejectsWith } from './support.ts';

/**
 * A role that owns one schema wants its code run by who explains a statement: as a superuser to run a program, as anybody else to
 * take an advisory lock, which outlives a transaction that is rolled back and can't write.
 */
const LOCK = 4711;

const attack = (file: string): string => `
  CREATE SCHEMA mallory AUTHORIZATION mallory; CREATE SCHEMA django_session AUTHORIZATION mallory;
  GRANT ALL ON SCHEMA mallory, django_session TO PUBLIC;
  SET SESSION AUTHORIZATION mallory; SET search_path = mallory;
  CREATE FUNCTION boom() RETURNS text VOLATILE LANGUAGE plpgsql AS $$ BEGIN
    IF current_user = 'mallory' THEN RETURN 'x'; END IF;
    IF pg_has_role(current_user, 'pg_execute_server_program', 'USAGE') THEN COPY (SELECT 1) TO PROGRAM 'cat > ${file}'; END IF;
    PERFORM pg_advisory_lock(${String(LOCK)});
    RETURN 'x'; END $$;
  CREATE FUNCTION calm() RETURNS text IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN mallory.boom(); END';
  CREATE FUNCTION lower(varchar) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT mallory.boom()';
  CREATE FUNCTION same(text, text) RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN mallory.boom() = $1; END';
  CREATE OPERATOR === (LEFTARG = text, RIGHTARG = text, FUNCTION = same);
  CREATE DOMAIN checked AS text CHECK (VALUE <> mallory.calm());
  CREATE TYPE pair AS (a checked);
  CREATE VIEW v AS SELECT mallory.boom() AS x;
  CREATE VIEW w AS SELECT 1 AS x WHERE mallory.calm() = 'y';
  CREATE VIEW django_session.session_key AS SELECT 1 AS x WHERE mallory.calm() = 'y';
  RESET SESSION AUTHORIZATION; RESET search_path`;

const STATEMENTS = [
  'SELECT * FROM django_session WHERE session_key = mallory.calm()',
  'SELECT * FROM django_session WHERE session_key = calm()',
  "SELECT * FROM django_session WHERE session_key = lower('x'::varchar)",
  "SELECT * FROM django_session WHERE 'a'::text === 'b'::text",
  "SELECT * FROM django_session WHERE 'a'::text OPERATOR(mallory.===) 'b'::text",
  "SELECT '(y)'::mallory.pair FROM django_session",
  "SELECT CAST('y' AS mallory.checked) FROM django_session",
  "SELECT mallory.checked 'y' FROM django_session",
  "SELECT checked 'y' FROM django_session",
  'SELECT $1::mallory.checked FROM django_session',
  'SELECT * FROM mallory.w, django_session',
  'SELECT * FROM django_session, mallory.w',
  'SELECT * FROM django_session JOIN pg_class ON true, mallory.w',
  'SELECT * FROM django_session.session_key, django_session',
  'SELECT * FROM django_session WHERE 1 IN (TABLE django_session.session_key)',
  "SELECT * FROM django_session WHERE session_key = table_to_xml('mallory.v', true, true, '')::text",
  'SELECT U&"mallory"."calm"() FROM django_session',
] as const;

/** What a document could have run, beside them. */
const TO_RUN = [
  `SELECT pg_advisory_lock(${String(LOCK)})`,
  `SELECT pg_catalog.pg_advisory_lock(${String(LOCK)}) FROM django_session`,
  'SELECT s.boom FROM django_session AS s',
  'SELECT * FROM v',
  'WITH x AS (SELECT mallory.boom()) SELECT * FROM x',
  "COPY (SELECT 1) TO PROGRAM 'cat'",
  'DO $$ BEGIN PERFORM mallory.boom(); END $$',
  'CALL mallory.boom()',
  'EXPLAIN ANALYZE SELECT mallory.boom()',
  'SELECT query_to_xml($$SELECT mallory.boom()$$, true, true, $$$$)',
  "SELECT query_to_xml('SELECT mallory.boom()', true, true, '')",
] as const;

onEachMajor('EXPLAIN of what others made', (bench) => {
  let admin: Client;
  let folder: string;
  const file = (): string => join(folder, 'run');

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dsm-explain-'));
    await chmod(folder, 0o777);
    admin = await newDatabase(bench, 'shop');
    await createSessionTable(admin);
    await admin.query(`CREATE ROLE mallory LOGIN PASSWORD 'test-password'; GRANT ALL ON django_session TO mallory;
      CREATE ROLE app LOGIN PASSWORD 'test-password' IN ROLE pg_monitor; GRANT ALL ON django_session TO app;
      CREATE ROLE operator LOGIN PASSWORD 'test-password' IN ROLE pg_monitor, pg_execute_server_program;
      CREATE ROLE deputy LOGIN PASSWORD 'test-password' NOINHERIT IN ROLE postgres;
      GRANT SELECT ON django_session TO operator, deputy`);
    await admin.query(attack(file()));
  });

  // A server that is stopped at the end of a test run leaves the folder to this one.
  after(() => rm(folder, { recursive: true, force: true }));

  beforeEach(async () => {
    await rm(file(), { force: true });
  });

  const as = (user: string): Promise<Database> => {
    // What the attacker has made comes first: names alone find it.
    const options = encodeURIComponent('-c search_path=mallory,public');
    const url = bench.server.connectionString('shop', user, 'test-password');
    return bench.monitor('shop', { connectionString: `${url}?options=${options}` });
  };

  const untouched = async (what: string): Promise<void> => {
    const { locks } = await one<{ locks: number }>(
      admin,
      `SELECT count(*)::int AS locks FROM pg_locks WHERE locktype = 'advisory' AND objid = ${String(LOCK)}`,
    );
    assert.ok(!existsSync(file()), `a program was run: ${what}`);
    assert.equal(locks, 0, `code was run: ${what}`);
  };

  it('runs nothing of it, whatever is named and however', async () => {
    for (const statement of STATEMENTS) {
      const db = await as('app');
      try {
        const done = explainStatement(db, statement);
        await Promise.allSettled([done]);
        await untouched(statement);
        // lower() is a name of PostgreSQL's, too: it is that one which is planned.
        if (statement.includes('lower(')) assert.match((await done).text, /Scan/u);
        else await rejectsWith(done, /^explain-(?:foreign|gone)$/u, false);
      } finally {
        // What was locked would stand in the way of the others.
        await db.close();
      }
    }
  });

  it('runs nothing of it either where it stands in a document', async () => {
    for (const statement of [...STATEMENTS, ...TO_RUN]) {
      const db = await as('app');
      try {
        const done = runQuery(db, statement, DJANGO_SESSION);
        await Promise.allSettled([done]);
        await untouched(statement);
        if (!statement.includes('lower(')) await rejectsWith(done, /^query-/u, false);
      } finally {
        await db.close();
      }
    }
    const db = await as('operator');
    await rejectsWith(runQuery(db, 'SELECT 1', DJANGO_SESSION), 'query-role', false);
    await db.close();
  });

  it('plans nothing at all for a role that could do harm, also where it would have to become another for it', async () => {
    for (const [user, power] of [
      ['postgres', 'superuser postgres'],
      ['operator', 'pg_execute_server_program'],
      ['deputy', 'superuser postgres'],
    ] as const) {
      const db = await as(user);
      for (const statement of [STATEMENTS[0], 'SELECT * FROM django_session']) {
        const done = explainStatement(db, statement);
        await Promise.allSettled([done]);
        await untouched(`${user}: ${statement}`);
        const { why, next } = await rejectsWith(done, 'explain-role', false);
        assert.ok(why.includes(`${user} has the powers for it to do harm: `) && why.includes(power), why);
        assert.match(next, /role that only reads/u);
      }
    }
  });

  it('plans nothing on a session table that has parts of others', async () => {
    const table = { schema: 'mallory', name: 'sessions' };
    const statement = 'SELECT * FROM mallory.sessions WHERE session_key = $1';
    for (const [part, told] of PARTS) {
      await admin.query(`SET ROLE mallory; CREATE TABLE mallory.sessions (session_key varchar(40) PRIMARY KEY, session_data text, n int);
        GRANT ALL ON mallory.sessions TO app; ${part}; RESET ROLE`);
      const db = await as('app');
      const done = explainStatement(db, statement, table);
      await Promise.allSettled([done]);
      await untouched(part);
      assert.match((await rejectsWith(done, 'explain-foreign', false)).why, told);
      await db.close();
      await admin.query('DROP TABLE mallory.sessions CASCADE');
    }
    await admin.query(`CREATE TABLE mallory.sessions (session_key varchar(40) PRIMARY KEY, session_data text, n int DEFAULT length('x'));
      CREATE INDEX ON mallory.sessions (lower(session_data)) WHERE n > 1; GRANT SELECT ON mallory.sessions TO app`);
    assert.match((await explainStatement(await as('app'), statement, table)).text, /on sessions/u);
  });
});

/** Made while the function is harmless for its owner, as all of these are evaluated when they are made. */
const PARTS: readonly (readonly [sql: string, told: RegExp])[] = [
  ["CREATE INDEX ON mallory.sessions (n) WHERE mallory.calm() = 'x'", /function mallory\.calm\(\)/u],
  ['ALTER TABLE mallory.sessions ADD CHECK (session_data <> mallory.calm())', /function mallory\.calm\(\)/u],
  ['ALTER TABLE mallory.sessions ALTER session_data SET DEFAULT mallory.calm()', /function mallory\.calm\(\)/u],
  ['ALTER TABLE mallory.sessions ADD d mallory.checked', /type mallory\.checked/u],
  [
    'ALTER TABLE mallory.sessions ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON mallory.sessions USING (session_key = mallory.calm())',
    /function mallory\.calm\(\)/u,
  ],
  [
    'CREATE STATISTICS mallory.s ON (session_data || mallory.calm()), n FROM mallory.sessions',
    /function mallory\.calm\(\)/u,
  ],
  [
    'CREATE RULE r AS ON UPDATE TO mallory.sessions DO ALSO SELECT mallory.calm()',
    /rule r on table mallory\.sessions/u,
  ],
  [
    'CREATE TABLE mallory.child () INHERITS (mallory.sessions); CREATE INDEX ON mallory.child (n) WHERE mallory.calm() IS NOT NULL',
    /function mallory\.calm\(\)/u,
  ],
];
