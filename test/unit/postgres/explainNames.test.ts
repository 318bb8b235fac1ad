import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeNames } from '../../../src/postgres/explain/names.ts';

/** Which statements are planned, and with which text. What PostgreSQL makes of them is in test/postgres/explain.test.ts. */

const T = '"public"."django_session"';
const judge = (statement: string): string => {
  const judged = judgeNames(statement, { tables: [{ schema: 'public', name: 'django_session' }] });
  return 'text' in judged ? judged.text : `refused: ${judged.refused}`;
};

void test('what Django and people ask of the table is planned, with the table named in full', () => {
  for (const statement of [
    'SELECT @.a, "django_session"."session_data" FROM @ WHERE ("django_session"."expire_date" > $1 AND a = $2) LIMIT 21',
    'SELECT $1 AS "a" FROM @ WHERE "django_session"."session_key" = $2 LIMIT 1',
    'INSERT INTO @ ("session_key", "session_data", "expire_date") VALUES ($1, $2, $3) ON CONFLICT ("session_key") DO UPDATE SET a = $4, b = "django_session"."b"',
    'UPDATE @ SET "session_data" = $1, "expire_date" = $2 WHERE "django_session"."session_key" = $3',
    'DELETE FROM @ WHERE "django_session"."session_key" IN ($1 /*, ... */)',
    "DELETE FROM ONLY @ WHERE expire_date < now() - INTERVAL '1 day'",
    'SELECT COUNT(*) FROM (SELECT 1 FROM @ U0 WHERE U0.expire_date > $1) subquery',
    'SELECT EXTRACT(YEAR FROM "django_session"."expire_date" AT TIME ZONE $1), count(*) FROM @ GROUP BY 1',
    'SELECT a.x FROM @ AS a JOIN @ b ON a.x = b.x, @ AS c WHERE c.y = a.y ORDER BY c.y',
    'SELECT * FROM @ FOR UPDATE OF django_session SKIP LOCKED',
    'WITH gone AS (DELETE FROM @ RETURNING session_key) SELECT count(*) FROM gone',
    'SELECT $1::timestamptz, CAST($2 AS varchar(40)) FROM @;',
    'SELECT * FROM @ WHERE session_key IN (SELECT s.session_key FROM public.django_session s)',
    "/* shop */ SELECT 'it''s (not) evil.f()' FROM @ -- evil.f()",
  ]) {
    const named = statement.replaceAll('@.a', '"django_session"."a"');
    for (const own of ['"django_session"', 'django_session', 'DJANGO_SESSION'])
      assert.equal(judge(named.replaceAll('@', own)), named.replaceAll('@', T));
  }
});

void test('whatever is not PostgreSQL’s or the table’s is refused, wherever it stands', () => {
  for (const [statement, why] of [
    ['SELECT evil() FROM django_session', 'It calls evil().'],
    ['SELECT evil.f() FROM django_session', 'It calls evil.f().'],
    ['SELECT evil . f /* */ () FROM django_session', 'It calls evil.f().'],
    ['SELECT "count"(*) FROM django_session', 'It calls count().'],
    ['SELECT public.django_session() FROM django_session', 'It calls public.django_session().'],
    ['SELECT * FROM django_session()', 'It calls django_session().'],
    ['SELECT * FROM evil.v, django_session', 'It names evil.v.'],
    ['SELECT * FROM django_session, evil.v', 'It names evil.v.'],
    ['SELECT * FROM django_session JOIN evil.v ON true', 'It names evil.v.'],
    ['SELECT * FROM django_session JOIN pg_class ON true, evil.v', 'It names evil.v.'],
    ['SELECT * FROM django_session.session_key, django_session', 'It names django_session.session_key.'],
    ['SELECT 1 FROM django_session WHERE 1 IN (TABLE evil.v)', 'It names evil.v.'],
    ['SELECT 1 FROM django_session WHERE 1 IN (SELECT 1 FROM evil.v)', 'It names evil.v.'],
    ['SELECT extract(day FROM (SELECT x FROM evil.v)) FROM django_session', 'It names evil.v.'],
    ['SELECT coalesce((TABLE evil.v)) FROM django_session', 'It names evil.v.'],
    ['INSERT INTO evil.v SELECT * FROM django_session', 'It names evil.v.'],
    ['INSERT INTO evil.v (a) SELECT * FROM django_session', 'It calls evil.v().'],
    ['UPDATE django_session SET a = 1 FROM evil.v', 'It names evil.v.'],
    ['DELETE FROM django_session USING evil.v', 'It names evil.v.'],
    ['WITH a AS (TABLE evil.v) SELECT * FROM django_session', 'It names evil.v.'],
    ['SELECT $1::evil.t FROM django_session', 'It names evil.t.'],
    ['SELECT $1::"evil"."t" FROM django_session', 'It names evil.t.'],
    ['SELECT CAST($1 AS evil.t) FROM django_session', 'It names evil.t.'],
    ["SELECT evil.t 'x' FROM django_session", 'It names evil.t.'],
    ["SELECT evil.t(1) 'x' FROM django_session", 'It calls evil.t().'],
    ['SELECT session_key COLLATE evil.c FROM django_session', 'It names evil.c.'],
    ['SELECT 1 OPERATOR(evil.+) 1 FROM django_session', 'It calls operator().'],
    ['SELECT * FROM django_session ORDER BY 1 USING OPERATOR(evil.<)', 'It calls operator().'],
    ['SELECT * FROM django_session TABLESAMPLE evil.m(1)', 'It calls evil.m().'],
    ['SELECT table_to_xml($1, true, true, $2) FROM django_session', 'It calls table_to_xml().'],
    ['SELECT pg_read_file($1) FROM django_session', 'It calls pg_read_file().'],
    ['SELECT (django_session).evil FROM django_session', 'It takes a field out of a value.'],
    ['WITH django_session AS (SELECT 1) SELECT * FROM django_session', 'It calls something else django_session.'],
    ['SELECT 1) FROM django_session', 'Its parentheses do not match.'],
  ])
    assert.equal(judge(statement ?? ''), `refused: ${why ?? ''}`);
});

void test('what PostgreSQL may read otherwise is not read at all', () => {
  for (const statement of [
    'SELECT U&"evil" FROM django_session',
    "SELECT U&'x' FROM django_session",
    "SELECT E'\\' FROM django_session, evil.v --' FROM django_session",
    "SELECT '\\' FROM django_session",
    'SELECT $$x$$ FROM django_session',
    'SELECT $a$x$a$ FROM django_session',
    'SELECT 1 /* /* */ FROM django_session -- */',
    'SELECT 1 FROM django_session /*',
    "SELECT 1 FROM django_session WHERE a = 'x",
    'SELECT 1 FROM "django_session',
    'SELECT\u00a01 FROM django_session\u0000',
  ])
    assert.match(judge(statement), /^refused: It holds what/u, statement);
});
