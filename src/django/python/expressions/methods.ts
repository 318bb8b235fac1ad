import { mergeInto } from './expressions.ts';
import type { Interpreter } from '../interpreter.ts';
import { PATH_ATTRIBUTES, PATH_METHODS } from './pathMethods.ts';
import { STR_METHODS } from './strMethods.ts';
import {
  blur,
  equal,
  keyOf,
  list,
  lookUp,
  MAX_ITEMS,
  native,
  NONE,
  setKey,
  str,
  tuple,
  unresolved,
  type Args,
  type DictValue,
  type SequenceValue,
  type Value,
} from '../values/values.ts';

/** Attributes and methods of known values. A method that isn't in these tables makes the result unresolved. */

/** undefined: the result is not known. */
export type Method<T> = (it: Interpreter, self: T, args: Args) => Value | undefined;
export type Methods<T> = Readonly<Record<string, Method<T>>>;

const DICT_METHODS: Methods<DictValue> = {
  get: (_, self, args) => {
    const [key, fallback] = args.positional;
    return key === undefined ? undefined : (lookUp(self, key) ?? fallback ?? NONE);
  },
  setdefault: (it, self, args) => {
    const [key, fallback = NONE] = args.positional;
    if (key === undefined) return undefined;
    const present = lookUp(self, key);
    if (present !== undefined) return present;
    setKey(self, key, it.stored(fallback));
    return fallback;
  },
  update: (it, self, args) => {
    const given: DictValue = { t: 'dict', entries: new Map() };
    for (const value of args.positional) mergeInto(given, value, () => 'the argument of update()');
    for (const [key, value] of args.named) setKey(given, str(key), value);
    if (it.doubt !== undefined) for (const entry of given.entries.values()) entry.value = unresolved(it.doubt);
    const open = given.open ?? args.open;
    if (open !== undefined) blur(self, open);
    mergeInto(self, given, () => 'the argument of update()');
    return NONE;
  },
  pop: (it, self, args) => {
    const [key, fallback] = args.positional;
    if (key === undefined) return undefined;
    const present = lookUp(self, key) ?? fallback ?? it.raise('KeyError', 'pop() of a key that is not there');
    if (it.doubt === undefined) self.entries.delete(keyOf(key) ?? '');
    else if (self.entries.has(keyOf(key) ?? '')) setKey(self, key, unresolved(it.doubt));
    return present;
  },
  copy: (_, self) => {
    const entries = new Map([...self.entries].map(([id, entry]) => [id, { ...entry }] as const));
    return self.open === undefined ? { t: 'dict', entries } : { t: 'dict', entries, open: self.open };
  },
  keys: (_, self) => entriesOf(self, (key) => key),
  values: (_, self) => entriesOf(self, (_key, value) => value),
  items: (_, self) => entriesOf(self, (key, value) => tuple([key, value])),
};

function entriesOf(self: DictValue, pick: (key: Value, value: Value) => Value): SequenceValue {
  const items = list([...self.entries.values()].map(({ key, value }) => pick(key, value)));
  return self.open === undefined ? items : { ...items, open: self.open };
}

/** Changes a list; where it is doubtful whether that happens, what the list holds becomes open. */
const changed =
  (change: (items: Value[], args: readonly Value[]) => boolean): Method<SequenceValue> =>
  (it, self, args) => {
    if (self.t === 'tuple') return undefined;
    if (it.doubt !== undefined) self.open = it.doubt;
    else if (args.open !== undefined || !change(self.items, args.positional))
      self.open = 'a list is changed by something computed';
    return NONE;
  };

