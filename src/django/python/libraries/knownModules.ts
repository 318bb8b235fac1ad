import { builtins } from '../expressions/builtins.ts';
import type { Interpreter } from '../interpreter.ts';
import {
  bool,
  namespace,
  native,
  NONE,
  unresolved,
  type Args,
  type ObjectValue,
  type Value,
} from '../values/values.ts';
import { decoupleModule } from './decouple.ts';
import { djDatabaseUrlModule } from './djDatabaseUrl.ts';
import { djangoEnvironModule } from './djangoEnviron.ts';
import { dotenvModule } from './pythonDotenv.ts';
import { splitSettingsTools } from './splitSettings.ts';
import { datetimeModule, osModule, osPathModule, pathlibModule, sysModule } from './standardLibrary.ts';

/** Modules that are stood in for, by dotted name. Made once for each interpreter, because they hold its environment. */
const MODULES: Readonly<Record<string, (it: Interpreter) => ObjectValue>> = {
  os: osModule,
  'os.path': osPathModule,
  sys: sysModule,
  pathlib: pathlibModule,
  datetime: datetimeModule,
  typing: () => namespace('typing', { TYPE_CHECKING: bool(false) }),
  builtins: (it) => namespace('builtins', builtins(it)),
  __future__: () => namespace('__future__', { annotations: NONE }),
  contextlib: () => namespace('contextlib', { suppress: unresolved('suppress() is used outside a with statement') }),
  'distutils.util': (it) =>
    namespace('distutils.util', { strtobool: native('strtobool', (args) => strtobool(it, args)) }),
  environ: djangoEnvironModule,
  decouple: decoupleModule,
  dj_database_url: djDatabaseUrlModule,
  dotenv: dotenvModule,
  'split_settings.tools': splitSettingsTools,
  split_settings: (it) => namespace('split_settings', { tools: splitSettingsTools(it) }),
};

/** Of the standard library, or installed where Django is: an import never fails, and the names are not needed. */
const MODULE_NAMES_ONLY = new Set(
  'json re socket logging warnings importlib platform subprocess urllib urllib.parse uuid time random secrets string base64 hashlib functools itertools collections tempfile shutil glob io copy inspect getpass configparser tomllib ssl math ast textwrap multiprocessing threading'.split(
    ' ',
  ),
);

const made = new WeakMap<Interpreter, Map<string, ObjectValue>>();

export function knownModule(it: Interpreter, dotted: string): ObjectValue | undefined {
  const cache = made.get(it) ?? new Map<string, ObjectValue>();
  made.set(it, cache);
  const present = cache.get(dotted);
  if (present !== undefined) return present;
  const given = it.standIns.get(dotted);
  if (given !== undefined) return given;
  const make = Object.hasOwn(MODULES, dotted) ? MODULES[dotted] : undefined;
  if (make === undefined && !MODULE_NAMES_ONLY.has(dotted)) return undefined;
  const module = make?.(it) ?? namespace(dotted, {});
  cache.set(dotted, module);
  return module;
}

/** distutils' truth words, which python-decouple uses too. */
const TRUTH_WORDS: ReadonlyMap<string, boolean> = new Map([
  ...['y', 'yes', 't', 'true', 'on', '1'].map((word) => [word, true] as const),
  ...['n', 'no', 'f', 'false', 'off', '0'].map((word) => [word, false] as const),
]);

export function truthWord(text: string): boolean | undefined {
  return TRUTH_WORDS.get(text.toLowerCase());
}

function strtobool(it: Interpreter, args: Args): Value {
  const value = args.positional[0];
  const word = value?.t === 'str' ? truthWord(value.v) : undefined;
  if (word !== undefined) return { t: 'number', v: Number(word) };
  return value?.t === 'unresolved'
    ? value
    : it.raise('ValueError', 'strtobool() is given a text that is neither yes nor no');
}
