import type { SessionModel } from '../../../src/django/project/sessions/sessionModel.ts';
import { LITERAL, managePy } from './kit.ts';

/** Projects with session models of their own, each with the table that its sessions are in. */
export interface ModelProject {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  /** Python packages beside Django; without them only the text is judged. */
  readonly needs?: readonly string[];
  readonly expected: Pick<SessionModel, 'table' | 'schema' | 'without' | 'cached'>;
  /** A part of the reason why the text doesn't say it. */
  readonly why?: string;
  /** The file in which the engine has rules of its own for clearing. */
  readonly ownClearing?: string;
}

const BASE = 'from django.contrib.sessions.base_session import AbstractBaseSession\nfrom django.db import models\n';
const DB = 'from django.contrib.sessions.backends.db import SessionStore as DBStore\n';

/** A model with a column of its own. */
const model = (name: string, meta = ''): string => `
class ${name}(AbstractBaseSession):
    member_id = models.IntegerField(null=True, db_index=True)
${meta === '' ? '' : `\n    class Meta(AbstractBaseSession.Meta):\n        ${meta}\n`}
    @classmethod
    def get_session_store_class(cls):
        from members.engine import SessionStore
        return SessionStore
`;

const store = (body: string, base = 'DBStore'): string => `
class SessionStore(${base}):
${body.replaceAll(/^/gm, '    ')}
`;

const GET_MODEL = '@classmethod\ndef get_model_class(cls):\n    from .models import Visit\n    return Visit\n';

function project(
  name: string,
  files: Readonly<Record<string, string>>,
  expected: ModelProject['expected'],
  rest: { engine?: string; apps?: string; settings?: string } & Pick<
    ModelProject,
    'why' | 'ownClearing' | 'needs'
  > = {},
): ModelProject {
  const { engine = 'members.engine', apps = "'members'", settings = '', ...others } = rest;
  const text = `SECRET_KEY = 'not-secret'
INSTALLED_APPS = ['django.contrib.contenttypes', 'django.contrib.auth', 'django.contrib.sessions', ${apps}]
USE_TZ = True
DEFAULT_AUTO_FIELD = 'django.db.models.AutoField'
${engine === '' ? '' : `SESSION_ENGINE = '${engine}'\n`}${settings}${LITERAL}`;
  const base = { 'manage.py': managePy('shop.settings'), 'shop/__init__.py': '', 'shop/settings.py': text };
  return {
    name,
    files: {
      ...base,
      ...('members/__init__.py' in files || apps === '' ? {} : { 'members/__init__.py': '' }),
      ...files,
    },
    expected,
    ...others,
  };
}

const APPS = `from django.apps import AppConfig

class MembersConfig(AppConfig):
    name = 'members'
    label = 'people'
`;

/** With the engine in members/engine.py and the model in members/models.py. */
const own = (name: string, models: string, table: string, rest?: Parameters<typeof project>[3]): ModelProject =>
  project(
    name,
    {
      'members/engine.py': DB + store(GET_MODEL),
      'members/models.py': BASE + models,
      ...(table.startsWith('people') ? { 'members/apps.py': APPS } : {}),
    },
    { table },
    rest,
  );

