import type { DatabaseSettings } from '../../src/django/project.ts';

/**
 * Django projects as people write them, each with what its text must be read as. test/unit reads them from memory; test/django
 * writes them to a disk and compares the reading with what Django itself answers.
 */
export interface CorpusProject {
  readonly name: string;
  /** Paths relative to the project's folder. */
  readonly files: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** Python packages that the settings import, beside Django. */
  readonly needs?: readonly string[];
  readonly module?: string;
  /** By alias; `ROOT` stands for the project's folder. */
  readonly databases: Readonly<Record<string, Expected>>;
  readonly session?: { readonly engine?: string; readonly age?: number; readonly everyRequest?: boolean };
  /** Codes of the problems that have to be there, no others. */
  readonly problems?: readonly string[];
  /** Why Django says something else than the text is read as, when it does. */
  readonly unlikeDjango?: string;
}

export type Expected = Partial<Pick<DatabaseSettings, 'engine' | 'name' | 'user' | 'password' | 'host' | 'port'>> & {
  readonly options?: Readonly<Record<string, string>>;
  /** Keys that must be unresolved, with a part of the reason. */
  readonly unresolved?: Readonly<Record<string, string>>;
};

export const POSTGRES = 'django.db.backends.postgresql';

export function managePy(module: string): string {
  return `#!/usr/bin/env python
"""Django's command-line utility for administrative tasks."""
import os
import sys


def main():
    """Run administrative tasks."""
    os.environ.setdefault('DJANGO_SETTINGS_MODULE', '${module}')
    try:
        from django.core.management import execute_from_command_line
    except ImportError as exc:
        raise ImportError("Couldn't import Django.") from exc
    execute_from_command_line(sys.argv)


if __name__ == '__main__':
    main()
`;
}

/** What every settings file needs for Django to start. */
const START = `SECRET_KEY = 'not-secret'
INSTALLED_APPS = ['django.contrib.sessions']
USE_TZ = True
DEFAULT_AUTO_FIELD = 'django.db.models.AutoField'
`;

const entry = (parts: Expected): Expected => ({ engine: POSTGRES, ...parts });

const SHOP = entry({ name: 'shop', user: 'app', password: 's3cret', host: 'db.example.org', port: '5433' });

/** One project with manage.py, the package `shop` and this as its settings. */
function simple(
  name: string,
  settings: string,
  rest: Omit<CorpusProject, 'name' | 'files'> & { files?: Record<string, string> },
): CorpusProject {
  const { files = {}, ...others } = rest;
  return {
    name,
    files: {
      'manage.py': managePy('shop.settings'),
      'shop/__init__.py': '',
      'shop/settings.py': START + settings,
      ...files,
    },
    ...others,
  };
}

const LITERAL = `DATABASES = {
    'default': {
        'ENGINE': 'django.db.backends.postgresql',
        'NAME': 'shop',
        'USER': 'app',
        'PASSWORD': 's3cret',
        'HOST': 'db.example.org',
        'PORT': '5433',
    }
}
`;

