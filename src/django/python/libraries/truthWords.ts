import type { Evaluation } from '../evaluation/evaluation.ts';
import { namespace, native, type Args, type ObjectValue, type Value } from '../values/values.ts';

/** distutils' truth words, which python-decouple uses too. */
const TRUTH_WORDS: ReadonlyMap<string, boolean> = new Map([
  ...['y', 'yes', 't', 'true', 'on', '1'].map((word) => [word, true] as const),
  ...['n', 'no', 'f', 'false', 'off', '0'].map((word) => [word, false] as const),
]);

export function truthWord(text: string): boolean | undefined {
  return TRUTH_WORDS.get(text.toLowerCase());
}

export function distutilsModule(it: Evaluation): ObjectValue {
  return namespace('distutils.util', { strtobool: native('strtobool', (args) => strtobool(it, args)) });
}

function strtobool(it: Evaluation, args: Args): Value {
  const value = args.positional[0];
  const word = value?.t === 'str' ? truthWord(value.v) : undefined;
  if (word !== undefined) return { t: 'number', v: Number(word) };
  return value?.t === 'unresolved'
    ? value
    : it.raise('ValueError', 'strtobool() is given a text that is neither yes nor no');
}
