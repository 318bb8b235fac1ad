import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import type { Client } from 'pg';
import { clearExpiredSessions } from '../../src/postgres/cleanup/cleanup.ts';
import { previewCleanup } from '../../src/postgres/cleanup/preview/preview.ts';
import { deleteAllSessions, previewDeleteAll } from '../../src/postgres/cleanup/run/all.ts';
import { vacuumSessions } from '../../src/postgres/cleanup/run/vacuum.ts';
import { connect, type Database } from '../../src/postgres/connect/connection.ts';
import { checkSessionTable } from '../../src/postgres/readings/checkTable.ts';
import { readDetailMetrics } from '../../src/postgres/readings/detailMetrics.ts';
import { readExactCounts } from '../../src/postgres/readings/exactCounts.ts';
import { readSessionMetrics } from '../../src/postgres/readings/sessionMetrics.ts';
import { createSessionTable } from '../kit/sessions.ts';
import { countExpired, insertSessions, sessionDatabase } from './cleanupSupport.ts';
import { newDatabase, one, onEachMajor, rejectsWith } from './support.ts';

/**
 * Who may create in a schema of the role's search_path makes functions and operators that fit the types of a call better than
 * PostgreSQL's own, and the role runs them: CVE-2018-1058. Here they take an advisory lock, which also outlives a transaction that
 * can't write.
 */
const LOCK = 4712;

/** Each does what PostgreSQL's own does, so that nobody notices. */
const FUNCTIONS: readonly (readonly [name: string, args: string, returns: string, own: string])[] = [
  ['quote_ident', 'name', 'text', 'quote_ident($1::text)'],
  ['pg_relation_size', 'oid', 'bigint', 'pg_relation_size($1::regclass)'],
  ['format', 'text, bigint', 'text', 'format($1, $2)'],
  ['format', 'text, name, name', 'text', 'format($1, $2, $3)'],
  ['strpos', 'name, text', 'integer', 'strpos($1::text, $2)'],
];

const OPERATORS: readonly (readonly [operator: string, left: string, right: string, returns: string])[] = [
  ['*', 'double precision', 'integer', 'double precision'],
  ['*', 'integer', 'double precision', 'double precision'],
  ['&', 'smallint', 'integer', 'integer'],
  ['>', 'double precision', 'integer', 'boolean'],
  ['=', 'varchar', 'varchar', 'boolean'],
  ['=', 'oid', 'regclass', 'boolean'],
];

const trap = (name: string, args: string, returns: string, own: string): string =>
  `CREATE FUNCTION public.${name}(${args}) RETURNS ${returns} VOLATILE LANGUAGE plpgsql AS $trap$
    BEGIN PERFORM pg_catalog.pg_advisory_lock(${String(LOCK)}); RETURN ${own}; END $trap$`;

const TRAPS = [
  ...FUNCTIONS.map(([name, args, returns, own]) => trap(name, args, returns, `pg_catalog.${own}`)),
  ...OPERATORS.flatMap(([operator, left, right, returns], i) => [
    trap(`operator_${String(i)}`, `${left}, ${right}`, returns, `$1 OPERATOR(pg_catalog.${operator}) $2`),
    `CREATE OPERATOR public.${operator} (LEFTARG = ${left}, RIGHTARG = ${right}, FUNCTION = public.operator_${String(i)})`,
  ]),
];

const ALL: readonly (readonly [what: string, work: (db: Database) => Promise<unknown>])[] = [
  ['the connection', () => Promise.resolve()],
  ['the check', (db) => checkSessionTable(db)],
  ['the light reading', (db) => readSessionMetrics(db)],
  ['the detail reading', (db) => readDetailMetrics(db, { decode: () => ({ data: {} }) })],
  ['the exact count', (db) => readExactCounts(db)],
  ['the preview', (db) => previewCleanup(db)],
  ['the preview without a count', (db) => previewCleanup(db, { countMs: 0 })],
  ['the preview of deleting all', (db) => previewDeleteAll(db)],
  ['the gentle cleanup by the index', (db) => clearExpiredSessions(db, { pace: 'gentle' })],
  ['VACUUM', (db) => vacuumSessions(db)],
  ['deleting all in batches', (db) => deleteAllSessions(db, { how: 'batches' })],
];

