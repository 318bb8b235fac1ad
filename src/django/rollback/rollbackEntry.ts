import { lineAt } from '../python/syntax/lines.ts';
import { children, type PythonNode, type PythonSource } from '../python/syntax/nodes.ts';
import type { EntryItem } from '../settings/middleware/items.ts';
import { lineBreakAt, lineBreakOf, lineEnd, lineStart, type TextEdit } from '../settings/text/edits.ts';
import { writeMarker } from '../settings/text/rollbackMarkers.ts';

/** How an entry of MIDDLEWARE is commented out, by what it is a part of. */

export type EntryEdits = { readonly edits: readonly TextEdit[] } | { readonly refused: string };

interface Removal {
  /** What becomes a comment. */
  readonly from: number;
  readonly to: number;
  /** Code that takes its place. */
  readonly fill: string;
  /** Whether a line break may follow it: between brackets. */
  readonly mayBreak: boolean;
}

export function commentOut(source: PythonSource, text: string, entry: EntryItem, kind: 'off' | 'removed'): EntryEdits {
  const removal = removalOf(source, entry);
  return typeof removal === 'string' ? { refused: removal } : edit(source, text, removal, kind);
}

function removalOf(source: PythonSource, entry: EntryItem): Removal | string {
  const { node, within, statement } = entry;
  const line = `line ${lineAt(source, node.from)}`;
  if (within === 'other') return `the entry in ${line} is computed, so that it can't be commented out where it stands`;
  if (within === 'argument' || isWholeStatement(entry)) return wholeStatement(statement);
  const comma = nextCode(node);
  const to = comma?.name === ',' ? comma.to : node.to;
  if (within === 'bareTuple') return { from: node.from, to, fill: '', mayBreak: isBracketed(node) };
  return { from: node.from, to, fill: within === 'tuple' && isFirstOfTwo(node) ? '*(),' : '', mayBreak: true };
}

/** `X += ['a.B']` and `X.extend(['a.B'])` with this one entry. */
function isWholeStatement({ node, within, statement }: EntryItem): boolean {
  if (within !== 'list' && within !== 'tuple') return false;
  const list = node.parent;
  if (list === null || children(list).some((n) => !/^[^\w]$/.test(n.name) && n.from !== node.from)) return false;
  if (hasComment(list)) return false;
  if (statement.name === 'UpdateStatement') return list.parent?.from === statement.from;
  return statement.name === 'ExpressionStatement' && list.parent?.name === 'ArgList';
}

function hasComment(node: PythonNode): boolean {
  for (let child = node.firstChild; child; child = child.nextSibling) if (child.name === 'Comment') return true;
  return false;
}

function wholeStatement(statement: PythonNode): Removal {
  const body = statement.parent;
  const only = body === null || (body.name !== 'Script' && children(body).filter((n) => n.name !== ':').length < 2);
  const fill = only || body.name === 'StatementGroup' ? 'pass' : '';
  return { from: statement.from, to: statement.to, fill, mayBreak: false };
}

function nextCode(node: PythonNode): PythonNode | null {
  let next = node.nextSibling;
  while (next?.name === 'Comment') next = next.nextSibling;
  return next;
}

/** `('a.B', 'c.D')` without the first would be no tuple any more. */
function isFirstOfTwo(node: PythonNode): boolean {
  const nodes = node.parent === null ? [] : children(node.parent).filter((n) => n.name !== '*');
  return nodes[1]?.from === node.from && nodes.length === 5;
}

function isBracketed(node: PythonNode): boolean {
  for (let outer = node.parent; outer; outer = outer.parent) {
    if (/^(?:Parenthesized|Array|Tuple)Expression$|^ArgList$/.test(outer.name)) return true;
  }
  return false;
}

function edit(source: PythonSource, text: string, removal: Removal, kind: 'off' | 'removed'): EntryEdits {
  const { from, to, fill, mayBreak } = removal;
  const end = lineEnd(text, to);
  const rest = text.slice(to, end);
  const endsLine = (mayBreak ? /^[ \t\f]*\\?$|^[ \t\f]*#/ : /^[ \t\f]*;?[ \t\f]*(?:#|$)/).test(rest);
  if (!endsLine && !mayBreak) {
    return { refused: `line ${lineAt(source, to)} holds more than the entry, and no comment can stand in its middle` };
  }
  const starts = lineStarts(text, from, to);
  const edits = starts.map((at, i): TextEdit => {
    const join = !endsLine && i === starts.length - 1;
    const mark = writeMarker(
      i === 0 ? kind : 'and',
      { fill: i === 0 && fill !== '', join },
      !isLineBreakOrEnd(text, at),
    );
    return { from: at, to: at, insert: i === 0 && fill !== '' ? `${fill}  ${mark}` : mark };
  });
  if (!endsLine) edits.push({ from: to, to, insert: lineBreakOf(text) });
  return { edits };
}

function isLineBreakOrEnd(text: string, at: number): boolean {
  return at === text.length || lineBreakAt(text, at) > 0;
}

/** Where a comment has to begin on each line of the range: at its first character that is no blank. */
function lineStarts(text: string, from: number, to: number): number[] {
  const starts = [from];
  for (let at = lineEnd(text, from); at < to; at = lineEnd(text, at)) {
    at += lineBreakAt(text, at);
    if (lineStart(text, at) !== at) break;
    let first = at;
    while (/[ \t\f]/.test(text[first] ?? '')) first++;
    starts.push(first);
  }
  return starts;
}
