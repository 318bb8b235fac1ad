import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toConnection } from '../../../src/django/project/connectionString.ts';
import type { DatabaseSettings } from '../../../src/django/project/project.ts';

function settings(parts: Partial<DatabaseSettings>): DatabaseSettings {
  const location = { file: '/p/settings.py', offset: 0 };
  return {
    alias: 'default',
    engine: 'django.db.backends.postgresql',
    kind: 'postgresql',
    options: {},
    unresolved: {},
    location,
    ...parts,
  };
}

const CASES: readonly (readonly [Partial<DatabaseSettings>, string, string?])[] = [
  [{ name: 'shop' }, 'postgresql:///shop'],
  [{ name: 'shop', user: 'app', password: 'p@ss', host: 'db', port: '5433' }, 'postgresql://app@db:5433/shop', 'p@ss'],
  [{ name: 'shop', user: '', password: '', host: '', port: '' }, 'postgresql:///shop'],
  [{ name: 'a b/c?', user: 'u@x:y', host: 'db' }, 'postgresql://u%40x%3Ay@db/a%20b%2Fc%3F'],
  [
    { name: 'shop', host: '/var/run/postgresql', port: '5433' },
    'postgresql:///shop?host=%2Fvar%2Frun%2Fpostgresql&port=5433',
  ],
  [{ name: 'shop', host: '::1', port: '5433' }, 'postgresql://[::1]:5433/shop'],
  [{ name: 'shop', host: 'a,b', port: '1,2' }, 'postgresql:///shop?host=a%2Cb&port=1%2C2'],
  [{ options: { service: 'shop', passfile: '/p/.pgpass' } }, 'postgresql:///?service=shop&passfile=%2Fp%2F.pgpass'],
  [
    { name: 'shop', options: { sslmode: 'verify-full', sslrootcert: '/ca.pem', options: '-c search_path=geo' } },
    'postgresql:///shop?sslmode=verify-full&sslrootcert=%2Fca.pem&options=-c%20search_path%3Dgeo',
  ],
  // What Django, psycopg or the monitor itself decides.
  [
    {
      name: 'shop',
      options: { pool: 'True', application_name: 'x', isolation_level: '2', client_encoding: 'x', sslpassword: 's' },
    },
    'postgresql:///shop',
  ],
  // {'dbname': NAME, **OPTIONS}, then USER, PASSWORD, HOST and PORT over it.
  [
    { name: 'shop', user: 'app', options: { dbname: 'other', user: 'x', host: 'db', port: '1', password: 'p' } },
    'postgresql://app@db:1/other',
    'p',
  ],
];

test('a connection URI as libpq reads it, and the password apart', () => {
  for (const [parts, connectionString, password] of CASES) {
    const expected = password === undefined ? { connectionString } : { connectionString, password };
    assert.deepEqual(toConnection(settings(parts)), expected);
  }
});

test('every URI is valid, and percent-encoding comes back as it was', () => {
  for (const text of ['ž🐎', `'"\\`, '%41', 'a b', '#?&=+', '[x]']) {
    const { connectionString } = toConnection(
      settings({ name: text, user: text, host: 'db', options: { options: text } }),
    );
    const url = new URL(connectionString);
    const back = [url.pathname.slice(1), url.username, url.search.slice('?options='.length)].map(decodeURIComponent);
    assert.deepEqual(back, [text, text, text]);
  }
});
