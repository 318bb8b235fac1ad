import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import {
  describeProject,
  type DescribeOptions,
  type ProjectDescription,
} from '../../../../src/django/describe/describeProject.ts';

let folder = '';
let count = 0;
before(async () => {
  folder = await realpath(await mkdtemp(path.join(tmpdir(), 'dsm-describe-')));
});
after(async () => rm(folder, { recursive: true, force: true }));

type Files = Readonly<Record<string, string>>;

async function describe(files: Files, options: DescribeOptions = {}): Promise<ProjectDescription> {
  const root = path.join(folder, `${++count}`, 'shop');
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), text);
  }
  return await describeProject(root, options);
}

const manage = (module = 'store.settings'): string => `import os, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "${module}")
from django.core.management import execute_from_command_line
execute_from_command_line(sys.argv)
`;

const FROM_ENVIRONMENT = `import os
DEBUG = True
DATABASES = {"default": {
    "ENGINE": "django.db.backends.postgresql",
    "NAME": os.environ.get("DB_NAME", "shop"),
    "USER": os.environ.get("DB_USER", "me"),
    "PASSWORD": os.environ.get("DB_PASSWORD", "secret"),
    "HOST": os.environ.get("DB_HOST", "localhost"),
    "PORT": os.environ.get("DB_PORT", 5432),
}}
`;

const LITERAL = (host: string, more = '', debug = 'True'): Files => ({
  'manage.py': manage(),
  'store/settings.py': `DEBUG = ${debug}
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "shop", "USER": "me", "PASSWORD": "secret", "HOST": "${host}"}}
${more}`,
});

const COMPOSE = `services:
  db:
    image: postgres:16
    environment: [POSTGRES_DB=shop, POSTGRES_USER=me, POSTGRES_PASSWORD=secret]
    ports: ["5433:5432"]
  web:
    build: .
    command: python manage.py runserver 0.0.0.0:8000
    environment: { DB_HOST: db }
`;

test('values come from the environment, a .env, a compose file, then defaults, and say so', async () => {
  const files = { 'manage.py': manage(), 'store/settings.py': FROM_ENVIRONMENT };
  const plain = await describe(files);
  assert.deepEqual([plain.database?.host, plain.database?.reachable], ['localhost', undefined]);
  assert.equal(plain.database?.origin, 'default in store/settings.py, line 8');
  assert.ok(plain.notes.some((note) => note.includes('only of a default')));
  assert.equal(plain.name, 'shop');

  const compose = await describe({ ...files, 'compose.yaml': COMPOSE });
  assert.equal(compose.database?.host, 'db');
  assert.deepEqual(compose.database.reachable, {
    host: '127.0.0.1',
    port: 5433,
    how: 'the service db of compose.yaml publishes its port 5432 on 127.0.0.1:5433',
  });
  assert.equal(
    compose.database.origin,
    'HOST: compose.yaml, service web; NAME, USER, PASSWORD: default in store/settings.py, line 5',
  );
  assert.deepEqual(compose.notes, []);

  const dotenv = await describe({
    ...files,
    'compose.yaml': COMPOSE,
    '.env': '# here\nDB_HOST=127.0.0.1\nDB_PORT=5439\n',
  });
  assert.deepEqual([dotenv.database?.host, dotenv.database?.port], ['127.0.0.1', 5439]);
  assert.match(dotenv.database?.origin ?? '', /^HOST, PORT: \.env, line 2; /);

  const environment = await describe(
    { ...files, 'compose.yaml': COMPOSE, '.env': 'DB_HOST=127.0.0.1\n' },
    { environment: { DB_HOST: 'localhost' } },
  );
  assert.match(environment.database?.origin ?? '', /^HOST: DB_HOST in the environment; /);
});

