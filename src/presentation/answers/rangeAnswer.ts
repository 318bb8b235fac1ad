import { describeError, Problem } from '../../common/problem.ts';
import { meanOf } from '../../webview/protocol/mean.ts';
import type { ChartNote, ToDashboard, ToHost } from '../../webview/protocol/protocol.ts';
import { CHART_SPECS, SERIES_IDS } from '../dashboard/chartSpecs.ts';
import type { HistoryPlan } from '../dashboard/historyPlan.ts';
import type { PageWork } from '../dashboard/pageWork.ts';
import {
  ownNote,
  remoteCharts,
  answeredCharts,
  type RemoteCharts,
  type AnsweredCharts,
} from '../dashboard/prometheusCharts.ts';
import type { AnswerParts } from './answerParts.ts';

type Range = Extract<ToHost, { type: 'range' }>;
type Data = Extract<ToDashboard, { type: 'data' }>;

type Answer = AnsweredCharts & Pick<Data, 'at' | 'stepMs'>;

/** Of the time before, what may be missing at its beginning. */
const MAY_MISS = 0.1;
/** A mean needs no more of them. */
const POINTS_BEFORE = 60;

/** How long until a server that failed is asked again; what hardly goes by itself, more seldom. */
const AGAIN_MS = { transient: 15_000, lasting: 60_000 } as const;

/**
 * What a page is answered when it asks for a range: at once what this editor's store has, and what Prometheus has when that
 * has answered. A newer question ends the one before it.
 */
export class RangeAnswers {
  readonly #parts: Pick<AnswerParts, 'source' | 'log'>;
  readonly #plan: () => HistoryPlan;
  readonly #post: (message: ToDashboard) => void;
  readonly #work: PageWork;
  readonly #ofBefore: readonly string[];
  /** Charts that Prometheus had nothing of when it was asked last. */
  #without: ReadonlySet<string> = new Set();
  /** What is in the log already: a problem is worth a line when it comes, not at each attempt. */
  #logged = '';

  /**
   * @param plan from where the curves come now
   * @param ofBefore series whose mean before the range is told
   */
  constructor(
    parts: Pick<AnswerParts, 'source' | 'log'>,
    plan: () => HistoryPlan,
    work: PageWork,
    post: (message: ToDashboard) => void,
    ofBefore: readonly string[],
  ) {
    this.#parts = parts;
    this.#plan = plan;
    this.#work = work;
    this.#post = post;
    this.#ofBefore = ofBefore;
  }

  async answer(range: Range): Promise<void> {
    const plan = this.#plan();
    const signal = range.of === 'store' ? this.#work.closed : this.#work.begin('range');
    const { remote, problem } = await open(plan);
    if (signal.aborted) return;
    if (range.of !== 'prometheus') {
      const isOwn = (id: string): boolean => remote?.charts.every((chart) => chart.id !== id) ?? true;
      const own = CHART_SPECS.filter(({ id }) => isOwn(id) || this.#without.has(id));
      this.#postOwn(
        range,
        own.map((chart) => ownNote(chart, plan, problem)),
      );
    }
    let againMs: number | null = null;
    if (problem !== undefined) this.#log([problem]);
    if (range.of !== 'store' && remote !== undefined) {
      const answered = await this.#read(range, remote, signal);
      if (answered === undefined) return;
      againMs = this.#postRemote(range, answered);
    }
    this.#post({ type: 'answered', request: range.request, againMs });
  }

  /** undefined: nobody waits for it any more. */
  async #read(
    { from, to, maxPoints }: Range,
    { history, charts }: RemoteCharts,
    signal: AbortSignal,
  ): Promise<Answer | undefined> {
    const asked = charts.map(({ id, series }) => ({ id, series: series.map((one) => one.id) }));
    try {
      const answer = await history.read(asked, { from: new Date(from), to: new Date(to), maxPoints }, signal);
      return { ...answeredCharts(charts, answer), at: answer.at, stepMs: answer.stepMs };
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  }

  /** In how many milliseconds to ask again; 0: when there can be something new. */
  #postRemote(range: Range, { drawn, nothing, failed, problems, series, at, stepMs }: Answer): number {
    const { request } = range;
    this.#without = new Set(nothing.map(({ id }) => id));
    this.#log(problems);
    if (nothing.length > 0)
      this.#post({ type: 'chartNotes', request, source: 'store', failed: false, charts: nothing });
    if (failed.length > 0)
      this.#post({ type: 'chartNotes', request, source: 'prometheus', failed: true, charts: failed });
    // Where all has failed the page keeps the curves that it has.
    if (drawn.length > 0)
      this.#post({ ...this.#frame(range), source: 'prometheus', charts: drawn, at, stepMs, series });
    if (problems.length === 0) return 0;
    return AGAIN_MS[problems.every(({ transient }) => transient) ? 'transient' : 'lasting'];
  }

  #postOwn(range: Range, charts: readonly ChartNote[]): void {
    const { from, to, maxPoints } = range;
    const query = { metricIds: SERIES_IDS, from: new Date(from), to: new Date(to), maxPoints };
    const { at, stepMs, series } = this.#parts.source.readRange(query);
    this.#post({ ...this.#frame(range), source: 'store', charts, at, stepMs, series });
    if (this.#ofBefore.length > 0) this.#postBefore(range);
  }

  #postBefore({ request, from, to }: Range): void {
    const { source } = this.#parts;
    const before = { from: new Date(2 * from - to), to: new Date(from) };
    const begin = source.extent()?.from.getTime() ?? Infinity;
    // Of a part of that time alone nothing is said.
    const isCovered = begin <= before.from.getTime() + MAY_MISS * (to - from);
    const query = { metricIds: this.#ofBefore, ...before, maxPoints: POINTS_BEFORE };
    const means = isCovered
      ? source.readRange(query).series.map((one) => ({ metricId: one.metricId, mean: meanOf(one.mean) }))
      : [];
    this.#post({ type: 'before', request, means });
  }

  /** What is the same whoever has the curves: this editor knows what happened. */
  #frame({ request, from, to }: Range): Pick<Data, 'type' | 'request' | 'from' | 'to' | 'annotations' | 'extent'> {
    const { source } = this.#parts;
    const extent = source.extent();
    return {
      type: 'data',
      request,
      from,
      to,
      annotations: source.annotations(new Date(from), new Date(to)).map(({ kind, at, until, text }) => ({
        kind,
        at: at.getTime(),
        until: until?.getTime() ?? null,
        text,
      })),
      extent: extent === undefined ? null : { from: extent.from.getTime(), to: extent.to.getTime() },
    };
  }

  #log(problems: readonly Problem[]): void {
    const text = problems.map(describeError).join(' ');
    if (text !== '' && text !== this.#logged) this.#parts.log.warn(text);
    if (text === '' && this.#logged !== '') this.#parts.log.info('The history is read from Prometheus again');
    this.#logged = text;
  }
}

async function open(plan: HistoryPlan): Promise<{ remote?: RemoteCharts; problem?: Problem }> {
  try {
    const remote = await remoteCharts(plan);
    return remote === undefined ? {} : { remote };
  } catch (error) {
    if (error instanceof Problem) return { problem: error };
    throw error;
  }
}
