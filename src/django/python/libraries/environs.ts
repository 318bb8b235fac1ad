import path from 'node:path';

import { Environment } from '../evaluation/environment.ts';
import type { Evaluation } from '../evaluation/evaluation.ts';
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
  path as pathValue,
  str,
  unresolved,
  type Args,
  type ObjectValue,
  type StrValue,
  type Value,
} from '../values/values.ts';
import { djDatabaseUrlModule } from './djDatabaseUrl.ts';
import { findUpwards, reportUnknownFile, variablesOf } from './pythonDotenv.ts';
import { truthWord } from './truthWords.ts';

/** environs (9 and later): Env with its parsers, read_env() and dj_db_url(). A default is given as it is, not parsed. */

type Parser = (value: StrValue, args: Args) => Value | undefined;

const PARSERS: Readonly<Record<string, Parser>> = {
  str: (value) => value,
  bool: ({ v }) => {
    const word = truthWord(v);
    return word === undefined ? undefined : bool(word);
  },
  int: ({ v }) => (/^\s*[+-]?\d+\s*$/.test(v) ? numberValue(Number(v)) : undefined),
  float: ({ v }) => (/^\s*[+-]?\d+(?:\.\d+)?\s*$/.test(v) ? numberValue(Number(v), true) : undefined),
  path: ({ v }) => pathValue(v),
  list: ({ v }, args) => {
    const { subcast, delimiter } = { subcast: args.named.get('subcast'), delimiter: args.named.get('delimiter') };
    const known = subcast === undefined || (subcast.t === 'object' && subcast.name === 'str');
    if (!known || delimiter !== undefined) return unresolved('env.list() is told how to read its items');
    return listValue(v === '' ? [] : v.split(',').map(str));
  },
};

export function environsModule(it: Evaluation): ObjectValue {
  return namespace('environs', { Env: native('Env', () => makeEnv(it)), env: makeEnv(it) });
}

function makeEnv(it: Evaluation): ObjectValue {
  const parse =
    (parser: Parser) =>
    (args: Args): Value => {
      const { name, default: fallback } = bind(args, ['name', 'default']);
      if (name?.t !== 'str' || args.open !== undefined) return unknownArgument(args, 'env');
      const value = it.environment.get(name.v);
      if (value === undefined) {
        if (fallback === undefined) return it.raise('EnvError', Environment.missing(name.v));
        return fallback.t === 'none'
          ? { t: 'none', why: Environment.missing(name.v) }
          : defaultOf(name.v, fallback, args);
      }
      if (value.t !== 'str') return value;
      return parser(value, args) ?? it.raise('EnvError', `${name.v} can't be read as it is asked for`);
    };
  const attributes: Record<string, ObjectValue> = Object.fromEntries(
    Object.entries(PARSERS).map(([name, parser]) => [name, native(`env.${name}`, parse(parser))]),
  );
  attributes.dj_db_url = native('env.dj_db_url', (args) => {
    // Other than of the parsers, the default is a URL.
    const url = parse((value) => value)(args);
    const parser = djDatabaseUrlModule(it).attribute?.('parse');
    if (url.t !== 'str' || parser?.t !== 'object' || parser.call === undefined) return url;
    const named = new Map([...args.named].filter(([name]) => name !== 'default'));
    return parser.call({ ...args, positional: [url], named });
  });
  attributes.read_env = native('env.read_env', (args) => readEnv(it, args));
  return {
    t: 'object',
    name: 'env',
    call: parse((value) => value),
    attribute: (name) => (Object.hasOwn(attributes, name) ? attributes[name] : undefined),
  };
}

/** `.env` beside the file that asks, or above it. */
function readEnv(it: Evaluation, args: Args): Value {
  const { path: given } = bind(args, ['path']);
  const start =
    given === undefined || given.t === 'none' ? path.join(path.dirname(args.frame.source.file), '.env') : pathOf(given);
  if (start === undefined) {
    if (given !== undefined) reportUnknownFile(it, args, 'read_env()', given);
    return NONE;
  }
  const full = path.resolve(it.root, start);
  const recurses = truth(args.named.get('recurse') ?? bool(true)) === true;
  const file = recurses ? findUpwards(it, path.dirname(full), [path.basename(full)]) : full;
  const variables = file === undefined ? undefined : variablesOf(it, file, 'python-dotenv');
  const override = truth(args.named.get('override') ?? bool(false)) === true;
  if (variables !== undefined && it.doubt === undefined)
    it.environment.load(variables, override, path.resolve(it.root, file ?? ''));
  return NONE;
}
