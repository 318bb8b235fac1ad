import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import type { Client } from 'pg';
import type { Database } from '../../src/postgres/connect/connection.ts';
import { runQuery, type QueryResult } from '../../src/postgres/query/runQuery.ts';
import { DJANGO_SESSION } from '../../src/postgres/table/tableName.ts';
import { createSessionTable } from '../kit/sessions.ts';
import { eventually, newDatabase, one, onNewestMajor, rejectsWith } from './support.ts';

onNewestMajor('a statement of a document', (bench) => {
  let admin: Client;
  let db: Database;
  const run = (statement: string, signal?: AbortSignal): Promise<QueryResult> =>
    runQuery(db, statement, DJANGO_SESSION, signal);
  const rows = (): Promise<{ n: number; last: string }> =>
    one(admin, 'SELECT count(*)::int AS n, max(expire_date)::text AS last FROM django_session');

  before(async () => {
    admin = await newDatabase(bench, 'asked');
    await createSessionTable(admin);
    await admin.query(`CREATE EXTENSION IF NOT EXISTS pg_stat_statements SCHEMA public;
      INSERT INTO django_session SELECT 'k' || i, repeat('x', 100000), now() + (i - 100) * interval '1 minute' FROM generate_series(1, 300) AS i;
      CREATE ROLE reader LOGIN PASSWORD 'test-password' IN ROLE pg_monitor; GRANT ALL ON django_session TO reader`);
    db = await bench.monitor('asked', {
      connectionString: bench.server.connectionString('asked', 'reader', 'test-password'),
    });
  });

  it('gives what the guide asks for', async () => {
    const figures = await run(`SELECT COUNT(*) as total_sessions,
      COUNT(*) FILTER (WHERE expire_date < NOW()) as expired_sessions FROM django_session -- after the cleanup`);
    assert.deepEqual(figures.columns, ['total_sessions', 'expired_sessions']);
    assert.equal(figures.rows[0]?.[0], '300');
    const size = await run("SELECT pg_size_pretty(pg_total_relation_size('django_session')) as size");
    assert.match(size.rows[0]?.[0] ?? '', /\d+ (?:kB|MB)/u);
    const named = await run("SELECT count(*) > 0 AS mine FROM pg_stat_activity WHERE datname = 'your_database_name'");
    assert.deepEqual(named.rows, [['true']]);
    assert.match(named.notes.join(), /asked/u);
    const statements = run("SELECT calls, query FROM pg_stat_statements WHERE query LIKE '%django_session%'");
    await statements.catch((error: unknown) => assert.match(String(error), /shared_preload_libraries/u));
    const plan = await run('EXPLAIN SELECT * FROM django_session WHERE expire_date < now()');
    assert.deepEqual(plan.columns, ['QUERY PLAN']);
    assert.match(plan.rows.join('\n'), /Scan/u);
  });

  it('is bounded in rows, columns and bytes, whatever the table holds', async () => {
    const all = await run('SELECT * FROM django_session');
    assert.equal(all.rows.length, 200);
    assert.ok(all.hasMore);
    assert.ok(JSON.stringify(all).length < 100_000, 'values are cut by the server');
    const wide = await run(`SELECT ${new Array(80).fill('1').join(', ')}, NULL`);
    assert.equal(wide.columns.length, 40);
    assert.deepEqual((await run('SELECT 1 AS a, 2 AS a, NULL AS b')).rows, [['1', '2', null]]);
    assert.deepEqual((await run('SELECT 1 AS a FROM django_session WHERE false')).rows, []);
    await rejectsWith(run(`SELECT '${'x'.repeat(5_000)}'`), 'query-long');
  });

  it('that writes is refused by the server, which is said; nothing is changed', async () => {
    const earlier = await rows();
    for (const statement of [
      'DELETE FROM django_session',
      "UPDATE django_session SET expire_date = now() + interval '1 year'",
      "INSERT INTO django_session VALUES ('a', 'b', now())",
      'WITH gone AS (DELETE FROM django_session RETURNING 1) SELECT count(*) FROM gone',
      'EXPLAIN ANALYZE DELETE FROM django_session',
      'SELECT * FROM django_session FOR UPDATE',
    ]) {
      const problem = await rejectsWith(run(statement), 'query-writes');
      assert.match(problem.why, /25006: cannot execute \w+/u);
    }
    for (const statement of [
      'TRUNCATE django_session',
      'COMMIT',
      "COPY django_session TO PROGRAM 'cat'",
      'SELECT 1; DELETE FROM django_session',
    ])
      await rejectsWith(run(statement), /^query-(?:utility|foreign|refused)$/u);
    assert.deepEqual(await rows(), earlier);
  });

  it('says what the server has against it', async () => {
    await rejectsWith(run('SELECT nothing FROM django_session'), 'query-refused');
    await rejectsWith(run('SELECT 1 FROM elsewhere'), 'query-missing');
    await rejectsWith(run('SELECT rolpassword FROM pg_authid'), 'query-permission');
    await rejectsWith(run('SELECT 1 / 0 FROM django_session'), 'query-refused');
  });

  it('is not run for a role that could do harm', async () => {
    const superuser = await bench.monitor('asked');
    const problem = await rejectsWith(runQuery(superuser, 'SELECT 1', DJANGO_SESSION), 'query-role');
    assert.match(problem.why, /superuser postgres/u);
  });

  it('ends on the server when it is cancelled', async () => {
    const cancel = new AbortController();
    const slow = run(
      'SELECT count(*) FROM django_session a, django_session b, django_session c, django_session d',
      cancel.signal,
    );
    const running = async (): Promise<boolean> =>
      (
        await one<{ n: number }>(
          admin,
          "SELECT count(*)::int AS n FROM pg_stat_activity WHERE usename = 'reader' AND state = 'active'",
        )
      ).n > 0;
    await eventually(running, 'it runs');
    cancel.abort();
    await rejectsWith(slow, 'cancelled');
    await eventually(async () => !(await running()), 'it has ended');
  });
});
