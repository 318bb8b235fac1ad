/**
 * Settings files of the shapes that were misread in public projects, each with what CPython makes of it and what a rollback has to
 * answer. `modules`: what stands for the packages that they import.
 */

export interface RollbackCase {
  readonly name: string;
  readonly text: string;
  /** The entry that is switched off. */
  readonly target: string;
  /** What MIDDLEWARE holds for CPython; of a class that of its last class. */
  readonly middleware: readonly string[];
  /** 'edit', or why it is refused. */
  readonly disable: 'edit' | RegExp;
  /** Where it is another answer. */
  readonly fullRollback?: 'edit' | RegExp;
  /** A warning that the edit comes with. */
  readonly warning?: RegExp;
  readonly modules?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
}

const SESSION = 'django.contrib.sessions.middleware.SessionMiddleware';
const SLOW = 'shop.web.SlowMiddleware';
const LAST = 'shop.web.Last';
const THREE = `MIDDLEWARE = [\n    '${SESSION}',\n    '${SLOW}',\n    '${LAST}',\n]\n`;

export const ROLLBACKS: readonly RollbackCase[] = [
  {
    name: '20 a generator in a tuple',
    text: `BASE = ['${SESSION}', '${SLOW}', 'a.b.Gone']
MIDDLEWARE = tuple(m for m in BASE if m != 'a.b.Gone') + ('a.b.New',)
`,
    target: SLOW,
    middleware: [SESSION, SLOW, 'a.b.New'],
    disable: 'edit',
  },
  {
    name: '21 a tuple target of what is not known',
    text: `from apps import setup
APPS = ['shop']
MIDDLEWARE = ['${SESSION}']
APPS, MIDDLEWARE = setup(APPS, MIDDLEWARE)
`,
    target: SLOW,
    middleware: [SESSION, SLOW],
    disable: /line 4/,
    modules: { apps: `def setup(apps, middleware):\n    return apps, middleware + ['${SLOW}']\n` },
  },
  {
    name: '21 tuple targets that are written part by part',
    text: `APPS, (MIDDLEWARE, *REST) = ['shop'], (['${SLOW}'], 1)
(APPS, MIDDLEWARE) = ('shop',), ['${SESSION}', '${SLOW}']
`,
    target: SLOW,
    middleware: [SESSION, SLOW],
    disable: 'edit',
  },
  {
    name: '23 all names are given away',
    text: `import django_heroku
MIDDLEWARE = ['${SESSION}', '${SLOW}']
DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'x', 'HOST': 'localhost'}}
django_heroku.settings(locals())
`,
    target: SLOW,
    middleware: ['whitenoise.middleware.WhiteNoiseMiddleware', SESSION, SLOW],
    disable: 'edit',
    warning: /Not all of MIDDLEWARE can be read/,
    modules: {
      django_heroku: `def settings(names):\n    names['MIDDLEWARE'].insert(0, 'whitenoise.middleware.WhiteNoiseMiddleware')\n`,
    },
  },
  {
    name: '24 the hook of Dynaconf',
    text: `import dynaconf
MIDDLEWARE = ['${SESSION}', '${SLOW}']
DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'x'}}
settings = dynaconf.DjangoDynaconf(__name__)
`,
    target: SLOW,
    middleware: [SESSION, SLOW],
    disable: 'edit',
    warning: /Not all of MIDDLEWARE can be read/,
    modules: { dynaconf: 'class DjangoDynaconf:\n    def __init__(self, name):\n        pass\n' },
  },
  {
    name: '25 MIDDLEWARE_CLASSES beside a star import',
    text: `from common import *
MIDDLEWARE_CLASSES = (
    '${SESSION}',
    '${SLOW}',
)
`,
    target: SLOW,
    middleware: [SESSION],
    disable: /line 1 .* MIDDLEWARE_CLASSES has no effect/i,
    modules: { common: `MIDDLEWARE = ['${SESSION}']\n` },
  },
  {
    name: '27 a loop that appends',
    text: `MIDDLEWARE = ['${SESSION}']
for name in ['${SLOW}', 'a.b.Other']:
    MIDDLEWARE.append(name)
`,
    target: SLOW,
    middleware: [SESSION, SLOW, 'a.b.Other'],
    disable: /line 3/,
  },
  {
    name: '28 an index in a variable',
    text: `${THREE}at = MIDDLEWARE.index('${LAST}')
MIDDLEWARE.insert(at, 'silk.middleware.SilkyMiddleware')
`,
    target: SLOW,
    middleware: [SESSION, SLOW, 'silk.middleware.SilkyMiddleware', LAST],
    disable: 'edit',
  },
  {
    name: '28 an index in a variable, in a branch that may run',
    text: `import os
${THREE}if os.environ.get('SILK'):
    at = MIDDLEWARE.index('${LAST}')
    MIDDLEWARE.insert(at + 1, 'silk.middleware.SilkyMiddleware')
`,
    target: SLOW,
    middleware: [SESSION, SLOW, LAST, 'silk.middleware.SilkyMiddleware'],
    disable: 'edit',
    environment: { SILK: '1' },
  },
  {
    name: '28 a variable that is an index in one branch only',
    text: `import os
${THREE}at = 2
if os.environ.get('SILK'):
    at = MIDDLEWARE.index('${LAST}')
MIDDLEWARE.insert(at, 'silk.middleware.SilkyMiddleware')
`,
    target: SLOW,
    middleware: [SESSION, SLOW, 'silk.middleware.SilkyMiddleware', LAST],
    disable: /change their places/,
  },
  {
    name: '28 the index of the entry itself',
    text: `${THREE}at = MIDDLEWARE.index('${SLOW}')\n`,
    target: SLOW,
    middleware: [SESSION, SLOW, LAST],
    disable: /at is counted from the entry itself/,
  },
  {
    name: '28 an index that something else is made from',
    text: `${THREE}at = MIDDLEWARE.index('${LAST}')
MIDDLEWARE.insert(at, 'a.b.New')
PLACE = 'before %d' % at
`,
    target: SLOW,
    middleware: [SESSION, SLOW, 'a.b.New', LAST],
    disable: /line 8 uses at/i,
  },
  {
    name: '30 another entry is filtered out',
    text: `import os
${THREE}if os.environ.get('LEAN'):
    MIDDLEWARE = [m for m in MIDDLEWARE if m != '${LAST}']
`,
    target: SLOW,
    middleware: [SESSION, SLOW],
    disable: 'edit',
    environment: { LEAN: '1' },
  },
  {
    name: '30 filters that surely run',
    text: `${THREE}MIDDLEWARE = [m for m in MIDDLEWARE if m != '${LAST}']
MIDDLEWARE = list(filter(lambda m: not m.endswith('Other'), MIDDLEWARE + ['a.b.Other']))
`,
    target: SLOW,
    middleware: [SESSION, SLOW],
    disable: 'edit',
  },
  {
    name: '30 a list of which what is not meant is left out',
    text: `import os
MIDDLEWARE = [
    m
    for m in [
        '${SESSION}',
        '${SLOW}',
        'debug.Toolbar' if os.environ.get('DEBUG') else None,
    ]
    if m
]
`,
    target: SLOW,
    middleware: [SESSION, SLOW],
    disable: 'edit',
  },
  {
    name: '30 a filter that counts',
    text: `${THREE}MIDDLEWARE = [m for i, m in enumerate(MIDDLEWARE) if i != 2]\n`,
    target: SLOW,
    middleware: [SESSION, SLOW],
    disable: /line 6 is computed/,
  },
  {
    name: '30 a filter that asks the list itself',
    text: `${THREE}MIDDLEWARE = [m for m in MIDDLEWARE if m in MIDDLEWARE[:2]]\n`,
    target: SLOW,
    middleware: [SESSION, SLOW],
    disable: /line 6 uses MIDDLEWARE/i,
  },
  {
    name: '30 through a set',
    text: `MIDDLEWARE = ['${SLOW}']\nMIDDLEWARE = list(set(MIDDLEWARE))\n`,
    target: SLOW,
    middleware: [SLOW],
    disable: /is computed/,
  },
  {
    name: '32 the only addition in a try beside a star import',
    text: `from base import *
try:
    import debug_toolbar
    INSTALLED_APPS += ['debug_toolbar']
    MIDDLEWARE += ['${SLOW}']
except ImportError:
    pass
`,
    target: SLOW,
    middleware: [SESSION, SLOW],
    disable: 'edit',
    modules: { base: `INSTALLED_APPS = []\nMIDDLEWARE = ['${SESSION}']\n`, debug_toolbar: '' },
  },
  {
    name: '32 the only addition in a branch',
    text: `import os
MIDDLEWARE = ('${SESSION}',)
if os.environ.get('SLOW'):
    MIDDLEWARE = (
        '${SLOW}',
    ) + MIDDLEWARE
`,
    target: SLOW,
    middleware: [SLOW, SESSION],
    disable: 'edit',
    environment: { SLOW: '1' },
  },
  {
    name: '33 suppress',
    text: `from contextlib import suppress
MIDDLEWARE = ['${SESSION}']
with suppress(ImportError):
    import json
    MIDDLEWARE.append('${SLOW}')
`,
    target: SLOW,
    middleware: [SESSION, SLOW],
    disable: 'edit',
  },
  {
    name: '34 a list that something else is added to',
    text: `from plugins import FOUND
${THREE}for plugin in FOUND:
    more = plugin.middleware
    if more and type(more) in (list, tuple):
        MIDDLEWARE.extend(more)
`,
    target: SLOW,
    middleware: [SESSION, SLOW, LAST, 'p.q.More'],
    disable: 'edit',
    warning: /Not all of MIDDLEWARE can be read/,
    modules: { plugins: "class Found:\n    middleware = ['p.q.More']\nFOUND = [Found]\n" },
  },
  {
    name: '34 another name of the list',
    text: `BASE = ['${SESSION}']\nMIDDLEWARE = BASE\nMIDDLEWARE += ['${SLOW}']\nCOUNT = len(BASE)\n`,
    target: SLOW,
    middleware: [SESSION, SLOW],
    disable: /line 4 uses BASE/i,
  },
  {
    name: '36 a deletion by index',
    text: `${THREE}del MIDDLEWARE[2]\n`,
    target: SLOW,
    middleware: [SESSION, SLOW],
    disable: /change their places/,
  },
  {
    name: '37 an entry that is computed, and its restoration',
    text: `APP = 'shop'
MIDDLEWARE = [
    '${SESSION}',
    f'{APP}.web.SlowMiddleware',
]
`,
    target: SLOW,
    middleware: [SESSION, SLOW],
    disable: 'edit',
  },
  {
    name: '38 conditional expressions that add one by one',
    text: `import os
MIDDLEWARE = ['${SESSION}', '${SLOW}']
${Array.from({ length: 25 }, (_, i) => `MIDDLEWARE = MIDDLEWARE + ['a.b.C${i}'] if os.environ.get('C${i}') else MIDDLEWARE\n`).join('')}`,
    target: SLOW,
    middleware: [SESSION, SLOW],
    disable: 'edit',
  },
  {
    name: '40 a place that is counted from the end',
    text: `${THREE}MIDDLEWARE.insert(len(MIDDLEWARE) - 1, 'a.b.New')\n`,
    target: SLOW,
    middleware: [SESSION, SLOW, 'a.b.New', LAST],
    disable: 'edit',
  },
  {
    name: '40 a setting that is counted from the list',
    text: `${THREE}COUNT = len(MIDDLEWARE)\n`,
    target: SLOW,
    middleware: [SESSION, SLOW, LAST],
    disable: /line 6 uses MIDDLEWARE/i,
  },
  {
    name: '42 an item of globals()',
    text: `${THREE}globals()['SESSION_SAVE_EVERY_REQUEST'] = False\n`,
    target: SLOW,
    middleware: [SESSION, SLOW, LAST],
    disable: 'edit',
    fullRollback: /SESSION_SAVE_EVERY_REQUEST is set to False/,
  },
];
