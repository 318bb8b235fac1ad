import type { Evaluation } from '../evaluation/evaluation.ts';
import { LETTER_ESCAPES } from '../syntax/escapes.ts';
import { isClosedString } from '../syntax/literals.ts';
import { children, nodeText, type PythonNode } from '../syntax/nodes.ts';
import { pythonStr } from '../values/pythonStr.ts';
import { unresolved, type Frame, type Value } from '../values/values.ts';

/** Python's string literals: prefixes, escapes, implicit concatenation, f-strings whose parts are known. */

const ESCAPES: Readonly<Record<string, string>> = {
  ...LETTER_ESCAPES,
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

const ESCAPE = /\\(\r\n|x[\dA-Fa-f]{2}|u[\dA-Fa-f]{4}|U[\dA-Fa-f]{8}|N\{[^}]*\}|[0-7]{1,3}|[^])/g;

/** undefined: a \N{name}, whose table is not here. */
function unescape(body: string): string | undefined {
  if (/(?:^|[^\\])(?:\\\\)*\\N\{/.test(body)) return undefined;
  return body.replace(ESCAPE, (whole, code: string) => {
    if (code === '\r\n') return '';
    if (/^[xuU]./.test(code) && code.length > 1) {
      const point = Number.parseInt(code.slice(1), 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
    }
    if (/^[0-7]/.test(code)) return String.fromCodePoint(Number.parseInt(code, 8));
    return ESCAPES[code] ?? whole;
  });
}

interface Literal {
  readonly prefix: string;
  readonly quote: string;
  readonly bodyFrom: number;
  readonly bodyTo: number;
}

function literalOf(text: string): Literal | undefined {
  const match = /^([A-Za-z]*)("""|'''|"|')/.exec(text);
  if (match === null || !isClosedString(text)) return undefined;
  const [whole, prefix = '', quote = ''] = match;
  const bodyTo = text.length - quote.length;
  return { prefix: prefix.toLowerCase(), quote, bodyFrom: whole.length, bodyTo };
}

export function evaluateString(it: Evaluation, node: PythonNode, frame: Frame): Value {
  const text = nodeText(frame.source, node);
  const literal = literalOf(text);
  if (literal === undefined) return unresolved('a string is not closed');
  const body = text.slice(literal.bodyFrom, literal.bodyTo);
  const value = literal.prefix.includes('r') ? body : unescape(body);
  if (value === undefined) return unresolved('a string names a character by \\N{…}');
  if (literal.prefix.includes('b')) return { t: 'bytes', v: value };
  return { t: 'str', v: value.replace(/\r\n?/g, '\n'), at: it.place(node, frame) };
}

export function evaluateFormatString(it: Evaluation, node: PythonNode, frame: Frame): Value {
  const text = nodeText(frame.source, node);
  const literal = literalOf(text);
  if (literal === undefined) return unresolved('a string is not closed');
  if (literal.prefix.includes('t')) return unresolved('a template string is no text');
  const raw = literal.prefix.includes('r');
  let result = '';
  let at = literal.bodyFrom;
  for (const part of [...children(node), undefined]) {
    const until = part === undefined ? literal.bodyTo : part.from - node.from;
    const plain = text.slice(at, until).replaceAll('{{', '{').replaceAll('}}', '}');
    const unescaped = raw ? plain : unescape(plain);
    if (unescaped === undefined) return unresolved('a string names a character by \\N{…}');
    result += unescaped;
    if (part === undefined) break;
    const value = evaluateReplacement(it, part, frame);
    if (typeof value !== 'string') return value;
    result += value;
    at = part.to - node.from;
  }
  return { t: 'str', v: result, at: it.place(node, frame) };
}

function evaluateReplacement(it: Evaluation, node: PythonNode, frame: Frame): string | Value {
  const [, expression, ...format] = children(node);
  if (expression === undefined) return unresolved('an f-string is incomplete');
  // Only {value} and {value!s}: a format specification would have to be computed as Python does.
  const plain = format.every(
    (n) => n.name === '}' || (n.name === 'FormatConversion' && nodeText(frame.source, n) === '!s'),
  );
  if (!plain) return unresolved(`${it.describe(node, frame)} formats a value`);
  const value = it.evaluate(expression, frame);
  const text = pythonStr(value);
  if (text !== undefined) return text;
  if (value.t === 'none' && value.why !== undefined) return unresolved(value.why);
  return value.t === 'unresolved' ? value : unresolved(`${it.describe(node, frame)} is not known`);
}

/** "a" "b" */
export function evaluateContinuedString(it: Evaluation, node: PythonNode, frame: Frame): Value {
  let result = '';
  let bytes = false;
  for (const part of children(node)) {
    const value = it.evaluate(part, frame);
    if (value.t !== 'str' && value.t !== 'bytes') return value;
    bytes ||= value.t === 'bytes';
    result += value.v;
  }
  return bytes ? { t: 'bytes', v: result } : { t: 'str', v: result, at: it.place(node, frame) };
}
