import { entry, managePy, SHOP, simple, type CorpusProject } from './kit.ts';

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
