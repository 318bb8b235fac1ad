import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeQuery } from '../../../src/postgres/query/judgeQuery.ts';

/** Which statements of a file are run, and with which text. What the server makes of them is in test/postgres/runQuery.test.ts. */

const judge = (statement: string): string => {
  const judged = judgeQuery(statement, {
    table: { schema: 'public', name: 'django_session' },
    statements: { schema: 'extensions', name: 'pg_stat_statements' },
    database: "o'brien",
  });
  return 'text' in judged
    ? `${judged.kind}: ${[judged.text, ...judged.notes].join(' | ')}`
    : `${judged.kind}: ${judged.why}`;
};

void test('the statements of the guide are run, with what they name in full', () => {
  for (const [statement, expected] of [
    ['SELECT COUNT(*) FROM django_session', 'rows: SELECT COUNT(*) FROM "public"."django_session"'],
    [
      "SELECT pg_size_pretty(pg_total_relation_size('django_session')) as size",
      `rows: SELECT pg_size_pretty(pg_total_relation_size('"public"."django_session"')) as size`,
    ],
    ["SELECT 'public.django_session'::regclass", `rows: SELECT '"public"."django_session"'::regclass`],
    [
      "SELECT calls FROM pg_stat_statements WHERE query LIKE '%django_session%'",
      `rows: SELECT calls FROM "extensions"."pg_stat_statements" WHERE query LIKE '%django_session%'`,
    ],
    [
      "SELECT count(*) FROM pg_stat_activity WHERE datname = 'your_database_name'",
      "rows: SELECT count(*) FROM pg_stat_activity WHERE datname = 'o''brien' | “your_database_name” stands for the name of the database: it was run with o'brien.",
    ],
    ['SELECT 1 FROM pg_catalog.pg_class', 'rows: SELECT 1 FROM pg_catalog.pg_class'],
    [
      'EXPLAIN (ANALYZE, BUFFERS) SELECT 1 FROM django_session',
      'plan: EXPLAIN (ANALYZE, BUFFERS) SELECT 1 FROM "public"."django_session"',
    ],
    ['explain analyze verbose TABLE django_session', 'plan: explain analyze verbose TABLE "public"."django_session"'],
    ['SELECT 1 FROM django_session FOR UPDATE', 'rows: SELECT 1 FROM "public"."django_session" FOR UPDATE'],
    ['DELETE FROM django_session', 'write: DELETE FROM "public"."django_session"'],
    [
      'UPDATE ONLY public.django_session SET expire_date = now()',
      'write: UPDATE ONLY public.django_session SET expire_date = now()',
    ],
    [
      'WITH gone AS (DELETE FROM django_session RETURNING 1) SELECT count(*) FROM gone',
      'write: WITH gone AS (DELETE FROM "public"."django_session" RETURNING 1) SELECT count(*) FROM gone',
    ],
  ])
    assert.equal(judge(statement ?? ''), expected);
});

void test('what is no query, writes elsewhere or could run code is not even sent', () => {
  for (const [statement, expected] of [
    ['', 'utility: it is no query'],
    ['COMMIT', 'utility: COMMIT is no query'],
    ["COPY (SELECT 1) TO PROGRAM 'sh'", 'utility: COPY is no query'],
    ['DO $$ BEGIN END $$', 'utility: DO is no query'],
    ['TRUNCATE django_session', 'utility: TRUNCATE is no query'],
    ['SET ROLE postgres', 'utility: SET is no query'],
    ['VACUUM django_session', 'utility: VACUUM is no query'],
    ["UPDATE pg_settings SET setting = 'off'", 'foreign: It writes to something else than the session table.'],
    ['SELECT 1 INTO copy FROM django_session', 'foreign: It writes to something else than the session table.'],
    [
      'WITH a AS (INSERT INTO b VALUES (1)) SELECT 1 FROM django_session',
      'foreign: It writes to something else than the session table.',
    ],
    ['SELECT pg_terminate_backend(pid) FROM pg_stat_activity', 'foreign: It calls pg_terminate_backend().'],
    ['SELECT pg_sleep(100)', 'foreign: It calls pg_sleep().'],
    ["SELECT set_config('role', 'postgres', false)", 'foreign: It calls set_config().'],
    ["SELECT pg_catalog.pg_read_file('x')", 'foreign: It calls pg_catalog.pg_read_file().'],
    ["SELECT nextval('a')", 'foreign: It calls nextval().'],
    ["SELECT lo_import('/etc/passwd')", 'foreign: It calls lo_import().'],
    ["SELECT * FROM dblink('', 'DROP TABLE x') AS t (a int)", 'foreign: It calls dblink().'],
    ['SELECT 1 FROM evil.v', 'foreign: It names evil.v.'],
    [
      "SELECT E'\\' FROM django_session",
      'foreign: It holds what can’t be read with certainty, such as a string of a special kind.',
    ],
  ])
    assert.equal(judge(statement ?? ''), expected);
});
