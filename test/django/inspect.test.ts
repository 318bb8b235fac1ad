import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { nodeFileSystem } from '../../src/common/fileSystem.ts';
import { readProject } from '../../src/django/project/findProject.ts';
import { decodeSession } from '../../src/django/sessionData.ts';
import { NO_KEY, readSessionKeys } from '../../src/django/sessionKeys.ts';
import { inspected, userOf, type InspectedSession } from '../../src/monitoring/inspect/inspectedSession.ts';
import { connect } from '../../src/postgres/connect/connection.ts';
import { deleteByKeys } from '../../src/postgres/inspect/deleteByKeys.ts';
import { findUserSessions } from '../../src/postgres/inspect/findUserSessions.ts';
import { readSession } from '../../src/postgres/inspect/readSession.ts';
import { nothingInDatabase } from '../../src/presentation/inspect/inspectTexts.ts';
import { ensureDjango } from '../kit/django.ts';
import { startPostgres } from '../kit/postgres.ts';
import { run } from '../kit/process.ts';
import { managePy } from './corpus/kit.ts';

/** Sessions of real Django, of each engine and format, are inspected as what was saved, and gone for Django once they are deleted. */

/** An engine in the shape of django-user-sessions: the row has the user and the client. */
const FILES = {
  'manage.py': managePy('shop.settings'),
  'shop/__init__.py': '',
  'visits/__init__.py': '',
  'visits/engine.py': `from django.contrib.sessions.backends.db import SessionStore as DBStore

class SessionStore(DBStore):
    @classmethod
    def get_model_class(cls):
        from .models import Visit
        return Visit

    def create_model_instance(self, data):
        visit = super().create_model_instance(data)
        visit.user_id = data.get('_auth_user_id')
        visit.user_agent = 'Mozilla'
        return visit
`,
  'visits/models.py': `from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

class Visit(AbstractBaseSession):
    user_id = models.IntegerField(null=True, db_index=True)
    user_agent = models.CharField(max_length=200, blank=True)

    @classmethod
    def get_session_store_class(cls):
        from visits.engine import SessionStore
        return SessionStore
`,
};

/** Prints the keys of a signed-in visitor's session and of a stranger's, by engine. */
const SAVE = `
import importlib, json, django
django.setup()
from django.core.management import call_command
call_command('migrate', run_syncdb=True, verbosity=0)
keys = {}
for engine in ('django.contrib.sessions.backends.db', 'django.contrib.sessions.backends.cached_db', 'visits.engine'):
    keys[engine] = []
    for data in ({'_auth_user_id': '42', '_auth_user_hash': 'x' * 64, 'cart': {'apples': 3}}, {'cart': {}}):
        store = importlib.import_module(engine).SessionStore()
        store.update(data)
        store.save()
        keys[engine].append(store.session_key)
print(json.dumps(keys))
`;

/** Prints which of the sessions Django still takes for what they are. */
const LOAD = `
import importlib, json, sys, django
django.setup()
print(json.dumps({engine: [bool(importlib.import_module(engine).SessionStore(key).load()) for key in keys]
    for engine, keys in json.loads(sys.argv[1]).items()}))
`;

const WRITE = fileURLToPath(new URL('write_sessions.py', import.meta.url));
const [DB, CACHED_DB, OWN] = ['django.contrib.sessions.backends.db', 'django.contrib.sessions.backends.cached_db', 'visits.engine'] as const; // prettier-ignore

const INSTALLED = await Promise.all(
  (
    [
      ['3.2', 15],
      ['5.2', 18],
    ] as const
  ).map(async ([version, major]) => ({ version, major, django: await ensureDjango(version) })),
);

