import { LITERAL, managePy } from './kit.ts';

/** Routers as people write them, each with the alias that the sessions of `shop` are written to; undefined: only Django can say. */
export interface RouterProject {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly alias?: string;
  /** A part of the reason why the text doesn't say it. */
  readonly why?: string;
  /** What Django says where the text doesn't; undefined: it raises, or says another thing each time. */
  readonly asked?: string;
}

const SETTINGS = `SECRET_KEY = 'not-secret'
INSTALLED_APPS = ['django.contrib.sessions']
USE_TZ = True
DEFAULT_AUTO_FIELD = 'django.db.models.AutoField'
${LITERAL}DATABASES['people'] = {**DATABASES['default'], 'NAME': 'people'}
DATABASES['replica'] = {**DATABASES['default'], 'HOST': 'replica.example.org'}
`;

function project(
  name: string,
  routers: string,
  rest: Omit<RouterProject, 'name' | 'files'>,
  settings = "DATABASE_ROUTERS = ['shop.routers.Router']\n",
): RouterProject {
  const files = {
    'manage.py': managePy('shop.settings'),
    'shop/__init__.py': '',
    'shop/settings.py': SETTINGS + settings,
  };
  return { name, files: { ...files, 'shop/routers.py': routers }, ...rest };
}

const router = (write: string, before = '', attributes = ''): string => `${before}
class Router:
    """Where the tables are."""
${attributes}
    def db_for_read(self, model, **hints):
        return 'replica'

    def db_for_write(self, model, **hints):
${write.replaceAll(/^/gm, '        ')}

    def allow_relation(self, obj1, obj2, **hints):
        return True
`;

export const SESSION_ROUTERS: readonly RouterProject[] = [
  project('none', '', { alias: 'default' }, ''),
  project('one app', router("if model._meta.app_label == 'sessions':\n    return 'people'\nreturn None"), {
    alias: 'people',
  }),
  project('another app', router("if model._meta.app_label == 'orders':\n    return 'people'\nreturn None"), {
    alias: 'default',
  }),
  project(
    'a set of labels',
    router(
      'if model._meta.app_label in self.labels:\n    return self.database',
      '',
      "    labels = {'auth', 'sessions', 'admin'}\n    database = 'people'",
    ),
    { alias: 'people' },
  ),
  project(
    'not one of these',
    router("if model._meta.app_label not in ['auth', 'contenttypes']:\n    return 'people'\nreturn 'default'"),
    { alias: 'people' },
  ),
  project(
    'a dictionary in the settings',
    router(
      'if model._meta.app_label in DATABASE_MAPPING:\n    return DATABASE_MAPPING[model._meta.app_label]\nreturn None',
      'from django.conf import settings\n\nDATABASE_MAPPING = settings.DATABASE_APPS_MAPPING\n',
    ),
    { alias: 'people' },
    "DATABASE_ROUTERS = ('shop.routers.Router',)\nDATABASE_APPS_MAPPING = {'auth': 'default', 'sessions': 'people'}\n",
  ),
  project('get of a dictionary', router("return {'sessions': 'people'}.get(model._meta.app_label, 'default')"), {
    alias: 'people',
  }),
  project(
    'a method of its own, inherited',
    `class Base:
    app = None

    def choose(self, model):
        return 'people' if model._meta.app_label == self.app else None

    def db_for_write(self, model, **hints):
        return self.choose(model)


class Router(Base):
    app = 'sessions'
`,
    { alias: 'people' },
  ),
  project(
    'by the name of the model',
    router("if model.__name__ == 'Session' and model._meta.model_name == 'session':\n    return 'people'"),
    { alias: 'people' },
  ),
  project('reads only', "class Router:\n    def db_for_read(self, model, **hints):\n        return 'replica'\n", {
    alias: 'default',
  }),
  project(
    'the second of two',
    `${router('return None')}\n\nclass Second:\n    def db_for_write(self, model, **hints):\n        return 'people'\n`,
    { alias: 'people' },
    "DATABASE_ROUTERS = ['shop.routers.Router', 'shop.routers.Second']\n",
  ),
  project('what only running can know', router("return 'people' if hash(model) % 1 == 0 else 'default'"), {
    why: 'shop.routers.Router',
    asked: 'people',
  }),
  project(
    'by a module that is imported',
    router("return 'people' if len(platform.system()) > 0 else None", 'import platform\n'),
    {
      why: 'shop.routers.Router',
      asked: 'people',
    },
  ),
  project('raises', router("raise LookupError('no database for ' + model._meta.label)"), {
    why: 'shop.routers.Router',
  }),
  project('raises by a key that is missing', router("return {'auth': 'people'}[model._meta.app_label]"), {
    why: 'shop.routers.Router',
  }),
];
