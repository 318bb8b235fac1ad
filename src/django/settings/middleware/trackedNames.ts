import { MIDDLEWARE_NAMES } from '../../project/middlewareValue.ts';
import { comprehensionOf } from '../../python/syntax/comprehension.ts';
import { children, nodeText, type PythonNode, type PythonSource } from '../../python/syntax/nodes.ts';
import { filteredList } from './filteredItems.ts';
import { commentedStatement, markedPython } from './middlewareComments.ts';

export interface TrackedNames {
  readonly tracked: ReadonlySet<string>;
  /** By each of them, those that may hold what it holds: what is made from it, and other names of the same list. */
  readonly receivers: ReadonlyMap<string, ReadonlySet<string>>;
  /** All mentions of these names, in the order of the text. */
  readonly mentions: readonly PythonNode[];
  /** Comments that hold a statement which adds an entry to one of them. */
  readonly comments: readonly PythonNode[];
}

/**
 * The names that MIDDLEWARE is made from: it, and by and by every name that is added to one of them, or spread into one.
 * `lists`: the names to begin with.
 */
export function trackedNames(source: PythonSource, lists: readonly string[] = MIDDLEWARE_NAMES): TrackedNames {
  const comments: PythonNode[] = [];
  const names = new Map<string, PythonNode[]>();
  source.tree.iterate({
    enter: (reference) => {
      if (reference.name === 'Comment') comments.push(reference.node);
      if (reference.name !== 'VariableName') return;
      const name = source.text.slice(reference.from, reference.to);
      const known = names.get(name);
      if (known === undefined) names.set(name, [reference.node]);
      else known.push(reference.node);
    },
  });
  const tracked = new Set(lists);
  const receivers = new Map<string, Set<string>>();
  const receive = (from: string, to: string): unknown =>
    receivers.set(from, (receivers.get(from) ?? new Set()).add(to));
  for (const name of tracked) {
    for (const mention of names.get(name) ?? []) {
      for (const other of feeders(source, mention)) {
        tracked.add(other.name);
        receive(other.name, name);
        if (!other.copied) receive(name, other.name);
      }
    }
  }
  const mentions = [...tracked].flatMap((name) => names.get(name) ?? []).sort((a, b) => a.from - b.from);
  const holding = comments.filter((comment) => mayAdd(source, comment, tracked));
  return { tracked, receivers, mentions, comments: holding };
}

/** A comment that holds a statement which adds to one of the names, by a person's hand or by a rollback. */
function mayAdd(source: PythonSource, comment: PythonNode, tracked: ReadonlySet<string>): boolean {
  const marked = markedPython(source, comment, 'off') ?? markedPython(source, comment, 'removed');
  const name = commentedStatement(source, comment)?.name ?? /^\w+/.exec(marked?.python ?? '')?.[0];
  return tracked.has(name ?? '');
}

interface Feeder {
  readonly name: string;
  /** The list takes over what this one holds; otherwise the two are names of one list. */
  readonly copied: boolean;
}

/** Names on the right of the statement that assigns to this mention, or adds to it. */
function feeders(source: PythonSource, mention: PythonNode): Feeder[] {
  const statement = mention.parent;
  if (statement?.name === 'AssignStatement' || statement?.name === 'UpdateStatement') {
    const last = children(statement).findLastIndex((n) => n.name === 'AssignOp' || n.name === 'UpdateOp');
    const nodes = children(statement);
    if (nodes.findIndex((n) => n.from === mention.from) > last) return [];
    const copied = statement.name === 'UpdateStatement' || nodes.length > last + 2;
    return nodes.slice(last + 1).flatMap((node) => listNames(source, node, copied));
  }
  // x.extend(BASE), x[0:0] = BASE
  const outer =
    statement?.name === 'MemberExpression' && statement.firstChild?.from === mention.from ? statement.parent : null;
  if (outer?.name === 'AssignStatement')
    return children(outer)
      .slice(2)
      .flatMap((node) => listNames(source, node, true));
  const method = statement?.lastChild ?? mention;
  if (nodeText(source, method) !== 'extend') return [];
  const args =
    outer?.name === 'CallExpression' && outer.parent?.name === 'ExpressionStatement' ? outer.lastChild : null;
  return args === null ? [] : children(args).flatMap((node) => listNames(source, node, true));
}

/** Names that stand where a list is expected, not where an element is. */
function listNames(source: PythonSource, node: PythonNode, copied: boolean): Feeder[] {
  const names: Feeder[] = [];
  // Not by recursion: expressions may be nested as deeply as the grammar lets them be.
  const left = [{ node, copied }];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (next.node.name === 'VariableName') names.push({ name: nodeText(source, next.node), copied: next.copied });
    const part = next.copied || !givesPart(source, next.node);
    left.push(...listParts(source, next.node).map((inner) => ({ node: inner, copied: part })));
  }
  return names;
}

/** Whether an expression may give one of its parts as it is: `(a)`, `a if x else b`, `a or b`, a method that is not known. */
function givesPart(source: PythonSource, node: PythonNode): boolean {
  const [first, operator] = children(node);
  if (node.name === 'BinaryExpression') return /^(?:and|or)$/.test(operator?.name ?? '');
  if (node.name === 'CallExpression' && first?.name === 'MemberExpression')
    return nodeText(source, children(first).at(-1) ?? first) !== 'copy';
  return /^(?:Parenthesized|Conditional)Expression$/.test(node.name);
}

/** Parts of an expression that are lists where it is one. */
function listParts(source: PythonSource, node: PythonNode): PythonNode[] {
  const filtered = filteredList(node, (n) => nodeText(source, n));
  if (filtered !== undefined) return [filtered];
  switch (node.name) {
    case 'ParenthesizedExpression':
    case 'BinaryExpression':
      return children(node);
    case 'ConditionalExpression':
      return children(node).filter((_, i) => i === 0 || i === 4);
    case 'ArrayExpression':
    case 'TupleExpression':
      return children(node).filter((_, i, all) => all[i - 1]?.name === '*');
    case 'CallExpression': {
      const [callee, args] = children(node);
      if (callee === undefined || args === undefined) return [];
      const object = callee.name === 'MemberExpression' ? callee.firstChild : null;
      if (object !== null) return children(callee).at(-1)?.name === 'PropertyName' ? [object] : [];
      if (!/^(?:list|tuple)$/.test(nodeText(source, callee))) return [];
      return comprehensionOf(args) === undefined ? children(args) : [args];
    }
    case 'MemberExpression': {
      const [object, bracket] = children(node);
      return object !== undefined && bracket?.name === '[' ? [object] : [];
    }
    default:
      return [];
  }
}