test('a .env that the settings load goes before a compose file, and does not override the environment', async () => {
  const files = {
    'manage.py': manage(),
    'store/settings.py': `from dotenv import load_dotenv\nload_dotenv()\n${FROM_ENVIRONMENT}`,
    '.env': 'DB_HOST=loaded\nDB_USER=loaded\n',
    'compose.yaml': COMPOSE.replace('DB_HOST: db', 'DB_HOST: db, DB_NAME: named'),
  };
  const found = await describe(files, { environment: { DB_USER: 'given' } });
  assert.deepEqual([found.database?.host, found.database?.user, found.database?.name], ['loaded', 'given', 'named']);
  assert.equal(found.database?.reachable, undefined);
  const forced = await describe(
    {
      ...files,
      'store/settings.py': files['store/settings.py'].replace('load_dotenv()', 'load_dotenv(override=True)'),
    },
    { environment: { DB_USER: 'given' } },
  );
  assert.equal(forced.database?.user, 'loaded');
});

test('where nothing reaches it, a note says which line to add to which file', async () => {
  const unpublished = await describe({
    ...LITERAL('db'),
    'docker-compose.yml': COMPOSE.replace('    ports: ["5433:5432"]\n', ''),
  });
  assert.equal(unpublished.database?.reachable, undefined);
  const [note = ''] = unpublished.notes;
  assert.match(note, /service db of docker-compose\.yml/);
  assert.match(note, /ports: \['127\.0\.0\.1:5432:5432'\]/);
  const below = await describe({ ...LITERAL('db'), '.devcontainer/docker-compose.yml': COMPOSE });
  assert.match(below.database?.reachable?.how ?? '', /of \.devcontainer\/docker-compose\.yml publishes/);
  const other = await describe({ ...LITERAL('db'), 'docker-compose.yml': COMPOSE.replace('=secret', '=other') });
  assert.equal(other.database?.reachable, undefined);
  assert.match(other.notes.join(' '), /another password/);
  const hostile = COMPOSE.replace('  db:', '  "[db](command:x)\\n$(trash)":\n    container_name: db');
  const named = await describe({ ...LITERAL('db'), 'docker-compose.yml': hostile });
  assert.match(named.database?.reachable?.how ?? '', /^the service \?db\?\?command\?x\?\?\?\?trash\? \(db\) of /);
  const none = await describe({ ...LITERAL('postgres'), 'docker-compose.yml': COMPOSE });
  assert.match(none.notes.join(' '), /postgres is no service of the compose files/);
});

test('a module of a compose file is taken, but not one for a server where manage.py has another', async () => {
  const files = {
    'manage.py': manage('store.local'),
    'store/local.py': FROM_ENVIRONMENT,
    'store/production.py': FROM_ENVIRONMENT,
    'store/docker.py': FROM_ENVIRONMENT,
  };
  const named = (module: string): string => COMPOSE.replace('DB_HOST: db', `DJANGO_SETTINGS_MODULE: ${module}`);
  assert.equal((await describe({ ...files, 'compose.yaml': named('store.docker') })).settingsModule, 'store.docker');
  assert.equal((await describe({ ...files, 'compose.yaml': named('store.production') })).settingsModule, 'store.local');
  assert.equal((await describe({ ...files, 'compose.yaml': named('store.gone') })).settingsModule, 'store.local');
  const given = { environment: { DJANGO_SETTINGS_MODULE: 'store.production' } };
  assert.equal(
    (await describe({ ...files, 'compose.yaml': named('store.docker') }, given)).settingsModule,
    'store.production',
  );
});

