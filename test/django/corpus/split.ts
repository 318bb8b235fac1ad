import { LITERAL, managePy, SHOP, START, type CorpusProject } from './kit.ts';

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
