import type { SyntaxNode, Tree } from '@lezer/common';

/** The syntax tree of a Python text, as Lezer's grammar makes it. */

export type PythonNode = SyntaxNode;

export interface PythonSource {
  readonly file: string;
  readonly text: string;
  readonly tree: Tree;
  /** UTF-16 offset at which the parser was stopped, because it would have held up the editor; the tree is that of an empty text then. */
  readonly stoppedAt?: number;
}

/** Children that mean something: without comments. */
export function children(node: PythonNode): PythonNode[] {
  const all: PythonNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) if (child.name !== 'Comment') all.push(child);
  return all;
}

export function nodeText(source: PythonSource, node: { from: number; to: number }): string {
  return source.text.slice(node.from, node.to);
}
