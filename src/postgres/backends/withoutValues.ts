/**
 * In the order of trying: names in quotes and words stay; of strings, dollar quotes and comments nothing does. One that the server has cut
 * off (track_activity_query_size) goes to the end. Nested comments end with the outermost.
 * @see https://www.postgresql.org/docs/current/sql-syntax-lexical.html
 */
const PIECES: readonly (readonly [pattern: RegExp, becomes: string | undefined])[] = [
  [/"(?:[^"]|"")*"?/y, undefined],
  [/--[^\r\n]*|\/\*[\s\S]*?(?:\*\/|$)/y, ' '],
  [/[eE]'(?:[^'\\]|''|\\[\s\S])*(?:'|\\?$)/y, `'…'`],
  [/(?:[bBnNxX]|[uU]&)?'(?:[^']|'')*(?:'|$)/y, `'…'`],
  [/\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y, `'…'`],
  [/[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*|[\d.]+|\$\d+/y, undefined],
];

/**
 * A statement with what stands in quotes left out: Django writes session keys and session data there, others passwords. Numbers and names
 * stay. Where it can't be told where a string ends (a backslash, whose meaning hangs on a setting of the session; a comment in a
 * comment), nothing behind it stays either.
 */
export function withoutValues(statement: string): string {
  const kept: string[] = [];
  for (let at = 0; at < statement.length;) {
    const [text, becomes] = pieceAt(statement, at);
    at += text.length;
    kept.push(becomes ?? text);
    if (becomes !== undefined && isDoubtful(text)) {
      kept.push(' …');
      break;
    }
    if (text.startsWith('$') && text.endsWith('$') && becomes !== undefined) {
      const end = statement.indexOf(text, at);
      at = end === -1 ? statement.length : end + text.length;
    }
  }
  return kept.join('').replace(/\s+/g, ' ').trim();
}

function pieceAt(statement: string, at: number): readonly [text: string, becomes: string | undefined] {
  for (const [pattern, becomes] of PIECES) {
    pattern.lastIndex = at;
    const [text] = pattern.exec(statement) ?? [];
    if (text !== undefined) return [text, becomes];
  }
  return [statement.charAt(at), undefined];
}

function isDoubtful(text: string): boolean {
  if (text.startsWith('/*')) return text.includes('/*', 2);
  return !/^[eE]/.test(text) && text.includes('\\') && text.includes("'");
}

/** The same without its numbers: what is kept of a statement. */
export function withoutNumbers(statement: string): string {
  return statement.replace(/(?<![\w$"…])\d[\d.]*/g, '…');
}
