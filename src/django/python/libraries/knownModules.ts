import type { ModuleRules } from '../evaluation/evaluation.ts';
import { builtins } from '../expressions/builtins.ts';
import { bool, namespace, NONE, unresolved } from '../values/values.ts';
import { decoupleModule } from './decouple.ts';
import { djangoEnvironModule } from './djangoEnviron.ts';
import { djDatabaseUrlModule } from './djDatabaseUrl.ts';
import { environsModule } from './environs.ts';
import { jsonModule } from './json.ts';
import { dotenvModule } from './pythonDotenv.ts';
import { splitSettingsTools } from './splitSettings.ts';
import { datetimeModule, osModule, osPathModule, pathlibModule, sysModule } from './standardLibrary.ts';
import { distutilsModule } from './truthWords.ts';

/** Of the standard library, or installed where Django is: an import never fails, and the names are not needed. */
const NAMES_ONLY =
  're socket logging logging.config logging.handlers warnings importlib importlib.util importlib.metadata platform subprocess urllib ' +
  'urllib.parse urllib.request urllib.error uuid time random secrets string base64 hashlib hmac functools itertools collections tempfile ' +
  'shutil shlex glob io copy inspect getpass configparser tomllib ssl math ast textwrap multiprocessing threading traceback types enum ' +
  'dataclasses zoneinfo locale gettext operator signal http http.client email csv sqlite3 pprint decimal calendar asyncio pickle struct ' +
  'zlib stat errno ipaddress html pkgutil abc mimetypes codecs contextvars atexit gc resource site fnmatch binascii unicodedata';

/** Modules that are stood in for: one row each. */
export const MODULES: ModuleRules = {
  ...Object.fromEntries(NAMES_ONLY.split(' ').map((dotted) => [dotted, () => namespace(dotted, {})])),
  os: osModule,
  json: jsonModule,
  'os.path': osPathModule,
  sys: sysModule,
  pathlib: pathlibModule,
  datetime: datetimeModule,
  typing: () => namespace('typing', { TYPE_CHECKING: bool(false) }),
  builtins: (it) => namespace('builtins', builtins(it)),
  __future__: () => namespace('__future__', { annotations: NONE }),
  contextlib: () => namespace('contextlib', { suppress: unresolved('suppress() is used outside a with statement') }),
  'distutils.util': distutilsModule,
  environ: djangoEnvironModule,
  environs: environsModule,
  decouple: decoupleModule,
  dj_database_url: djDatabaseUrlModule,
  dotenv: dotenvModule,
  'split_settings.tools': splitSettingsTools,
  split_settings: (it) => namespace('split_settings', { tools: splitSettingsTools(it) }),
};
