import { children, nodeText, type PythonNode, type PythonSource } from '../python/syntax/nodes.ts';
import type { WriteGuard } from './sessionWrite.ts';

/** All that decides in its function whether a node runs, the nearest first. */
export function guardsOf(source: PythonSource, node: PythonNode): WriteGuard[] {
  const found: WriteGuard[] = [];
  for (let at = node; at.parent !== null; at = at.parent) {
    const { parent } = at;
    if (at.name === 'FunctionDefinition' || at.name === 'ClassDefinition') break;
    if (parent.name === 'IfStatement' || parent.name === 'WhileStatement')
      found.push(...branchGuards(source, parent, at));
    else if (parent.name === 'ConditionalExpression') found.push(...conditional(source, parent, at));
    if (parent.name === 'Body' || parent.name === 'Script') found.push(...leaving(source, parent, at));
  }
  return found;
}

/** The test of the branch, and that those before it did not hold. */
function branchGuards(source: PythonSource, statement: PythonNode, branch: PythonNode): WriteGuard[] {
  const nodes = children(statement);
  const at = nodes.findIndex(({ from }) => from === branch.from);
  if (branch.name !== 'Body') return [];
  const tests = nodes.flatMap((test, i) =>
    i < at && /^(?:if|elif|while)$/.test(nodes[i - 1]?.name ?? '') ? [{ test, own: i === at - 1 }] : [],
  );
  return tests.map(({ test, own }) => ({ test: nodeText(source, test), negated: !own })).reverse();
}

/** a if test else b */
function conditional(source: PythonSource, expression: PythonNode, part: PythonNode): WriteGuard[] {
  const [first, , test, , otherwise] = children(expression);
  if (test === undefined || (part.from !== first?.from && part.from !== otherwise?.from)) return [];
  return [{ test: nodeText(source, test), negated: part.from !== first?.from }];
}

const LEAVES = new Set(['ReturnStatement', 'RaiseStatement', 'ContinueStatement', 'BreakStatement']);

/** `if test: return` before it in the same block. */
function leaving(source: PythonSource, body: PythonNode, statement: PythonNode): WriteGuard[] {
  return children(body).flatMap((node): WriteGuard[] => {
    if (node.from >= statement.from || node.name !== 'IfStatement') return [];
    const parts = children(node);
    const bodies = parts.filter((part) => part.name === 'Body');
    const [, test] = parts;
    const [only, ...more] = bodies;
    const leaves = only !== undefined && more.length === 0 && LEAVES.has(children(only).at(-1)?.name ?? '');
    return leaves && test !== undefined ? [{ test: nodeText(source, test), negated: true }] : [];
  });
}
