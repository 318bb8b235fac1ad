import { formatAge, formatValue, type FormatOptions } from '../../common/format.ts';
import { problemLine, type ProblemText } from '../../common/problem.ts';
import { escapeMarkdown, paragraphs } from '../texts/hover.ts';
import type { Row } from './row.ts';

/** Where the history of a connection stands, for the views. */
export interface HistoryState {
  readonly problem?: ProblemText;
  /** Undefined: it is kept in memory. */
  readonly path?: string;
  /** Size on disk. */
  readonly bytes: number;
  /** Of the first reading; undefined: there is none yet. */
  readonly from?: Date;
  /** Whether this window reads from the database; else another one does, and this one shows what it reads. */
  readonly polls: boolean;
}

/** Below "This monitor": since when there are figures, where they are kept, and who reads them. */
export function historyRow(history: HistoryState, now: Date, options: FormatOptions): Row {
  const { problem, from, bytes, path, polls } = history;
  const since = from === undefined ? 'begins now' : `since ${formatAge(from, now)}`;
  const size = path === undefined ? 'in memory' : formatValue(bytes, 'bytes', options);
  const text = problem === undefined ? `${since}, ${size}` : problem.what;
  return {
    id: 'monitor/history',
    label: 'History',
    description: polls ? text : `${text}, read by another window`,
    ...(problem === undefined ? {} : { icon: { id: 'warning', color: 'list.warningForeground' } }),
    context: ['value'],
    copy: problem === undefined ? (path ?? text) : problemLine(problem),
    accessible: `History: ${problem === undefined ? text : problemLine(problem)}`,
    hover: () =>
      paragraphs([
        ...(problem === undefined ? [] : [escapeMarkdown(problemLine(problem))]),
        'Every reading is kept for a day, minutes for a month, hours for two years, each with its minimum and maximum. All windows on the same table share it, and one of them reads.',
        polls
          ? 'This window reads from the database.'
          : 'Another window reads from the database, and this one shows what it reads.',
        ...(path === undefined ? [] : [`Kept in ${escapeMarkdown(path)}`]),
      ]),
  };
}

/** Over the figures, because what is not kept can't be looked at later. */
export function historyProblemRow({ problem }: HistoryState): Row | undefined {
  if (problem === undefined) return undefined;
  return {
    id: 'status/history',
    label: problem.what,
    description: problem.why,
    icon: { id: 'warning', color: 'list.warningForeground' },
    context: ['value'],
    copy: problemLine(problem),
    accessible: problemLine(problem),
    hover: () => escapeMarkdown(problemLine(problem)),
  };
}
