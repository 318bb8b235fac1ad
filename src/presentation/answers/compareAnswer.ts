import type { FormatOptions } from '../../common/format.ts';
import { describeError, Problem } from '../../common/problem.ts';
import { DAY_MS } from '../../diagnosis/impact/dayGrid.ts';
import { comparisonSentence } from '../../diagnosis/impact/compareSentence.ts';
import { movementsOf, type MovedSeries, type Movements } from '../../diagnosis/impact/movements.ts';
import { findMetric } from '../../monitoring/metrics/metrics.ts';
import type { RangeFigures, RangeOf } from '../../reports/compareFigures.ts';
import { compareDatabases, compareRanges, type Comparison } from '../../reports/compareRanges.ts';
import { comparedSeries, comparisonRows, rangeNotes, type ComparisonRow } from '../../reports/compareText.ts';
import { comparisonBlocks, type SaidComparison } from '../../reports/comparisonBlocks.ts';
import { movementText } from '../../reports/movement.ts';
import { reportMarkdown } from '../../reports/reportMarkdown.ts';
import { isChartUnit, type TimeRange } from '../../webview/protocol/chartGuards.ts';
import type { ComparedRow } from '../../webview/protocol/compareMessages.ts';
import type { ToDashboard, ToHost } from '../../webview/protocol/protocol.ts';
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
      sentence: '',
      basis: '',
      markdown: '',
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
  const said = await compared(question, parts, signal, options);
  const { comparison, sentence, basis } = said;
  const side = (figures: RangeFigures): Answer['before'] => ({
    from: figures.from.getTime(),
    to: figures.to.getTime(),
    notes: rangeNotes(figures, now, options),
  });
  return {
    type: 'comparison',
    request: question.request,
    problem: '',
    sentence,
    basis,
    markdown: reportMarkdown({ title: '', blocks: comparisonBlocks(said, now, options) }),
    names: comparison.names ?? null,
    before: side(comparison.before),
    after: side(comparison.after),
    rows: said.rows.flatMap(shownRow),
  };
}

function shownRow({ id: _, movement, ...row }: ComparisonRow): readonly ComparedRow[] {
  const { unit } = row;
  if (!isChartUnit(unit) || movement === undefined) return [];
  return [{ ...row, unit, verdict: movement.verdict, movementText: movementText(movement), why: movement.why }];
}

/** Two ranges of the database that is shown, or one of it and one of another one. @throws Problem */
export async function compared(
  { before, after, other }: Pick<Question, 'before' | 'after' | 'other'>,
  { app, source }: Pick<AnswerParts, 'app' | 'source'>,
  signal: AbortSignal,
  options: FormatOptions,
): Promise<SaidComparison> {
  const ranges = { before: comparedRange(before), after: comparedRange(after) };
  if (other === null) {
    const made = await compareRanges(source, SERIES_IDS, ranges, signal);
    const sides = { before: { source, range: longBefore(ranges) }, after: { source, range: ranges.after } };
    return said(made, movementsOf(MOVED_SERIES, sides, options), options);
  }
  const found = app.others?.find(({ id }) => id === other);
  if (found === undefined || app.state.kind !== 'connected') throw new Problem(OTHER_GONE);
  const own = { name: app.state.connection.name, source };
  const made = await compareDatabases(own, found, SERIES_IDS, ranges, signal);
  const sides = { before: { source, range: ranges.before }, after: { source: found.source, range: ranges.after } };
  return said(made, movementsOf(MOVED_SERIES, sides, options), options);
}

function said(made: Comparison, { all, basis }: Movements, options: FormatOptions): SaidComparison {
  const comparison = { ...made, movements: all };
  const rows = comparisonRows(comparedSeries(CHART_SPECS), comparison, options);
  return { comparison, rows, sentence: comparisonSentence(rows, made.names), basis };
}

/** In the units of their metrics. */
const MOVED_SERIES: readonly MovedSeries[] = SERIES_IDS.map((id) => {
  const [metricId = ''] = id.split('/');
  return { id, unit: findMetric(metricId)?.unit ?? 'count' };
});

const OTHER_GONE = {
  code: 'other-not-watched',
  what: 'The databases could not be compared',
  why: 'The other one is not watched any more.',
  next: 'Watch it again (the row "Databases" of the view), or choose another one.',
  transient: false,
};

/**
 * What is held against the range after: a range of less than a day has no time of day in common with the one beside it, and one
 * day does not tell how days differ, so that of those the days before it tell it.
 */
function longBefore({ before, after }: { readonly before: RangeOf; readonly after: RangeOf }): RangeOf {
  const isShort = before.to.getTime() - before.from.getTime() <= DAY_MS && before.to <= after.from;
  return isShort ? { from: new Date(before.to.getTime() - LONGEST_MS), to: before.to } : before;
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
