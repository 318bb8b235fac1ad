import { children, type PythonNode } from './nodes.ts';

/** What stands in the blocks of a compound statement. */

export const statementsOf = (body: PythonNode): PythonNode[] => children(body).filter((n) => n.name !== ':');

export function bodies(node: PythonNode): PythonNode[][] {
  return children(node)
    .filter((n) => n.name === 'Body')
    .map(statementsOf);
}
