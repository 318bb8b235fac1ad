import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { suite, test } from 'node:test';
import pg from 'pg';
import { decodeSession } from '../../src/django/sessionData.ts';
import { NO_KEY, sessionKeys } from '../../src/django/sessionKeys.ts';
import { ensureDjango } from '../kit/django.ts';
import { startPostgres } from '../kit/postgres.ts';
import { run } from '../kit/process.ts';

/** Rows that real Django saved, in both versions, are read as what was saved. */

interface Row {
  readonly data: Record<string, unknown>;
  readonly session_key: string;
  readonly session_data: string;
  /** Unix times around the save. */
  readonly before: number;
  readonly after: number;
}

const SCRIPT = fileURLToPath(new URL('write_sessions.py', import.meta.url));
const SQLITE = { ENGINE: 'django.db.backends.sqlite3', NAME: ':memory:' };

async function save(python: string, settings: Record<string, unknown> = {}, database: object = SQLITE): Promise<Row[]> {
  const output = await run(python, [SCRIPT, JSON.stringify(database), JSON.stringify(settings)]);
  return JSON.parse(output) as Row[];
}

/** The key of write_sessions.py as one of two. */
const KEYS = sessionKeys([
  ['SECRET_KEY', 'another'],
  ['SECRET_KEY_FALLBACKS[0]', 'not-secret'],
]);
const OTHERS = sessionKeys([['SECRET_KEY', 'another']]);

function checkKey({ session_data: data }: Row): void {
  assert.equal(KEYS.keyOf(data), 'SECRET_KEY_FALLBACKS[0]');
  assert.equal(OTHERS.keyOf(data), NO_KEY);
}

function checkSigned(row: Row): void {
  checkKey(row);
  const decoded = decodeSession(row.session_data);
  assert.equal(decoded.format, 'signed');
  assert.equal(decoded.unreadable, undefined);
  // Through JSON, because __proto__ is an own property on both sides.
  assert.equal(JSON.stringify(decoded.data), JSON.stringify(row.data));
  const savedAt = decoded.savedAt?.getTime() ?? Number.NaN;
  assert.ok(
    savedAt >= Math.floor(row.before) * 1000 && savedAt <= row.after * 1000,
    `${savedAt} is not when it was saved`,
  );
}

/** All before the first suite: what is registered after an await may come after the end of the tests. */
const INSTALLED = await Promise.all(
  (['3.2', '5.2'] as const).map(async (version) => ({ version, django: await ensureDjango(version) })),
);

for (const { version, django } of INSTALLED) {
  const python = 'python' in django ? django.python : '';
  suite(`saved by Django ${version}`, { skip: 'skip' in django ? django.skip : false }, () => {
    test('signed values, compressed and not', async () => {
      const rows = await save(python);
      rows.forEach(checkSigned);
      assert.deepEqual([...new Set(rows.map((row) => row.session_data.startsWith('.')))], [false, true]);
    });

    test('rows of a real PostgreSQL', async (t) => {
      const server = await startPostgres();
      const client = new pg.Client({ connectionString: server.connectionString() });
      t.after(async () => {
        await client.end();
        await server.stop();
      });
      const url = new URL(server.connectionString());
      const database = {
        ENGINE: 'django.db.backends.postgresql',
        NAME: 'postgres',
        USER: url.username,
        PASSWORD: url.password,
        HOST: url.hostname,
        PORT: url.port,
      };
      const saved = new Map((await save(python, {}, database)).map((row) => [row.session_key, row]));
      await client.connect();
      const { rows } = await client.query<{ session_key: string; session_data: string }>(
        'SELECT * FROM django_session',
      );
      assert.equal(rows.length, saved.size);
      for (const row of rows) {
        const expected = saved.get(row.session_key);
        assert.ok(expected);
        checkSigned({ ...expected, session_data: row.session_data });
      }
    });

    if (version !== '3.2') return;

    test('the format of Django before 3.1', async () => {
      for (const row of await save(python, { DEFAULT_HASHING_ALGORITHM: 'sha1' })) {
        const decoded = decodeSession(row.session_data);
        assert.equal(decoded.format, 'legacy');
        checkKey(row);
        assert.equal(decoded.savedAt, undefined);
        assert.equal(JSON.stringify(decoded.data), JSON.stringify(row.data));
      }
    });

    test('pickled sessions are told and not opened', async () => {
      const serializer = { SESSION_SERIALIZER: 'django.contrib.sessions.serializers.PickleSerializer' };
      for (const settings of [serializer, { ...serializer, DEFAULT_HASHING_ALGORITHM: 'sha1' }]) {
        for (const row of await save(python, settings)) {
          const decoded = decodeSession(row.session_data);
          assert.equal(decoded.data, undefined);
          assert.match(decoded.unreadable ?? '', /^pickled/);
          assert.equal(decoded.format === 'signed', decoded.savedAt !== undefined);
        }
      }
    });
  });
}
