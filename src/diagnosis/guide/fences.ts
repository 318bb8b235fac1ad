/** A line of a text: UTF-16 offsets, without its end. */
export interface TextLine {
  readonly text: string;
  readonly from: number;
}

/** A fenced code block of a Markdown text. */
export interface FencedBlock {
  /** The first word behind the fence, in lower case: sql, python, bash; '' where there is none. */
  readonly language: string;
  /** Where the line with the opening fence begins. */
  readonly from: number;
  /** Its lines, without what the quotes and lists around it put before them. */
  readonly lines: readonly TextLine[];
}

/** A quote, or an item of a list with the column its content begins at; `empty`: nothing stands in it yet, and a blank line ends it. */
type Container = { readonly kind: 'quote' } | { readonly kind: 'item'; readonly indent: number; empty: boolean };

interface OpenFence {
  readonly sign: string;
  readonly length: number;
  readonly indent: number;
  readonly language: string;
  readonly from: number;
  /** So many containers are around it: it ends with them. */
  readonly depth: number;
  readonly lines: TextLine[];
}

/** Nobody writes deeper ones. */
const MOST_NESTED = 100;

const FENCE = /^(`{3,}(?=[^`]*$)|~{3,})[ \t]*([^\s`{]*)/u;
const RULE = /^(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$/u;
/** Of a heading, where a paragraph is before it. */
const UNDERLINE = /^(?:=+|-+)[ \t]*$/u;
const ITEM = /^(?:[-+*]|\d{1,9}[.)])(?=[ \t]|$)/u;
const HEADING = /^#{1,6}(?:[ \t]|$)/u;
/** Blocks of HTML, and what ends them. @see https://spec.commonmark.org/0.31.2/#html-blocks */
const HTML: readonly (readonly [begins: RegExp, ends: RegExp])[] = [
  [/^<(?:script|pre|style|textarea)(?:[\s>]|$)/iu, /<\/(?:script|pre|style|textarea)>/iu],
  [/^<!--/u, /-->/u],
  [/^<\?/u, /\?>/u],
  [/^<![A-Za-z]/u, />/u],
  [/^<!\[CDATA\[/u, /\]\]>/u],
  [
    /^<\/?(?:address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul)(?:\s|\/?>|$)/iu,
    /^\s*$/u,
  ],
];

/**
 * The fenced code blocks of a Markdown text by CommonMark's rules, with quotes, lists, indented code and HTML around them. One pass over
 * the lines: nothing else of Markdown is read.
 * @see https://spec.commonmark.org/0.31.2/#fenced-code-blocks
 */
export function fencedBlocks(text: string): readonly FencedBlock[] {
  const scanner = new Scanner();
  for (const line of linesOf(text)) scanner.line(line);
  return scanner.end();
}

function* linesOf(text: string): Generator<TextLine> {
  for (let from = 0; from <= text.length;) {
    const found = text.indexOf('\n', from);
    const end = found === -1 ? text.length : found;
    yield { text: text.slice(from, text[end - 1] === '\r' ? end - 1 : end), from };
    from = end + 1;
  }
}

class Scanner {
  readonly #blocks: FencedBlock[] = [];
  #containers: Container[] = [];
  #fence: OpenFence | undefined;
  #html: { readonly ends: RegExp; readonly depth: number } | undefined;
  /** The line before belongs to a paragraph, which this one may go on with. */
  #paragraph = false;

  line(line: TextLine): void {
    const cursor = new Cursor(line);
    const matched = this.#match(cursor);
    if (this.#fence !== undefined) {
      if (matched >= this.#fence.depth) return this.#within(this.#fence, cursor);
      this.#close();
    }
    if (this.#html !== undefined && matched >= this.#html.depth) {
      if (this.#html.ends.test(cursor.rest)) this.#html = undefined;
      return;
    }
    this.#html = undefined;
    const goesOn = this.#paragraph && !cursor.isBlank;
    if (matched < this.#containers.length) {
      if (goesOn && !beginsBlock(cursor)) return;
      this.#containers.length = matched;
      this.#paragraph = false;
    }
    this.#open(cursor);
  }

  end(): readonly FencedBlock[] {
    this.#close();
    return this.#blocks;
  }

  /** Passes what the containers put before the line; returns how many of them go on. */
  #match(cursor: Cursor): number {
    for (const [depth, container] of this.#containers.entries()) {
      const { column } = cursor;
      if (container.kind === 'quote') {
        if (!cursor.quote()) return depth;
      } else if (cursor.isBlank ? !container.empty : column >= container.indent) {
        cursor.take(container.indent);
        container.empty = false;
      } else return depth;
    }
    return this.#containers.length;
  }

  /** Containers that begin in this line, and then what stands in them. */
  #open(cursor: Cursor): void {
    for (;;) {
      if (cursor.isBlank) {
        this.#paragraph = false;
        return;
      }
      if (cursor.column >= 4) return; // indented code, or a paragraph that goes on
      if (this.#containers.length >= MOST_NESTED) return this.#leaf(cursor);
      const { rest } = cursor;
      if (cursor.quote()) this.#containers.push({ kind: 'quote' });
      else if (RULE.test(rest.trimEnd()) || (this.#paragraph && UNDERLINE.test(rest))) {
        this.#paragraph = false;
        return;
      } else {
        const item = ITEM.exec(rest)?.[0];
        if (item === undefined || (this.#paragraph && !interrupts(item, rest))) return this.#leaf(cursor);
        this.#containers.push({ kind: 'item', indent: cursor.item(item), empty: cursor.isBlank });
      }
      this.#paragraph = false;
    }
  }

  #leaf(cursor: Cursor): void {
    const { rest } = cursor;
    const [, signs = '', language = ''] = FENCE.exec(rest) ?? [];
    if (signs !== '') {
      const { column: indent } = cursor;
      const [depth, length] = [this.#containers.length, signs.length];
      const from = cursor.line.from;
      this.#fence = { sign: signs[0] ?? '', length, indent, language: language.toLowerCase(), from, depth, lines: [] };
      this.#paragraph = false;
      return;
    }
    const html = HTML.find(([begins]) => begins.test(rest));
    if (html !== undefined) {
      const [, ends] = html;
      this.#paragraph = false;
      this.#html = ends.test(rest) ? undefined : { ends, depth: this.#containers.length };
      return;
    }
    this.#paragraph = !HEADING.test(rest);
  }

  #within(fence: OpenFence, cursor: Cursor): void {
    const { rest } = cursor;
    const closing = /^(`+|~+)[ \t]*$/u.exec(rest)?.[1] ?? '';
    if (cursor.column < 4 && closing.startsWith(fence.sign) && closing.length >= fence.length) return this.#close();
    cursor.take(Math.min(fence.indent, cursor.column));
    fence.lines.push({ text: cursor.left, from: cursor.line.from + cursor.at });
  }

  #close(): void {
    if (this.#fence === undefined) return;
    const { language, from, lines } = this.#fence;
    this.#blocks.push({ language, from, lines });
    this.#fence = undefined;
  }
}

