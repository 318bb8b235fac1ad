import type { Evaluation } from '../evaluation/evaluation.ts';
import { attributeOf } from '../methods/attributes.ts';
import { openFile } from '../methods/files.ts';
import { bind } from '../values/callArguments.ts';
import { truth } from '../values/comparison.ts';
import { lookUp, setKey } from '../values/containers.ts';
import { pythonStr } from '../values/pythonStr.ts';
import {
  bool,
  native,
  NONE,
  numberValue,
  str,
  unresolved,
  type Args,
  type DictValue,
  type Frame,
  type ObjectValue,
  type SequenceValue,
  type Value,
} from '../values/values.ts';
import { iterationBuiltins } from './iteration.ts';

/** Python's built-in functions that settings use. The names of the types double as casts of the settings tools. */
export function builtins(it: Evaluation): Readonly<Record<string, Value>> {
  const table: readonly ObjectValue[] = [
    closed('str', (args) => {
      const text = pythonStr(args.positional[0] ?? str(''));
      return text === undefined ? why(args) : str(text);
    }),
    closed('int', (args) => toInt(it, args)),
    closed('float', (args) => {
      const value = args.positional[0];
      const read = value?.t === 'str' && /^\s*[+-]?(?:\d[\d_]*\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i.test(value.v);
      if (value?.t === 'number' || value?.t === 'bool') return numberValue(Number(value.v), true);
      return read ? numberValue(Number(value.v.replaceAll('_', '')), true) : why(args);
    }),
    closed('bool', (args) => {
      const known = truth(args.positional[0] ?? bool(false));
      return known === undefined ? why(args) : bool(known);
    }),
    native('len', (args) => {
      const value = args.positional[0];
      if (value?.t === 'str') return numberValue([...value.v].length);
      if (value?.t === 'dict')
        return value.open === undefined ? numberValue(value.entries.size) : unresolved(value.open);
      const sequence = value?.t === 'list' || value?.t === 'tuple';
      return sequence && value.open === undefined ? numberValue(value.items.length) : why(args);
    }),
    closed('list', (args) => toSequence('list', args)),
    closed('tuple', (args) => toSequence('tuple', args)),
    closed('set', (args) => toSequence('set', args)),
    native('dict', toDict),
    ...iterationBuiltins(),
    native('open', (args) => openFile(it, args)),
    native('print', () => NONE),
    native('staticmethod', (args) => args.positional[0] ?? why(args)),
    native('getattr', (args) => {
      const [object, name, fallback] = args.positional;
      if (object?.t !== 'object' || name?.t !== 'str') return why(args);
      return (
        object.attribute?.(name.v) ??
        fallback ??
        attributeOf(it, object, name.v, () => `an attribute of ${object.name}`)
      );
    }),
    native('hasattr', (args) => {
      const [object, name] = args.positional;
      if (object?.t !== 'object' || name?.t !== 'str') return why(args);
      const value = object.attribute?.(name.v);
      if (value?.t === 'unresolved') return value;
      return value !== undefined || object.isComplete === true ? bool(value !== undefined) : why(args);
    }),
    ...['globals', 'locals', 'vars'].map((name) => native(name, (args) => namesOf(it, args.frame, name))),
    ...['exec', 'eval'].map((name) =>
      native(name, (args) => {
        it.report(
          'settings-dynamic',
          `${name}() may change any setting: what it does is not known.`,
          args.frame,
          args.at.from,
        );
        return unresolved(`${name}() is computed`);
      }),
    ),
  ];
  return Object.fromEntries(table.map((value) => [value.name, value]));
}

/** What is given by `*args`, or by a generator, is not known. */
const closed = (name: string, call: (args: Args) => Value): ObjectValue =>
  native(name, (args) => (args.open === undefined ? call(args) : unresolved(args.open)));

/** Why the arguments don't give a value. */
function why(args: Args): Value {
  for (const value of args.positional) {
    if (value.t === 'unresolved') return value;
    if (value.t === 'none' && value.why !== undefined) return unresolved(value.why);
  }
  return unresolved(args.open ?? 'a value is converted that is not known');
}

function toInt(it: Evaluation, args: Args): Value {
  const [value, base] = args.positional;
  if (value === undefined || base !== undefined) return why(args);
  if (value.t === 'number' || value.t === 'bool') return numberValue(Math.trunc(Number(value.v)));
  if (value.t !== 'str') return why(args);
  if (!/^\s*[+-]?\d+(?:_\d+)*\s*$/.test(value.v))
    return it.raise('ValueError', 'int() is given a text that is not a number');
  const result = Number(value.v.replaceAll('_', ''));
  return Number.isSafeInteger(result) ? numberValue(result) : unresolved('a number is too large');
}

function toSequence(t: SequenceValue['t'], args: Args): Value {
  const value = args.positional[0];
  if (value === undefined) return { t, items: [] };
  if (value.t === 'str') return { t, items: [...value.v].map(str) };
  if (value.t === 'dict') {
    const keys: SequenceValue = { t, items: [...value.entries.values()].map((entry) => entry.key) };
    return value.open === undefined ? keys : { ...keys, open: value.open };
  }
  if (value.t !== 'list' && value.t !== 'tuple' && value.t !== 'set') return why(args);
  if (value.t === 'set' && t !== 'set' && value.items.length > 1) return unresolved('a set has no order');
  return { ...value, t, items: [...value.items] };
}

function toDict(args: Args): Value {
  const result: DictValue = { t: 'dict', entries: new Map(), at: args.at };
  const from = args.positional[0];
  if (from?.t === 'dict') {
    for (const [id, entry] of from.entries) result.entries.set(id, { ...entry });
    if (from.open !== undefined) result.open = from.open;
  } else if (from?.t === 'list' || from?.t === 'tuple') {
    for (const pair of from.items) {
      const [key, value] = pair.t === 'tuple' || pair.t === 'list' ? pair.items : [];
      if (key === undefined || value === undefined) return why(args);
      setKey(result, key, value);
    }
  } else if (from !== undefined) return why(args);
  for (const [key, value] of args.named) setKey(result, str(key), value);
  if (args.open !== undefined) result.open = args.open;
  return result;
}

/** globals() and the like: a live view of the names of the module. */
function namesOf(it: Evaluation, frame: Frame, name: string): ObjectValue {
  let root = frame;
  while (name === 'globals' && root.parent !== undefined) root = root.parent;
  const asDict = (): DictValue => {
    const entries: DictValue['entries'] = new Map();
    for (const [key, value] of root.names) entries.set(`s:${key}`, { key: str(key), value });
    return { t: 'dict', entries };
  };
  const methods: Readonly<Record<string, (args: Args) => Value>> = {
    get: (args) => {
      const { key, fallback } = bind(args, ['key', 'fallback']);
      return key === undefined ? NONE : (lookUp(asDict(), key) ?? fallback ?? NONE);
    },
    update: (args) => {
      for (const [key, value] of args.named) {
        root.names.set(key, it.stored(value));
        root.places?.set(key, args.at);
      }
      for (const value of args.positional) {
        if (value.t === 'dict') {
          for (const { key, value: v } of value.entries.values()) {
            if (key.t !== 'str') continue;
            root.names.set(key.v, it.stored(v));
            root.places?.set(key.v, args.at);
          }
        }
        if (value.t !== 'dict' || value.open !== undefined) {
          const message = `${name}().update() may change any setting: what it is given is not known.`;
          it.report('settings-dynamic', message, frame, args.at.from);
        }
      }
      return NONE;
    },
  };
  return {
    t: 'object',
    name: `${name}()`,
    attribute: (key) =>
      Object.hasOwn(methods, key) && methods[key] !== undefined ? native(key, methods[key]) : undefined,
    item: (key) => lookUp(asDict(), key) ?? it.raise('KeyError', `${name}() lacks a key`),
    setItem: (key, value) => {
      if (key.t !== 'str') return;
      root.names.set(key.v, value);
      root.places?.delete(key.v);
    },
    contains: (key) => (key.t === 'str' ? root.names.has(key.v) : undefined),
  };
}