for (const { version, major, django } of INSTALLED) {
  suite(
    `sessions of Django ${version} on PostgreSQL ${major}`,
    { skip: 'skip' in django ? django.skip : false },
    () => {
      test('are inspected by key and by user, and deleted, whatever the engine and the format', async (t) => {
        const python = 'python' in django ? django.python : '';
        const server = await startPostgres({ major });
        t.after(() => server.stop());
        const root = await realpath(await mkdtemp(path.join(tmpdir(), 'dsm-inspect-')));
        t.after(() => rm(root, { recursive: true }));
        const url = new URL(server.connectionString());
        const database = {
          ENGINE: 'django.db.backends.postgresql',
          NAME: 'postgres',
          USER: url.username,
          PASSWORD: url.password,
          HOST: url.hostname,
          PORT: url.port,
        };
        const settings = async (more: string): Promise<void> =>
        write('shop/settings.py', `INSTALLED_APPS = ['django.contrib.sessions', 'visits']
USE_TZ = True
DEFAULT_AUTO_FIELD = 'django.db.models.AutoField'
CACHES = {'default': {'BACKEND': 'django.core.cache.backends.filebased.FileBasedCache', 'LOCATION': '${root}/cache'}}
DATABASES = {'default': ${JSON.stringify(database)}}
${more}
`); // prettier-ignore
        async function write(name: string, text: string): Promise<void> {
          await mkdir(path.dirname(path.join(root, name)), { recursive: true });
          await writeFile(path.join(root, name), text);
        }
        for (const [name, text] of Object.entries(FILES)) await write(name, text);
        await settings("SECRET_KEY = 'not-secret'");
        const env = { ...process.env, DJANGO_SETTINGS_MODULE: 'shop.settings' };
        const said = async (code: string, ...args: string[]): Promise<unknown> =>
          JSON.parse(await run(python, ['-c', code, ...args], { cwd: root, env }));
        const keys = (await said(SAVE)) as Record<string, [string, string]>;

        const db = await connect({ connectionString: server.connectionString() });
        t.after(() => db.close());
        const inspect = async (key: string, table = 'django_session'): Promise<InspectedSession> => {
          const verifier = await readSessionKeys(
            nodeFileSystem,
            await readProject(nodeFileSystem, root, { environment: {} }),
          );
          const row = (await readSession(db, key, { name: table })) ?? assert.fail('not found');
          return inspected(row, verifier, new Date());
        };
        const tables = { [DB]: 'django_session', [CACHED_DB]: 'django_session', [OWN]: 'visits_visit' };
        for (const [engine, table] of Object.entries(tables)) {
          const [known, stranger] = keys[engine] ?? assert.fail(engine);
          const session = await inspect(known, table);
          assert.equal(session.signedWith, 'SECRET_KEY', engine);
          assert.deepEqual(session.entries.map(({ name }) => name).sort(), [
            '_auth_user_hash',
            '_auth_user_id',
            'cart',
          ]);
          assert.equal(userOf(session), '42');
          const lifetime = (session.expires.getTime() - (session.savedAt?.getTime() ?? 0)) / 1000;
          assert.ok(Math.abs(lifetime - 1_209_600) < 2, `${engine}: ${lifetime} s`);
          assert.equal((await inspect(stranger, table)).isSignedIn, false);
        }
        const visit = await inspect(keys[OWN]?.[0] ?? '', tables[OWN]);
        assert.deepEqual(visit.columns.map(({ name, value }) => [name, value]), [['user_id', '42'], ['user_agent', 'Mozilla']]); // prettier-ignore

        const search = { decode: decodeSession };
        const users = await findUserSessions(db, '42', { ...search, table: { name: 'django_session' } });
        const expected = new Set([keys[DB]?.[0], keys[CACHED_DB]?.[0]]);
        assert.deepEqual([new Set(users.sessions.map(({ key }) => key)), users.scanned], [expected, 4]);
        const visits = await findUserSessions(db, '42', { ...search, table: { name: tables[OWN] } });
        assert.deepEqual([visits.column, visits.sessions.map(({ key }) => key)], ['user_id', [keys[OWN]?.[0]]]);

        // The key was changed: with the old one among the fallbacks (Django 4.1 and later) it is still one of the settings'.
        await settings("SECRET_KEY = 'new'\nSECRET_KEY_FALLBACKS = ['older', 'not-secret']");
        assert.equal((await inspect(keys[DB]?.[0] ?? '')).signedWith, 'SECRET_KEY_FALLBACKS[1]');
        await settings("SECRET_KEY = 'new'");
        assert.equal((await inspect(keys[DB]?.[0] ?? '')).signedWith, NO_KEY);
        await settings("SECRET_KEY = 'not-secret'");

        const gone = {
          [DB]: keys[DB]?.[0] ?? '',
          [CACHED_DB]: keys[CACHED_DB]?.[0] ?? '',
          [OWN]: keys[OWN]?.[0] ?? '',
        };
        for (const [engine, key] of Object.entries(gone)) {
          const done = await deleteByKeys(db, [key], { table: { name: tables[engine as keyof typeof tables] } });
          assert.deepEqual([done.deleted, done.deletedHow, done.gone, done.kept], [1, 'exact', 0, 0], engine);
        }
        // What is said of cached_db is so: who is deleted in the table goes on with what the cache has.
        assert.deepEqual(await said(LOAD, JSON.stringify(keys)), { [DB]: [false, true], [CACHED_DB]: [true, true], [OWN]: [false, true] }); // prettier-ignore

        for (const engine of ['cache', 'file', 'signed_cookies']) {
          await settings(`SECRET_KEY = 'not-secret'\nSESSION_ENGINE = 'django.contrib.sessions.backends.${engine}'`);
          const { sessions } = await readProject(nodeFileSystem, root, { environment: {} });
          const problem = sessions && nothingInDatabase(sessions);
          assert.match(problem?.why ?? '', new RegExp(`^Nothing of the sessions is in the database: .*${engine}`, 'u'));
        }
        await settings("SECRET_KEY = 'not-secret'");
        if (version !== '3.2') return;

        const legacy = { DEFAULT_HASHING_ALGORITHM: 'sha1' };
        const pickle = { SESSION_SERIALIZER: 'django.contrib.sessions.serializers.PickleSerializer' };
        const rows = async (more: object): Promise<{ session_key: string }[]> =>
          JSON.parse(await run(python, [WRITE, JSON.stringify(database), JSON.stringify(more)])) as {
            session_key: string;
          }[];
        const [, old] = await rows(legacy);
        const legacySession = await inspect(old?.session_key ?? '');
        assert.deepEqual(
          [legacySession.format, legacySession.signedWith, legacySession.savedAt],
          ['legacy', 'SECRET_KEY', undefined],
        );
        assert.equal(userOf(legacySession), '42');
        for (const [, pickled] of [await rows(pickle), await rows({ ...pickle, ...legacy })]) {
          const session = await inspect(pickled?.session_key ?? '');
          assert.deepEqual([session.entries, session.signedWith], [[], 'SECRET_KEY']);
          assert.match(session.unreadable ?? '', /^pickled/u);
        }
        const all = await findUserSessions(db, '42', { ...search, table: { name: 'django_session' } });
        assert.deepEqual(all.sessions.map(({ key }) => key), [old?.session_key]); // prettier-ignore
        assert.deepEqual(Object.values(all.unreadable), [8], 'whose the pickled ones are is not known');
      });
    },
  );
}
