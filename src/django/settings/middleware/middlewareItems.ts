import { TOO_LARGE } from '../../python/evaluation/evaluation.ts';
import { describeNode } from '../../python/syntax/describe.ts';
import { lineAt } from '../../python/syntax/lines.ts';
import { children, type PythonNode } from '../../python/syntax/nodes.ts';
import { parsePython } from '../../python/syntax/parse.ts';
import { truth } from '../../python/values/comparison.ts';
import type { Value } from '../../python/values/values.ts';
import { filterOf, keptItems } from './filteredItems.ts';
import { eitherOf, type EntryItem, type Item, type UnknownItem } from './items.ts';
import type { ListReading } from './listReading.ts';
import { commentedPath, markedPython, type CommentedPath } from './middlewareComments.ts';

/** Reads what an expression that feeds MIDDLEWARE consists of. */

type Reader = (reading: ListReading, node: PythonNode) => readonly Item[];

const READERS: Readonly<Record<string, Reader>> = {
  ArrayExpression: (reading, node) => display(reading, node, 'list'),
  TupleExpression: (reading, node) => display(reading, node, 'tuple'),
  ParenthesizedExpression: (reading, node) => {
    const inner = children(node)[1];
    return inner === undefined ? computed(reading, node) : readItems(reading, inner);
  },
  BinaryExpression: (reading, node) => {
    const [left, operator, right] = children(node);
    if (left === undefined || right === undefined || operator === undefined) return computed(reading, node);
    if (reading.it.text(operator, reading.frame) !== '+') return computed(reading, node);
    return withinListLimit(reading, [...readItems(reading, left), ...readItems(reading, right)]);
  },
  ConditionalExpression: conditional,
  VariableName: variable,
  CallExpression: call,
  ArrayComprehensionExpression: filtered,
  ComprehensionExpression: filtered,
  MemberExpression: slice,
};

/** The items of an expression that should be a list or a tuple. */
export function readItems(reading: ListReading, node: PythonNode): readonly Item[] {
  const { it } = reading;
  return it.bounded(
    () => [unknown(reading, node, TOO_LARGE)],
    () => READERS[node.name]?.(reading, node) ?? computed(reading, node),
  );
}

/** The items of the right side of an assignment: one expression, or a tuple without parentheses. */
export function readSide(reading: ListReading, nodes: readonly PythonNode[]): readonly Item[] {
  const [only] = nodes;
  if (only !== undefined && nodes.length === 1) return readItems(reading, only);
  return elements(reading, nodes, 'bareTuple');
}

/** One element: `'a.B'`, `('a.' 'B')`, or a name for it. */
export function readElement(reading: ListReading, node: PythonNode, within: EntryItem['within']): Item {
  const value = reading.it.evaluate(node, reading.frame);
  const { statement, owner, maybe } = reading;
  const same = !reading.repeated || node.name.endsWith('String');
  if (value.t === 'str' && same) return { kind: 'entry', path: value.v, node, within, statement, owner, maybe };
  return unknown(reading, node, value);
}

function display(reading: ListReading, node: PythonNode, within: 'list' | 'tuple'): readonly Item[] {
  const all: PythonNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) all.push(child);
  return elements(reading, all, within);
}

function elements(reading: ListReading, nodes: readonly PythonNode[], within: EntryItem['within']): readonly Item[] {
  const items: Item[] = [];
  let spread = false;
  for (const node of nodes) {
    if (node.name === 'Comment') {
      if (markedElement(reading, node, 'removed') !== undefined) continue;
      const found = markedElement(reading, node, 'off') ?? commentedPath(reading.frame.source, node);
      if (found !== undefined) items.push({ kind: 'comment', ...found, comment: node, maybe: reading.maybe });
    } else if (node.name === '*') spread = true;
    else if (!/^[^\w]$/.test(node.name) && !node.type.isError) {
      if (spread) items.push(...readItems(reading, node));
      else items.push(readElement(reading, node, within));
      spread = false;
    }
    if (items.length > MAX_LIST) break;
  }
  return withinListLimit(reading, items);
}

/** No MIDDLEWARE is nearly as long: a list that doubles with each statement is. */
const MAX_LIST = 2_000;

/** A list that is too long to be followed is one of which nothing is known. */
export function withinListLimit(
  { frame, statement, owner, maybe }: Pick<ListReading, 'frame' | 'statement' | 'owner' | 'maybe'>,
  items: readonly Item[],
): readonly Item[] {
  if (items.length <= MAX_LIST) return items;
  const line = lineAt(frame.source, statement.from);
  const why = `${owner} is too long to follow in line ${line}`;
  return [{ kind: 'unknown', why, from: statement.from, maybe }];
}

