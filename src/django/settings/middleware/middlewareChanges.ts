import { lineAt } from '../../python/syntax/lines.ts';
import { children, type PythonNode } from '../../python/syntax/nodes.ts';
import type { Item, UnknownItem } from './items.ts';
import { countedNumber, placeOf } from './positions.ts';
import { readElement, readItems, readSide, sliceBounds } from './middlewareItems.ts';
import type { ListReading } from './listReading.ts';

/** What one simple statement does to a list that MIDDLEWARE is made from. */

/** The name that a statement changes in place, with the nodes of what it does; undefined: it is no such statement. */
export interface ListChange {
  readonly name: PythonNode;
  readonly apply: (reading: ListReading, before: readonly Item[]) => readonly Item[] | undefined;
}

export function changeOf(statement: PythonNode, text: (node: PythonNode) => string): ListChange | undefined {
  if (statement.name === 'UpdateStatement') return augmented(statement, text);
  if (statement.name === 'ExpressionStatement') return methodCall(statement, text);
  if (statement.name === 'AssignStatement') return itemAssignment(statement);
  if (statement.name === 'DeleteStatement') return itemDeletion(statement);
  return undefined;
}

function augmented(statement: PythonNode, text: (node: PythonNode) => string): ListChange | undefined {
  const [name, operator, ...rest] = children(statement);
  if (name?.name !== 'VariableName' || operator === undefined) return undefined;
  return {
    name,
    apply: (reading, before) => (text(operator) === '+=' ? [...before, ...readSide(reading, rest)] : undefined),
  };
}

type Method = (
  reading: ListReading,
  before: readonly Item[],
  args: readonly PythonNode[],
) => readonly Item[] | undefined;

/** Methods of lists; of any other the result is not known. */
const METHODS: Readonly<Record<string, Method>> = {
  append: (reading, before, [item]) => (item === undefined ? undefined : [...before, argument(reading, item)]),
  extend: (reading, before, [more]) => (more === undefined ? undefined : [...before, ...readItems(reading, more)]),
  insert: (reading, before, [at, item]) => {
    if (at === undefined || item === undefined) return undefined;
    const index = indexOf(reading, before, at);
    const added = [argument(reading, item)];
    const placed = typeof index === 'number' ? insertAt(before, index, index, added) : undefined;
    return placed ?? insertSomewhere(before, index, added);
  },
  remove: (reading, before, [item]) => {
    const value = item === undefined ? undefined : reading.it.evaluate(item, reading.frame);
    if (value?.t !== 'str') return undefined;
    const at = before.findIndex((other) => other.kind === 'entry' && other.path === value.v);
    // It is taken out of what is not known, or raises ValueError.
    if (at === -1) {
      const withDefined = (other: Item): Item =>
        other.kind === 'unknown' ? { ...other, guess: `without ${value.v}` } : other;
      return before.some((other) => other.kind === 'unknown') ? before.map(withDefined) : undefined;
    }
    if (reading.maybe || before[at]?.maybe === true) {
      return before.map((other, i) => (i === at ? { ...other, maybe: true } : other));
    }
    return before.filter((_, i) => i !== at);
  },
  clear: (reading, before) => (reading.maybe ? before.map((item) => ({ ...item, maybe: true })) : []),
  pop: (reading, before, [at]) => {
    const length = before.filter((item) => item.kind !== 'comment').length;
    const index = at === undefined ? length - 1 : indexOf(reading, before, at);
    return typeof index === 'number' ? replaceItem(reading, before, index, []) : undefined;
  },
  // They change nothing.
  index: (_, before) => before,
  count: (_, before) => before,
};

/** The list with other items, or none, for the entry at a place, as Python counts. */
function replaceItem(
  reading: ListReading,
  before: readonly Item[],
  index: number,
  items: readonly Item[],
): readonly Item[] | undefined {
  const length = before.filter((item) => item.kind !== 'comment').length;
  const place = index < 0 ? length + index : index;
  if (place < 0 || place >= length) return undefined;
  // Counted from behind, what comes after it has to be known as well.
  const sure = index >= 0 || before.every((item) => item.kind === 'comment' || (item.kind === 'entry' && !item.maybe));
  return sure ? replaceAt(reading, before, place, place + 1, items) : undefined;
}

/** `x[1]` and `x[1:2]` of a name. */
interface Subscript {
  readonly name: PythonNode;
  /** What stands between the brackets. */
  readonly key: readonly PythonNode[];
}

function subscriptOf(target: PythonNode | undefined): Subscript | undefined {
  const [name, bracket, ...key] = target?.name === 'MemberExpression' ? children(target) : [];
  return name?.name === 'VariableName' && bracket?.name === '[' ? { name, key: key.slice(0, -1) } : undefined;
}

function itemAssignment(statement: PythonNode): ListChange | undefined {
  const [target, operator, ...side] = children(statement);
  const subscript = operator?.name === 'AssignOp' ? subscriptOf(target) : undefined;
  return subscript === undefined ? undefined : subscriptChange(subscript, side);
}

function itemDeletion(statement: PythonNode): ListChange | undefined {
  const [, target, ...more] = children(statement);
  const subscript = more.length === 0 ? subscriptOf(target) : undefined;
  return subscript === undefined ? undefined : subscriptChange(subscript);
}

