import { entry, managePy, simple, START, type CorpusProject } from './kit.ts';

/** Projects whose values stand in compose files: the text is read without the environment that Django has in its container. */

const IN_DATABASE = entry({ name: 'shop', user: 'app', password: 's3cret', host: 'db', port: '5432' });

const FROM_ENVIRON = `import os
DATABASES = {'default': {
    'ENGINE': 'django.db.backends.postgresql',
    'NAME': os.environ['DB_NAME'],
    'USER': os.environ['DB_USER'],
    'PASSWORD': os.environ['DB_PASSWORD'],
    'HOST': os.environ.get('DB_HOST', 'localhost'),
    'PORT': os.environ.get('DB_PORT', '5432'),
}}
SESSION_SAVE_EVERY_REQUEST = os.environ.get('SAVE') == 'yes'
`;

const CREDENTIALS = { DB_NAME: 'shop', DB_USER: 'app', DB_PASSWORD: 's3cret', DB_HOST: 'db' };

const ENTRYPOINT = `#!/bin/bash
set -o errexit
set -o nounset
if [ -z "\${POSTGRES_USER}" ]; then
    export POSTGRES_USER='postgres'
fi
export DATABASE_URL="postgres://\${POSTGRES_USER}:\${POSTGRES_PASSWORD}@\${POSTGRES_HOST}:\${POSTGRES_PORT}/\${POSTGRES_DB}"
exec "$@"
`;

const DOCKERFILE = `FROM docker.io/python:3.13-slim AS python
FROM python AS run
ENV BUILD_ENV=local
COPY ./compose/production/django/entrypoint /entrypoint
RUN sed -i 's/\\r$//g' /entrypoint
COPY ./compose/local/django/start /start
ENTRYPOINT ["/entrypoint"]
`;

/** As cookiecutter-django makes them: what is said of the database is in a file, and a script makes a URL of it. */
const cookiecutter = (settings: string): Readonly<Record<string, string>> => ({
  'manage.py': managePy('config.settings.local'),
  'config/__init__.py': '',
  'config/settings/__init__.py': '',
  'config/settings/base.py': START + settings,
  'config/settings/local.py': 'from .base import *\nDEBUG = True\n',
  'config/settings/production.py': 'from .base import *\nDEBUG = False\nDATABASES = {}\n',
  'docker-compose.local.yml': `volumes:
  data: {}
services:
  django: &django
    build:
      context: .
      dockerfile: ./compose/local/django/Dockerfile
    image: shop_local_django
    depends_on: [postgres]
    env_file:
      - ./.envs/.local/.django
      - ./.envs/.local/.postgres
    ports: ['8000:8000']
    command: /start
  postgres:
    build: ./compose/production/postgres
    env_file:
      - ./.envs/.local/.postgres
  celeryworker:
    <<: *django
    ports: []
    command: /start-celeryworker
`,
  'docker-compose.production.yml': `services:
  django:
    build: .
    env_file: [./.envs/.production/.django]
    environment: { DJANGO_SETTINGS_MODULE: config.settings.production }
    command: /start
`,
  'compose/local/django/Dockerfile': DOCKERFILE,
  'compose/local/django/start': '#!/bin/bash\npython manage.py migrate\nexec python manage.py runserver 0.0.0.0:8000\n',
  'compose/production/django/entrypoint': ENTRYPOINT,
  '.envs/.local/.django': '# General\nUSE_DOCKER=yes\n',
  '.envs/.local/.postgres':
    '# PostgreSQL\nPOSTGRES_HOST=postgres\nPOSTGRES_PORT=5432\nPOSTGRES_DB=shop\nPOSTGRES_USER=app\nPOSTGRES_PASSWORD=s3cret\n',
});

const BY_URL = { DATABASE_URL: 'postgres://app:s3cret@postgres:5432/shop' };
const AT_POSTGRES = { ...IN_DATABASE, host: 'postgres' };

