import type { SequenceValue, Value } from './values.ts';

/** Python's truth values, equality, and what makes two keys of a dict the same. */

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