export const LITERALS: readonly CorpusProject[] = [
  simple('plain literals', LITERAL, { databases: { default: SHOP } }),
  simple(
    'strings of every kind',
    String.raw`DATABASES = {
    "default": {
        "ENGINE": ("django.db.backends"
                   ".postgresql"),
        "NAME": r"sh\op",
        "USER": """app""",
        "PASSWORD": u'p\'\x61\u00e9\101' 'b\
c',
        "HOST": f"db-{'eu'}.{'example'}.org",
        "PORT": 5_433,
    },
}
`,
    {
      databases: {
        default: entry({
          name: String.raw`sh\op`,
          user: 'app',
          password: "p'aéAbc",
          host: 'db-eu.example.org',
          port: '5433',
        }),
      },
    },
  ),
  simple(
    'built up step by step',
    `BASE = dict(ENGINE='django.db.backends.postgresql', HOST='db.example.org', PORT=5433)
DATABASES = {}
DATABASES['default'] = {**BASE, 'NAME': 'shop'}
DATABASES['default'].update({'USER': 'app'}, PASSWORD='x')
DATABASES['default']['PASSWORD'] = 's3cret'
DATABASES['default'].setdefault('USER', 'nobody')
DATABASES['default'].setdefault('OPTIONS', {})['sslmode'] = 'verify-full'
DATABASES['replica'] = BASE | {'NAME': 'shop_replica', 'TEST': {'MIRROR': 'default'}}
DATABASES['old'] = DATABASES['replica'].copy()
DATABASES['old']['NAME'] += '_old'
del DATABASES['old']['PORT']
_host = DATABASES['default'].pop('HOST', None)
DATABASES['default'] |= {'HOST': _host}
SESSION_COOKIE_AGE = 60 * 60 * 24 * 7
SESSION_SAVE_EVERY_REQUEST = not False
SESSION_ENGINE = 'django.contrib.sessions.backends.' + 'cached_db'
`,
    {
      databases: {
        default: { ...SHOP, options: { sslmode: 'verify-full' } },
        replica: entry({ name: 'shop_replica', host: 'db.example.org', port: '5433' }),
        old: entry({ name: 'shop_replica_old', host: 'db.example.org' }),
      },
      session: { engine: 'django.contrib.sessions.backends.cached_db', age: 604_800, everyRequest: true },
    },
  ),
  simple(
    'loops, helpers and conditions',
    `import os
from datetime import timedelta

DEBUG = False

def get_env(name, default=None, *, required=False):
    """A helper as many projects have one."""
    try:
        return os.environ[name]
    except KeyError:
        if required:
            raise RuntimeError('missing ' + name)
        return default

upper = lambda text: text.upper()
DATABASES = {}
for alias, name in [('default', 'shop'), ('archive', 'shop_archive')]:
    DATABASES[alias] = {
        'ENGINE': 'django.db.backends.postgresql',
        'NAME': get_env('DB_NAME_' + upper(alias), name),
        'HOST': '{}.{host}'.format('db', host='example.org'),
        'PORT': '%s' % (5432 + 1),
    }
for config in DATABASES.values():
    config['USER'] = 'app' if not DEBUG else 'debug'
    config['PASSWORD'] = get_env('DB_PASSWORD', required=True)
if DEBUG:
    DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3'}}
elif len(DATABASES) == 2 and 'default' in DATABASES:
    DATABASES['archive']['NAME'], unused = 'shop_archive', None
else:
    del DATABASES['archive']
SESSION_COOKIE_AGE = int(timedelta(days=2, hours=1).total_seconds())
SESSION_SAVE_EVERY_REQUEST = bool(int(get_env('SAVE', '0')))
`,
    {
      environment: { DB_PASSWORD: 's3cret', SAVE: '1' },
      databases: { default: SHOP, archive: { ...SHOP, name: 'shop_archive' } },
      session: { age: 176_400, everyRequest: true },
    },
  ),
  simple(
    'paths',
    `import os
from pathlib import Path
BASE_DIR = Path(__file__).resolve().parent.parent
OLD_DIR = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DATABASES = {
    'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': BASE_DIR / 'db' / 'shop.sqlite3'},
    'old': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': os.path.join(OLD_DIR, 'old.sqlite3')},
    'tls': {
        'ENGINE': 'django.db.backends.postgresql', 'NAME': 'shop',
        'OPTIONS': {'sslmode': 'verify-ca', 'sslrootcert': str(BASE_DIR / 'ca.pem'), 'connect_timeout': 5},
    },
}
`,
    {
      databases: {
        default: { engine: 'django.db.backends.sqlite3', name: 'ROOT/db/shop.sqlite3' },
        old: { engine: 'django.db.backends.sqlite3', name: 'ROOT/old.sqlite3' },
        tls: entry({
          name: 'shop',
          options: { sslmode: 'verify-ca', sslrootcert: 'ROOT/ca.pem', connect_timeout: '5' },
        }),
      },
    },
  ),
];

