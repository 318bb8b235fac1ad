import { formatMilliseconds } from '../../common/format.ts';
import type { QueryResult } from '../../postgres/query/runQuery.ts';

/** What one statement came to: its result, or why there is none. */
export interface StatementOutcome {
  readonly statement: string;
  readonly result?: QueryResult;
  /** One sentence after the other. */
  readonly problem?: string;
}

export interface RanBlock {
  /** Name of the file, and the line of the block, counted from 1. */
  readonly file: string;
  readonly line: number;
  readonly target: string;
  readonly at: Date;
  readonly outcomes: readonly StatementOutcome[];
}

/** The document that shows it: text that stays as it is, whatever stands in the table. */
export function ranText({ file, line, target, at, outcomes }: RanBlock, locale: string): string {
  const time = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }).format(at);
  const head = wrapped(`${file}, line ${String(line)}, run read-only on ${target} at ${time}.`);
  return [head, ...outcomes.map((one) => outcomeText(one, locale))].join('\n\n');
}

function outcomeText({ statement, result, problem }: StatementOutcome, locale: string): string {
  const asked = madeVisible(statement)
    .split('\n')
    .map((text) => `    ${text}`)
    .join('\n');
  if (problem !== undefined) return `${asked}\n\n${wrapped(madeVisible(problem))}`;
  if (result === undefined) return asked;
  const { columns, rows, hasMore, tookMs, notes } = result;
  const count = rows.length === 1 ? '1 row' : `${hasMore ? 'The first ' : ''}${String(rows.length)} rows`;
  const said = wrapped([`${count}, ${formatMilliseconds(tookMs, { locale })}.`, ...notes].map(madeVisible).join(' '));
  return rows.length === 0 ? `${asked}\n\nNo row. ${said}` : `${asked}\n\n${tableText(columns, rows)}\n\n${said}`;
}

/** Of a line of text: it stands beside the guide, where half of the window is left. */
const MOST_LINE = 72;

function wrapped(text: string): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length >= MOST_LINE) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.join('\n');
}

/** Of a column. */
const MOST_WIDTH = 60;
const NUMBER = /^-?\d[\d.,]*$/u;

function tableText(columns: readonly string[], rows: QueryResult['rows']): string {
  const cells = rows.map((row) => row.map((value) => cut(cellText(value))));
  const heads = columns.map((column) => cut(madeVisible(column)));
  const widths = heads.map((head, i) => Math.max(head.length, ...cells.map((row) => row[i]?.length ?? 0)));
  const isNumber = heads.map((_, i) => cells.every((row) => NUMBER.test(row[i] ?? '') || row[i] === NULL));
  const line = (row: readonly string[]): string =>
    row
      .map((text, i) => (isNumber[i] === true ? text.padStart(widths[i] ?? 0) : text.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  return [line(heads), widths.map((width) => '─'.repeat(width)).join('  '), ...cells.map(line)].join('\n');
}

const NULL = 'NULL';
const cut = (text: string): string => (text.length > MOST_WIDTH ? `${text.slice(0, MOST_WIDTH - 1)}…` : text);

/** A session key is as good as a password, and a payload is somebody's: what looks like one is shown in part. */
const KEY = /(?<![A-Za-z0-9])([a-z0-9]{4})[a-z0-9]{28}(?![A-Za-z0-9])/gu;
const PAYLOAD = /\.?[\w-]{16,}:[A-Za-z0-9]{1,8}:[\w-]{27,}|(?<![\w+/=-])[\w+/-]{64,}={0,2}…?/gu;

function cellText(value: string | null): string {
  if (value === null) return NULL;
  const text = value.replace(PAYLOAD, (payload) => `(payload of ${String(payload.length)} characters)`);
  return madeVisible(text.replace(KEY, '$1…')).replace(/\s+/gu, ' ');
}

/** Signs that change how the text around them is shown, or are not seen at all, by their numbers. */
export function madeVisible(text: string): string {
  return text.replace(
    // eslint-disable-next-line no-control-regex -- these are what it is about
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/gu,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
