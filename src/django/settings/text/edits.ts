/** UTF-16 offsets. */
export interface TextRange {
  readonly from: number;
  readonly to: number;
}

/** Changes of a text as editors take them: all offsets (UTF-16) are of the text before any of them. */
export interface TextEdit extends TextRange {
  readonly insert: string;
}

/** Applies edits in any order; throws a RangeError where two of them overlap or one lies outside of the text. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const sorted = edits.map((edit, i) => ({ ...edit, i })).sort((a, b) => a.from - b.from || a.to - b.to || a.i - b.i);
  let result = '';
  let at = 0;
  for (const { from, to, insert } of sorted) {
    if (from < at || to < from || to > text.length) throw new RangeError(`the edit ${from}–${to} does not fit`);
    result += text.slice(at, from) + insert;
    at = to;
  }
  return result + text.slice(at);
}

/** The line break of the text, by its first one. */
export function lineBreakOf(text: string): string {
  return /\r\n|\n|\r/.exec(text)?.[0] ?? '\n';
}

/** Where the line of this offset begins. */
export function lineStart(text: string, offset: number): number {
  let at = offset;
  while (at > 0 && !isLineBreak(text[at - 1])) at--;
  return at;
}

/** Where the line of this offset ends, before its line break. */
export function lineEnd(text: string, offset: number): number {
  let at = offset;
  while (at < text.length && !isLineBreak(text[at])) at++;
  return at;
}

/** Length of the line break that stands at this offset; 0 at the end of the text. */
export function lineBreakAt(text: string, offset: number): number {
  if (text.startsWith('\r\n', offset)) return 2;
  return isLineBreak(text[offset]) ? 1 : 0;
}

function isLineBreak(character: string | undefined): boolean {
  return character === '\n' || character === '\r';
}
