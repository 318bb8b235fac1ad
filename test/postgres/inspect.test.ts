import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Client } from 'pg';
import { decodeSession } from '../../src/django/sessionData.ts';
import { sessionKeys } from '../../src/django/sessionKeys.ts';
import { changesBetween, inspected, userOf } from '../../src/monitoring/inspect/inspectedSession.ts';
import type { Database } from '../../src/postgres/connect/connection.ts';
import { deleteByKeys } from '../../src/postgres/inspect/deleteByKeys.ts';
import { findUserSessions } from '../../src/postgres/inspect/findUserSessions.ts';
import { readSession } from '../../src/postgres/inspect/readSession.ts';
import { createSessionTable, fillSessions, newSessionKey, signSession } from '../kit/sessions.ts';
import { newDatabase, onNewestMajor, rejectsWith, SECRET_KEY } from './support.ts';

/** One session and those of a user, read and deleted: the key is in no statement that the server could log. */

/** The server's, of all statements. */
const LOG: string[] = [];
const TABLE = { name: 'django_session' };
const VERIFIER = sessionKeys([['SECRET_KEY', SECRET_KEY]]);

onNewestMajor(
  'inspecting sessions',
  (bench) => {
    let serial = 0;

    async function place(): Promise<{ admin: Client; reader: Database; writer: Database; name: string }> {
      const name = `inspect${serial++}`;
      const admin = await newDatabase(bench, name);
      // What the test itself does is none of ours.
      await admin.query('SET log_statement = none');
      await admin.query('SET log_min_duration_statement = -1');
      await createSessionTable(admin);
      return { admin, name, reader: await bench.monitor(name), writer: await bench.monitor(name, { readOnly: false }) };
    }

    async function save(
      admin: Client,
      key: string,
      data: Readonly<Record<string, unknown>>,
      secretKey = SECRET_KEY,
    ): Promise<void> {
      const value = signSession(data, { secretKey, at: new Date() });
      await admin.query(
        `INSERT INTO django_session VALUES ($1, $2, now() + interval '14 days')
         ON CONFLICT (session_key) DO UPDATE SET session_data = excluded.session_data, expire_date = excluded.expire_date`,
        [key, value],
      );
    }

    it('reads a session by its key, says by which key it is signed, and what has changed when it is read again', async () => {
      const { admin, reader } = await place();
      const key = newSessionKey();
      await fillSessions(admin, { rows: 2_000, secretKey: SECRET_KEY });
      await save(admin, key, { _auth_user_id: '42', cart: [1, 2, 3], theme: 'dark' });
      const read = async (): Promise<ReturnType<typeof inspected>> => {
        const row = (await readSession(reader, key, TABLE)) ?? assert.fail('not found');
        return inspected(row, VERIFIER, new Date());
      };
      const first = await read();
      assert.deepEqual(
        first.entries.map(({ name, kind, bytes }) => [name, kind, bytes]),
        [
          ['_auth_user_id', 'text', 4],
          ['cart', 'list of 3', 7],
          ['theme', 'text', 6],
        ],
      );
      assert.equal(first.signedWith, 'SECRET_KEY');
      assert.ok(first.savedAt !== undefined && Math.abs(Date.now() - first.savedAt.getTime()) < 60_000);
      assert.equal(first.isExpired, false);
      assert.equal(userOf(first), '42');
      await save(admin, key, { _auth_user_id: '42', cart: [1], seen: true }, 'another');
      const second = await read();
      assert.equal(second.signedWith, 'none of them');
      assert.deepEqual(changesBetween(first, second), [
        { name: 'cart', how: 'changed' },
        { name: 'seen', how: 'new' },
        { name: 'theme', how: 'gone' },
      ]);
      assert.equal(
        await readSession(reader, `${key.slice(0, -1)}!`, TABLE),
        undefined,
        'one that begins alike is another',
      );
      assert.equal(await readSession(reader, key.slice(0, 6), TABLE), undefined);
    });

    it('finds the sessions of a user by looking at all, in batches, and says whose it can’t tell', async () => {
      const { admin, reader } = await place();
      await fillSessions(admin, { rows: 6_000, secretKey: SECRET_KEY, expiredShare: 0.2, anonymousShare: 1 });
      const keys = Array.from({ length: 7 }, newSessionKey);
      for (const key of keys) await save(admin, key, { _auth_user_id: '42' });
      await save(admin, newSessionKey(), { _auth_user_id: '421' });
      await admin.query(`UPDATE django_session SET expire_date = now() - interval '1 day' WHERE session_key = $1`, [
        keys[0],
      ]);
      // Pickled, by protocol 4: never opened.
      const pickled = Buffer.from('\u0080\u0004}.', 'latin1').toString('base64url');
      await admin.query(
        `INSERT INTO django_session VALUES ('pickled', '${pickled}:1t0000:${'x'.repeat(43)}', now() + interval '1 day')`,
      );
      const seen: number[] = [];
      const found = await findUserSessions(reader, '42', {
        table: TABLE,
        decode: decodeSession,
        onProgress: (n) => seen.push(n),
      });
      assert.deepEqual(new Set(found.sessions.map(({ key }) => key)), new Set(keys.slice(1)));
      assert.equal(found.scanned, 6_009);
      assert.equal(found.isComplete, true);
      assert.deepEqual(found.unreadable, { 'pickled (PickleSerializer), which is never opened': 1 });
      assert.ok(seen.length >= 4, 'it goes on in batches');
      const log = LOG.join('\n');
      assert.match(log, /session_key > \$2/u, 'the end of the scan is in the log');
      const { rows } = await admin.query<{ key: string }>('SELECT session_key AS key FROM django_session');
      assert.deepEqual(
        rows.filter(({ key }) => log.includes(key)).map(({ key }) => key),
        [],
      );
      const abort = new AbortController();
      const stopped = await findUserSessions(reader, '42', {
        table: TABLE, decode: decodeSession, signal: abort.signal, onProgress: () => abort.abort(),
      }); // prettier-ignore
      assert.equal(stopped.isComplete, false);
      assert.ok(stopped.scanned < 6_009);
    });

    it('finds them by user_id where the model has one, and nobody by what can’t be one', async () => {
      const { admin, reader } = await place();
      await admin.query('ALTER TABLE django_session ADD user_id integer, ADD ip inet, ADD user_agent varchar(200)');
      await admin.query('CREATE INDEX ON django_session (user_id)');
      await fillSessions(admin, { rows: 500, secretKey: SECRET_KEY });
      const key = newSessionKey();
      await save(admin, key, { _auth_user_id: '42' });
      await admin.query(
        `UPDATE django_session SET user_id = 42, ip = '10.0.0.7', user_agent = 'it''s' WHERE session_key = $1`,
        [key],
      );
      const find = (user: string): ReturnType<typeof findUserSessions> =>
        findUserSessions(reader, user, { table: TABLE, decode: decodeSession });
      const found = await find('42');
      assert.deepEqual([found.column, found.scanned, found.sessions.map((one) => one.key)], ['user_id', 0, [key]]);
      assert.deepEqual((await find('ann')).sessions, []);
      assert.deepEqual((await find("42'; DROP TABLE django_session; --")).sessions, []);
      const row = (await readSession(reader, key, TABLE)) ?? assert.fail('not found');
      assert.deepEqual(row.columns, { user_id: '42', ip: '10.0.0.7/32', user_agent: "it's" });
    });

    it('deletes those and no other, under the lock of cleanups, and says what was gone and what stays', async () => {
      const { admin, writer, name } = await place();
      await fillSessions(admin, { rows: 300, secretKey: SECRET_KEY });
      const keys = Array.from({ length: 120 }, newSessionKey);
      for (const key of keys) await save(admin, key, { _auth_user_id: '42' });
      const gone = newSessionKey();
      const kept = keys[5] ?? '';
      await admin.query(
        'CREATE TABLE visit (session_key varchar(40) REFERENCES django_session DEFERRABLE INITIALLY DEFERRED)',
      );
      await admin.query('INSERT INTO visit VALUES ($1)', [kept]);
      await admin.query('SELECT pg_advisory_lock(1684697957, 1)');
      const problem = await rejectsWith(deleteByKeys(writer, keys, { table: TABLE }), 'cleanup-running', true);
      assert.doesNotMatch(problem.message, new RegExp(keys.join('|')));
      await admin.query('SELECT pg_advisory_unlock(1684697957, 1)');
      const done = await deleteByKeys(writer, [...keys, gone], { table: TABLE });
      assert.deepEqual(
        [done.deleted, done.deletedHow, done.gone, done.kept, done.batches, done.cancelled, done.problem],
        [119, 'exact', 1, 1, 3, false, undefined],
      );
      const { rows } = await admin.query<{ n: number }>('SELECT count(*)::int AS n FROM django_session');
      assert.equal(rows[0]?.n, 301);
      const reading = await bench.monitor(name);
      await rejectsWith(deleteByKeys(reading, keys, { table: TABLE }), 'read-only', false);
    });

    it('gives no key to the server in full: its log of all statements has none, nor what the sessions hold', async () => {
      const { admin, reader, writer } = await place();
      const [key, other] = [newSessionKey(), newSessionKey()];
      for (const one of [key, other]) await save(admin, one, { _auth_user_id: '42', secret: `payload-${key}` });
      await readSession(reader, key, TABLE);
      await findUserSessions(reader, '42', { table: TABLE, decode: decodeSession });
      assert.equal((await deleteByKeys(writer, [key, other], { table: TABLE })).deleted, 2);
      await rejectsWith(readSession(reader, key, { name: 'nothing' }), 'table-missing');
      const log = LOG.join('\n');
      assert.match(log, /DELETE \/\* django-session-monitor \*\/ FROM/u, 'statements are logged');
      assert.match(log, /parameters/iu, 'with their values');
      for (const one of [key, other]) assert.equal(log.includes(one), false, 'a key is in the server’s log');
      assert.equal(log.includes('payload-'), false);
    });
  },
  { settings: { log_statement: 'all', log_min_duration_statement: '0' }, onLog: (line) => LOG.push(line) },
);
