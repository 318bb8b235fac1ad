import { entry, LITERAL, SHOP, simple, type CorpusProject } from './kit.ts';

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