export const COMPOSE: readonly CorpusProject[] = [
  simple('the environment of the service, as a map', FROM_ENVIRON, {
    files: {
      'compose.yaml': `services:
  db: { image: postgres }
  web:
    build: .
    command: gunicorn shop.wsgi
    environment:
      DB_NAME: shop
      DB_USER: \${DB_USER:-app}
      DB_PASSWORD: s3cret
      DB_HOST: db
      SAVE: 'yes'
`,
    },
    inContainer: { ...CREDENTIALS, SAVE: 'yes' },
    databases: { default: IN_DATABASE },
    session: { everyRequest: true },
  }),
  simple('the environment of the service, as a list over files, with an override', FROM_ENVIRON, {
    files: {
      'docker-compose.yml': `x-env: &env
  env_file: [base.env, { path: more.env }, { path: none.env, required: false }]
services:
  web:
    <<: *env
    image: shop
    command: ["python", "manage.py", "runserver"]
    environment: ["DB_USER=app", "DB_HOST"]
`,
      'docker-compose.override.yml': 'services: { web: { environment: { DB_PASSWORD: "s3${C}ret" } } }',
      'base.env': 'DB_NAME=none\nDB_USER=none\nDB_PORT="5432" # usual\n',
      'more.env': "export DB_NAME='shop'\n",
    },
    environment: { C: 'c', DB_HOST: 'db' },
    inContainer: CREDENTIALS,
    databases: { default: IN_DATABASE },
    session: { everyRequest: false },
  }),
  simple(
    'one flag decides between two databases, and the service for this machine sets it',
    `import os
if os.getenv('DEVELOPMENT', 'False').lower() == 'true':
    DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': os.getenv('DB_NAME'), 'USER': os.getenv('DB_USER'), 'PASSWORD': os.getenv('DB_PASSWORD'), 'HOST': os.getenv('DB_HOST', '203.0.113.10'), 'PORT': os.getenv('DB_PORT', '5432')}}
else:
    DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'live', 'HOST': 'live.example.com'}}
`,
    {
      files: {
        'docker-compose.yml': 'services: { web: { build: ., command: gunicorn, environment: [DEVELOPMENT=False] } }',
        'docker-compose.dev.yml': `services:
  web:
    build: .
    command: sh -c "python manage.py migrate && python manage.py runserver"
    environment:
      - DEVELOPMENT=\${DEVELOPMENT:-True}
      - DB_NAME=\${DB_NAME:-shop}
      - DB_USER=\${DB_USER:-app}
      - DB_PASSWORD=\${DB_PASSWORD:-s3cret}
      - DB_HOST=\${DB_HOST:-db}
      - SECRET=\${SECRET}
`,
      },
      inContainer: { ...CREDENTIALS, DEVELOPMENT: 'True' },
      databases: { default: IN_DATABASE },
    },
  ),
  {
    name: 'a URL that the entrypoint puts together, by django-environ',
    needs: ['environ'],
    files: cookiecutter(`import environ
env = environ.Env()
DATABASES = {'default': env.db('DATABASE_URL', default='postgres:///shop')}
DATABASES['default']['ATOMIC_REQUESTS'] = True
`),
    inContainer: BY_URL,
    databases: { default: AT_POSTGRES },
  },
  {
    name: 'a URL that the entrypoint puts together, by dj-database-url',
    needs: ['dj_database_url'],
    files: cookiecutter('import dj_database_url\nDATABASES = {"default": dj_database_url.config()}\n'),
    inContainer: BY_URL,
    databases: { default: AT_POSTGRES },
  },
  {
    name: 'the parts of it, without a URL',
    files: cookiecutter(FROM_ENVIRON.replaceAll('DB_', 'POSTGRES_').replace('POSTGRES_NAME', 'POSTGRES_DB')),
    inContainer: { POSTGRES_DB: 'shop', POSTGRES_USER: 'app', POSTGRES_PASSWORD: 's3cret', POSTGRES_HOST: 'postgres' },
    databases: { default: AT_POSTGRES },
    session: { everyRequest: false },
  },
  {
    name: 'the module and variables of the image, and what the command exports',
    files: {
      'manage.py': managePy('shop.production'),
      'shop/__init__.py': '',
      'shop/production.py': START + 'DATABASES = {}\n',
      'shop/docker.py': START + FROM_ENVIRON,
      Dockerfile: 'FROM python\nENV DB_NAME=shop \\\\\\n    DB_USER=app\nENV DB_HOST db\n',
      'compose.yml': `services:
  web:
    build: .
    command: sh -c "export DB_PASSWORD=s3cret && DJANGO_SETTINGS_MODULE=shop.docker gunicorn shop.wsgi"
`,
    },
    inContainer: { ...CREDENTIALS, DJANGO_SETTINGS_MODULE: 'shop.docker' },
    module: 'shop.docker',
    databases: { default: IN_DATABASE },
    session: { everyRequest: false },
  },
];
