import { TreeFragment } from '@lezer/common';
import { parser } from '@lezer/python';
import type { PythonSource } from './nodes.ts';
import { syntaxProblems } from './problems.ts';

/**
 * A thin wrapper over Lezer's Python grammar. Lezer tolerates errors: the tree covers the whole text, what could not
 * be parsed is an error node, and the rest can be read as if nothing had happened.
 */

/**
 * Parses; never throws. Offsets are those of `text` as given: a byte order mark is read as a space, not cut off. With the
 * source as it was before a change, only what the change touches is parsed again.
 */
export function parsePython(text: string, file = 'settings.py', previous?: PythonSource): PythonSource {
  // A form feed is white space to Python and an error to this grammar.
  const readable = text.replace(/^\uFEFF/, ' ').replaceAll('\f', ' ');
  // The grammar does not know that a backslash before \r\n continues a string.
  const parsed = readable.replaceAll('\\\r\n', ' \\\n');
  if (previous !== undefined) {
    const source = { file, text: readable, tree: parser.parse(parsed, unchanged(previous, readable)) };
    // How errors are got over depends on where parsing began: such a text is read from its beginning, to be the same always.
    if (syntaxProblems(source, 1).length === 0) return source;
  }
  return { file, text: readable, tree: parser.parse(parsed) };
}

/** What of the tree still holds: all but from the first to the last character that differs. */
function unchanged({ text: before, tree }: PythonSource, after: string): readonly TreeFragment[] {
  const shorter = Math.min(before.length, after.length);
  let from = 0;
  while (from < shorter && before.charCodeAt(from) === after.charCodeAt(from)) from++;
  let behind = 0;
  while (behind < shorter - from && before.at(-1 - behind) === after.at(-1 - behind)) behind++;
  const change = { fromA: from, toA: before.length - behind, fromB: from, toB: after.length - behind };
  return TreeFragment.applyChanges(TreeFragment.addTree(tree), [change]);
}