onEachMajor('search_path', (bench) => {
  let admin: Client;

  before(async () => {
    admin = await sessionDatabase(bench, 'shop', { active: 4_000, expired: 60 });
    await admin.query(`CREATE ROLE mallory; GRANT CREATE ON SCHEMA public TO mallory;
      CREATE TABLE cart (id int PRIMARY KEY, session_key varchar(40) REFERENCES django_session);
      CREATE INDEX ON cart (session_key);
      INSERT INTO cart SELECT 1, session_key FROM django_session WHERE expire_date < now() LIMIT 1`);
    await admin.query('SET ROLE mallory');
    for (const statement of TRAPS) await admin.query(statement);
    await admin.query('RESET ROLE');
  });

  const caught = async (): Promise<number> =>
    (
      await one<{ n: number }>(
        admin,
        `SELECT pg_catalog.count(*)::int AS n FROM pg_locks WHERE locktype = 'advisory' AND objid::bigint = ${String(LOCK)}`,
      )
    ).n;

  const by = async (database: string, work: (db: Database) => Promise<unknown>, path = 'public'): Promise<void> => {
    const options = encodeURIComponent(`-c search_path=${path}`);
    const db = await connect({ connectionString: `${bench.server.connectionString(database)}?options=${options}` });
    try {
      await work(db);
      if (database === 'shop') assert.equal(await caught(), 0, 'code of mallory was run');
    } finally {
      await db.close();
    }
  };

  it('the traps are ones: where a name is looked up by the path, they are run', async () => {
    await by('shop', async (db) => {
      const [own] = await db.transaction([{ text: 'SELECT 1.5::float8 * 2 AS n', path: 'role' }]);
      assert.equal(own?.rows[0]?.['n'], 3);
      assert.equal(await caught(), 1);
      await db.query('SELECT pg_advisory_unlock_all()');
    });
  });

  for (const [what, work] of ALL) {
    it(`${what} runs nothing that others made for the schemas of the role`, async () => {
      await by('shop', work);
    });
  }

  it('neither does a cleanup by pages, with a key that keeps a session, nor one that skips what is locked', async () => {
    await admin.query('TRUNCATE django_session, cart');
    await insertSessions(admin, { active: 100, expired: 3_000 });
    await admin.query(`INSERT INTO cart SELECT 1, session_key FROM django_session
      WHERE expire_date OPERATOR(pg_catalog.<) now() LIMIT 1`);
    const holder = await bench.admin('shop');
    await holder.query(`BEGIN; SELECT FROM django_session WHERE expire_date < now()
      AND NOT EXISTS (SELECT FROM cart WHERE cart.session_key OPERATOR(pg_catalog.=) django_session.session_key::text) LIMIT 1 FOR UPDATE`);
    await by('shop', async (db) => {
      const { deleted, remaining } = await clearExpiredSessions(db, { pace: 'fast', patienceMs: 100 });
      assert.deepEqual([deleted, remaining.value], [2_998, 2]);
    });
    await holder.query('ROLLBACK');
    await admin.query('DROP TABLE cart');
    await by('shop', (db) => deleteAllSessions(db, { how: 'truncate' }));
    assert.equal(await countExpired(admin), 0);
  });

  it('the triggers of the table have the path of the role, before, after and at the end of the transaction', async () => {
    const owner = await newDatabase(bench, 'audited');
    await owner.query('CREATE SCHEMA shop; SET search_path = shop');
    await createSessionTable(owner);
    await owner.query(`CREATE TABLE audit (event text, path text);
      CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO audit VALUES (concat_ws(' ', TG_NAME, TG_WHEN, TG_OP), current_setting('search_path')); RETURN old; END $$;
      CREATE TRIGGER first BEFORE DELETE ON django_session EXECUTE FUNCTION note();
      CREATE TRIGGER row AFTER DELETE ON django_session FOR EACH ROW EXECUTE FUNCTION note();
      CREATE CONSTRAINT TRIGGER late AFTER DELETE ON django_session DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note();
      CREATE TRIGGER emptied BEFORE TRUNCATE ON django_session EXECUTE FUNCTION note()`);
    await insertSessions(owner, { active: 10, expired: 10 });
    const path = 'shop,public';
    await by(
      'audited',
      async (db) => {
        const { deleted, remaining } = await clearExpiredSessions(db, { pace: 'fast' });
        assert.deepEqual([deleted, remaining.value], [10, 0]);
        const { rows } = (await db.transaction([{ text: 'SHOW search_path', path: 'role' }]))[0] ?? { rows: [] };
        assert.deepEqual(rows, [{ search_path: path }]);
        await deleteAllSessions(db, { how: 'batches' });
        await deleteAllSessions(db, { how: 'truncate' });
      },
      path,
    );
    const { rows } = await owner.query<{ event: string; path: string }>(
      'SELECT DISTINCT event, path FROM audit ORDER BY 1',
    );
    assert.deepEqual(
      rows,
      ['emptied BEFORE TRUNCATE', 'first BEFORE DELETE', 'late AFTER DELETE', 'row AFTER DELETE'].map((event) => {
        return { event, path };
      }),
    );
  });

  it('a table without a schema is the one that the role finds, and is looked for again where it is gone', async () => {
    const owner = await newDatabase(bench, 'moved');
    await owner.query('CREATE SCHEMA one; CREATE SCHEMA two; SET search_path = two');
    await createSessionTable(owner);
    await insertSessions(owner, { active: 3, expired: 2 });
    await by(
      'moved',
      async (db) => {
        const reading = await readSessionMetrics(db);
        assert.equal(reading.table.qualifiedName, 'two.django_session');
        assert.equal((await readSessionMetrics(db)).cost.statements, 1);
        await owner.query('ALTER TABLE two.django_session SET SCHEMA one');
        await rejectsWith(readSessionMetrics(db), 'table-missing');
        assert.equal((await readSessionMetrics(db)).table.qualifiedName, 'one.django_session');
        assert.equal((await readExactCounts(db)).total, 5);
      },
      'one,two',
    );
  });
});
