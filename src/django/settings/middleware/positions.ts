import { children, nodeText, type PythonNode, type PythonSource } from '../../python/syntax/nodes.ts';
import type { Item } from './items.ts';
import type { ListReading, Position } from './listReading.ts';

/** Places in a list, counted from what it holds: `X.index('a.B') + 1`, `len(X) - 1`, and names for them. */

const COUNTING = /^(?:len|min|max|int|\w+\.(?:index|count))$/;

/** Mentions of tracked lists in an expression that does nothing but count; undefined: it may do more. */
function countedLists(source: PythonSource, node: PythonNode, tracked: ReadonlySet<string>): PythonNode[] | undefined {
  const lists: PythonNode[] = [];
  const others: string[] = [];
  node.cursor().iterate((inner) => {
    if (inner.name === 'CallExpression') {
      const callee = inner.node.firstChild;
      if (callee === null || !COUNTING.test(nodeText(source, callee))) others.push(inner.name);
    } else if (/^(?:NamedExpression|LambdaExpression|AwaitExpression|.*Comprehension.*)$/.test(inner.name))
      others.push(inner.name);
    else if (inner.name === 'VariableName' && tracked.has(nodeText(source, inner))) lists.push(inner.node);
    return others.length === 0;
  });
  return others.length === 0 ? lists : undefined;
}

/** The number of an expression that counts; what it counts is accounted for then, for it is counted again after a change. */
export function countedNumber(reading: ListReading, node: PythonNode): number | undefined {
  const lists = countedLists(reading.frame.source, node, reading.tracked);
  const value = reading.it.evaluate(node, reading.frame);
  if (value.t !== 'number' || value.float === true) return undefined;
  for (const { from } of lists ?? []) reading.handled.add(from);
  return value.v;
}

/** What `name = …` sets the name to, where that is a place in a tracked list. */
export function positionOf(
  reading: ListReading,
  node: PythonNode,
  itemsOf: (owner: string) => readonly Item[],
): Position | undefined {
  const { frame, tracked, statement, maybe, repeated } = reading;
  const lists = repeated ? undefined : countedLists(frame.source, node, tracked);
  const owners = new Set(lists?.map((list) => nodeText(frame.source, list)));
  const [owner, ...more] = owners;
  if (owner === undefined || more.length > 0) return undefined;
  const place = placeOf({ ...reading, owner }, itemsOf(owner), node) ?? countedNumber(reading, node);
  return place === undefined ? undefined : { owner, place, items: reading.lists.get(owner), statement, maybe };
}

/** `X.index('a.B')`, `X.index('a.B') + 1`, and the same by a name for it: the place of that entry among those of the list. */
export function placeOf(reading: ListReading, before: readonly Item[], node: PythonNode): number | string | undefined {
  const [left, operator, right] = node.name === 'BinaryExpression' ? children(node) : [node];
  if (left === undefined) return undefined;
  const at = left.name === 'VariableName' ? placeNamed(reading, left) : placeOfEntry(reading, before, left);
  if (typeof at !== 'number' || operator === undefined || right === undefined) return at;
  const by = reading.it.evaluate(right, reading.frame);
  const sign = { '+': 1, '-': -1 }[reading.it.text(operator, reading.frame)];
  return by.t === 'number' && sign !== undefined ? Math.max(0, at + sign * by.v) : undefined;
}

function placeOfEntry(reading: ListReading, before: readonly Item[], node: PythonNode): number | string | undefined {
  const [callee, args] = isMethodCall(node) ? children(node) : [];
  const [object, , method] = callee === undefined ? [] : children(callee);
  const [sought] = args === undefined ? [] : children(args).slice(1, -1);
  if (object?.name !== 'VariableName' || method === undefined || sought === undefined) return undefined;
  if (reading.it.text(method, reading.frame) !== 'index') return undefined;
  const [name, path] = [reading.it.text(object, reading.frame), reading.it.evaluate(sought, reading.frame)];
  if (name !== reading.owner || path.t !== 'str') return undefined;
  reading.handled.add(object.from);
  const entries = before.filter((item) => item.kind !== 'comment');
  const at = entries.findIndex((item) => item.kind === 'entry' && item.path === path.v);
  return at === -1 ? `at ${path.v}` : at;
}

/** A name says something only where it was surely set, or in the same block, and of the list as it was. */
function placeNamed(reading: ListReading, node: PythonNode): number | string | undefined {
  const { positions, owner, lists, statement, it, frame } = reading;
  const known = positions.get(it.text(node, frame));
  if (known?.owner !== owner || known.items !== lists.get(owner)) return undefined;
  return known.maybe && known.statement.parent?.from !== statement.parent?.from ? undefined : known.place;
}

function isMethodCall(node: PythonNode): boolean {
  const callee = node.name === 'CallExpression' ? node.firstChild : null;
  return callee?.name === 'MemberExpression';
}
