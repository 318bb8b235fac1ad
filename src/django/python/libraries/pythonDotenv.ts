import path from 'node:path';

import type { Evaluation } from '../evaluation/evaluation.ts';
import { bind, pathOf, unknownArgument } from '../values/callArguments.ts';
import { truth } from '../values/comparison.ts';
import {
  bool,
  dict,
  namespace,
  native,
  NONE,
  str,
  withOrigin,
  type Args,
  type ObjectValue,
  type Value,
} from '../values/values.ts';
import { readDotenv, type DotenvFlavour } from './dotenvFile.ts';

/** How far above the project's folder the tools' search for `.env` is followed; they themselves go up to the root. */
const LEVELS_ABOVE = 2;

/** The nearest of these files from a folder upwards: for every folder, in the order of the names. */
export function findUpwards(it: Evaluation, from: string, names: readonly string[]): string | undefined {
  const candidates: string[] = [];
  let directory = from;
  for (let above = 0; above <= LEVELS_ABOVE;) {
    candidates.push(...names.map((name) => path.join(directory, name)));
    const inside = directory !== it.root && directory.startsWith(it.root);
    const parent = path.dirname(directory);
    if (parent === directory) break;
    directory = parent;
    if (!inside) above++;
  }
  return it.files.firstOf(candidates);
}

/** Variables of a file; undefined when it is not there. */
export function variablesOf(it: Evaluation, file: string, flavour: DotenvFlavour): Map<string, string> | undefined {
  const text = it.files.text(path.resolve(it.root, file));
  if (text === undefined) return undefined;
  it.environmentFiles.add(path.resolve(it.root, file));
  return readDotenv(text, flavour, (name) => it.environment.text(name));
}

export function reportUnknownFile(it: Evaluation, args: Args, tool: string, value: Value): void {
  const reason = value.t === 'unresolved' ? value.why : 'its path is computed';
  it.report('env-file-unresolved', `${tool} reads a file that is not known: ${reason}.`, args.frame, args.at.from);
}

export function dotenvModule(it: Evaluation): ObjectValue {
  const callersFolder = (args: Args): string => path.dirname(args.frame.source.file);
  const named = (args: Args, value: Value | undefined): string | undefined =>
    value === undefined || value.t === 'none' || (value.t === 'str' && value.v === '')
      ? findUpwards(it, callersFolder(args), ['.env'])
      : pathOf(value);
  return namespace('dotenv', {
    load_dotenv: native('load_dotenv', (args) => {
      const bound = bind(args, ['dotenv_path', 'stream', 'verbose', 'override']);
      const file = named(args, bound.dotenv_path);
      if (file === undefined && bound.dotenv_path?.t === 'unresolved')
        reportUnknownFile(it, args, 'load_dotenv()', bound.dotenv_path);
      const variables = file === undefined ? undefined : variablesOf(it, file, 'python-dotenv');
      // In doubt nothing is loaded: what the file would have said is then a variable that is not set.
      if (variables === undefined || it.doubt !== undefined) return bool(false);
      it.environment.load(
        variables,
        bound.override !== undefined && truth(bound.override) === true,
        path.resolve(it.root, file ?? ''),
      );
      return bool(true);
    }),
    find_dotenv: native('find_dotenv', (args) => {
      const name = args.positional[0] ?? args.named.get('filename') ?? str('.env');
      if (name.t !== 'str') return unknownArgument(args, 'find_dotenv');
      return str(findUpwards(it, callersFolder(args), [name.v]) ?? '');
    }),
    dotenv_values: native('dotenv_values', (args) => {
      const given = args.positional[0] ?? args.named.get('dotenv_path');
      const file = named(args, given);
      if (file === undefined && given !== undefined) return unknownArgument(args, 'dotenv_values');
      const variables = file === undefined ? undefined : variablesOf(it, file, 'python-dotenv');
      return dict(
        [...(variables ?? [])].map(
          ([name, value]) => [name, withOrigin(str(value), { kind: 'file', name, file: file ?? '' })] as const,
        ),
        args.at,
      );
    }),
    set_key: native('set_key', () => NONE),
  });
}
