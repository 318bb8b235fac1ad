import { keyOf } from './comparison.ts';
import { unresolved, type DictValue, type SequenceValue, type Value } from './values.ts';

/** What changes lists, tuples, sets and dicts, and looks into them. */

/** Items of a list that are followed; longer ones become open. */
export const MAX_ITEMS = 10_000;

/** Adds items as far as the bound allows. */
export function addItems(into: SequenceValue, items: readonly Value[]): void {
  if (into.items.length + items.length > MAX_ITEMS) into.open = 'a list is too long to follow';
  else into.items.push(...items);
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

/** dict.update(): an unknown `from` may have set any key. */
export function mergeInto(into: DictValue, from: Value, describe: () => string): void {
  if (from.t === 'dict') {
    for (const [id, entry] of from.entries) into.entries.set(id, { ...entry });
    if (from.open !== undefined) into.open = from.open;
    return;
  }
  const why = from.t === 'unresolved' ? from.why : `${describe()} is computed`;
  into.open = why;
  for (const entry of into.entries.values()) entry.value = unresolved(why);
}

/** What a for loop goes through; undefined: not all of it is known. */
export function iterate(value: Value): Value[] | undefined {
  if (value.t === 'dict') return value.open === undefined ? [...value.entries.values()].map((e) => e.key) : undefined;
  if (value.t !== 'list' && value.t !== 'tuple' && value.t !== 'set') return undefined;
  return value.open === undefined ? [...value.items] : undefined;
}
