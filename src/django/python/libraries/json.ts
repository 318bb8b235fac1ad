import type { Evaluation } from '../evaluation/evaluation.ts';
import { unknownArgument } from '../values/callArguments.ts';
import {
  bool,
  listValue,
  namespace,
  native,
  NONE,
  numberValue,
  str,
  unresolved,
  withOrigin,
  type Args,
  type DictValue,
  type ObjectValue,
  type Value,
} from '../values/values.ts';

/** json.load() and json.loads(), of files beside the settings. */

export function jsonModule(it: Evaluation): ObjectValue {
  return namespace('json', {
    load: native('load', (args) => {
      const [file] = args.positional;
      const read = file?.t === 'object' ? file.attribute?.('read') : undefined;
      const text = read?.t === 'object' ? read.call?.({ ...args, positional: [], named: new Map() }) : undefined;
      return text === undefined ? unknownArgument(args, 'json.load') : fromJson(it, text, args);
    }),
    loads: native('loads', (args) => {
      const [text] = args.positional;
      return text === undefined ? unknownArgument(args, 'json.loads') : fromJson(it, text, args);
    }),
    dumps: native('dumps', () => unresolved('json.dumps() is computed')),
  });
}

function fromJson(it: Evaluation, text: Value, args: Args): Value {
  if (text.t !== 'str' || args.named.size > 0) return unknownArgument(args, 'json.loads');
  try {
    return valueOf(JSON.parse(text.v), text.origin?.file, '');
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return it.raise('JSONDecodeError', 'what is read as JSON is none');
  }
}

function valueOf(json: unknown, file: string | undefined, name: string): Value {
  if (json === null) return NONE;
  if (typeof json === 'boolean') return bool(json);
  if (typeof json === 'string')
    return file === undefined ? str(json) : withOrigin(str(json), { kind: 'file', name, file });
  // Whether 1.0 was written with a point is lost here.
  if (typeof json === 'number')
    return Number.isSafeInteger(json) ? numberValue(json) : unresolved('a number of JSON is not an integer');
  if (Array.isArray(json)) return listValue(json.map((item) => valueOf(item, file, name)));
  const entries: DictValue['entries'] = new Map();
  for (const [key, value] of Object.entries(json as Readonly<Record<string, unknown>>))
    entries.set(`s:${key}`, { key: str(key), value: valueOf(value, file, name === '' ? key : `${name}.${key}`) });
  return { t: 'dict', entries };
}
