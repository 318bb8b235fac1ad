import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { isKnown } from '../../src/common/measured.ts';
import { decodeSession } from '../../src/django/sessionData.ts';
import { connect } from '../../src/postgres/connect/connection.ts';
import { checkSessionTable } from '../../src/postgres/readings/checkTable.ts';
import { readDetailMetrics } from '../../src/postgres/readings/detailMetrics.ts';
import { readSessionMetrics } from '../../src/postgres/readings/sessionMetrics.ts';
import { ensureDjango } from '../kit/django.ts';
import { startPostgres, type TestPostgres } from '../kit/postgres.ts';
import { run } from '../kit/process.ts';
import { createSessionTable } from '../kit/sessions.ts';

/** The table that real Django makes and the rows that it saves there, as our readings see them. */

const SCRIPT = fileURLToPath(new URL('write_sessions.py', import.meta.url));
const PAIRS = [
  { version: '3.2', major: 15 },
  { version: '3.2', major: 18 },
  { version: '5.2', major: 15 },
  { version: '5.2', major: 18 },
] as const;

async function shapeOf(client: pg.Client): Promise<unknown> {
  const columns = await client.query(
    `SELECT column_name, data_type, character_maximum_length, is_nullable FROM information_schema.columns
      WHERE table_name = 'django_session' ORDER BY ordinal_position`,
  );
  const indexes = await client.query(
    `SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'django_session' ORDER BY 1`,
  );
  return [columns.rows, indexes.rows];
}

async function withDatabase(
  server: TestPostgres,
  name: string,
  work: (client: pg.Client) => Promise<void>,
): Promise<void> {
  const admin = new pg.Client({ connectionString: server.connectionString() });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  await admin.end();
  const client = new pg.Client({ connectionString: server.connectionString(name) });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

/** Rows that Django saves by its own migrate and SessionStore; returns how many. */
async function saveWithDjango(python: string, server: TestPostgres, name: string): Promise<number> {
  const url = new URL(server.connectionString(name));
  const database = {
    ENGINE: 'django.db.backends.postgresql',
    NAME: name,
    USER: url.username,
    PASSWORD: url.password,
    HOST: url.hostname,
    PORT: url.port,
  };
  return (JSON.parse(await run(python, [SCRIPT, JSON.stringify(database), '{}'])) as unknown[]).length;
}

/** All before the first suite: what is registered after an await may come after the end of the tests. */
const INSTALLED = await Promise.all(PAIRS.map(async (pair) => ({ ...pair, django: await ensureDjango(pair.version) })));

for (const { version, major, django } of INSTALLED) {
  suite(`Django ${version} on PostgreSQL ${major}`, { skip: 'skip' in django ? django.skip : false }, () => {
    test('its table is ours, and its sessions are read as SQL counts them', async (t) => {
      const python = 'python' in django ? django.python : '';
      const server = await startPostgres({ major });
      t.after(() => server.stop());
      let ours: unknown;
      await withDatabase(server, 'ours', async (client) => {
        await createSessionTable(client);
        ours = await shapeOf(client);
      });
      await withDatabase(server, 'shop', async (client) => {
        const saved = await saveWithDjango(python, server, 'shop');
        assert.deepEqual(await shapeOf(client), ours);
        await client.query(
          `UPDATE django_session SET expire_date = now() - interval '1 day'
            WHERE session_key = (SELECT min(session_key) FROM django_session)`,
        );
        const db = await connect({ connectionString: server.connectionString('shop'), readOnly: true });
        t.after(() => db.close());
        await checkSessionTable(db, { name: 'django_session' });
        const { sessions } = await readSessionMetrics(db);
        assert.deepEqual(
          [sessions.total, sessions.active, sessions.expired, sessions.savedLastHour].map((m) => [m.how, m.value]),
          [saved, saved - 1, 1, saved - 1].map((n) => ['exact', n]),
        );
        const { sample } = await readDetailMetrics(db, { decode: decodeSession });
        assert.ok(isKnown(sample));
        assert.equal(sample.value.rows, saved - 1);
        assert.deepEqual(sample.value.unreadable, {});
        assert.equal(sample.value.cookieAgeSeconds, 1_209_600, 'Django’s own default');
        const active = await client.query<{ session_data: string }>(
          'SELECT session_data FROM django_session WHERE expire_date >= now()',
        );
        const keys = active.rows.map((row) => Object.keys(decodeSession(row.session_data).data ?? {}));
        assert.equal(sample.value.withLastActivity, keys.filter((k) => k.includes('last_activity')).length);
        assert.equal(sample.value.anonymous, keys.filter((k) => !k.includes('_auth_user_id')).length);
      });
    });
  });
}
