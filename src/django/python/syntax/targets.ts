import { children, type PythonNode } from './nodes.ts';

/** What statements assign to, and delete. */

/** Nodes between two `=`: `a, b` is one part of two names. */
export function assignmentParts(statement: PythonNode): PythonNode[][] {
  const result: PythonNode[][] = [[]];
  for (const child of children(statement)) {
    if (child.name === 'AssignOp') result.push([]);
    else if (child.name !== 'TypeDef') result.at(-1)?.push(child);
  }
  return result;
}

/** Targets in parentheses or brackets. */
export const isTargetGroup = ({ name }: PythonNode): boolean => /^(?:Tuple|Array|Parenthesized)Expression$/.test(name);

/** What is assigned to or deleted, also in parentheses and brackets. */
export function flatTargets(nodes: readonly PythonNode[]): PythonNode[] {
  const found: PythonNode[] = [];
  const left = nodes.toReversed();
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (isTargetGroup(next)) left.push(...children(next).toReversed());
    else found.push(next);
  }
  return found;
}