export const ENVIRONMENTS: readonly CorpusProject[] = [
  simple(
    'os.environ in every form',
    `import os
from os import environ, getenv
os.environ.setdefault('DB_NAME', 'shop')
os.environ['DB_PORT'] = '5433'
if 'DB_HOST' in os.environ:
    HOST = os.environ['DB_HOST']
else:
    HOST = 'localhost'
try:
    PASSWORD = environ['DB_PASSWORD_FILE']
except KeyError:
    PASSWORD = environ.get('DB_PASSWORD') or 'none'
DATABASES = {'default': {
    'ENGINE': os.environ.get('DB_ENGINE', 'django.db.backends.postgresql'),
    'NAME': os.environ['DB_NAME'],
    'USER': getenv('DB_USER', 'app'),
    'PASSWORD': PASSWORD,
    'HOST': HOST,
    'PORT': int(os.getenv('DB_PORT', 5432)),
}}
SESSION_SAVE_EVERY_REQUEST = os.environ.get('SAVE', 'False').lower() in ('true', '1', 'yes')
`,
    {
      environment: { DB_PASSWORD: 's3cret', DB_HOST: 'db.example.org', SAVE: 'True' },
      databases: { default: SHOP },
      session: { everyRequest: true },
    },
  ),
  simple(
    'variables that are not set',
    `import os
DATABASES = {'default': {
    'ENGINE': 'django.db.backends.postgresql',
    'NAME': os.environ.get('DB_NAME'),
    'USER': os.getenv('DB_USER'),
    'PASSWORD': os.environ['DB_PASSWORD'],
    'HOST': f"{os.environ.get('DB_HOST')}.example.org",
}}
`,
    {
      databases: {
        default: entry({
          unresolved: {
            NAME: 'DB_NAME is not set',
            USER: 'DB_USER is not set',
            PASSWORD: 'DB_PASSWORD is not set',
            HOST: 'DB_HOST is not set',
          },
        }),
      },
      unlikeDjango: 'Django raises KeyError',
    },
  ),
  simple(
    'python-dotenv',
    `import os
from pathlib import Path
from dotenv import load_dotenv
BASE_DIR = Path(__file__).resolve().parent.parent
load_dotenv(BASE_DIR / 'config.env')
DATABASES = {'default': {
    'ENGINE': 'django.db.backends.postgresql',
    'NAME': os.environ['DB_NAME'],
    'USER': os.environ['DB_USER'],
    'PASSWORD': os.environ['DB_PASSWORD'],
    'HOST': os.environ['DB_HOST'],
    'PORT': os.environ['DB_PORT'],
}}
`,
    {
      needs: ['dotenv'],
      environment: { DB_USER: 'app' },
      files: {
        'config.env': `# a comment
DB_NAME = shop
DB_USER=from-the-file
export DB_PASSWORD=s3#cret # not part of it
DB_HOST="db.\${DOMAIN}"
DB_PORT='5433'
DOMAIN=example.org
`,
      },
      databases: { default: { ...SHOP, password: 's3#cret', host: 'db.' } },
    },
  ),
  simple(
    'load_dotenv() that looks upwards, from manage.py',
    `import os
DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': os.environ['DB_NAME'], 'PASSWORD': os.environ['DB_PASSWORD']}}
`,
    {
      needs: ['dotenv'],
      files: {
        'manage.py': managePy('shop.settings').replace(
          'import sys\n',
          'import sys\nfrom dotenv import load_dotenv\nload_dotenv()\n',
        ),
        '.env': 'DB_NAME=shop\nDB_PASSWORD="line\\none"\n',
      },
      databases: { default: entry({ name: 'shop', password: 'line\none' }) },
    },
  ),
  simple(
    '.env that nothing loads',
    `import os
DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': os.environ.get('DB_NAME', 'wrong'), 'USER': os.environ.get('DB_USER')}}
`,
    {
      files: { '.env': 'DB_NAME=shop\nDB_USER=app\n' },
      environment: { DB_USER: 'process' },
      databases: { default: entry({ name: 'shop', user: 'process' }) },
      problems: ['environment-from-dotenv'],
      unlikeDjango: 'the variables come from Docker Compose or the like',
    },
  ),
];

