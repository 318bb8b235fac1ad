import { TreeFragment, type SyntaxNode, type Tree } from '@lezer/common';
import { parser } from '@lezer/python';

/**
 * A thin wrapper over Lezer's Python grammar. Lezer tolerates errors: the tree covers the whole text, what could not
 * be parsed is an error node, and the rest can be read as if nothing had happened.
 */

export type PythonNode = SyntaxNode;

export interface PythonSource {
  readonly file: string;
  readonly text: string;
  readonly tree: Tree;
}

export interface SyntaxProblem {
  readonly message: string;
  /** UTF-16 offsets in the text; `to` > `from` except at the very end of the text. */
  readonly from: number;
  readonly to: number;
}

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

/** Children that mean something: without comments. */
export function children(node: PythonNode): PythonNode[] {
  const all: PythonNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) if (child.name !== 'Comment') all.push(child);
  return all;
}

export function nodeText(source: PythonSource, node: { from: number; to: number }): string {
  return source.text.slice(node.from, node.to);
}

/** Offsets of the line breaks of each text: asked for again and again, and found by halves. */
const lineBreaks = new WeakMap<PythonSource, readonly number[]>();

/** 1-based line of an offset. */
export function lineAt(source: PythonSource, offset: number): number {
  const breaks = lineBreaks.get(source) ?? Array.from(source.text.matchAll(/\n/g), ({ index }) => index);
  lineBreaks.set(source, breaks);
  return 1 + countBelow(breaks, offset, (at) => at);
}

/** How many of the items, which are in order, are at an offset below this one. */
export function countBelow<T>(items: readonly T[], offset: number, offsetOf: (item: T) => number): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (item !== undefined && offsetOf(item) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Error nodes where the grammar (1.1.19) refuses what Python accepts; by the names of the parent. */
const GRAMMAR_GAPS: Readonly<Record<string, (error: PythonNode, text: string) => boolean>> = {
  // `yield` without a value.
  YieldStatement: isEmpty,
  YieldExpression: isEmpty,
  // `24.`: a float without a digit behind the point is taken for an attribute of 24.
  MemberExpression: (error) => isEmpty(error) && error.parent?.firstChild?.name === 'Number',
  // `case Point():`
  PatternArgList: () => true,
  LiteralPattern: (error) => error.parent?.parent?.name === 'PatternArgList',
  // After some 300 statements of a long file the parser (@lezer/lr 1.4) closes what is open, and then meets the end of a line.
  Script: isLineEnd,
  Body: isLineEnd,
};

function isEmpty(node: PythonNode): boolean {
  return node.from === node.to;
}

function isLineEnd(error: PythonNode, text: string): boolean {
  return error.to > error.from && text.slice(error.from, error.to).trim() === '';
}

function isError(source: PythonSource, node: PythonNode): boolean {
  return node.type.isError && GRAMMAR_GAPS[node.parent?.name ?? '']?.(node, source.text) !== true;
}

/** Whether something directly below the node could not be parsed, so that what the node says can't be relied on. */
export function isBroken(source: PythonSource, node: PythonNode): boolean {
  for (let child = node.firstChild; child; child = child.nextSibling) if (isError(source, child)) return true;
  return isError(source, node);
}

/**
 * The expression as a person may be shown it: one line, at most 60 characters, and what stands in quotes left out,
 * because it may be a password.
 */
export function describeNode(source: PythonSource, node: PythonNode): string {
  const quoted: { from: number; to: number }[] = [];
  node.cursor().iterate((inner) => {
    if (isString(inner)) {
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

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

function isString(node: { readonly name: string }): boolean {
  return node.name === 'String' || node.name === 'FormatString';
}

/** Whether a string literal, f-string or not, ends with the quotes that it began with; the grammar lets it end with its line. */
export function isClosedString(text: string): boolean {
  const [whole = '', quote = ''] = /^[A-Za-z]*("""|'''|"|')/.exec(text) ?? [];
  if (quote === '' || text.length < whole.length + quote.length || !text.endsWith(quote)) return false;
  const backslashes = /\\*$/.exec(text.slice(whole.length, -quote.length))?.[0].length ?? 0;
  return backslashes % 2 === 0;
}

/** Syntax errors in order, at most `limit`. An error inside a bracket that is never closed is reported at the bracket. */
export function syntaxProblems(source: PythonSource, limit = 20): SyntaxProblem[] {
  const found = new Map<number, SyntaxProblem>();
  source.tree.iterate({
    enter: (reference) => {
      if (found.size >= limit) return false;
      const node = reference.node;
      // A statement of Python 2: valid for the grammar, an error for every Python that Django 3 and later run on.
      const python2 = node.name === 'PrintStatement';
      const open = isString(node) && !isClosedString(nodeText(source, node));
      if (!isError(source, node) && !python2 && !open) return true;
      const problem = open
        ? at(source, { from: node.from, to: node.from + 1 }, 'a string is not closed')
        : python2
          ? at(source, node, `'print' without parentheses`)
          : describeError(source, node);
      if (!found.has(problem.from)) found.set(problem.from, problem);
      return false;
    },
  });
  return [...found.values()].sort((a, b) => a.from - b.from);
}

function describeError(source: PythonSource, error: PythonNode): SyntaxProblem {
  const opener = error.parent?.firstChild;
  const closing = opener ? CLOSING[nodeText(source, opener)] : undefined;
  if (opener && closing !== undefined && error.parent?.lastChild?.name !== closing) {
    return at(source, opener, `'${nodeText(source, opener)}' is not closed, or a comma is missing after it`);
  }
  const shown = nodeText(source, error).trim();
  // What stands there may be a secret: only punctuation and words of the language's kind are repeated.
  return at(source, error, /^[\W_]{1,3}$/.test(shown) ? `unexpected '${shown}'` : 'invalid syntax');
}

function at(source: PythonSource, node: { from: number; to: number }, what: string): SyntaxProblem {
  const from = Math.min(node.from, Math.max(0, source.text.length - 1));
  const to = Math.min(source.text.length, Math.max(node.to, from + 1));
  return { message: `Python syntax error in line ${lineAt(source, from)}: ${what}.`, from, to };
}
