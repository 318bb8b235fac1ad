import path from 'node:path';

import { Environment } from '../evaluation/environment.ts';
import type { Evaluation } from '../evaluation/evaluation.ts';
import { readText } from '../methods/files.ts';
import { bind, pathOf, unknownArgument } from '../values/callArguments.ts';
import { truth } from '../values/comparison.ts';
import {
  bool,
  defaultOf,
  listValue,
  namespace,
  native,
  NONE,
  numberValue,
  str,
  unresolved,
  type Args,
  type ObjectValue,
  type Value,
} from '../values/values.ts';
import { environDatabase } from './djangoEnvironUrl.ts';
import { reportUnknownFile, variablesOf } from './pythonDotenv.ts';

/** django-environ: Env, its casts, read_env() and db(). Semantics of 0.5 and later (0.4 lacks the cast by the default's type). */

const TRUE_WORDS = ['true', 'on', 'ok', 'y', 'yes', '1'];

/** Casts by the name of the type; what isn't here is called like any function. */
const CASTS: Readonly<Record<string, (text: string) => Value | undefined>> = {
  str: str,
  bool: (text) =>
    bool(/^\s*[+-]?\d+\s*$/.test(text) ? Number(text) !== 0 : TRUE_WORDS.includes(text.toLowerCase().trim())),
  int: (text) => (/^\s*[+-]?\d+\s*$/.test(text) ? numberValue(Number(text)) : undefined),
  float: (text) => (/^[+-]?\d+(?:\.\d+)?$/.test(text) ? numberValue(Number(text), true) : undefined),
  list: (text) => listValue(text.split(',').filter(Boolean).map(str)),
  tuple: (text) => ({
    t: 'tuple',
    items: text
      .replace(/^\(+|\)+$/g, '')
      .split(',')
      .filter(Boolean)
      .map(str),
  }),
};

/** The type of a default, by which a value without a cast is cast. */
const CAST_OF_DEFAULT: Readonly<Partial<Record<Value['t'], string>>> = {
  str: 'str',
  bool: 'bool',
  list: 'list',
  tuple: 'tuple',
};

interface Scheme {
  /** What Env() was told of the variables: a cast, or a cast and a default. */
  readonly known: ReadonlyMap<string, Value>;
  /** FileAwareEnv: the file that NAME_FILE names is read before NAME. */
  readonly files: boolean;
}

function variable(it: Evaluation, scheme: Scheme, name: string): Value | undefined {
  const file = scheme.files ? it.environment.get(`${name}_FILE`) : undefined;
  if (file === undefined || (file.t === 'str' && file.v === '')) return it.environment.get(name);
  return file.t === 'str' ? readText(it, file.v, name) : file;
}

function getValue(it: Evaluation, scheme: Scheme, args: Args, castName: string | undefined, depth = 0): Value {
  const names: readonly ('var' | 'cast' | 'default')[] =
    castName === undefined ? ['var', 'cast', 'default'] : ['var', 'default'];
  const bound = bind(args, names);
  const name = bound.var;
  if (name?.t !== 'str') return unknownArgument(args, 'env');
  const info = scheme.known.get(name.v);
  const [schemeCast, schemeDefault] = info?.t === 'tuple' && info.items.length === 2 ? info.items : [info, undefined];
  const fallback = bound.default ?? schemeDefault;
  const value = variable(it, scheme, name.v);
  if (value === undefined) {
    if (fallback === undefined) return it.raise('ImproperlyConfigured', Environment.missing(name.v));
    if (fallback.t === 'none') return { t: 'none', why: Environment.missing(name.v) };
    return defaultOf(name.v, fallback, args);
  }
  if (value.t !== 'str') return value;
  // A value that begins with $ names another variable.
  if (value.v.startsWith('$') && depth < 8) {
    const proxied = [str(value.v.replace(/^\$+/, '')), ...args.positional.slice(1)];
    return getValue(it, scheme, { ...args, positional: proxied }, castName, depth + 1);
  }
  const byDefault =
    fallback === undefined
      ? undefined
      : fallback.t === 'number'
        ? fallback.float
          ? 'float'
          : 'int'
        : CAST_OF_DEFAULT[fallback.t];
  if (value.v === '' && fallback?.t === 'none') return NONE;
  const cast = bound.cast ?? schemeCast;
  if (cast?.t === 'unresolved') return cast;
  const wanted = castName ?? (cast?.t === 'object' ? cast.name : byDefault);
  if (wanted === undefined) return value;
  const convert = Object.hasOwn(CASTS, wanted) ? CASTS[wanted] : undefined;
  if (convert === CASTS.str) return value;
  if (convert !== undefined) return convert(value.v) ?? it.raise('ValueError', `${name.v} can't be read as ${wanted}`);
  if (cast?.t === 'object' && cast.call !== undefined)
    return cast.call({ ...args, positional: [value], named: new Map() });
  return unresolved(`${name.v} is cast in a way that is not known`);
}

