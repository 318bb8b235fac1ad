import ini from 'ini';
import path from 'node:path';

import { Environment } from '../evaluation/environment.ts';
import type { Evaluation } from '../evaluation/evaluation.ts';
import { bind, pathOf, unknownArgument } from '../values/callArguments.ts';
import {
  bool,
  defaultOf,
  listValue,
  namespace,
  native,
  str,
  unresolved,
  withOrigin,
  type Args,
  type ObjectValue,
  type Value,
} from '../values/values.ts';
import { findUpwards, variablesOf } from './pythonDotenv.ts';
import { truthWord } from './truthWords.ts';

/**
 * python-decouple: `config('NAME', default=…, cast=…)`. The process environment wins; then the nearest settings.ini or .env from
 * the calling file's folder upwards.
 */

interface Stored {
  readonly variables: ReadonlyMap<string, string>;
  readonly file: string;
}

type Repository = (args: Args) => Stored;

const EMPTY: ReadonlyMap<string, string> = new Map();
const NOTHING: Stored = { variables: EMPTY, file: '' };

function repositoryOf(it: Evaluation, file = ''): Stored {
  return { variables: file === '' ? EMPTY : variablesIn(it, file), file };
}

function variablesIn(it: Evaluation, file: string): ReadonlyMap<string, string> {
  if (!file.endsWith('.ini')) return variablesOf(it, file, 'python-decouple') ?? EMPTY;
  const text = it.files.text(file);
  const section: unknown = text === undefined ? undefined : ini.parse(text).settings;
  if (typeof section !== 'object' || section === null) return EMPTY;
  return new Map(Object.entries(section).map(([key, value]) => [key, String(value)]));
}

function lookUp(it: Evaluation, args: Args, repository: Repository): Value {
  const bound = bind(args, ['option', 'default', 'cast']);
  const name = bound.option;
  if (name?.t !== 'str') return unknownArgument(args, 'config');
  const own = it.environment.own(name.v);
  const { variables, file } = own === undefined ? repository(args) : NOTHING;
  const stored = variables.get(name.v);
  let value =
    own ??
    (stored === undefined
      ? it.environment.get(name.v)
      : withOrigin(str(stored), { kind: 'file', name: name.v, file: path.resolve(it.root, file) }));
  if (value === undefined) {
    value = bound.default && defaultOf(name.v, bound.default, args);
    if (value === undefined) return it.raise('UndefinedValueError', Environment.missing(name.v));
    if (value.t === 'none') value = { t: 'none', why: Environment.missing(name.v) };
  }
  const { cast } = bound;
  if (cast === undefined || value.t === 'unresolved') return value;
  if (cast.t !== 'object' || cast.call === undefined) return unresolved(`${name.v} is cast in a way that is not known`);
  if (cast.name === 'bool') return castBool(it, name.v, value);
  return cast.call({ ...args, positional: [value], named: new Map() });
}

function castBool(it: Evaluation, name: string, value: Value): Value {
  if (value.t === 'bool') return value;
  const text = value.t === 'str' ? value.v : value.t === 'number' ? String(value.v) : undefined;
  if (text === '') return bool(false);
  const word = text === undefined ? undefined : truthWord(text);
  return word === undefined ? it.raise('ValueError', `${name} is neither yes nor no`) : bool(word);
}

function config(it: Evaluation, repository: Repository): ObjectValue {
  const call = (args: Args): Value => lookUp(it, args, repository);
  const get = native('config.get', call);
  return { t: 'object', name: 'config', call, attribute: (name) => (name === 'get' ? get : undefined) };
}

/** AutoConfig remembers the file that its first use finds. */
function autoConfig(it: Evaluation, from: string | undefined): ObjectValue {
  let stored: Stored | undefined;
  return config(it, (args) => {
    const folder = from ?? path.dirname(args.frame.source.file);
    stored ??= repositoryOf(it, findUpwards(it, folder, ['settings.ini', '.env']));
    return stored;
  });
}

const REPOSITORY = 'Repository ';

export function decoupleModule(it: Evaluation): ObjectValue {
  const repository = native('Repository', (args) => {
    const file = pathOf(args.positional[0]);
    return file === undefined
      ? unknownArgument(args, 'Repository')
      : namespace(REPOSITORY + path.resolve(it.root, file), {});
  });
  return namespace('decouple', {
    config: autoConfig(it, undefined),
    AutoConfig: native('AutoConfig', (args) => {
      const given = args.positional[0] ?? args.named.get('search_path');
      const from = pathOf(given);
      return given !== undefined && from === undefined ? unknownArgument(args, 'AutoConfig') : autoConfig(it, from);
    }),
    Config: native('Config', (args) => {
      const given = args.positional[0] ?? args.named.get('repository');
      if (given?.t !== 'object' || !given.name.startsWith(REPOSITORY)) return unknownArgument(args, 'Config');
      const stored = repositoryOf(it, given.name.slice(REPOSITORY.length));
      return config(it, () => stored);
    }),
    RepositoryEnv: repository,
    RepositoryIni: repository,
    Csv: native('Csv', (args) => {
      const plain = args.positional.length === 0 && args.named.size === 0;
      return native('csv', (inner) => {
        const value = inner.positional[0];
        if (!plain || value?.t !== 'str' || /["'\\]/.test(value.v)) return unknownArgument(inner, 'Csv');
        return listValue(
          value.v
            .split(',')
            .map((item) => str(item.trim()))
            .filter((item) => item.v !== ''),
        );
      });
    }),
  });
}
