import { entry, LITERAL, SHOP, simple, type CorpusProject } from './kit.ts';

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
      databases: { default: entry({ name: 'shop', unresolved: { PASSWORD: 'not there', HOST: 'not there' } }) },
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
