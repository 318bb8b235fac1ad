import { children, type PythonNode } from '../../python/syntax/nodes.ts';
import type { EntryItem } from '../middleware/items.ts';
import { lineBreakAt, lineBreakOf, lineEnd, lineStart, type TextEdit } from '../text/edits.ts';

/** Changes of single entries of MIDDLEWARE where they stand; undefined: it can't be done without guessing. */

const inDisplay = ({ within }: EntryItem): boolean => within === 'list' || within === 'tuple' || within === 'bareTuple';

const isBlank = (text: string): boolean => /^[ \t\f]*$/.test(text);

/** The node before or behind an element, comments included: a comma, a bracket, a comment, `*`. */
function comma(node: PythonNode, side: 'nextSibling' | 'prevSibling'): PythonNode | undefined {
  let at = node[side];
  while (at?.name === 'Comment') at = at[side];
  return at?.name === ',' ? at : undefined;
}

/** The element with its comma. */
function withComma({ node }: EntryItem): { from: number; to: number; comma: boolean } {
  const next = comma(node, 'nextSibling');
  return { from: node.from, to: next?.to ?? node.to, comma: next !== undefined };
}

/** Whole lines, when nothing else stands on them: with a comment behind it that is, `comment` says. */
function linesOf(text: string, from: number, to: number): { from: number; to: number; comment: boolean } | undefined {
  const [start, end] = [lineStart(text, from), lineEnd(text, to)];
  const behind = text.slice(to, end);
  if (!isBlank(text.slice(start, from)) || !/^[ \t\f]*(?:#|$)/.test(behind)) return undefined;
  return { from: start, to: end + lineBreakAt(text, end), comment: behind.includes('#') };
}

/** Takes an entry out of its list. What a comment says on its line stays. */
export function removeEntry(text: string, entry: EntryItem): TextEdit[] | undefined {
  if (entry.within === 'argument') return removeStatement(text, entry.statement);
  if (!inDisplay(entry) || entry.node.prevSibling?.name === '*') return undefined;
  const { node } = entry;
  const element = withComma(entry);
  const lines = linesOf(text, element.from, element.to);
  if (lines !== undefined) {
    return lines.comment
      ? [{ from: element.from, to: element.to + blanks(text, element.to), insert: '' }]
      : [{ from: lines.from, to: lines.to, insert: '' }];
  }
  if (element.comma) return [{ from: element.from, to: element.to + blanks(text, element.to), insert: '' }];
  const before = comma(node, 'prevSibling');
  if (before === undefined || !/^\s*$/.test(text.slice(before.to, node.from))) return undefined;
  // `('a.B', 'c.D')` without the second is a tuple by its comma.
  const parent = node.parent;
  const single = entry.within === 'tuple' && parent !== null && children(parent).length === 5;
  return [{ from: single ? before.to : before.from, to: node.to, insert: '' }];
}

function removeStatement(text: string, statement: PythonNode): TextEdit[] | undefined {
  const lines = linesOf(text, statement.from, statement.to);
  const body = statement.parent;
  const alone = body === null || (body.name !== 'Script' && children(body).filter((n) => n.name !== ':').length < 2);
  if (lines === undefined || lines.comment || alone || body.name === 'StatementGroup') return undefined;
  return [{ from: lines.from, to: lines.to, insert: '' }];
}

function blanks(text: string, offset: number): number {
  return /^[ \t\f]*/.exec(text.slice(offset))?.[0].length ?? 0;
}

/** Moves an entry right behind another of the same list. */
export function moveBehind(text: string, entry: EntryItem, target: EntryItem): TextEdit[] | undefined {
  const same = entry.node.parent?.from === target.node.parent?.from && entry.within === target.within;
  if (!same || !inDisplay(entry) || [entry, target].some(({ node }) => node.prevSibling?.name === '*'))
    return undefined;
  const [element, behind] = [withComma(entry), withComma(target)];
  if (!element.comma) return undefined;
  const [lines, targetLines] = [linesOf(text, element.from, element.to), linesOf(text, target.node.from, behind.to)];
  if (lines !== undefined && targetLines !== undefined && lines.to <= targetLines.from) {
    const ended =
      lineBreakAt(text, targetLines.to - 1) > 0 || text.slice(targetLines.from, targetLines.to).endsWith('\r\n');
    if (!ended) return undefined;
    const edits = [
      { from: lines.from, to: lines.to, insert: '' },
      { from: targetLines.to, to: targetLines.to, insert: text.slice(lines.from, lines.to) },
    ];
    return behind.comma ? edits : [...edits, { from: target.node.to, to: target.node.to, insert: ',' }];
  }
  const next = element.to + (/^\s*/.exec(text.slice(element.to))?.[0].length ?? 0);
  // A comment behind it would be left where it does not belong.
  if (/^[#\\]/.test(text.slice(next))) return undefined;
  return [
    { from: element.from, to: next, insert: '' },
    { from: target.node.to, to: target.node.to, insert: `, ${text.slice(entry.node.from, entry.node.to)}` },
  ];
}

/** Adds an entry before another, on a line of its own where that has one. */
export function addBefore(text: string, entry: EntryItem, path: string): TextEdit[] | undefined {
  if (!inDisplay(entry) || entry.node.prevSibling?.name === '*') return undefined;
  const { from } = entry.node;
  const quote = /^\w*(["'])/.exec(text.slice(from))?.[1] ?? "'";
  const indent = text.slice(lineStart(text, from), from);
  const bracketed = entry.within !== 'bareTuple';
  const separator = bracketed && isBlank(indent) ? `${lineBreakOf(text)}${indent}` : ' ';
  return [{ from, to: from, insert: `${quote}${path}${quote},${separator}` }];
}
