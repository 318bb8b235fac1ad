import { children, nodeText, type PythonNode, type PythonSource } from './python.ts';
import type { MiddlewareEntry } from './settingsFile.ts';

/** A comment that holds one string of dotted names, and nothing but a comma and another comment behind it. */
const COMMENTED_ENTRY = /^#+\s*((["'])([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)\2)\s*,?\s*(?:#.*)?$/;

export interface CommentedEntry {
  readonly entry: MiddlewareEntry;
  /** The list or tuple that the comment stands in. */
  readonly list: { readonly from: number; readonly to: number };
}

/** Entries that are commented out inside a list or tuple that is assigned or added to `name`, in the order of the text. */
export function commentedEntries(source: PythonSource, name: string): CommentedEntry[] {
  const found: CommentedEntry[] = [];
  source.tree.iterate({
    enter: ({ node }) => {
      if (node.name !== 'Comment' || !belongsTo(source, node, name)) return;
      const match = COMMENTED_ENTRY.exec(nodeText(source, node));
      const [whole = '', quoted = '', , path = ''] = match ?? [];
      if (match === null || node.parent === null) return;
      const from = node.from + whole.indexOf(quoted);
      const list = { from: node.parent.from, to: node.parent.to };
      found.push({ entry: { path, enabled: false, from, to: from + quoted.length }, list });
    },
  });
  return found;
}

function belongsTo(source: PythonSource, comment: PythonNode, name: string): boolean {
  const list = comment.parent;
  if (list?.name !== 'ArrayExpression' && list?.name !== 'TupleExpression') return false;
  for (let node = list.parent; node !== null; node = node.parent) {
    if (node.name === 'AssignStatement' || node.name === 'UpdateStatement') {
      const target = children(node)[0];
      return target !== undefined && nodeText(source, target) === name;
    }
    if (node.name !== 'BinaryExpression' && node.name !== 'ParenthesizedExpression') return false;
  }
  return false;
}
