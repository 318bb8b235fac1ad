import { children, type PythonNode } from './nodes.ts';

/** What stands in the blocks of a compound statement. */

export const statementsOf = (body: PythonNode): PythonNode[] => children(body).filter((n) => n.name !== ':');

export function bodies(node: PythonNode): PythonNode[][] {
  return children(node)
    .filter((n) => n.name === 'Body')
    .map(statementsOf);
}

/** The bodies of a match statement, whichever pattern leads to them. */
export function caseBodies(node: PythonNode): PythonNode[][] {
  const body = children(node).find((n) => n.name === 'MatchBody');
  return body === undefined ? [] : children(body).flatMap(bodies);
}