const LIST_METHODS: Methods<SequenceValue> = {
  append: changed((items, [item]) => item !== undefined && items.push(item) > 0),
  add: changed((items, [item]) => item !== undefined && items.push(item) > 0),
  extend: changed((items, [more]) => {
    if ((more?.t !== 'list' && more?.t !== 'tuple' && more?.t !== 'set') || more.open !== undefined) return false;
    if (items.length + more.items.length > MAX_ITEMS) return false;
    items.push(...more.items);
    return true;
  }),
  insert: changed((items, [at, item]) => {
    if (at?.t !== 'number' || item === undefined) return false;
    items.splice(at.v, 0, item);
    return true;
  }),
  remove: changed((items, [item]) => {
    const answers = items.map((other) => (item === undefined ? undefined : equal(other, item)));
    const found = answers.indexOf(true);
    if (found === -1 || answers.slice(0, found).includes(undefined)) return false;
    items.splice(found, 1);
    return true;
  }),
  index: (_, self, args) => {
    const item = args.positional[0];
    const answers = self.items.map((other) => (item === undefined ? undefined : equal(other, item)));
    const found = answers.indexOf(true);
    const certain = found !== -1 && !answers.slice(0, found).includes(undefined) && args.positional.length === 1;
    return certain ? { t: 'number', v: found } : undefined;
  },
  copy: (_, self) => ({ ...self, items: [...self.items] }),
  count: (_, self, args) => {
    const item = args.positional[0];
    const answers = self.items.map((other) => (item === undefined ? undefined : equal(other, item)));
    if (self.open !== undefined || answers.includes(undefined)) return undefined;
    return { t: 'number', v: answers.filter(Boolean).length };
  },
  clear: changed((items) => {
    items.length = 0;
    return true;
  }),
  reverse: changed((items) => {
    items.reverse();
    return true;
  }),
  pop: (it, self, args) => {
    const at = args.positional[0] ?? { t: 'number', v: -1 };
    const known = self.t === 'list' && self.open === undefined && it.doubt === undefined && at.t === 'number';
    if (!known) {
      blur(self, it.doubt ?? 'an item is taken out whose index is not known');
      return undefined;
    }
    const item = self.items.at(at.v);
    if (item === undefined) return it.raise('IndexError', 'pop() of an item that is not there');
    self.items.splice(at.v, 1);
    return item;
  },
};

/** What a method does that isn't in the tables is not known: it may change what it belongs to. */
function unknownMethod(self: DictValue | SequenceValue, name: string, describe: () => string): Value {
  return native(name, () => {
    const reason = `${describe()} is computed`;
    if (self.t !== 'tuple') blur(self, reason);
    return unresolved(reason);
  });
}

function method<T extends Value>(
  it: Interpreter,
  table: Methods<T>,
  self: T,
  name: string,
  describe: () => string,
): Value {
  const found = Object.hasOwn(table, name) ? table[name] : undefined;
  if (found === undefined) return unresolved(`${describe()} is computed`);
  return native(name, (args) => found(it, self, args) ?? unresolved(`${describe()} is computed`));
}

export function attributeOf(it: Interpreter, value: Value, name: string, describe: () => string): Value {
  switch (value.t) {
    case 'unresolved':
      return value;
    case 'object':
      return value.attribute?.(name) ?? unresolved(`${describe()} is only known when the settings run`);
    case 'str':
      return method(it, STR_METHODS, value, name, describe);
    case 'dict':
      if (!Object.hasOwn(DICT_METHODS, name)) return unknownMethod(value, name, describe);
      return method(it, DICT_METHODS, value, name, describe);
    case 'list':
    case 'tuple':
    case 'set':
      if (!Object.hasOwn(LIST_METHODS, name)) return unknownMethod(value, name, describe);
      return method(it, LIST_METHODS, value, name, describe);
    case 'path': {
      const attribute = Object.hasOwn(PATH_ATTRIBUTES, name) ? PATH_ATTRIBUTES[name] : undefined;
      return attribute?.(value) ?? method(it, PATH_METHODS, value, name, describe);
    }
    case 'none':
      return unresolved(value.why ?? `${describe()} is computed`);
    default:
      return unresolved(`${describe()} is computed`);
  }
}

export function itemOf(it: Interpreter, value: Value, key: Value, describe: () => string): Value {
  if (value.t === 'unresolved') return value;
  if (value.t === 'object' && value.item !== undefined) return value.item(key);
  if (value.t === 'dict') return lookUp(value, key) ?? it.raise('KeyError', `${describe()} is a key that is not there`);
  if ((value.t === 'list' || value.t === 'tuple') && key.t === 'number') {
    // With unknown items in between, an index says nothing.
    const item = value.open === undefined ? value.items.at(key.v) : undefined;
    if (item !== undefined) return item;
    return value.open === undefined ? it.raise('IndexError', `${describe()} is out of range`) : unresolved(value.open);
  }
  if (key.t === 'unresolved') return key;
  return unresolved(`${describe()} is computed`);
}
