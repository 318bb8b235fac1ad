import { formatMilliseconds, formatNumber, formatPercent, type FormatOptions } from '../../common/format.ts';
import type { StatementRow, StatementsState } from '../protocol/statementMessages.ts';

/** A statement with what is worked out from the others. */
export interface StatementFigures extends StatementRow {
  /** The statement in one line. */
  readonly short: string;
  /** Of the time of all statements, 0 to 1. */
  readonly share: number;
  readonly rowsPerCall: number;
}

export type ColumnId = StatementsState['column'];

export interface Column {
  readonly id: ColumnId;
  readonly label: string;
  readonly what: string;
  /** What it is sorted by. */
  readonly value: (row: StatementFigures) => number | string;
  readonly text: (row: StatementFigures, options: FormatOptions) => string;
  /** For a spreadsheet. */
  readonly plain: (row: StatementFigures) => string;
}

function figure(
  id: ColumnId,
  label: string,
  what: string,
  value: (row: StatementFigures) => number,
  format: (value: number, options: FormatOptions) => string,
): Column {
  return {
    id,
    label,
    what,
    value,
    text: (row, options) => format(value(row), options),
    plain: (row) => String(value(row)),
  };
}

export const COLUMNS: readonly Column[] = [
  {
    id: 'statement',
    label: 'Statement',
    what: 'As pg_stat_statements keeps it: with parameters in place of constants.',
    value: ({ short }) => short,
    text: ({ short }) => short,
    plain: ({ text }) => oneLine(text),
  },
  figure(
    'calls',
    'Calls',
    'How often it was executed since the statistics were reset.',
    (row) => row.calls,
    formatNumber,
  ),
  figure('total', 'Total time', 'Server time of all calls together.', (row) => row.totalMs, formatMilliseconds),
  figure('share', 'Share', 'Of the total time of all statements in this table.', (row) => row.share, formatPercent),
  figure('mean', 'Mean time', 'Server time of one call.', (row) => row.meanMs, formatMilliseconds),
  figure('rows', 'Rows a call', 'Rows that one call returns or changes.', (row) => row.rowsPerCall, formatNumber),
];

/** What takes most of the time first. */
export const FIRST_STATE: StatementsState = { column: 'total', descending: true, open: [] };

export function statementFigures(rows: readonly StatementRow[]): readonly StatementFigures[] {
  const all = rows.reduce((sum, { totalMs }) => sum + totalMs, 0);
  return rows.map((row) => ({
    ...row,
    short: shorten(row.text),
    share: all > 0 ? row.totalMs / all : 0,
    rowsPerCall: row.calls > 0 ? row.rows / row.calls : 0,
  }));
}

/** Equal ones by their time and then their id, so that they keep their places from reading to reading. */
export function sorted(
  rows: readonly StatementFigures[],
  { column, descending }: Pick<StatementsState, 'column' | 'descending'>,
): readonly StatementFigures[] {
  const { value } = COLUMNS.find(({ id }) => id === column) ?? COLUMN_OF_TIME;
  const sign = descending ? -1 : 1;
  return rows.toSorted((a, b) => sign * compare(value(a), value(b)) || b.totalMs - a.totalMs || compare(a.id, b.id));
}

const COLUMN_OF_TIME = { value: (row: StatementFigures): number => row.totalMs };

function compare(a: number | string, b: number | string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A click on a column sorts by it: figures from the greatest, texts from A; the next click turns it round. */
export function sortedBy(state: StatementsState, column: ColumnId): StatementsState {
  const descending = state.column === column ? !state.descending : column !== 'statement';
  return { ...state, column, descending };
}

/** Tabs between cells, the whole statement in one line, plain numbers in milliseconds. */
export function plainStatements(rows: readonly StatementFigures[]): string {
  const head = ['statement', 'calls', 'total time (ms)', 'share', 'mean time (ms)', 'rows a call'];
  return [head, ...rows.map((row) => COLUMNS.map(({ plain }) => plain(row)))]
    .map((cells) => cells.join('\t'))
    .join('\n');
}

const SHORT = 160;
/** No more of a text is looked at: some are lists of thousands of parameters. */
const LOOKED_AT = 4_000;
/** A list of columns this long says less than what comes after it. */
const LONG_LIST = 30;

/** One line: without quotes and the table's name before each column, and without a long list of columns, which hides the rest. */
export function shorten(text: string): string {
  const line = withoutColumns(
    oneLine(text.slice(0, LOOKED_AT))
      .replaceAll(/"([a-z_][a-z0-9_]*)"/g, '$1')
      .replaceAll(/\b(?:[a-z_][a-z0-9_]*\.)+(?=[a-z_])/g, ''),
  );
  return line.length <= SHORT ? line : `${line.slice(0, SHORT - 1)}…`;
}

function withoutColumns(line: string): string {
  const begin = /^SELECT (?:DISTINCT )?/i.exec(line)?.[0];
  const end = line.search(/ FROM /i);
  if (begin === undefined || end - begin.length < LONG_LIST) return line;
  // With a parenthesis in it, that FROM may belong to something inside.
  return line.slice(0, end).includes('(') ? line : `${begin}…${line.slice(end)}`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
