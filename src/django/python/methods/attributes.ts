import type { Evaluation, Methods } from '../evaluation/evaluation.ts';
import { blur, lookUp } from '../values/containers.ts';
import { native, unresolved, type DictValue, type SequenceValue, type Value } from '../values/values.ts';
import { DICT_METHODS } from './dictMethods.ts';
import { LIST_METHODS } from './listMethods.ts';
import { PATH_ATTRIBUTES, PATH_METHODS } from './pathMethods.ts';
import { STR_METHODS } from './strMethods.ts';

/** Attributes, methods and items of known values. A method that isn't in the tables makes the result unresolved. */

/** What a method does that isn't in the tables is not known: it may change what it belongs to. */
function unknownMethod(self: DictValue | SequenceValue, name: string, describe: () => string): Value {
  return native(name, () => {
    const reason = `${describe()} is computed`;
    if (self.t !== 'tuple') blur(self, reason);
    return unresolved(reason);
  });
}

function method<T extends Value>(
  it: Evaluation,
  table: Methods<T>,
  self: T,
  name: string,
  describe: () => string,
): Value {
  const found = Object.hasOwn(table, name) ? table[name] : undefined;
  if (found === undefined) return unresolved(`${describe()} is computed`);
  return native(name, (args) => found(it, self, args) ?? unresolved(`${describe()} is computed`));
}

export function attributeOf(it: Evaluation, value: Value, name: string, describe: () => string): Value {
  switch (value.t) {
    case 'unresolved':
      return value;
    case 'object': {
      const known = value.attribute?.(name);
      if (known !== undefined) return known;
      return value.isComplete === true
        ? it.raise('AttributeError', `${value.name}.${name} is not set`)
        : unresolved(`${describe()} is only known when the settings run`);
    }
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

export function itemOf(it: Evaluation, value: Value, key: Value, describe: () => string): Value {
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