/** env.db(), env.db_url(): a URL from DATABASE_URL or the variable that is named. */
function database(it: Evaluation, scheme: Scheme, args: Args): Value {
  const bound = bind(args, ['var', 'default', 'engine']);
  const name = bound.var ?? str('DATABASE_URL');
  const named = new Map(bound.default === undefined ? [] : [['default', bound.default]]);
  const url = getValue(it, scheme, { ...args, positional: [name], named }, undefined);
  if (url.t === 'none' && url.why !== undefined) return unresolved(url.why);
  return environDatabase(url, bound.engine, args);
}

function readEnv(it: Evaluation, args: Args): Value {
  const bound = bind(args, ['env_file', 'overwrite']);
  const given = bound.env_file;
  const file =
    given === undefined || given.t === 'none' ? path.join(path.dirname(args.frame.source.file), '.env') : pathOf(given);
  if (file === undefined) {
    if (given !== undefined) reportUnknownFile(it, args, 'read_env()', given);
    return NONE;
  }
  const variables = variablesOf(it, file, 'django-environ');
  const overwrite = bound.overwrite !== undefined && truth(bound.overwrite) === true;
  if (variables !== undefined && it.doubt === undefined)
    it.environment.load(variables, overwrite, path.resolve(it.root, file));
  return NONE;
}

function makeEnv(it: Evaluation, scheme: Scheme): ObjectValue {
  const casts = ['str', 'bool', 'int', 'float', 'list', 'tuple'];
  const attributes: Record<string, ObjectValue> = Object.fromEntries(
    casts.map((cast) => [cast, native(`env.${cast}`, (args) => getValue(it, scheme, args, cast))]),
  );
  for (const name of ['db', 'db_url']) attributes[name] = native(`env.${name}`, (args) => database(it, scheme, args));
  attributes.db_url_config = native('env.db_url_config', (args) =>
    environDatabase(args.positional[0], args.positional[1], args),
  );
  attributes.read_env = native('env.read_env', (args) => readEnv(it, args));
  attributes.get_value = native('env.get_value', (args) => getValue(it, scheme, args, undefined));
  return {
    t: 'object',
    name: 'env',
    call: (args) => getValue(it, scheme, args, undefined),
    attribute: (name) => (Object.hasOwn(attributes, name) ? attributes[name] : undefined),
    contains: (key) => (key.t === 'str' ? variable(it, scheme, key.v) !== undefined : undefined),
  };
}

/** No folder is nearly as deep. */
const MAX_LEVELS = 1_000;

/** environ.Path(__file__) - 2: the older way to name the project's folder. */
function environPath(at: string): ObjectValue {
  const joined = (args: Args, make: (joined: string) => Value): Value => {
    const parts = args.positional.map(pathOf).filter((p) => p !== undefined);
    if (parts.length < args.positional.length) return unknownArgument(args, 'environ.Path');
    return make(path.resolve(at, ...parts));
  };
  const attributes: Readonly<Record<string, Value>> = {
    path: native('path', (args) => joined(args, environPath)),
    root: str(at),
  };
  return {
    t: 'object',
    name: 'environ.Path',
    call: (args) => joined(args, str),
    attribute: (name) => (Object.hasOwn(attributes, name) ? attributes[name] : undefined),
    minus: (levels) => {
      const known = levels.t === 'number' && Number.isInteger(levels.v) && levels.v >= 0 && levels.v <= MAX_LEVELS;
      return known ? environPath(path.resolve(at, '../'.repeat(levels.v))) : undefined;
    },
  };
}

export function djangoEnvironModule(it: Evaluation): ObjectValue {
  const attributes: Readonly<Record<string, ObjectValue>> = {
    read_env: native('Env.read_env', (args) => readEnv(it, args)),
    db_url_config: native('Env.db_url_config', (args) => environDatabase(args.positional[0], args.positional[1], args)),
  };
  const Env: ObjectValue = {
    t: 'object',
    name: 'Env',
    call: (args) => makeEnv(it, { known: args.named, files: false }),
    attribute: (name) => (Object.hasOwn(attributes, name) ? attributes[name] : undefined),
  };
  const Path = native('Path', (args) => {
    const start = pathOf(args.positional[0]);
    return start === undefined ? unknownArgument(args, 'environ.Path') : environPath(path.resolve(it.root, start));
  });
  const FileAwareEnv: ObjectValue = { ...Env, call: (args) => makeEnv(it, { known: args.named, files: true }) };
  return namespace('environ', { Env, FileAwareEnv, Path });
}
