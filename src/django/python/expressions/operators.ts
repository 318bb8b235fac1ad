import path from 'node:path';

import { equal, keyOf } from '../values/comparison.ts';
import { addItems } from '../values/containers.ts';
import { pythonStr } from '../values/pythonStr.ts';
import {
  bool,
  listValue,
  numberValue,
  path as pathValue,
  str,
  tuple,
  unresolved,
  type Value,
} from '../values/values.ts';

/** Python's operators on known values, one table; what isn't in it is unresolved. */

type Binary = (a: Value, b: Value) => Value | undefined;

const numeric = (value: Value): number | undefined =>
  value.t === 'number' || value.t === 'bool' ? Number(value.v) : undefined;
const isFloat = (value: Value): boolean => value.t === 'number' && value.float === true;

function arithmetic(compute: (a: number, b: number) => number, always?: 'float'): Binary {
  return (a, b) => {
    const [x, y] = [numeric(a), numeric(b)];
    if (x === undefined || y === undefined) return undefined;
    const result = compute(x, y);
    const float = always === 'float' || isFloat(a) || isFloat(b);
    // Beyond 2^53 Python's int would still be exact, ours would not.
    if (!Number.isFinite(result) || (!float && !Number.isSafeInteger(result))) return undefined;
    return numberValue(result, float);
  };
}

/** The first that applies. */
const anyOf =
  (...candidates: Binary[]): Binary =>
  (a, b) => {
    for (const candidate of candidates) {
      const result = candidate(a, b);
      if (result !== undefined) return result;
    }
    return undefined;
  };

const concatenate: Binary = (a, b) => {
  if (a.t === 'str' && b.t === 'str') return str(a.v + b.v);
  if ((a.t === 'list' || a.t === 'tuple') && (b.t === a.t || b.t === 'unresolved')) {
    const joined = a.t === 'list' ? listValue([...a.items]) : tuple([...a.items]);
    if (b.t !== 'unresolved') addItems(joined, b.items);
    const open = a.open ?? (b.t === 'unresolved' ? b.why : b.open);
    if (open !== undefined) joined.open = open;
    return joined;
  }
  // A list that begins with something unknown still holds what is added to it.
  if (a.t === 'unresolved' && (b.t === 'list' || b.t === 'tuple')) return { t: b.t, items: [...b.items], open: a.why };
  return undefined;
};

const repeat: Binary = (a, b) => {
  if (a.t !== 'str' || b.t !== 'number' || b.v * a.v.length > 10_000) return undefined;
  return str(a.v.repeat(Math.max(0, b.v)));
};

const merge: Binary = (a, b) => {
  if (a.t === 'dict' && b.t === 'dict') {
    const entries = new Map([...a.entries, ...b.entries]);
    const open = a.open ?? b.open;
    return open === undefined ? { t: 'dict', entries } : { t: 'dict', entries, open };
  }
  return undefined;
};

const joinPath: Binary = (a, b) => {
  if (a.t !== 'path' || (b.t !== 'str' && b.t !== 'path')) return undefined;
  return pathValue(path.isAbsolute(b.v) ? b.v : path.join(a.v, b.v));
};

/** "%s" % x, with %s and %d only. */
const format: Binary = (a, b) => {
  if (a.t !== 'str') return undefined;
  const values = b.t === 'tuple' ? b.items : [b];
  let used = 0;
  const unknown: string[] = [];
  const text = a.v.replace(/%([^])/g, (whole, code: string) => {
    if (code === '%') return '%';
    const value = values[used++];
    const shown = value === undefined || !'sd'.includes(code) ? undefined : pythonStr(value);
    if (shown === undefined) unknown.push(whole);
    return shown ?? '';
  });
  return unknown.length === 0 && used === values.length ? str(text) : undefined;
};

const compare =
  (test: (order: number) => boolean): Binary =>
  (a, b) => {
    const [x, y] = [numeric(a), numeric(b)];
    if (x !== undefined && y !== undefined) return bool(test(x - y));
    if (a.t === 'str' && b.t === 'str') return bool(test(a.v < b.v ? -1 : a.v > b.v ? 1 : 0));
    return undefined;
  };

const known = (value: boolean | undefined): Value | undefined => (value === undefined ? undefined : bool(value));
const not = (value: boolean | undefined): boolean | undefined => (value === undefined ? undefined : !value);

/** `is`: meant for None, True and False, for which it is the same as ==. */
const identical = (a: Value, b: Value): boolean | undefined => {
  if (a.t === 'none' && b.t === 'object') return false;
  if (b.t === 'none' && a.t === 'object') return false;
  return equal(a, b);
};

function contains(needle: Value, haystack: Value): boolean | undefined {
  if (haystack.t === 'str') return needle.t === 'str' ? haystack.v.includes(needle.v) : undefined;
  if (haystack.t === 'object') return haystack.contains?.(needle);
  const key = keyOf(needle);
  if (haystack.t === 'dict') {
    if (key === undefined) return undefined;
    return haystack.entries.has(key) || (haystack.open === undefined ? false : undefined);
  }
  if (haystack.t !== 'list' && haystack.t !== 'tuple' && haystack.t !== 'set') return undefined;
  const answers = haystack.items.map((item) => equal(item, needle));
  if (answers.includes(true)) return true;
  return answers.includes(undefined) || haystack.open !== undefined ? undefined : false;
}

const floorMod = (a: number, b: number): number => a - Math.floor(a / b) * b;

const BINARY: Readonly<Record<string, Binary>> = {
  '+': anyOf(
    arithmetic((a, b) => a + b),
    concatenate,
  ),
  '-': anyOf(
    arithmetic((a, b) => a - b),
    (a, b) => (a.t === 'object' ? a.minus?.(b) : undefined),
  ),
  '*': anyOf(
    arithmetic((a, b) => a * b),
    repeat,
  ),
  '/': anyOf(
    arithmetic((a, b) => a / b, 'float'),
    joinPath,
  ),
  '//': arithmetic((a, b) => Math.floor(a / b)),
  '%': anyOf(arithmetic(floorMod), format),
  '**': arithmetic((a, b) => a ** b),
  '|': merge,
  '==': (a, b) => known(equal(a, b)),
  '!=': (a, b) => known(not(equal(a, b))),
  '<': compare((order) => order < 0),
  '<=': compare((order) => order <= 0),
  '>': compare((order) => order > 0),
  '>=': compare((order) => order >= 0),
  is: (a, b) => known(identical(a, b)),
  'is not': (a, b) => known(not(identical(a, b))),
  in: (a, b) => known(contains(a, b)),
  'not in': (a, b) => known(not(contains(a, b))),
};

/** `describe` names the expression for the reason, and is only called when there is none yet. */
export function binary(operator: string, a: Value, b: Value, describe: () => string): Value {
  const result = BINARY[operator]?.(a, b);
  if (result !== undefined) return result;
  if (a.t === 'unresolved') return a;
  if (b.t === 'unresolved') return b;
  for (const side of [a, b]) if (side.t === 'none' && side.why !== undefined) return unresolved(side.why);
  return unresolved(`${describe()} is computed`);
}

export const isComparison = (operator: string): boolean => /^(?:[<>]=?|[!=]=|is(?: not)?|(?:not )?in)$/.test(operator);
