import assert from 'node:assert/strict';
import { it } from 'node:test';
import { sessionKeys } from '../../src/django/sessionKeys.ts';
import { decodeSession } from '../../src/django/sessionData.ts';
import { connect, type Database } from '../../src/postgres/connect/connection.ts';
import { checkSessionTable } from '../../src/postgres/readings/checkTable.ts';
import { readDetailMetrics, StatementMemory } from '../../src/postgres/readings/detailMetrics.ts';
import { readExactCounts } from '../../src/postgres/readings/exactCounts.ts';
import { readSessionMetrics } from '../../src/postgres/readings/sessionMetrics.ts';
import { createSessionTable, fillSessions } from '../kit/sessions.ts';
import { flushStatistics, newDatabase, one, onNewestMajor, rejectsWith, SECRET_KEY } from './support.ts';

/** How rows of a page are found: the one way is new in PostgreSQL 14. */
const BY_RANGE = 'ctid >=';
const BY_POINTERS = 'ctid = ANY';

onNewestMajor('detail readings', (bench) => {
  it('sample unexpired sessions of all of the table, and count keys only', async () => {
    const admin = await newDatabase(bench, 'sampled');
    await createSessionTable(admin);
    const fill = { rows: 20_000, secretKey: SECRET_KEY, expiredShare: 0.5, distinctBodies: 500 };
    await fillSessions(admin, { ...fill, lastActivityShare: 1, anonymousShare: 1, order: 'expiredFirst' });
    const db = await bench.monitor('sampled');
    const seen: string[] = [];
    const { sample, indexes, cost } = await readDetailMetrics(db, {
      decode: (data) => {
        seen.push(data);
        return { data: { last_activity: 1 }, savedAt: new Date(), unreadable: 'not looked at' };
      },
    });
    assert.ok(sample.how === 'estimated');
    const whyUnverified = 'no project is known that they are of';
    assert.deepEqual(
      { ...sample.value, cookieAgeSeconds: 0 },
      { rows: 100, withLastActivity: 100, anonymous: 100, unreadable: {}, cookieAgeSeconds: 0, whyUnverified },
    );
    const where = await one<{ expired: number; pages: number }>(
      admin,
      `SELECT count(*) FILTER (WHERE expire_date < now())::int AS expired, count(DISTINCT (ctid::text::point)[0])::int AS pages
         FROM django_session WHERE session_data = ANY ($1)`,
      [seen],
    );
    assert.equal(where.expired, 0);
    assert.ok(where.pages > 30, `from ${where.pages} pages`);
    assert.deepEqual(
      indexes.value?.map((index) => [index.name, index.valid, index.unique]),
      [
        ['django_session_expire_date_a5c62663', true, false],
        ['django_session_pkey', true, true],
        ['django_session_session_key_c0390e0f_like', true, false],
      ],
    );
    assert.ok(cost.statements >= 3 && cost.serverMs > 0);
  });

  it('name the session tables of other schemas and engines, and the one that is left behind', async () => {
    const admin = await newDatabase(bench, 'tenants');
    const like = (name: string): string => `CREATE TABLE ${name} (LIKE django_session INCLUDING ALL)`;
    await createSessionTable(admin);
    await admin.query(`${like('members_visit')}; CREATE SCHEMA acme; ${like('acme.django_session')};
      CREATE SCHEMA zeta; ${like('zeta.django_session')}; CREATE SCHEMA odd; CREATE TABLE odd.django_session (session_key text);
      CREATE VIEW zeta.qsessions_session AS SELECT * FROM members_visit;
      ALTER TABLE members_visit ADD member_id int;
      INSERT INTO members_visit SELECT i, repeat('x', 100), now() FROM generate_series(1, 3000) AS i;
      INSERT INTO acme.django_session SELECT i, repeat('x', 100), now() FROM generate_series(1, 1000) AS i`);
    await admin.query('ANALYZE acme.django_session');
    await flushStatistics(admin);
    const db = await bench.monitor('tenants');
    const { tables } = await readDetailMetrics(db, { table: { name: 'members_visit' } });
    assert.ok(tables.how === 'exact');
    assert.deepEqual(
      tables.value.map(({ schema, name, rows, writes, watched }) => [`${schema}.${name}`, rows, writes, watched]),
      [
        ['public.members_visit', tables.value[0]?.rows, 3000, true],
        ['acme.django_session', 1000, 1000, false],
        ['public.django_session', null, 0, false],
        ['zeta.django_session', null, 0, false],
      ],
    );
    const { total } = await one<{ total: number }>(
      admin,
      "SELECT pg_total_relation_size('acme.django_session')::int AS total",
    );
    assert.equal(tables.value[1]?.bytes, total);
  });

  it('say by which key the sessions are signed', async () => {
    const admin = await newDatabase(bench, 'signed');
    await createSessionTable(admin);
    await fillSessions(admin, { rows: 40, secretKey: SECRET_KEY, expiredShare: 0 });
    await fillSessions(admin, { rows: 10, secretKey: 'another worker', expiredShare: 0 });
    const db = await bench.monitor('signed');
    const verifier = sessionKeys([
      ['SECRET_KEY', 'after the rotation'],
      ['SECRET_KEY_FALLBACKS[0]', SECRET_KEY],
    ]);
    const { sample } = await readDetailMetrics(db, { decode: decodeSession, verifier });
    assert.ok(sample.how === 'estimated');
    assert.deepEqual(
      sample.value.signatures?.map(({ key, sessions, newest }) => [key, sessions, newest instanceof Date]),
      [
        ['SECRET_KEY_FALLBACKS[0]', 40, true],
        ['none of them', 10, true],
      ],
    );
    assert.doesNotMatch(JSON.stringify(sample), /rotation|another worker|test-secret-key/u);
    const unverified = await readDetailMetrics(db, { decode: decodeSession });
    assert.match(JSON.stringify(unverified.sample), /"whyUnverified":"no project is known/u);
  });

  it('say what is unreadable, and the cookie age as it is in effect', async () => {
    const admin = await newDatabase(bench, 'mixed');
    await createSessionTable(admin);
    await fillSessions(admin, {
      rows: 60,
      secretKey: SECRET_KEY,
      expiredShare: 0,
      cookieAgeSeconds: 86_400,
      anonymousShare: 0.5,
    });
    await admin.query(
      `UPDATE django_session SET session_data = repeat(md5(random()::text), 5000) WHERE ctid = '(0,1)'`,
    );
    const db = await bench.monitor('mixed');
    const decoded: string[] = [];
    const reading = await readDetailMetrics(db, {
      decode: (data) => {
        const one = decodeSession(data);
        decoded.push(JSON.stringify(one));
        return one;
      },
    });
    const { sample } = reading;
    assert.ok(sample.how === 'estimated');
    const { rows, unreadable } = sample.value;
    assert.equal(rows + Object.values(unreadable).reduce((a, b) => a + b, 0), 60);
    assert.deepEqual(Object.values(unreadable), [1], JSON.stringify(unreadable));
    assert.equal(sample.value.cookieAgeSeconds, 86_400);
    // What was decoded of people is nowhere in what is given on.
    const secret = /cart|ModelBackend|_auth_user|Europe/u;
    assert.match(decoded.join('\n'), secret);
    assert.doesNotMatch(JSON.stringify(reading), secret);
    await admin.query("UPDATE django_session SET expire_date = now() - interval '1 s'");
    assert.equal((await readDetailMetrics(db, { decode: decodeSession })).sample.how, 'unknown');
  });

  it('read the texts of statements seldom, and their numbers each time', async () => {
    const admin = await newDatabase(bench, 'texts');
    await createSessionTable(admin);
    await admin.query('CREATE EXTENSION pg_stat_statements');
    const update = (): Promise<unknown> =>
      admin.query('UPDATE django_session SET expire_date = now() WHERE session_key = $1', ['x']);
    await update();
    const db = await bench.monitor('texts');
    const memory = new StatementMemory();
    const calls = async (): Promise<number | undefined> => {
      const { statements } = await readDetailMetrics(db, { memory });
      assert.ok(statements.how === 'exact');
      return statements.value.find((one) => one.query.startsWith('UPDATE'))?.calls;
    };
    assert.equal(await calls(), 1);
    await update();
    assert.equal(await calls(), 2, 'without reading the texts');
    for (let i = 0; i < 10; i++) await calls();
    assert.ok(memory.texts.size > 0);
    assert.equal(memory.readings, 12);
    await admin.query('DROP EXTENSION pg_stat_statements');
    const gone = await readDetailMetrics(db, { memory });
    assert.equal(gone.statements.how, 'unknown');
  });

  it('say how to get pg_stat_statements when the server runs without it', async () => {
    const admin = await newDatabase(bench, 'unloaded');
    await createSessionTable(admin);
    await admin.query('CREATE EXTENSION pg_stat_statements');
    await bench.server.restart({ shared_preload_libraries: '' });
    const db = await bench.monitor('unloaded');
    const { statements } = await readDetailMetrics(db, {});
    assert.ok(statements.how === 'unknown');
    assert.match(statements.reason, /without its library/u);
    assert.match(statements.next ?? '', /shared_preload_libraries/u);
    await bench.server.restart({ shared_preload_libraries: 'pg_stat_statements' });
  });

  it('count exactly within their own time', async () => {
    const admin = await newDatabase(bench, 'counted');
    await createSessionTable(admin);
    await fillSessions(admin, { rows: 1_000, secretKey: SECRET_KEY });
    const db = await bench.monitor('counted', { statementTimeoutMs: 1_000 });
    const exact = await readExactCounts(db, { timeoutMs: 30_000 });
    assert.equal(exact.total, 1_000);
    assert.equal(exact.active + exact.expired, 1_000);
    await admin.query(`CREATE FUNCTION slow(timestamptz) RETURNS timestamptz LANGUAGE sql AS 'SELECT $1 FROM pg_sleep(1)';
      CREATE SCHEMA s; CREATE VIEW s.django_session AS SELECT session_key, session_data, slow(expire_date) AS expire_date FROM public.django_session`);
    await rejectsWith(
      readExactCounts(db, { table: { schema: 's', name: 'django_session' }, timeoutMs: 100 }),
      'statement-timeout',
      true,
    );
  });

  it('check the table at the first connection', async () => {
    const admin = await newDatabase(bench, 'checked');
    const db = await bench.monitor('checked');
    const missing = await rejectsWith(checkSessionTable(db), 'table-missing', false);
    assert.match(missing.next, /manage\.py migrate/u);
    await createSessionTable(admin);
    await checkSessionTable(db);
    await admin.query(`CREATE ROLE checker LOGIN PASSWORD 'checker'`);
    const poor = await connect({
      connectionString: bench.server.connectionString('checked', 'checker', 'checker'),
      readOnly: true,
    });
    await rejectsWith(checkSessionTable(poor), 'permission-denied', false);
    await rejectsWith(readSessionMetrics(poor), 'permission-denied', false);
    await admin.query('GRANT SELECT (session_key, session_data, expire_date) ON django_session TO checker');
    await checkSessionTable(poor);
    await poor.close();
  });

  it('sample by line pointers where PostgreSQL can’t scan a range of them', async () => {
    const admin = await newDatabase(bench, 'older');
    await createSessionTable(admin);
    await fillSessions(admin, { rows: 20_000, secretKey: SECRET_KEY, expiredShare: 0.5, distinctBodies: 500 });
    const db = await bench.monitor('older');
    // As PostgreSQL 13 would be asked; the statement is good for the newer ones too.
    const asked: string[] = [];
    const older: Database = {
      target: db.target,
      applicationName: db.applicationName,
      server: { ...db.server, version: 130_000 },
      direct: db.direct,
      query: (text, values, options) => {
        asked.push(text);
        return db.query(text, values, options);
      },
      transaction: (statements, options) => db.transaction(statements, options),
      reopen: () => db.reopen(),
      close: () => db.close(),
    };
    const { total } = (await readSessionMetrics(older)).sessions;
    assert.ok(total.how === 'estimated' && Math.abs(total.value - 20_000) < 1_000, JSON.stringify(total));
    const { sample } = await readDetailMetrics(older, { decode: () => ({ data: {} }) });
    assert.equal(sample.value?.rows, 100);
    assert.ok(asked.some((text) => text.includes(BY_POINTERS)));
    assert.deepEqual(
      asked.filter((text) => text.includes(BY_RANGE)),
      [],
      'what it could not do',
    );
  });
});