test('production is judged by more than a name, in doubt yes, and on this machine not by DEBUG alone', async () => {
  const judged = async (files: Files): Promise<string> => {
    const { production } = await describe(files);
    return `${production.value ? 'yes' : 'no'}: ${production.why}`;
  };
  for (const [files, expected] of [
    [LITERAL('localhost'), /^no: .*this machine/],
    [LITERAL('localhost', '', 'False'), /^no: .*this machine/],
    [{ ...LITERAL('db', '', 'False'), 'compose.yaml': COMPOSE }, /^no: .*container/],
    [LITERAL('shop.abc.eu-west-1.rds.amazonaws.com'), /^yes: .*Amazon RDS/],
    [LITERAL('shop.postgres.database.azure.com'), /^yes: .*Azure/],
    [LITERAL('/cloudsql/project:region:name'), /^yes: .*Google/],
    [LITERAL('db.abcdefgh.supabase.co'), /^yes: .*Supabase/],
    [LITERAL('ep-cool-name-123.eu-central-1.aws.neon.tech'), /^yes: .*Neon/],
    [LITERAL('db-postgresql-fra1-1.b.db.ondigitalocean.com'), /^yes: .*DigitalOcean/],
    [LITERAL('ec2-1-2-3-4.compute-1.amazonaws.com'), /^yes: .*Amazon/],
    [LITERAL('203.0.113.10'), /^yes: .*203\.0\.113\.10/],
    [LITERAL('db.example.com'), /^yes: /],
    [LITERAL('host.docker.internal'), /^no: .*this machine/],
    [LITERAL('shop.internal'), /^yes: /],
    [LITERAL('10.0.0.5'), /^no: .*DEBUG is on/],
    [LITERAL('10.0.0.5', '', 'False'), /^yes: .*DEBUG is off/],
    [LITERAL('10.0.0.5', '', 'some()'), /^yes: .*DEBUG is not known/],
    [LITERAL('prod-db'), /^yes: .*prod-db/],
    [LITERAL('localhost', 'DATABASES["default"]["NAME"] = "shop_production"'), /^yes: .*shop_production/],
    [LITERAL('localhost', 'DATABASES["default"]["NAME"] = "products"'), /^no: /],
    [LITERAL('localhost', 'DATABASES["default"]["OPTIONS"] = {"sslmode": "require"}'), /^yes: .*sslmode=require/],
    [LITERAL('localhost', 'DATABASES["default"]["OPTIONS"] = {"sslmode": "prefer"}'), /^no: /],
    [LITERAL('shop-replica', ''), /^yes: .*replica/],
    [{ ...LITERAL('db'), 'docker-compose.prod.yml': COMPOSE }, /^yes: .*for a server/],
    [{ 'manage.py': manage('store.production'), 'store/production.py': FROM_ENVIRONMENT }, /^yes: .*store\.production/],
    [{ 'manage.py': manage('store.gone') }, /^yes: .*not known/],
  ] as const)
    assert.match(await judged(files), expected, JSON.stringify(files));
});

const ENGINE = (engine: string): string => `SESSION_ENGINE = "${engine}"\n`;