/** What a rollback has commented out may be any expression: it is evaluated as if it stood there. */
function markedElement(reading: ListReading, comment: PythonNode, kind: 'off' | 'removed'): CommentedPath | undefined {
  const marked = markedPython(reading.frame.source, comment, kind);
  if (marked === undefined) return undefined;
  const source = parsePython(`[${marked.python}\n]`);
  const list = source.tree.topNode.firstChild?.firstChild;
  const [, element] = list?.name === 'ArrayExpression' ? children(list) : [];
  if (element === undefined) return undefined;
  const value = reading.it.evaluate(element, { ...reading.frame, source });
  if (value.t !== 'str') return undefined;
  reading.marked.set(comment.from, value.v);
  return { path: value.v, from: marked.from, to: marked.from + Math.min(marked.length, element.to - element.from) };
}

function conditional(reading: ListReading, node: PythonNode): readonly Item[] {
  const [yes, , condition, , no] = children(node);
  if (yes === undefined || condition === undefined || no === undefined) return computed(reading, node);
  const known = truth(reading.it.evaluate(condition, reading.frame));
  if (known !== undefined) return readItems(reading, known ? yes : no);
  return eitherOf(readItems(reading, yes), readItems(reading, no));
}

function variable(reading: ListReading, node: PythonNode): readonly Item[] {
  const name = reading.it.text(node, reading.frame);
  if (!reading.tracked.has(name)) return computed(reading, node);
  reading.handled.add(node.from);
  const items = reading.lists.get(name);
  if (items !== undefined) return reading.maybe ? items.map((item) => ({ ...item, maybe: true })) : items;
  return [{ kind: 'unknown', why: `${name} comes from another file`, from: node.from, maybe: reading.maybe }];
}

/** What some items are left out of; what is computed from each item isn't followed. */
function filtered(reading: ListReading, node: PythonNode): readonly Item[] {
  const filter = filterOf(reading, node);
  return filter === undefined ? computed(reading, node) : keptItems(readItems(reading, filter.list), filter);
}

/** list(x), tuple(x), list(m for m in x if …), filter(…, x), x.copy() */
function call(reading: ListReading, node: PythonNode): readonly Item[] {
  const [callee, args] = children(node);
  if (callee === undefined || args === undefined) return computed(reading, node);
  const name = reading.it.text(callee, reading.frame);
  const given = children(args).slice(1, -1);
  const [only] = given;
  if (name === 'filter') return filtered(reading, node);
  if (/^(?:list|tuple)$/.test(name) && only !== undefined && !reading.frame.names.has(name)) {
    if (given.length === 1) return readItems(reading, only);
    const filter = filterOf(reading, args);
    if (filter !== undefined) return keptItems(readItems(reading, filter.list), filter);
  }
  const [object, , method] = children(callee);
  const copies = method !== undefined && reading.it.text(method, reading.frame) === 'copy' && given.length === 0;
  return copies && object !== undefined ? readItems(reading, object) : computed(reading, node);
}

/** x[1:3] of a list that is wholly known. */
function slice(reading: ListReading, node: PythonNode): readonly Item[] {
  const [object, bracket, ...rest] = children(node);
  if (object === undefined || bracket?.name !== '[') return computed(reading, node);
  const items = readItems(reading, object);
  const entries = items.filter((item) => item.kind !== 'comment');
  const bounds = sliceBounds(reading, rest.slice(0, -1), entries.length);
  if (bounds === undefined || entries.some((item) => item.kind === 'unknown' || item.maybe)) {
    return computed(reading, node);
  }
  return entries.slice(...bounds);
}

/** The two bounds of `[a:b]`, undefined where they aren't integers that are known. */
export function sliceBounds(
  reading: ListReading,
  nodes: readonly PythonNode[],
  length: number,
): [number, number] | undefined {
  if (reading.repeated) return undefined;
  const colon = nodes.findIndex((node) => node.name === ':');
  if (colon === -1 || nodes.length > colon + 2) return undefined;
  const bound = (node: PythonNode | undefined, otherwise: number): number | undefined => {
    if (node === undefined) return otherwise;
    const value = reading.it.evaluate(node, reading.frame);
    return value.t === 'number' && value.float !== true ? value.v : undefined;
  };
  const [from, to] = [bound(colon === 0 ? undefined : nodes[0], 0), bound(nodes[colon + 1], length)];
  return from === undefined || to === undefined ? undefined : [from, to];
}

function computed(reading: ListReading, node: PythonNode): readonly Item[] {
  const value = reading.it.evaluate(node, reading.frame);
  if ((value.t !== 'list' && value.t !== 'tuple') || value.open !== undefined) return [unknown(reading, node, value)];
  const { statement, owner, maybe } = reading;
  return value.items.map((item): Item =>
    item.t === 'str'
      ? { kind: 'entry', path: item.v, node, within: 'other', statement, owner, maybe }
      : unknown(reading, node, item),
  );
}

function unknown(reading: ListReading, node: PythonNode, value: Value): UnknownItem {
  const { source } = reading.frame;
  const what = `${describeNode(source, node)} in line ${lineAt(source, node.from)}`;
  const why = value.t === 'unresolved' ? `${what}: ${value.why}` : `${what} is computed`;
  return { kind: 'unknown', why, from: node.from, maybe: reading.maybe };
}
