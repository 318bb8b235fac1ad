import type { FormatOptions } from '../../common/format.ts';
import { describeError, Problem } from '../../common/problem.ts';
import { DAY_MS } from '../../diagnosis/impact/dayGrid.ts';
import { reductionSentence } from '../../diagnosis/impact/impactTexts.ts';
import { measuredImpact } from '../../diagnosis/impact/measuredImpact.ts';
import type { RangeFigures, RangeOf } from '../../reports/compareFigures.ts';
import { compareDatabases, compareRanges, type Comparison } from '../../reports/compareRanges.ts';
import { comparedSeries, comparisonRows, rangeNotes } from '../../reports/compareText.ts';
import {
  isChartUnit,
  type ComparedRow,
  type TimeRange,
  type ToDashboard,
  type ToHost,
} from '../../webview/protocol/protocol.ts';
import { CHART_SPECS, SERIES_IDS } from '../dashboard/chartSpecs.ts';
import type { PageWork } from '../dashboard/pageWork.ts';
import type { AnswerParts } from './answerParts.ts';

type Question = Extract<ToHost, { type: 'compare' }>;
type Answer = Extract<ToDashboard, { type: 'comparison' }>;

/** What the answer may know of the page that asked. */
interface Asker {
  readonly parts: Pick<AnswerParts, 'app' | 'source' | 'log'>;
  readonly work: PageWork;
  post(message: ToDashboard): void;
}

/** Answers with the medians of both ranges, or with why there are none; not at all when the page waits for it no more. */
export async function answerComparison(question: Question, page: Asker, locale: string): Promise<void> {
  const signal = page.work.begin('comparison');
  try {
    page.post(await comparisonMessage(question, page.parts, signal, new Date(), locale));
  } catch (error) {
    if (signal.aborted) return;
    page.parts.log.error(`The ranges could not be compared: ${describeError(error)}`);
    const problem =
      error instanceof Problem ? error.message : 'The ranges could not be compared. See the log for the reason.';
    const unknown = (range: TimeRange): Answer['before'] => ({ ...range, notes: [] });
    const { request, before, after } = question;
    page.post({
      type: 'comparison',
      request,
      problem,
      impact: '',
      names: null,
      before: unknown(before),
      after: unknown(after),
      rows: [],
    });
  }
}

/** The answer to a question of the page; numbers as the locale has them. */
export async function comparisonMessage(
  question: Question,
  parts: Pick<AnswerParts, 'app' | 'source'>,
  signal: AbortSignal,
  now: Date,
  locale: string,
): Promise<Answer> {
  const options = { locale };
  const { comparison, impact } = await compared(question, parts, signal, options);
  const side = (figures: RangeFigures): Answer['before'] => ({
    from: figures.from.getTime(),
    to: figures.to.getTime(),
    notes: rangeNotes(figures, now, options),
  });
  const rows = comparisonRows(comparedSeries(CHART_SPECS), comparison, options).flatMap((row): ComparedRow[] => {
    const { unit } = row;
    return isChartUnit(unit) ? [{ ...row, unit }] : [];
  });
  return {
    type: 'comparison',
    request: question.request,
    problem: '',
    impact,
    names: comparison.names ?? null,
    before: side(comparison.before),
    after: side(comparison.after),
    rows,
  };
}

interface Compared {
  readonly comparison: Comparison;
  /** Of two databases there is none: nothing was done between them. */
  readonly impact: string;
}

/** Two ranges of the database that is shown, or the same range of it and of another one. @throws Problem */
export async function compared(
  { before, after, other }: Pick<Question, 'before' | 'after' | 'other'>,
  { app, source }: Pick<AnswerParts, 'app' | 'source'>,
  signal: AbortSignal,
  options: FormatOptions,
): Promise<Compared> {
  const ranges = { before: comparedRange(before), after: comparedRange(after) };
  if (other === null) {
    const comparison = await compareRanges(source, SERIES_IDS, ranges, signal);
    return { comparison, impact: impactOf(source, ranges, options) };
  }
  const found = app.others?.find(({ id }) => id === other);
  if (found === undefined || app.state.kind !== 'connected') throw new Problem(OTHER_GONE);
  const own = { name: app.state.connection.name, source };
  return { comparison: await compareDatabases(own, found, SERIES_IDS, ranges.before, signal), impact: '' };
}

const OTHER_GONE = {
  code: 'other-not-watched',
  what: 'The databases could not be compared',
  why: 'The other one is not watched any more.',
  next: 'Watch it again (the row "Databases" of the view), or choose another one.',
  transient: false,
};

/** A range of less than a day has no time of day in common with the one beside it, and one day does not tell how days differ: those before it do. */
function impactOf(
  source: AnswerParts['source'],
  { before, after }: { readonly before: RangeOf; readonly after: RangeOf },
  options: FormatOptions,
): string {
  const isShort = before.to.getTime() - before.from.getTime() <= DAY_MS && before.to <= after.from;
  if (!isShort) return reductionSentence(measuredImpact(source, { before, after }).reduction, options);
  const longer = { from: new Date(before.to.getTime() - LONGEST_MS), to: before.to };
  return reductionSentence(measuredImpact(source, { before: longer, after }).reduction, options);
}

const LONGEST_MS = 7 * DAY_MS;

export function comparedRange({ from, to }: TimeRange): { from: Date; to: Date } {
  return { from: dateOf(from), to: dateOf(to) };
}

/** A Date holds so many milliseconds to either side of 1970; what lies beyond would be none. */
const MOST_TIME = 8.64e15;

function dateOf(time: number): Date {
  return new Date(Math.min(MOST_TIME, Math.max(-MOST_TIME, time)));
}
