import path from 'node:path';

import { mergeInto } from './expressions.ts';
import { bind } from './functions.ts';
import type { Interpreter } from './interpreter.ts';
import { pythonStr } from './strings.ts';
import {
  blur,
  bool,
  equal,
  keyOf,
  list,
  lookUp,
  native,
  NONE,
  path as pathValue,
  setKey,
  str,
  tuple,
  unresolved,
  type Args,
  type DictValue,
  type PathValue,
  type SequenceValue,
  type StrValue,
  type Value,
} from './values.ts';

/** Attributes and methods of known values. A method that isn't in these tables makes the result unresolved. */

type Method<T> = (it: Interpreter, self: T, args: Args) => Value | undefined;
type Methods<T> = Readonly<Record<string, Method<T>>>;

const text = (value: Value | undefined): string | undefined => (value?.t === 'str' ? value.v : undefined);

const stripped =
  (pattern: RegExp, edge: 'start' | 'end' | 'both'): Method<StrValue> =>
  (_, self, args) => {
    const given = args.positional[0];
    if (given === undefined || given.t === 'none') return str(self.v.replace(pattern, ''));
    const set = text(given);
    if (set === undefined) return undefined;
    let [from, to] = [0, self.v.length];
    if (edge !== 'end') while (from < to && set.includes(self.v.charAt(from))) from++;
    if (edge !== 'start') while (to > from && set.includes(self.v.charAt(to - 1))) to--;
    return str(self.v.slice(from, to));
  };

const tested =
  (test: (self: string, other: string) => boolean): Method<StrValue> =>
  (_, self, args) => {
    const other = text(args.positional[0]);
    return other === undefined || args.positional.length > 1 ? undefined : bool(test(self.v, other));
  };

const STR_METHODS: Methods<StrValue> = {
  lower: (_, self) => str(self.v.toLowerCase()),
  upper: (_, self) => str(self.v.toUpperCase()),
  title: () => undefined,
  strip: stripped(/^\s+|\s+$/g, 'both'),
  lstrip: stripped(/^\s+/, 'start'),
  rstrip: stripped(/\s+$/, 'end'),
  startswith: tested((self, other) => self.startsWith(other)),
  endswith: tested((self, other) => self.endsWith(other)),
  replace: (_, self, args) => {
    const [from, to] = args.positional.map(text);
    if (from === undefined || to === undefined || from === '' || args.positional.length > 2) return undefined;
    return str(self.v.replaceAll(from, to));
  },
  split: (_, self, args) => {
    const { sep, maxsplit } = bind(args, ['sep', 'maxsplit']);
    if (maxsplit !== undefined) return undefined;
    if (sep === undefined || sep.t === 'none') return list(self.v.split(/\s+/).filter(Boolean).map(str));
    const separator = text(sep);
    return separator === undefined || separator === '' ? undefined : list(self.v.split(separator).map(str));
  },
  join: (_, self, args) => {
    const items = args.positional[0];
    if (items?.t !== 'list' && items?.t !== 'tuple') return undefined;
    const texts = items.items.map(text);
    return items.open !== undefined || texts.includes(undefined) ? undefined : str(texts.join(self.v));
  },
  format: (_, self, args) => {
    let next = 0;
    const unknown: string[] = [];
    const result = self.v.replace(/\{\{|\}\}|\{(\w*)\}|[{}]/g, (whole, field: string | undefined) => {
      if (whole === '{{' || whole === '}}') return whole.charAt(0);
      const index = field === '' ? next++ : Number(field);
      const value = Number.isInteger(index) ? args.positional[index] : args.named.get(field ?? '');
      const shown = field === undefined || value === undefined ? undefined : pythonStr(value);
      if (shown === undefined) unknown.push(whole);
      return shown ?? '';
    });
    return unknown.length === 0 ? str(result) : undefined;
  },
};

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
};

const up = (p: string): string => path.dirname(p);

const PATH_METHODS: Methods<PathValue> = {
  resolve: (it, self) => pathValue(path.resolve(it.root, self.v)),
  absolute: (it, self) => pathValue(path.resolve(it.root, self.v)),
  expanduser: (_, self) => (self.v.startsWith('~') ? undefined : self),
  joinpath: (_, self, args) => {
    const parts = args.positional.map(pythonStr);
    return parts.includes(undefined)
      ? undefined
      : pathValue(path.join(self.v, ...parts.filter((p) => p !== undefined)));
  },
  as_posix: (_, self) => str(self.v.replaceAll(path.sep, '/')),
  exists: (it, self) => exists(it, self.v),
  is_file: (it, self) => exists(it, self.v),
};

/** Known only for files that can be read as text; a folder, or a file without permission, is not known. */
export function exists(it: Interpreter, file: string): Value {
  const full = path.resolve(it.root, file);
  if (it.files.text(full) !== undefined) return bool(true);
  const listed = it.files.list(path.dirname(full)).some((entry) => entry.name === path.basename(full));
  return listed ? unresolved(`whether ${path.basename(full)} exists is not known`) : bool(false);
}

const PATH_ATTRIBUTES: Readonly<Record<string, (self: PathValue) => Value>> = {
  parent: (self) => pathValue(up(self.v)),
  name: (self) => str(path.basename(self.v)),
  stem: (self) => str(path.parse(self.v).name),
  suffix: (self) => str(path.extname(self.v)),
  parents: (self) => {
    const parents: Value[] = [];
    for (let p = up(self.v), before = self.v; p !== before && parents.length < 64; before = p, p = up(p))
      parents.push(pathValue(p));
    return tuple(parents);
  },
};

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
      return method(it, DICT_METHODS, value, name, describe);
    case 'list':
    case 'tuple':
    case 'set':
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
