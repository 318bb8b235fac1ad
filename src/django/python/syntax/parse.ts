import { NodeType, TreeFragment, type Tree } from '@lezer/common';
import { parser } from '@lezer/python';
import { olderPython } from './newerPython.ts';
import type { PythonSource } from './nodes.ts';
import { syntaxProblems } from './problems.ts';

/**
 * A thin wrapper over Lezer's Python grammar. Lezer tolerates errors: the tree covers the whole text, what could not
 * be parsed is an error node, and the rest can be read as if nothing had happened.
 */

/**
 * The parser (@lezer/lr 1.4) closes what is open after 300 reductions of 2,000 characters that begin at the same place: it takes
 * them for a tree that is as deep as a sum is long. Rules without a node, of which the parser knows no type, make no tree deeper, but
 * are counted too: blank lines and comments of a long file or block, which would be cut in the middle of a statement. Here they
 * have a type that is not counted.
 */
const python = parser.configure({ props: [] });
const MAX_RULES = 1_000;
const types = python.nodeSet.types as NodeType[];
while (types.length < MAX_RULES) types.push(NodeType.none);

/**
 * Milliseconds for one text. Settings of 50,000 characters take 10 to 20; a text that is no Python takes up to 40 µs a character
 * while the parser looks for what may have been meant, 18 s for the longest that is read.
 */
const MAX_MILLISECONDS = 1_000;
/** Steps between two looks at the clock: fewer than 10 ms of the slowest. */
const STEPS = 256;

/** The tree, or where the parser was when its time was over. */
function parseInTime(text: string, fragments?: readonly TreeFragment[]): Tree | number {
  const parse = python.startParse(text, fragments);
  const end = performance.now() + MAX_MILLISECONDS;
  for (let step = 1; ; step++) {
    const tree = parse.advance();
    if (tree !== null) return tree;
    if (step % STEPS === 0 && performance.now() > end) return parse.parsedPos;
  }
}

/**
 * Parses; never throws, and stops after a second. Offsets are those of `text` as given: a byte order mark is read as a space, not cut off. With the
 * source as it was before a change, only what the change touches is parsed again.
 */
export function parsePython(text: string, file = 'settings.py', previous?: PythonSource): PythonSource {
  // A form feed is white space to Python and an error to this grammar.
  const readable = text.replace(/^\uFEFF/, ' ').replaceAll('\f', ' ');
  // The grammar does not know that a backslash before \r\n continues a string.
  const parsed = olderPython(readable).replaceAll('\\\r\n', ' \\\n');
  const parse = (fragments?: readonly TreeFragment[]): PythonSource => {
    const read = parseInTime(parsed, fragments);
    const source =
      typeof read === 'number'
        ? { file, text: readable, tree: python.parse(''), stoppedAt: read }
        : { file, text: readable, tree: read };
    parsedTexts.set(source, parsed);
    return source;
  };
  if (previous !== undefined && previous.stoppedAt === undefined) {
    const source = parse(unchanged(previous, parsed));
    // How errors are got over depends on where parsing began: such a text is read from its beginning, to be the same always.
    if (syntaxProblems(source, 1).length === 0) return source;
  }
  return parse();
}

/** What was parsed of each text: the same characters in the same places, some of them others. */
const parsedTexts = new WeakMap<PythonSource, string>();

/** What of the tree still holds: all but from the first to the last character that differs. */
function unchanged(previous: PythonSource, after: string): readonly TreeFragment[] {
  const before = parsedTexts.get(previous) ?? previous.text;
  const shorter = Math.min(before.length, after.length);
  let from = 0;
  while (from < shorter && before.charCodeAt(from) === after.charCodeAt(from)) from++;
  let behind = 0;
  while (behind < shorter - from && before.at(-1 - behind) === after.at(-1 - behind)) behind++;
  const change = { fromA: from, toA: before.length - behind, fromB: from, toB: after.length - behind };
  return TreeFragment.applyChanges(TreeFragment.addTree(previous.tree), [change]);
}