export const SESSION_MODELS: readonly ModelProject[] = [
  project("Django's own", {}, { table: 'django_session' }, { engine: '', apps: '' }),
  project(
    "Django's own with a cache",
    {},
    { table: 'django_session', cached: true },
    { engine: 'django.contrib.sessions.backends.cached_db', apps: '' },
  ),
  project(
    'in the cache',
    {},
    { without: 'sessions are kept in the cache only' },
    { engine: 'django.contrib.sessions.backends.cache', apps: '' },
  ),
  project(
    'django-user-sessions',
    {},
    { table: 'user_sessions_session' },
    { engine: 'user_sessions.backends.db', apps: "'user_sessions'", needs: ['user_sessions'] },
  ),
  project(
    'django-qsessions',
    {},
    { table: 'qsessions_session', cached: true },
    { engine: 'qsessions.backends.cached_db', apps: "'qsessions'", needs: ['qsessions'] },
  ),
  own('a model in an app', model('Visit'), 'members_visit'),
  own('db_table', model('Visit', "db_table = 'site_visits'"), 'site_visits'),
  own(
    'db_table by a setting',
    `from django.conf import settings\n${model('Visit', "db_table = settings.TABLE_PREFIX + 'visits'")}`,
    'acme_visits',
    {
      settings: "TABLE_PREFIX = 'acme_'\n",
    },
  ),
  own('app_label', model('Visit', "app_label = 'sessions'"), 'sessions_visit'),
  own('a label of its AppConfig', model('Visit'), 'people_visit', { apps: "'members.apps.MembersConfig'" }),
  project(
    'a schema in db_table',
    {
      'members/engine.py': DB + store(GET_MODEL),
      'members/models.py': BASE + model('Visit', `db_table = 'web"."visits'`),
    },
    { schema: 'web', table: 'visits' },
  ),
  project(
    'all of it in one module, with a cache',
    {
      'members/models.py': `from django.contrib.sessions.backends.cached_db import SessionStore as Cached\n${BASE}
class Visit(AbstractBaseSession):
    member_id = models.IntegerField(null=True)

    @classmethod
    def get_session_store_class(cls):
        return SessionStore

class SessionStore(Cached):
    cache_key_prefix = 'members.visit'

    @classmethod
    def get_model_class(cls):
        return Visit
`,
    },
    { table: 'members_visit', cached: true },
    { engine: 'members.models' },
  ),
  project(
    'apps.get_model',
    {
      'members/engine.py': `from django.apps import apps\n${DB}${store("@classmethod\ndef get_model_class(cls):\n    return apps.get_model('members', 'Visit')\n")}`,
      'members/models.py': BASE + model('Visit', "db_table = 'site_visits'"),
    },
    { table: 'site_visits' },
  ),
  project(
    'get_model by a setting',
    {
      'members/engine.py': `from django.apps import apps as registry\nfrom django.conf import settings\n${DB}${store('@classmethod\ndef get_model_class(cls):\n    return registry.get_model(settings.VISIT_MODEL)\n')}`,
      'members/models.py': BASE + model('Visit'),
    },
    { table: 'members_visit' },
    { settings: "VISIT_MODEL = 'members.Visit'\n" },
  ),
  project(
    'a property named model',
    {
      'members/engine.py': `from django.utils.functional import cached_property\n${DB}${store('@cached_property\ndef model(self):\n    from members import models\n    return models.Visit\n')}`,
      'members/models.py': BASE + model('Visit'),
    },
    { table: 'members_visit' },
  ),
  project(
    'a package of models, and an engine that is imported into another module',
    {
      'members/engine.py': 'from members.stores import *  # noqa\n',
      'members/stores.py': `${DB}from . import models\n${store('@classmethod\ndef get_model_class(cls):\n    return models.Visit\n')}`,
      'members/models/__init__.py': 'from .visits import Visit as Visit\n',
      'members/models/visits.py': BASE + model('Visit'),
    },
    { table: 'members_visit' },
  ),
  project(
    'an abstract model that gives its table down',
    {
      'members/engine.py': DB + store(GET_MODEL),
      'members/models.py': `${BASE}
class Mixin:
    pass

class Kept(Mixin, AbstractBaseSession):
    class Meta:
        abstract = True
        db_table = 'kept_visits'

class Visit(Kept):
    pass
`,
    },
    { table: 'kept_visits' },
  ),
  project(
    "a proxy of Django's model",
    {
      'members/engine.py': DB + store(GET_MODEL),
      'members/models.py': `from django.contrib.sessions.models import Session\n
class Visit(Session):
    class Meta:
        proxy = True
`,
    },
    { table: 'django_session' },
  ),
  project(
    "a model that is made from Django's, with a table of its own besides",
    {
      'members/engine.py': DB + store(GET_MODEL),
      'members/models.py': `from django.contrib.sessions.models import Session\nfrom django.db import models\n
class Visit(Session):
    address = models.CharField(max_length=40, null=True)

    class Meta:
        db_table = 'visit_details'
`,
    },
    { table: 'django_session' },
  ),
  project(
    'only another way of saving',
    { 'members/engine.py': DB + store('def save(self, must_create=False):\n    return super().save(must_create)\n') },
    { table: 'django_session' },
  ),
  project(
    'rules of its own for clearing',
    {
      'members/engine.py':
        DB + store(`${GET_MODEL}\n@classmethod\ndef clear_expired(cls):\n    super().clear_expired()\n`),
      'members/models.py': BASE + model('Visit'),
    },
    { table: 'members_visit' },
    { ownClearing: 'members/engine.py' },
  ),
  project(
    "a cache of one's own",
    {
      'members/engine.py': `from django.contrib.sessions.backends import cache\n${store('pass', 'cache.SessionStore')}`,
    },
    { without: 'sessions are kept in the cache only' },
  ),
  project(
    'a table that is computed',
    {
      'members/engine.py': DB + store(GET_MODEL),
      'members/models.py': `${BASE}import socket\n${model('Visit', "db_table = 'visits_' + str(len(socket.__name__))")}`,
    },
    {},
    { why: 'db_table of members.models.Visit' },
  ),
  project(
    'a store that keeps them by itself',
    {
      'members/engine.py': `from django.contrib.sessions.backends.base import SessionBase\n${store('def load(self):\n    return {}\n', 'SessionBase')}`,
    },
    {},
    { why: "doesn't say which model" },
  ),
];
