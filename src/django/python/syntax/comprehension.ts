import { children, type PythonNode } from './nodes.ts';

/** `for x, y in z if a if b` */
export interface ComprehensionClause {
  readonly targets: readonly PythonNode[];
  readonly iterable: PythonNode;
  readonly conditions: readonly PythonNode[];
}

export interface Comprehension {
  /** What stands before the first `for`. */
  readonly head: readonly PythonNode[];
  readonly clauses: readonly ComprehensionClause[];
}

const COMPREHENSION = /^(?:(?:Array|Set|Dictionary)?ComprehensionExpression|ArgList)$/;

/** The parts of a comprehension, or of arguments that are a generator; undefined: it is none, or not one that is followed. */
export function comprehensionOf(node: PythonNode): Comprehension | undefined {
  if (!COMPREHENSION.test(node.name)) return undefined;
  const nodes = children(node).slice(1, -1);
  const first = nodes.findIndex(({ name }) => name === 'for');
  if (first === -1 || nodes.some(({ name }) => name === 'async' || name === '⚠')) return undefined;
  const clauses: { targets: PythonNode[]; iterable?: PythonNode; conditions: PythonNode[] }[] = [];
  let part = '';
  for (const child of nodes.slice(first)) {
    const clause = clauses.at(-1);
    if (child.name === 'for') clauses.push({ targets: [], conditions: [] });
    if (/^(?:for|in|if)$/.test(child.name)) part = child.name;
    else if (clause === undefined) return undefined;
    else if (part === 'for') clause.targets.push(child);
    else if (part === 'if') clause.conditions.push(child);
    else if (clause.iterable === undefined) clause.iterable = child;
    else return undefined;
  }
  const whole = clauses.flatMap(({ targets, iterable, conditions }) =>
    iterable === undefined ? [] : [{ targets, iterable, conditions }],
  );
  return whole.length === clauses.length ? { head: nodes.slice(0, first), clauses: whole } : undefined;
}
