import { managePy } from '../../../django/corpus/kit.ts';
import type { Project } from './python.ts';

/** Projects with split settings, made by combining where the throttle stands, where the setting is set, and the layout. */

export const THROTTLE = 'shop.middleware.ThrottledSessionMiddleware';
export const SESSION = 'django.contrib.sessions.middleware.SessionMiddleware';
const COMMON = 'django.middleware.common.CommonMiddleware';

/** The three files that every layout has, by their part in it. */
type Part = 'base' | 'active' | 'last';
type Parts = Readonly<Record<Part, string>>;

export interface SplitProject extends Project {
  readonly name: string;
  /** File in which the throttle stands. */
  readonly file: string;
}

/** Where the throttle stands, and how it gets into the list. */
const THROTTLES: readonly (readonly [string, Part, Partial<Parts>])[] = [
  ['base', 'base', { base: `MIDDLEWARE = [\n    '${SESSION}',\n    '${THROTTLE}',\n    '${COMMON}',\n]\n` }],
  [
    'common list',
    'base',
    {
      base: `COMMON_LIST = [\n    '${SESSION}',\n    '${THROTTLE}',  # 15 minutes\n]\n`,
      active: `MIDDLEWARE = [*COMMON_LIST, '${COMMON}']\n`,
    },
  ],
  [
    'plus',
    'active',
    { base: `MIDDLEWARE = ['${SESSION}', '${COMMON}']\n`, active: `MIDDLEWARE += [\n    '${THROTTLE}',\n]\n` },
  ],
  [
    'insert',
    'active',
    {
      base: `MIDDLEWARE = ['${SESSION}', '${COMMON}']\n`,
      active: `MIDDLEWARE.insert(MIDDLEWARE.index('${SESSION}') + 1, '${THROTTLE}')\n`,
    },
  ],
  [
    'own list',
    'active',
    { base: `MIDDLEWARE = ['${SESSION}']\n`, active: `MIDDLEWARE = ('${SESSION}', '${THROTTLE}', '${COMMON}')\n` },
  ],
  [
    'overridden',
    'active',
    {
      base: `MIDDLEWARE = ['${SESSION}', '${THROTTLE}']\n`,
      active: `MIDDLEWARE = ['${COMMON}', '${SESSION}',\n              '${THROTTLE}']\n`,
    },
  ],
  [
    'last',
    'last',
    { base: `MIDDLEWARE = ['${SESSION}', '${COMMON}']\n`, last: `MIDDLEWARE = MIDDLEWARE + ['${THROTTLE}']\n` },
  ],
];

const SET = (value: string): string => `SESSION_SAVE_EVERY_REQUEST = ${value}\n`;

const SETTINGS: readonly (readonly [string, Partial<Parts>])[] = [
  ['nowhere', {}],
  ['base False', { base: SET('False  # throttled') }],
  ['active False', { active: SET('False') }],
  ['twice', { base: SET('False'), active: SET('False') }],
  ['everywhere', { base: SET('False'), active: SET('False'), last: SET('False') }],
  ['last', { last: `SESSION_COOKIE_AGE = 86_400\n${SET('False')}` }],
  ['computed', { active: `import os\n${SET(`os.environ.get('NO_SUCH_VARIABLE') == '1'`)}` }],
  ['True, then False', { base: SET('True'), active: SET('False') }],
  ['True', { base: `SESSION_COOKIE_AGE = 3600\n${SET('True')}` }],
];

/** Each puts the parts into files: `base`, which `active` takes over, and `last`, which is taken over at its end. */
const LAYOUTS: readonly (readonly [string, string, Parts, (parts: Parts) => Record<string, string>])[] = [
  [
    'package',
    'shop.settings.dev',
    { base: 'shop/settings/base.py', active: 'shop/settings/dev.py', last: 'shop/settings/local.py' },
    ({ base, active, last }) => ({
      'shop/settings/__init__.py': '',
      'shop/settings/base.py': base,
      'shop/settings/dev.py': `from .base import *\n${active}from .local import *\n`,
      'shop/settings/local.py': last.includes('MIDDLEWARE') ? `from .base import MIDDLEWARE\n${last}` : last,
    }),
  ],
  [
    'chain in src',
    'shop.conf.production',
    { base: 'src/shop/conf/defaults.py', active: 'src/shop/conf/site.py', last: 'src/shop/conf/production.py' },
    ({ base, active, last }) => ({
      'src/shop/conf/__init__.py': '',
      'src/shop/conf/defaults.py': `"""Settings \u00e9 \u{1f40e}"""\r\n${base}`.replace(/\r?\n/g, '\r\n'),
      'src/shop/conf/site.py': `from shop.conf.defaults import *  # noqa\n${active}`,
      'src/shop/conf/production.py': `from .site import *\n${last}`,
    }),
  ],
  [
    'chosen by the package',
    'config.settings',
    { base: 'config/settings/common.py', active: 'config/settings/dev.py', last: 'config/settings/__init__.py' },
    ({ base, active, last }) => ({
      'config/settings/common.py': base,
      'config/settings/dev.py': `from config.settings.common import *\n${active}`,
      'config/settings/prod.py': `from .common import *\n`,
      'config/settings/__init__.py': `import os\nif os.environ.get('NO_SUCH_VARIABLE') == 'prod':\n    from .prod import *\nelse:\n    from .dev import *\n${last}`,
    }),
  ],
  [
    'local settings',
    'shop.settings',
    { base: 'shop/settings.py', active: 'shop/settings.py', last: 'shop/settings.py' },
    ({ base, active, last }) => ({
      'shop/settings.py': `${base}try:\n    from .local_settings import *\nexcept ImportError:\n    pass\n${active}${last}`,
    }),
  ],
];

export function splitProjects(): SplitProject[] {
  return LAYOUTS.flatMap(([layout, module, files, make]) =>
    THROTTLES.flatMap(([where, part, throttle]) =>
      SETTINGS.map(([setting, set], i): SplitProject => {
        const text = (name: Part): string => {
          const both = [set[name] ?? '', throttle[name] ?? ''];
          return (i % 2 === 0 ? both : both.reverse()).join('');
        };
        const parts = { base: text('base'), active: text('active'), last: text('last') };
        return {
          name: `${layout}, throttle in ${where}, setting ${setting}`,
          module,
          files: { 'manage.py': managePy(module), ...make(parts) },
          file: files[part],
        };
      }),
    ),
  );
}
