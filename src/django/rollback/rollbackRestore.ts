import { lineAt } from '../python/syntax/lines.ts';
import type { PythonNode, PythonSource } from '../python/syntax/nodes.ts';
import { holdsEntry, type MiddlewareName } from '../settings/middleware/middlewareName.ts';
import { SAVE_EVERY_REQUEST } from '../settings/model/saveEveryRequest.ts';
import { lineBreakAt, lineEnd, lineStart, type TextEdit } from '../settings/text/edits.ts';
import { commentsWithMark, readMarker, type Marker } from '../settings/text/rollbackMarkers.ts';

/** Undoes what the markers in the comments of a text tell, each where it stands. */

export type RestoreEdits = { readonly edits: readonly TextEdit[] } | { readonly refused: string };

interface MarkedComment {
  readonly from: number;
  readonly to: number;
  readonly marker: Marker;
}

/** Edits that undo all markers, or those of one middleware and of the setting; none where there is no marker. */
export function undoMarkers(
  source: PythonSource,
  text: string,
  only?: { readonly middleware: MiddlewareName; readonly marked: ReadonlyMap<number, string> },
): RestoreEdits {
  const edits: TextEdit[] = [];
  const comments = commentsWithMark(source);
  for (let i = 0; i < comments.length; i++) {
    const comment = marked(source, text, comments[i]);
    if (typeof comment === 'string') return { refused: comment };
    const block = [comment];
    // The further lines of the same entry stand on the lines right behind it.
    for (let next = i + 1; next < comments.length; next++) {
      const following = marked(source, text, comments[next]);
      if (typeof following === 'string') return { refused: following };
      if (following.marker.kind !== 'and') break;
      block.push(following);
      i = next;
    }
    const meant =
      only === undefined
        ? undefined
        : (python: string): boolean => holdsEntry(python, only.middleware, only.marked.get(comment.from));
    const undone = undo(source, text, block, meant);
    if (typeof undone === 'string') return { refused: undone };
    edits.push(...undone);
  }
  return { edits };
}

function marked(source: PythonSource, text: string, node: PythonNode | undefined): MarkedComment | string {
  if (node === undefined) return 'a comment is missing';
  const marker = readMarker(text.slice(node.from, node.to));
  if (marker === undefined) return `the note of the rollback in line ${lineAt(source, node.from)} was changed`;
  return { from: node.from, to: node.to, marker };
}

function undo(
  source: PythonSource,
  text: string,
  block: readonly MarkedComment[],
  isMeant: ((python: string) => boolean) | undefined,
): TextEdit[] | string {
  const [first] = block;
  if (first === undefined) return [];
  const line = lineAt(source, first.from);
  if (first.marker.kind === 'and') return `line ${line} is the rest of a rollback whose first line is gone`;
  if (first.marker.kind === 'was' || first.marker.kind === 'added') {
    const setting = undoSetting(text, first);
    return setting ?? `${SAVE_EVERY_REQUEST} in line ${line} was changed after the rollback`;
  }
  if (isMeant?.(block.map((c) => c.marker.content).join('\n')) === false) return [];
  return undoEntry(text, block) ?? `line ${line} was changed after the rollback`;
}

function undoEntry(text: string, block: readonly MarkedComment[]): TextEdit[] | undefined {
  const edits: TextEdit[] = [];
  for (const { from, to, marker } of block) {
    const filler = marker.fill ? /(?:pass|\*\(\),)[ \t]*$/.exec(text.slice(lineStart(text, from), from)) : null;
    if (marker.fill && filler === null) return undefined;
    edits.push({ from: from - (filler?.[0].length ?? 0), to: from + marker.length, insert: '' });
    if (marker.join) edits.push({ from: to, to: to + lineBreakAt(text, to), insert: '' });
  }
  return edits;
}

const CHANGED = /True[ \t]*$/;
const ADDED = new RegExp(`^${SAVE_EVERY_REQUEST}[ \\t]*=[ \\t]*True[ \\t]*$`);

function undoSetting(text: string, { from, to, marker }: MarkedComment): TextEdit[] | undefined {
  const start = lineStart(text, from);
  const before = text.slice(start, from);
  if (marker.kind === 'was') {
    const value = CHANGED.exec(before);
    if (value === null) return undefined;
    return [{ from: from - value[0].length, to: from + marker.length, insert: marker.content }];
  }
  if (!ADDED.test(before) || text.slice(from + marker.length, to).trim() !== '') return undefined;
  const end = lineEnd(text, to);
  const lineBreak = lineBreakAt(text, end);
  if (lineBreak > 0) return [{ from: start, to: end + lineBreak, insert: '' }];
  const previous = text.slice(0, start).endsWith('\r\n') ? 2 : Math.min(1, start);
  return [{ from: start - previous, to: end, insert: '' }];
}
