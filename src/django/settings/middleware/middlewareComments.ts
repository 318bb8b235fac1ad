import { isClosedString } from '../../python/syntax/literals.ts';
import { nodeText, type PythonNode, type PythonSource } from '../../python/syntax/nodes.ts';
import { hasMark, readMarker } from '../text/rollbackMarkers.ts';

/** Entries of MIDDLEWARE that stand in a comment, put there by a person or by a rollback. */

export interface CommentedPath {
  readonly path: string;
  /** Offsets of the string, with its quotes, in the text. */
  readonly from: number;
  readonly to: number;
}

const STRING = /[A-Za-z]{0,2}(?:"""[^"]*"""|'''[^']*'''|"[^"]*"|'[^']*')/.source;
/** One string, or several that Python would join, and nothing but a comma and another comment behind it. */
const ELEMENT = new RegExp(String.raw`^#+\s*((?:\(\s*)?(${STRING}(?:\s*${STRING})*)(?:\s*\))?)\s*,?\s*\\?\s*(?:#.*)?$`);
/** MIDDLEWARE.append('a.B'), MIDDLEWARE.insert(0, 'a.B'), MIDDLEWARE += ['a.B'] */
const STATEMENT = new RegExp(
  String.raw`^#+\s*(\w+)\s*(?:\.\s*(?:append|insert|extend)\s*\(|\+=)\s*(?:-?\w+\s*,\s*)?[\[(]?\s*(${STRING}(?:\s*${STRING})*)\s*[\s,\])]*(?:#.*)?$`,
);
const DOTTED = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$/;

/** The entry that a comment holds as an element of a list; undefined: it holds none. */
export function commentedPath(source: PythonSource, comment: PythonNode): CommentedPath | undefined {
  const text = handWritten(source, comment);
  const match = text === undefined ? null : ELEMENT.exec(text);
  return match === null ? undefined : pathOf(match[0], match[2] ?? '', comment.from);
}

/** The entry that a comment would add to a list by a statement of its own, and the name of that list. */
export function commentedStatement(
  source: PythonSource,
  comment: PythonNode,
): (CommentedPath & { readonly name: string }) | undefined {
  const text = handWritten(source, comment);
  const match = text === undefined ? null : STATEMENT.exec(text);
  const found = match === null ? undefined : pathOf(match[0], match[2] ?? '', comment.from);
  return found === undefined ? undefined : { ...found, name: match?.[1] ?? '' };
}

/** Comments of a rollback are read as Python instead. */
function handWritten(source: PythonSource, comment: PythonNode): string | undefined {
  const text = nodeText(source, comment);
  return hasMark(text) ? undefined : text;
}

/**
 * What a rollback has commented out (or removed), over all its lines, with the offset and length of its first line;
 * undefined: the comment is none of these.
 */
export function markedPython(
  source: PythonSource,
  comment: { readonly from: number; readonly to: number },
  kind: 'off' | 'removed' = 'off',
): { readonly python: string; readonly from: number; readonly length: number } | undefined {
  const marker = readMarker(nodeText(source, comment));
  if (marker?.kind !== kind) return undefined;
  const lines = [marker.content];
  for (let at = comment.to; ;) {
    const next = /^(?:\r\n|\r|\n)[ \t\f]*(#[^\r\n]*)/.exec(source.text.slice(at, at + 10_000));
    const following = next?.[1] === undefined ? undefined : readMarker(next[1]);
    if (next === null || following?.kind !== 'and') break;
    lines.push(following.content);
    at += next[0].length;
  }
  return { python: lines.join('\n'), from: comment.from + marker.length, length: marker.content.length };
}

function pathOf(whole: string, strings: string, offset: number): CommentedPath | undefined {
  const parts = strings.match(new RegExp(STRING, 'g')) ?? [];
  if (!parts.every(isClosedString)) return undefined;
  const path = parts.map(valueOf).join('');
  if (!DOTTED.test(path)) return undefined;
  const from = offset + whole.indexOf(strings);
  return { path, from, to: from + strings.length };
}

/** Values of the strings in a piece of Python, as pieces and joined. */
export function stringsOf(python: string): string[] {
  const parts = (python.match(new RegExp(STRING, 'g')) ?? []).map(valueOf);
  return [...parts, parts.join('')];
}

function valueOf(literal: string): string {
  return literal.replace(/^[A-Za-z]*("""|'''|"|')([^]*)\1$/, '$2');
}
