import { isStringNode } from './literals.ts';
import type { PythonNode, PythonSource } from './nodes.ts';

/**
 * The expression as a person may be shown it: one line, at most 60 characters, and what stands in quotes left out,
 * because it may be a password.
 */
export function describeNode(source: PythonSource, node: PythonNode): string {
  const quoted: { from: number; to: number }[] = [];
  node.cursor().iterate((inner) => {
    if (isStringNode(inner)) {
      quoted.push({ from: inner.from, to: inner.to });
      return false;
    }
    return true;
  });
  let text = '';
  let at = node.from;
  for (const { from, to } of quoted) {
    text += `${source.text.slice(at, from)}'…'`;
    at = to;
  }
  text = (text + source.text.slice(at, node.to)).replace(/\s+/g, ' ').trim();
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