export const SPLIT: readonly CorpusProject[] = [
  {
    name: 'a package of settings with star imports',
    files: {
      'manage.py': managePy('config.settings.local'),
      'config/__init__.py': '',
      'config/settings/__init__.py': '',
      'config/settings/base.py': `${START}${LITERAL}SESSION_COOKIE_AGE = 100\n_private = 1\n`,
      'config/settings/local.py': `from .base import *
from .base import DATABASES as _same
from .. import names
from config.names import HOST
import config.names as also
DATABASES['default']['HOST'] = HOST
_same['default']['PORT'] = also.PORT
DATABASES['default']['NAME'] = names.NAME
try:
    from .secret import *
except ImportError:
    SESSION_COOKIE_AGE = SESSION_COOKIE_AGE * 2
`,
      'config/names.py': `HOST = 'db.example.org'\nPORT = '5433'\nNAME = 'shop'\n`,
    },
    module: 'config.settings.local',
    databases: { default: SHOP },
    session: { age: 200 },
  },
  {
    name: 'a module chosen by a variable',
    files: {
      'manage.py': managePy('shop.settings.dev'),
      'shop/__init__.py': '',
      'shop/settings/__init__.py': '',
      'shop/settings/dev.py': `${START}DATABASES = {}\n`,
      'shop/settings/prod.py': START + LITERAL,
    },
    environment: { DJANGO_SETTINGS_MODULE: 'shop.settings.prod' },
    module: 'shop.settings.prod',
    databases: { default: SHOP },
  },
  {
    name: 'an __init__ that imports by environment',
    files: {
      'manage.py': managePy('shop.settings'),
      'shop/__init__.py': '',
      'shop/settings/__init__.py': `import os
if os.environ.get('STAGE', 'dev') == 'prod':
    from .prod import *
else:
    from .dev import *
try:
    from .local import *
except ModuleNotFoundError:
    pass
`,
      'shop/settings/base.py': START,
      'shop/settings/dev.py': `from .base import *\n${LITERAL}`,
      'shop/settings/prod.py': 'from .base import *\nDATABASES = {}\n',
      'shop/settings/local.py': `from shop.settings.dev import DATABASES\nDATABASES['default']['HOST'] = 'db.local'\n`,
    },
    databases: { default: { ...SHOP, host: 'db.local' } },
  },
  {
    name: 'a search path that manage.py extends',
    files: {
      'manage.py': managePy('conf.settings').replace(
        'def main():',
        "from pathlib import Path\nsys.path.insert(0, str(Path(__file__).resolve().parent / 'backend'))\n\n\ndef main():",
      ),
      'backend/conf/__init__.py': '',
      'backend/conf/settings.py': START + LITERAL,
    },
    databases: { default: SHOP },
  },
];

export const TOOLS: readonly CorpusProject[] = [
  simple(
    'dj-database-url',
    `import dj_database_url
DATABASES = {
    'default': dj_database_url.config(conn_max_age=600, ssl_require=True),
    'replica': dj_database_url.config(env='REPLICA_URL', default='postgis://app@replica/shop?currentSchema=geo'),
    'parsed': dj_database_url.parse('postgresql://%2Fvar%2Frun%2Fpostgresql/shop'),
}
DATABASES['default']['USER'] = 'app'
`,
    {
      needs: ['dj_database_url'],
      environment: { DATABASE_URL: 'postgres://other:s3%23cret%40@DB.example.org:5433/shop?connect_timeout=5' },
      databases: {
        default: { ...SHOP, password: 's3#cret@', options: { connect_timeout: '5', sslmode: 'require' } },
        replica: {
          engine: 'django.contrib.gis.db.backends.postgis',
          name: 'shop',
          user: 'app',
          host: 'replica',
          options: { options: '-c search_path=geo' },
        },
        parsed: entry({ name: 'shop', host: '/var/run/postgresql' }),
      },
    },
  ),
  simple(
    'django-environ',
    `import environ
env = environ.Env(DEBUG=(bool, False), DB_NAME=(str, 'shop'), SESSION_AGE=(int, 5))
ROOT_DIR = environ.Path(__file__) - 2
environ.Env.read_env(ROOT_DIR('.env'))
DEBUG = env('DEBUG')
DATABASES = {
    'default': {
        'ENGINE': 'django.db.backends.postgresql',
        'NAME': env('DB_NAME'),
        'USER': env.str('DB_USER', default='app'),
        'PASSWORD': env('DB_PASSWORD'),
        'HOST': env('DB_HOST'),
        'PORT': env.int('DB_PORT', default=5433),
    },
    'url': env.db('OTHER_URL', default='postgres://app:s3cret@h/x'),
    'plain': env.db(),
}
if DEBUG:
    DATABASES['debug'] = {}
SESSION_COOKIE_AGE = env('SESSION_AGE')
SESSION_SAVE_EVERY_REQUEST = env.bool('SAVE', default=False)
`,
    {
      needs: ['environ'],
      environment: { DB_HOST: 'db.example.org' },
      files: {
        '.env': `DEBUG=off
DB_HOST=from-the-file
DB_PASSWORD="s3#cr\\"et"
DATABASE_URL=psql://app:p%40ss@h:1/plain?sslmode=require
SAVE=yes
SESSION_AGE=42
`,
      },
      databases: {
        default: { ...SHOP, password: 's3#cr"et' },
        url: entry({ name: 'x', user: 'app', password: 's3cret', host: 'h' }),
        plain: entry({
          name: 'plain',
          user: 'app',
          password: 'p@ss',
          host: 'h',
          port: '1',
          options: { sslmode: 'require' },
        }),
      },
      session: { age: 42, everyRequest: true },
    },
  ),
  simple(
    'python-decouple',
    `from decouple import config, Csv
from dj_database_url import parse as db_url
DATABASES = {
    'default': {
        'ENGINE': config('DB_ENGINE', default='django.db.backends.postgresql'),
        'NAME': config('DB_NAME'),
        'USER': config('DB_USER', 'app'),
        'PASSWORD': config('DB_PASSWORD', default=''),
        'HOST': config('DB_HOST', default='localhost', cast=str),
        'PORT': config('DB_PORT', default='5432', cast=int),
    },
    'url': config('OTHER_URL', default='postgresql://u:p@h/n', cast=db_url),
}
ALLOWED_HOSTS = config('HOSTS', default='', cast=Csv())
SESSION_SAVE_EVERY_REQUEST = config('SAVE', default=False, cast=bool)
`,
    {
      needs: ['decouple', 'dj_database_url'],
      environment: { DB_HOST: 'db.example.org' },
      files: { '.env': `DB_NAME = shop\nDB_HOST=from-the-file\nDB_PASSWORD='s3 #cret'\nDB_PORT=5433\nSAVE=on\n` },
      databases: {
        default: { ...SHOP, password: 's3 #cret' },
        url: entry({ name: 'n', user: 'u', password: 'p', host: 'h' }),
      },
      session: { everyRequest: true },
    },
  ),
  {
    name: 'django-split-settings',
    files: {
      'manage.py': managePy('shop.settings'),
      'shop/__init__.py': '',
      'shop/settings/__init__.py': `from split_settings.tools import include, optional
include('components/*.py', 'database.py', optional('local.py'), optional('missing.py'), scope=globals())
`,
      'shop/settings/components/base.py': START,
      'shop/settings/components/session.py': 'SESSION_COOKIE_AGE = 7\n',
      'shop/settings/database.py': LITERAL,
      'shop/settings/local.py': `DATABASES['default']['NAME'] = 'shop'\nSESSION_COOKIE_AGE += 1\n`,
    },
    needs: ['split_settings'],
    databases: { default: SHOP },
    session: { age: 8 },
  },
];