test('where the sessions are: engines, models and routers', async () => {
  const sessions = async (more: string, files: Files = {}): Promise<string> => {
    const { sessions: found, notes } = await describe({ ...LITERAL('localhost', more), ...files });
    return `${found.table ?? '-'} ${found.alias}${notes.length === 0 ? '' : ` (${notes.join(' ')})`}`;
  };
  assert.equal(await sessions(''), 'django_session default');
  assert.match(await sessions(ENGINE('django.contrib.sessions.backends.cached_db')), /^django_session default/);
  assert.match(await sessions(ENGINE('django.contrib.sessions.backends.cache')), /^- default \(.*cache/);
  assert.match(await sessions(ENGINE('user_sessions.backends.db')), /^user_sessions_session default/);
  assert.match(await sessions(ENGINE('qsessions.backends.cached_db')), /^qsessions_session default/);
  assert.match(await sessions(ENGINE('store.sessions')), /^- default .*not known/);
  const own = `from django.contrib.sessions.backends.db import SessionStore as DBStore

class SessionStore(DBStore):
    @classmethod
    def get_model_class(cls):
        from accounts.models import AccountSession
        return AccountSession
`;
  const model = (meta: string): string => `from django.contrib.sessions.base_session import AbstractBaseSession
class AccountSession(AbstractBaseSession):
    user_id = models.IntegerField()
${meta}
`;
  for (const [meta, expected] of [
    ['', 'accounts_accountsession'],
    ['    class Meta:\n        db_table = "people_sessions"\n', 'people_sessions'],
    ['    class Meta:\n        app_label = "people"\n', 'people_accountsession'],
  ] as const) {
    const found = await sessions(ENGINE('accounts.sessions'), {
      'accounts/sessions.py': own,
      'accounts/models.py': model(meta),
    });
    assert.match(found, new RegExp(`^${expected} default`));
  }
  const router = (body: string): Files => ({
    'store/routers.py': `class Router:\n    labels = {"auth", "sessions"}\n\n    def db_for_write(self, model, **hints):\n${body}`,
  });
  const two =
    'DATABASES["people"] = {**DATABASES["default"], "NAME": "people"}\nDATABASE_ROUTERS = ["store.routers.Router"]\n';
  for (const [body, expected] of [
    ['        if model._meta.app_label == "sessions":\n            return "people"\n        return None\n', 'people'],
    ['        if model._meta.app_label in self.labels: return "people"\n', 'people'],
    [
      '        if model._meta.app_label not in ("sessions",):\n            return "people"\n        else:\n            return "default"\n',
      'default',
    ],
    [
      '        """Of orders."""\n        if model._meta.app_label == "orders":\n            return "people"\n',
      'default',
    ],
    ['        return "people"\n', 'people'],
  ] as const)
    assert.match(
      await sessions(two, router(body)),
      new RegExp(`^django_session ${expected}(?: \\(DATABASE_ROUTERS send|$)`),
      body,
    );
  assert.match(await sessions(two, router('        return pick(model)\n')), /^django_session default \(.*not known/);
  const { database } = await describe({
    ...LITERAL('localhost', two),
    ...router('        return "people"\n'),
  });
  assert.deepEqual([database?.alias, database?.name], ['people', 'people']);
});

test('never throws for a bad project, and says what failed', async () => {
  const bad: Files[] = [
    { 'readme.txt': '' },
    { 'manage.py': 'django (' },
    { 'manage.py': manage(), 'store/settings.py': 'DATABASES = [' },
    { ...LITERAL('db'), 'compose.yaml': 'services: [' },
    {
      ...LITERAL('db'),
      'compose.yaml': 'services: {web: {build: ., command: manage.py runserver, env_file: gone.env}}',
    },
    { ...LITERAL('db'), 'compose.yaml': 'services: 5' },
    { ...LITERAL('sqlite', 'DATABASES = {}\n') },
  ];
  for (const files of bad) {
    const { notes } = await describe(files);
    assert.ok(notes.length > 0, JSON.stringify(files));
    assert.ok(
      notes.every((note) => /[.!?)]$/.test(note)),
      notes.join('\n'),
    );
  }
  const gone = await describeProject(path.join(folder, 'gone'));
  assert.equal(gone.settingsModule, '');
});

test('the throttle is described with its interval, also one of another name that is known by what it does', async () => {
  const middleware = (name: string): Files => ({
    ...LITERAL('localhost', `MIDDLEWARE = ["store.middleware.${name}"]\nSESSION_TOUCH_INTERVAL = 300`),
    'store/middleware.py': `import time
from django.conf import settings

class ${name}:
    @staticmethod
    def every():
        return getattr(settings, "SESSION_TOUCH_INTERVAL", 900)

    def __call__(self, request):
        now = time.time()
        if now - request.session.get("seen", 0) > self.every():
            request.session["seen"] = now
        return self.get_response(request)
`,
  });
  for (const name of ['ThrottledSessionMiddleware', 'KeepSessionAlive']) {
    assert.deepEqual((await describe(middleware(name))).throttle, {
      path: `store.middleware.${name}`,
      enabled: true,
      intervalSeconds: 300,
      intervalOrigin: 'SESSION_TOUCH_INTERVAL in store/settings.py, line 4',
    });
  }
  assert.equal((await describe(LITERAL('localhost'))).throttle, undefined);
});