/** del x[1], del x[1:2]; with what stands on the right side x[1] = 'a.B' and x[1:1] = ['a.B']. */
function subscriptChange({ name, key }: Subscript, side?: readonly PythonNode[]): ListChange {
  return {
    name,
    apply: (reading, before) => {
      const length = before.filter((item) => item.kind !== 'comment').length;
      const bounds = sliceBounds(reading, key, length);
      if (bounds !== undefined) {
        const added = side === undefined ? [] : readSide(reading, side);
        const placed = replaceAt(reading, before, bounds[0], bounds[1], added);
        const inserts = side !== undefined && bounds[0] === bounds[1];
        return placed ?? (inserts ? insertSomewhere(before, bounds[0], added) : undefined);
      }
      const [only, ...rest] = key;
      const index = only === undefined || rest.length > 0 ? undefined : indexOf(reading, before, only);
      if (typeof index !== 'number') return undefined;
      if (side === undefined) return replaceItem(reading, before, index, []);
      const [value] = side;
      return value === undefined
        ? undefined
        : replaceItem(reading, before, index, [readElement(reading, value, 'other')]);
    },
  };
}

/** The same as insertAt; where it is not known whether it happens, what would be replaced stays. */
function replaceAt(
  reading: ListReading,
  before: readonly Item[],
  from: number,
  to: number,
  items: readonly Item[],
): readonly Item[] | undefined {
  const after = insertAt(before, from, to, items);
  if (!reading.maybe || after === undefined) return after;
  const gone = new Set(before.filter((item) => !after.includes(item)));
  const kept = before.map((item) => (gone.has(item) ? { ...item, maybe: true } : item));
  const start = Math.min(...before.flatMap((item, i) => (gone.has(item) ? [i] : [])), before.length);
  const added = items.map((item) => ({ ...item, maybe: true }));
  return gone.size === 0
    ? insertAt(before, from, from, added)
    : [...kept.slice(0, start), ...added, ...kept.slice(start)];
}

function methodCall(statement: PythonNode, text: (node: PythonNode) => string): ListChange | undefined {
  const [call, ...rest] = children(statement);
  if (call?.name !== 'CallExpression' || rest.length > 0) return undefined;
  const [member, args] = children(call);
  const [name, dot, property] = member?.name === 'MemberExpression' ? children(member) : [];
  if (name?.name !== 'VariableName' || dot?.name !== '.' || property === undefined || args === undefined)
    return undefined;
  const given = children(args)
    .slice(1, -1)
    .filter((node) => node.name !== ',');
  const plain = !given.some((node) => /^(?:\*\*?|AssignOp|for)$/.test(node.name));
  const method = Object.hasOwn(METHODS, text(property)) ? METHODS[text(property)] : undefined;
  return { name, apply: (reading, before) => (plain ? method?.(reading, before, given) : undefined) };
}

function argument(reading: ListReading, node: PythonNode): Item {
  return readElement(reading, node, 'argument');
}

/** Replaces what stands from one index to the other, as Python counts; undefined where that isn't known. */
function insertAt(
  before: readonly Item[],
  from: number,
  to: number,
  items: readonly Item[],
): readonly Item[] | undefined {
  // Where the entries of the list begin that counts them: comments are none.
  const places = before.flatMap((item, i) => (item.kind === 'comment' ? [] : [i]));
  const clamp = (at: number): number => Math.max(0, Math.min(places.length, at < 0 ? places.length + at : at));
  const [first, last] = [clamp(from), Math.max(clamp(from), clamp(to))];
  const crossed = before.filter((item, i) => {
    const counted = from < 0 || to < 0 ? i >= (places[first] ?? before.length) : i < (places[last] ?? before.length);
    return counted && item.kind !== 'comment' && (item.kind === 'unknown' || item.maybe);
  });
  // At the very beginning nothing is counted.
  if (crossed.length > 0 && !(from === 0 && to === 0)) return undefined;
  const [start, end] = [places[first] ?? before.length, places[last] ?? before.length];
  const replaced = before.slice(start, end).filter((item) => item.kind === 'comment');
  return [...before.slice(0, start), ...items, ...replaced, ...before.slice(end)];
}

/**
 * Inserts where the place can't be told, because the list begins in another file: behind what begins there. What the place
 * rests on is noted, so that a change of it does not go unseen.
 */
function insertSomewhere(
  before: readonly Item[],
  index: number | string | undefined,
  items: readonly Item[],
): readonly Item[] | undefined {
  const count = before.filter((item) => item.kind !== 'comment').length;
  const guess = typeof index === 'string' ? index : `${index ?? 'computed'} of ${count}`;
  const at = before.findIndex((item) => item.kind === 'unknown' || (item.kind === 'entry' && item.maybe));
  if (at === -1) return undefined;
  const added = items.map((item) => (item.kind === 'comment' ? item : { ...item, guess }));
  return [...before.slice(0, at + 1), ...added, ...before.slice(at + 1)];
}

/** A number, or the place of an entry; a text where that entry isn't known. */
function indexOf(reading: ListReading, before: readonly Item[], node: PythonNode): number | string | undefined {
  return reading.repeated ? undefined : (placeOf(reading, before, node) ?? countedNumber(reading, node));
}

/** What a list is after a change of which the outcome is not known. */
export function unknownChange(reading: ListReading, before: readonly Item[]): readonly Item[] {
  const line = lineAt(reading.frame.source, reading.statement.from);
  const item: UnknownItem = {
    kind: 'unknown',
    why: `what line ${line} does to ${reading.owner} is computed`,
    from: reading.statement.from,
    maybe: reading.maybe,
    guess: `of ${before.filter((other) => other.kind !== 'comment').length}`,
  };
  return [...before.map((other) => ({ ...other, maybe: true })), item];
}