export const UNCERTAIN: readonly CorpusProject[] = [
  simple(
    'a secret that is computed',
    `import json
def fetch(name):
    with open('/run/secrets/' + name) as f:
        return json.load(f)
DATABASES = {'default': {
    'ENGINE': 'django.db.backends.postgresql', 'NAME': 'shop', 'PASSWORD': fetch('hunter2'), 'HOST': 'db.' + fetch('x')['domain'],
}}
`,
    {
      databases: { default: entry({ name: 'shop', unresolved: { PASSWORD: 'json.load', HOST: 'json.load' } }) },
      unlikeDjango: 'the file is not there',
    },
  ),
  simple(
    'a condition that is not known',
    `import socket
${LITERAL}
if socket.gethostname() == 'build':
    DATABASES['default']['HOST'] = 'elsewhere'
    DATABASES['default'].update(USER='builder')
    MIDDLEWARE = []
SESSION_COOKIE_AGE = 5 if socket.gethostname() == 'build' else 6
`,
    {
      databases: {
        default: entry({
          name: 'shop',
          password: 's3cret',
          port: '5433',
          unresolved: { HOST: 'condition in line', USER: 'socket.gethostname' },
        }),
      },
      problems: ['session-setting-unresolved'],
      unlikeDjango: 'Django knows the name of the machine',
    },
  ),
  simple(
    'an import that may fail',
    `try:
    import vault_client
    PASSWORD = 'from-the-vault'
except ImportError:
    PASSWORD = 'fallback'
${LITERAL}
DATABASES['default']['PASSWORD'] = PASSWORD
`,
    {
      databases: {
        default: {
          ...SHOP,
          password: undefined as unknown as string,
          unresolved: { PASSWORD: 'whether vault_client is installed' },
        },
      },
      unlikeDjango: 'Django knows what is installed',
    },
  ),
  simple(
    'settings of a package that is not here',
    `from corporate_settings.base import *
`,
    {
      databases: {},
      problems: ['import-not-followed', 'databases-missing'],
      unlikeDjango: 'the package is not installed',
    },
  ),
  simple(
    'a syntax error after the databases',
    `${LITERAL}
MIDDLEWARE = [
    'django.contrib.sessions.middleware.SessionMiddleware',
SESSION_COOKIE_AGE = 5
`,
    { databases: { default: SHOP }, problems: ['settings-syntax-error'], unlikeDjango: 'Django does not start' },
  ),
];

export const CORPUS: readonly CorpusProject[] = [...LITERALS, ...ENVIRONMENTS, ...SPLIT, ...TOOLS, ...UNCERTAIN];
