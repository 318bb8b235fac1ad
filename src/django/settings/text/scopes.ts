import type { PythonNode, PythonSource } from '../../python/syntax/nodes.ts';

/** Where statements stand in the text of a settings file, and where their code ends. */

/** Whether a node stands in a function or class, in another block, or in none. */
export function scopeOf(node: PythonNode): 'function' | 'block' | 'top' {
  let block = false;
  for (let outer = node.parent; outer; outer = outer.parent) {
    if (/^(?:FunctionDefinition|ClassDefinition|LambdaExpression)$/.test(outer.name)) return 'function';
    if (outer.name === 'Body' || outer.name === 'MatchClause') block = true;
  }
  return block ? 'block' : 'top';
}

/** The statement at the top of the file that a node stands in. */
export function topStatement(node: PythonNode): PythonNode {
  let top = node;
  while (top.parent?.parent) top = top.parent;
  return top;
}

/** Where the code of a node ends: without comments and line breaks behind it. */
export function codeEnd(node: PythonNode): number {
  let end = node;
  for (let child = node.lastChild; child;) {
    if (child.name === 'Comment' || child.to === child.from) child = child.prevSibling;
    else {
      end = child;
      child = child.lastChild;
    }
  }
  return end.to;
}

/** Statements at the top that may set any name. */
export function starImports(source: PythonSource): PythonNode[] {
  const found: PythonNode[] = [];
  source.tree.iterate({
    enter: ({ node }) => {
      if (node.name === 'ImportStatement' && node.lastChild?.name === '*') found.push(topStatement(node));
    },
  });
  return found;
}