/** What stands there is no paragraph that lazily goes on. */
function beginsBlock(cursor: Cursor): boolean {
  if (cursor.column >= 4) return false;
  const { rest } = cursor;
  return (
    [FENCE, HEADING, ITEM].some((begins) => begins.test(rest)) ||
    RULE.test(rest.trimEnd()) ||
    rest.startsWith('>') ||
    HTML.some(([begins]) => begins.test(rest))
  );
}

/** A paragraph is ended by a list only where that has something in it, and begins with 1. */
const interrupts = (item: string, rest: string): boolean =>
  rest.slice(item.length).trim() !== '' && !/^(?!1[.)])\d/u.test(item);

/** A line that is read from its left; a tab goes to the next column that is a multiple of four. */
class Cursor {
  readonly line: TextLine;
  /** Index of what has not been taken. */
  at = 0;
  /** Columns of a tab that were taken in part. */
  #owed = 0;
  #base = 0;

  constructor(line: TextLine) {
    this.line = line;
  }

  get left(): string {
    return this.line.text.slice(this.at);
  }

  /** Without the space before it. */
  get rest(): string {
    return this.left.replace(/^[ \t]+/u, '');
  }

  get isBlank(): boolean {
    return this.rest === '';
  }

  /** Columns of space before the rest. */
  get column(): number {
    let column = this.#base + this.#owed;
    const start = this.#base;
    for (let i = this.at; i < this.line.text.length; i++) {
      const sign = this.line.text[i];
      if (sign === ' ') column++;
      else if (sign === '\t') column += 4 - (column % 4);
      else break;
    }
    return column - start;
  }

  /** Takes so many columns of space. */
  take(columns: number): void {
    const owed = Math.min(this.#owed, columns);
    let left = columns - owed;
    this.#owed -= owed;
    this.#base += owed;
    while (left > 0 && this.at < this.line.text.length) {
      const sign = this.line.text[this.at];
      if (sign !== ' ' && sign !== '\t') return;
      const width = sign === ' ' ? 1 : 4 - (this.#base % 4);
      this.at++;
      this.#owed = Math.max(0, width - left);
      this.#base += Math.min(width, left);
      left -= width;
    }
  }

  /** Takes the sign of a quote and a space behind it, where there is one. */
  quote(): boolean {
    if (this.column >= 4 || !this.rest.startsWith('>')) return false;
    this.#sign(1);
    this.take(1);
    return true;
  }

  /** Takes the sign of an item; returns the column at which its content begins, counted from here. */
  item(sign: string): number {
    const before = this.column;
    this.#sign(sign.length);
    const space = this.column;
    // More than four: the content is indented code, which begins after one.
    const taken = this.isBlank || space > 4 ? 1 : space;
    this.take(taken);
    return before + sign.length + taken;
  }

  #sign(length: number): void {
    this.take(this.column);
    this.at += length;
    this.#base += length;
  }
}
