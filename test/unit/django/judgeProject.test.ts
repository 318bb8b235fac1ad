import assert from 'node:assert/strict';
import { test } from 'node:test';
import { engineKind } from '../../../src/django/project/databaseSettings.ts';
import { readProject } from '../../../src/django/project/findProject.ts';
import { judgeProject, type Judgement } from '../../../src/django/project/judgeProject.ts';
import { LITERAL, managePy } from '../../django/corpus/kit.ts';
import { below, memoryFileSystem } from './memory.ts';

async function judge(settings: string, alias?: string): Promise<Judgement> {
  const files = { 'manage.py': managePy('shop.settings'), 'shop/settings.py': settings };
  const project = await readProject(memoryFileSystem(below('/w', files)), '/w', { environment: {} });
  return judgeProject(project, alias);
}

async function refusal(settings: string, alias?: string): Promise<string> {
  const judgement = await judge(settings, alias);
  assert.ok(!judgement.usable, 'it was found usable');
  assert.equal(judgement.problem.transient, false);
  assert.ok(!judgement.problem.message.includes('hunter2'), judgement.problem.message);
  assert.match(judgement.problem.next, /[.]$/);
  return `${judgement.problem.code}: ${judgement.problem.why}`;
}

const engine = (name: string): string => LITERAL.replace('django.db.backends.postgresql', name);
const session = (name: string): string => `${LITERAL}SESSION_ENGINE = 'django.contrib.sessions.backends.${name}'\n`;

const REFUSED: readonly (readonly [string, string, RegExp])[] = [
  ['SQLite', engine('django.db.backends.sqlite3'), /^database-not-postgresql: .* is SQLite/],
  ['MySQL', engine('django.db.backends.mysql'), /^database-not-postgresql: .* is MySQL/],
  ['Oracle', engine('django.db.backends.oracle'), /^database-not-postgresql: .* is Oracle/],
  ['another engine', engine('mssql'), /^database-not-postgresql: .*mssql/],
  ['no DATABASES', 'DEBUG = True\n', /^databases-missing/],
  ['DATABASES that is computed', 'DATABASES = load("hunter2")\n', /^databases-unresolved: .*load/],
  [
    'a password that is computed',
    LITERAL.replace("'s3cret'", "vault.read('hunter2')"),
    /^database-unresolved: .*PASSWORD \(.*vault/,
  ],
  ['an entry that is computed', "DATABASES = {'default': load('hunter2')}\n", /^database-unresolved: .*load/],
  ['no ENGINE', "DATABASES = {'default': {'NAME': 'x'}}\n", /^database-engine-missing/],
  ['no NAME', "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql'}}\n", /^database-name-missing/],
  ['the cache engine', session('cache'), /^session-engine-without-table: .*cache only/],
  ['the file engine', session('file'), /^session-engine-without-table: .*files/],
  ['the cookie engine', session('signed_cookies'), /^session-engine-without-table: .*cookies/],
  [
    'a syntax error in DATABASES',
    LITERAL.replace("'shop',", "'shop'"),
    /^settings-syntax-error: shop.settings\.py: .*line \d/,
  ],
];

test('what can not be watched is refused with its reason', async () => {
  for (const [name, settings, expected] of REFUSED) {
    assert.match((await refusal(settings)).replaceAll('\n', ' '), expected, name);
  }
  assert.match(await refusal(LITERAL, 'replica'), /^database-alias-missing: .*only 'default'/);
});

test('a settings module that is not there', async () => {
  const fs = memoryFileSystem(below('/w', { 'manage.py': managePy('gone.settings') }));
  const judgement = judgeProject(await readProject(fs, '/w', { environment: {} }));
  assert.ok(!judgement.usable);
  assert.equal(judgement.problem.code, 'settings-module-missing');
  assert.match(judgement.problem.why, /gone\.settings, named by manage\.py/);
});

test('what can be watched, with notes', async () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    [LITERAL, /^$/],
    [session('db'), /^$/],
    [session('cached_db'), /cache/],
    [`${LITERAL}SESSION_ENGINE = 'shop.sessions'\n`, /own 'shop.sessions'/],
    [`${LITERAL}SESSION_ENGINE = choose()\n`, /SESSION_ENGINE is not known/],
    [`${LITERAL}MIDDLEWARE = [\n`, /line \d+: '\[' is not closed/],
    [engine('django_tenants.postgresql_backend'), /^$/],
    ["DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'OPTIONS': {'service': 'x'}}}\n", /^$/],
    ["DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': None}}\n", /^$/],
  ];
  for (const [settings, note] of cases) {
    const judgement = await judge(settings);
    assert.ok(judgement.usable, settings);
    assert.match(judgement.notes.join('\n'), note);
  }
});

test('engines by another name', () => {
  const kinds: Readonly<Record<string, string>> = {
    'django.db.backends.postgresql': 'postgresql',
    'django.db.backends.postgresql_psycopg2': 'postgresql',
    'django.contrib.gis.db.backends.postgis': 'postgresql',
    'django_tenants.postgresql_backend': 'postgresql',
    'tenant_schemas.postgresql_backend': 'postgresql',
    'django_prometheus.db.backends.postgresql': 'postgresql',
    'django_prometheus.db.backends.postgis': 'postgresql',
    'psqlextra.backend': 'postgresql',
    'timescale.db.backends.postgresql': 'postgresql',
    'dj_db_conn_pool.backends.postgresql': 'postgresql',
    django_postgrespool2: 'postgresql',
    'django.db.backends.sqlite3': 'sqlite',
    'django.contrib.gis.db.backends.spatialite': 'sqlite',
    'mysql.connector.django': 'mysql',
    'django.contrib.gis.db.backends.oracle': 'oracle',
    django_redshift_backend: 'other',
    django_cockroachdb: 'other',
    'django.db.backends.dummy': 'other',
    '': 'other',
  };
  for (const [name, kind] of Object.entries(kinds)) assert.equal(engineKind(name), kind, name);
});
