import { entry, LITERAL, managePy, SHOP, simple, START, type CorpusProject } from './kit.ts';

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
