import { entry, LITERAL, managePy, POSTGRES, SHOP, simple, START, type CorpusProject } from './kit.ts';

/** Projects of the shapes that were misread in public ones. */

const URL = 'postgres://app:s3cret@db.example.org:5433/shop';
const THERE = { DATABASE_URL: URL };

/** All settings are given to something that isn't read: what is known of them before says nothing. */
const givenAway = (name: string, code: string): CorpusProject =>
  simple(`given away: ${name}`, LITERAL + code, {
    environment: THERE,
    databases: {},
    problems: ['databases-unresolved', 'settings-dynamic'],
    unlikeDjango: 'the package is not installed',
  });

export const SHAPES: readonly CorpusProject[] = [
  givenAway('django_heroku', 'import django_heroku\ndjango_heroku.settings(locals())\n'),
  givenAway('Dynaconf', 'import dynaconf\nsettings = dynaconf.DjangoDynaconf(__name__)\n'),
  givenAway('by keyword', 'from corporate import load\nload(into=globals())\n'),
  givenAway('by a name', 'from corporate import load\nnames = vars()\nload(names)\n'),
  givenAway('the module', 'import sys\nfrom corporate import load\nload(sys.modules[__name__])\n'),
  givenAway(
    'the name of the module',
    'from corporate import Base\nclass Local(Base):\n    DEBUG = True\nLocal.load_settings(__name__)\n',
  ),
  givenAway('in a function', 'from corporate import load\ndef start():\n    load(globals())\nstart()\n'),
  simple(
    'a probe in a try',
    `from probes import reachable
def pick():
    try:
        reachable('postgresql')
        return 'postgresql'
    except Exception:
        return 'sqlite3'
def name():
    try:
        reachable('name')
        return 'one'
    except OSError:
        pass
    return 'two'
DATABASES = {'default': {'ENGINE': 'django.db.backends.' + pick(), 'NAME': name()}}
`,
    {
      files: { 'probes.py': 'import socket\nreachable = socket.gethostbyname\n' },
      databases: { default: { unresolved: { ENGINE: 'reachable() raises', NAME: 'reachable() raises' } } },
      unlikeDjango: 'Django knows whether it raises',
    },
  ),
  {
    name: 'manage.py asks any() whether a module is named',
    files: {
      'manage.py': `import os, sys
from django.core.management import execute_from_command_line
if not any(a.startswith('--settings') for a in sys.argv):
    os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings.development')
execute_from_command_line(sys.argv)
`,
      'shop/__init__.py': '',
      'shop/settings/__init__.py': '',
      'shop/settings/development.py': START + LITERAL,
    },
    module: 'shop.settings.development',
    databases: { default: SHOP },
  },
  simple(
    'environs',
    `from environs import Env
env = Env()
env.read_env()
DATABASES = {
    'default': env.dj_db_url('DATABASE_URL', default='postgres://app@db/app'),
    'other': env.dj_db_url('OTHER_URL', default='postgres://app@db/app', conn_max_age=5),
    'parts': {'ENGINE': env('ENGINE', 'django.db.backends.postgresql'), 'NAME': env.list('NAMES')[1], 'PORT': env.int('PORT')},
}
SESSION_COOKIE_AGE = env.int('AGE', default=60)
SESSION_SAVE_EVERY_REQUEST = env.bool('SAVE', False)
`,
    {
      needs: ['environs'],
      environment: THERE,
      files: { 'shop/.env': 'NAMES=a,b\nPORT=5\nSAVE=on\n' },
      databases: {
        default: SHOP,
        other: entry({ name: 'app', user: 'app', host: 'db' }),
        parts: entry({ name: 'b', port: '5' }),
      },
      session: { age: 60, everyRequest: true },
    },
  ),
  simple(
    'FileAwareEnv of django-environ',
    `import environ
env = environ.FileAwareEnv(DEBUG=(bool, False))
DATABASES = {'default': env.db('DATABASE_URL'), 'file': env.db('OTHER_URL')}
SESSION_COOKIE_AGE = env.int('AGE', default=60)
`,
    {
      environment: { ...THERE, OTHER_URL_FILE: 'other.url' },
      files: { 'other.url': 'postgres://app@db/app' },
      databases: { default: SHOP, file: entry({ name: 'app', user: 'app', host: 'db' }) },
      session: { age: 60 },
      // What Debian packages (0.4) has none.
      unlikeDjango: 'old versions have no FileAwareEnv',
    },
  ),
  simple(
    'a match statement',
    `import os
match os.environ.get('KIND', 'pg'):
    case 'mysql':
        DATABASES = {'default': {'ENGINE': 'django.db.backends.mysql', 'NAME': 'x'}}
    case 'pg' | 'postgres' if os.environ.get('DATABASE_URL'):
        DATABASES = {'default': {'ENGINE': '${POSTGRES}', 'NAME': 'x'}}
    case _:
        DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': 'x'}}
`,
    { environment: THERE, databases: { default: entry({ name: 'x' }) } },
  ),
  simple(
    'a match statement that takes things apart',
    `import os
match (os.environ.get('KIND', 'pg'), 1):
    case ('pg', kind):
        DATABASES = {'default': {'ENGINE': '${POSTGRES}', 'NAME': 'x'}}
`,
    { databases: {}, problems: ['databases-unresolved'], unlikeDjango: 'it is not followed' },
  ),
  simple(
    'secrets in JSON files',
    `import json
from pathlib import Path
with open('secrets.json') as handle:
    SECRETS = json.load(handle)
MORE = json.loads(Path(__file__).with_name('more.json').read_text()) if False else json.loads(open('shop/more.json').read())
try:
    with open('nowhere.json') as handle:
        PORT = json.load(handle)
except (FileNotFoundError, ValueError):
    PORT = '5433'
DATABASES = {'default': {
    'ENGINE': '${POSTGRES}', 'NAME': SECRETS['name'], 'HOST': SECRETS.get('host', 'localhost'), 'USER': MORE['db']['user'],
    'PASSWORD': Path('shop/password').read_text().strip(), 'PORT': PORT,
}}
`,
    {
      files: {
        'secrets.json': '{"name": "shop", "host": "db.example.org"}',
        'shop/more.json': '{"db": {"user": "app", "list": [1, 2.5, null]}}',
        'shop/password': 's3cret\n',
      },
      databases: { default: SHOP },
    },
  ),
  {
    name: 'many statements, and a database that is not known',
    files: {
      'manage.py': managePy('shop.settings'),
      'shop/__init__.py': '',
      'other.py': 'import secrets\nsecret = secrets.token_hex\n',
      'shop/settings.py': `${START}from other import secret
DATABASES = {'default': secret()}
${Array.from({ length: 900 }, (_, i) => `OPTION_${i} = ${i}\n\n`).join('')}`,
    },
    databases: { default: { engine: '', unresolved: { ENGINE: 'secrets' } } },
    unlikeDjango: 'Django does not start',
  },
];
