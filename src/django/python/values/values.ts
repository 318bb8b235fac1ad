import type { Frame } from '../interpreter.ts';

/**
 * What a Python expression of a settings file is known to be. Containers are mutable and shared, as in Python:
 * `DATABASES['default']['HOST'] = …` changes the one dictionary. What is not known is `unresolved`, with the reason;
 * it spreads through everything that is computed from it.
 */

/** UTF-16 offsets in a file. */
export interface Place {
  readonly file: string;
  readonly from: number;
  readonly to: number;
}

export interface Unresolved {
  readonly t: 'unresolved';
  /** Half a sentence for a person: "DB_PASSWORD is not set in the environment". */
  readonly why: string;
}

export interface StrValue {
  readonly t: 'str';
  readonly v: string;
  /** Where the expression stands that gave it; of what is in a list, or was added to one, the element or argument. */
  readonly at?: Place;
}

export interface SequenceValue {
  readonly t: 'list' | 'tuple' | 'set';
  readonly items: Value[];
  /** There may be more items than are known: why. */
  open?: string;
}

export interface DictValue {
  readonly t: 'dict';
  readonly entries: Map<string, { readonly key: Value; value: Value }>;
  /** There may be more keys, or other values, than are known: why. */
  open?: string;
  readonly at?: Place;
}

export interface PathValue {
  readonly t: 'path';
  readonly v: string;
}

/** A module, a function, or an instance of a class that is known here; everything about it goes through these. */
export interface ObjectValue {
  readonly t: 'object';
  readonly name: string;
  readonly attribute?: (name: string) => Value | undefined;
  readonly call?: (args: Args) => Value;
  readonly item?: (key: Value) => Value;
  readonly setItem?: (key: Value, value: Value) => void;
  readonly contains?: (key: Value) => boolean | undefined;
  /** `object - other`; undefined where that isn't known. */
  readonly minus?: (other: Value) => Value | undefined;
}

export type Value =
  /** `why`: None because an environment variable without default is not set. */
  | { readonly t: 'none'; readonly why?: string }
  | { readonly t: 'bool'; readonly v: boolean }
  | { readonly t: 'number'; readonly v: number; readonly float?: boolean }
  | StrValue
  | { readonly t: 'bytes'; readonly v: string }
  | SequenceValue
  | DictValue
  | PathValue
  | ObjectValue
  | Unresolved;

/** Arguments of a call. `open`: a `*args` or `**kwargs` that is not known was among them. */
export interface Args {
  readonly positional: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
  readonly open?: string;
  /** Where the call stands, for the places of what it makes and for messages. */
  readonly at: Place;
  /** Names at the call. */
  readonly frame: Frame;
}

/** Items of a list that are followed; longer ones become open. */
export const MAX_ITEMS = 10_000;

/** Adds items as far as the bound allows. */
export function addItems(into: SequenceValue, items: readonly Value[]): void {
  if (into.items.length + items.length > MAX_ITEMS) into.open = 'a list is too long to follow';
  else into.items.push(...items);
}

export const NONE: Value = { t: 'none' };
export const str = (v: string): StrValue => ({ t: 'str', v });
export const bool = (v: boolean): Value => ({ t: 'bool', v });
export const number = (v: number, float = false): Value => (float ? { t: 'number', v, float } : { t: 'number', v });
export const path = (v: string): PathValue => ({ t: 'path', v });
export const list = (items: Value[]): SequenceValue => ({ t: 'list', items });
export const tuple = (items: Value[]): SequenceValue => ({ t: 'tuple', items });
export const unresolved = (why: string): Unresolved => ({ t: 'unresolved', why });
export const native = (name: string, call: (args: Args) => Value): ObjectValue => ({ t: 'object', name, call });

export function dict(pairs: Iterable<readonly [string, Value]> = [], at?: Place): DictValue {
  const entries: DictValue['entries'] = new Map();
  for (const [key, value] of pairs) entries.set(`s:${key}`, { key: str(key), value });
  return at === undefined ? { t: 'dict', entries } : { t: 'dict', entries, at };
}

/** A module or instance whose attributes are these. */
export function namespace(name: string, attributes: Readonly<Record<string, Value>>): ObjectValue {
  return { t: 'object', name, attribute: (key) => (Object.hasOwn(attributes, key) ? attributes[key] : undefined) };
}

/** Keys of tuples, which never change, by identity: a tuple may be in many others. */
const tupleKeys = new WeakMap<SequenceValue, string>();
const MAX_KEY = 10_000;
const MAX_KEY_DEPTH = 50;

function tupleKey(value: SequenceValue, depth = 0): string | undefined {
  const known = tupleKeys.get(value);
  if (known !== undefined) return known;
  if (value.open !== undefined || depth > MAX_KEY_DEPTH) return undefined;
  let key = `t${value.items.length}`;
  for (const item of value.items) {
    const part = item.t === 'tuple' ? tupleKey(item, depth + 1) : keyOf(item);
    if (part === undefined || key.length + part.length > MAX_KEY) return undefined;
    key += `,${part.length}:${part}`;
  }
  tupleKeys.set(value, key);
  return key;
}

/** Key of a dict or set; undefined for what can't be one here. As in Python, True and 1 are the same key. */
export function keyOf(value: Value): string | undefined {
  switch (value.t) {
    case 'str':
      return `s:${value.v}`;
    case 'bytes':
      return `b:${value.v}`;
    case 'path':
      return `p:${value.v}`;
    case 'bool':
    case 'number':
      return `n:${Number(value.v)}`;
    case 'none':
      return 'none';
    case 'tuple':
      return tupleKey(value);
    default:
      return undefined;
  }
}

/** Python's truth value; undefined when it isn't known. */
export function truth(value: Value): boolean | undefined {
  switch (value.t) {
    case 'none':
      return false;
    case 'bool':
    case 'number':
    case 'str':
    case 'bytes':
      return Boolean(value.v);
    case 'list':
    case 'tuple':
    case 'set':
      return value.items.length > 0 ? true : value.open === undefined ? false : undefined;
    case 'dict':
      return value.entries.size > 0 ? true : value.open === undefined ? false : undefined;
    case 'path':
    case 'object':
      return true;
    case 'unresolved':
      return undefined;
  }
}

/** Python's ==; undefined when it isn't known. */
export function equal(a: Value, b: Value): boolean | undefined {
  if (a.t === 'unresolved' || b.t === 'unresolved' || a.t === 'object' || b.t === 'object') return undefined;
  const [x, y] = [keyOf(a), keyOf(b)];
  if (x !== undefined && y !== undefined) return x === y;
  if (a.t !== b.t) return false;
  return a === b ? true : undefined;
}

/** The value of a key, `undefined` when the dict surely lacks it. */
export function lookUp(from: DictValue, key: Value): Value | undefined {
  const id = keyOf(key);
  if (id === undefined) return unresolved(key.t === 'unresolved' ? key.why : 'the key is computed');
  return from.entries.get(id)?.value ?? (from.open === undefined ? undefined : unresolved(from.open));
}

/** Sets a key; when the key isn't known, all of the dict becomes uncertain. */
export function setKey(into: DictValue, key: Value, value: Value): void {
  const id = keyOf(key);
  if (id === undefined) blur(into, key.t === 'unresolved' ? key.why : 'the key is computed');
  else into.entries.set(id, { key, value });
}

/** From now on nothing in the container is certain. */
export function blur(container: DictValue | SequenceValue, why: string): void {
  container.open = why;
  if (container.t === 'dict') for (const entry of container.entries.values()) entry.value = unresolved(why);
  else container.items.fill(unresolved(why));
}
