/**
 * Python that is newer than the grammar (@lezer/python 1.1.19), written so that it can be parsed: character by character in the
 * same places, so that all offsets stay. Only the parser sees it; what stands in strings and comments may be changed with it, and is
 * read from the text as it was. All that is looked at is bounded, for texts that are no Python.
 */

const blank = (text: string): string => text.replace(/[^\n]/g, ' ');
const name = (text: string): string => text.replace(/\W/g, '_');

/** `with f() as (a, b):`, `with f() as x.y:`: the grammar knows names only. */
const WITH_TARGET =
  /^([ \t]{0,80}(?:async )?with\b[^\n]{1,300}?\bas )(\([^()\n]{1,200}\)|[A-Za-z_]\w{0,80}(?:\.\w{1,80}|\[[^\]\n]{1,80}\]){1,8})(?=[ \t]?[,:)])/gm;
const MAX_TARGETS = 8;

/** Each gap of the grammar with what it takes for its place. */
const GAPS: readonly (readonly [RegExp, (whole: string, before: string, rest: string) => string])[] = [
  // A backslash before a blank line ends the statement.
  [/\\(?=\r?\n[ \t]{0,80}\r?\n)/g, () => ' '],
  // t'…' (3.14) is built like f'…'.
  [/(?<!\w)(r?)t(r?)(?=['"])/gi, (_, before, behind) => `${before}f${behind}`],
  // class Box[T = int], def f[T = int](): without the parameters.
  [
    /^([ \t]{0,80}(?:class|(?:async )?def) \w{1,80})(\[[^\n=]{0,200}=[^\n]{0,200}?\])(?=[ \t]?[(:])/gm,
    (_, before, parameters) => before + blank(parameters),
  ],
  // type Row[T] = tuple[T, *tuple[T, ...]]
  [
    /^([ \t]{0,80}type \w{1,80}[^\n=]{0,200}=)([^\n]{0,500})/gm,
    (_, before, type) => before + type.replaceAll('*', ' '),
  ],
  // [a for a, *b in c]: other than a statement, it has no colon at the end of its line.
  [
    /\b(for )([^\n:[\]{}()=*]{0,100}\*[^\n:[\]{}()=]{1,100}? in )(?![^\n]{0,300}:[ \t]{0,8}(?:#|\n|$))/g,
    (_, word, targets) => word + targets.replaceAll('*', ' '),
  ],
];

export function olderPython(text: string): string {
  let parsed = text;
  for (const [gap, write] of GAPS) parsed = parsed.replace(gap, write);
  for (let i = 0, before = ''; i < MAX_TARGETS && before !== parsed; i++) {
    before = parsed;
    parsed = parsed.replace(WITH_TARGET, (_, start: string, target: string) => start + name(target));
  }
  return rawFormats(parenthesizedWith(parsed));
}

/** In a raw f-string a backslash does not escape the brace behind it. */
function rawFormats(text: string): string {
  return text.replace(
    /(?<!\w)(?:rf|fr)(?:"""[^]{0,4000}?"""|'''[^]{0,4000}?'''|"(?:[^"\\\n]|\\.){0,1000}"|'(?:[^'\\\n]|\\.){0,1000}')/gi,
    (literal) => literal.replaceAll('\\{', '_{').replaceAll('\\}', '_}'),
  );
}

const OPENING = /^([ \t]{0,80}(?:async )?with ?)\(/gm;
const TOKEN = /#[^\n]*|"""[^]*?"""|'''[^]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[()[\]{}]/g;
/** Characters that the parentheses of a `with` are looked for in. */
const MAX_WITH = 2_000;
/** Such statements that are looked at without finding that. */
const MAX_UNCLOSED = 50;

/** `with (\n    a as b,\n):` on one line without its parentheses. */
function parenthesizedWith(text: string): string {
  let result = '';
  let at = 0;
  let unclosed = 0;
  for (const { 0: opening, 1: before = '', index } of text.matchAll(OPENING)) {
    if (index < at || unclosed > MAX_UNCLOSED) continue;
    const from = index + before.length;
    const to = from + closing(text.slice(from, from + MAX_WITH));
    if (to === from) unclosed++;
    if (!/^\)[ \t]?:/.test(text.slice(to, to + 3)) || !/\bas\b/.test(text.slice(from, to))) continue;
    const inside = text
      .slice(index + opening.length, to)
      .replace(/#[^\n]*/g, blank)
      .replace(/[\r\n]/g, ' ');
    result += `${text.slice(at, from)} ${inside} `;
    at = to + 1;
  }
  return result + text.slice(at);
}

/** Where the bracket is closed that a text begins with; 0: nowhere in it. */
function closing(text: string): number {
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (/^[([{]$/.test(token)) depth++;
    else if (/^[)\]}]$/.test(token) && --depth === 0) return index;
  }
  return 0;
}
