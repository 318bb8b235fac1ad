import { isKnown } from '../../common/measured.ts';
import { describeError, Problem, type ProblemText } from '../../common/problem.ts';
import type { explain } from '../../monitoring/watch/explain.ts';
import type { ToDashboard, ToHost } from '../../webview/protocol/protocol.ts';
import { planDocument, planNote } from '../dashboard/statementPlan.ts';
import { statementsMessage, statementMetrics } from '../dashboard/statementsMessage.ts';
import type { AppState } from '../rows/appState.ts';
import type { AnswerParts } from './answerParts.ts';

type Plan = Extract<ToDashboard, { type: 'plan' }>;
type Asked = Pick<Extract<ToHost, { type: 'explain' }>, 'of' | 'id'>;
/** A plan, or why there is none, with the statement that it belongs to. */
interface Answered {
  readonly plan: Plan;
  readonly statement: string;
}

type Connected = Extract<AppState, { kind: 'connected' }>;

/** The statements and their plans for one page. It tells what is new to the page, and keeps the plans while the page is hidden. */
export class StatementSource {
  readonly #parts: Pick<AnswerParts, 'app' | 'log'>;
  readonly #plan: typeof explain;
  /** The page is gone: nobody waits for a plan any more. */
  readonly #closed: AbortSignal;
  readonly #post: (message: ToDashboard) => void;
  #told = '';
  /** What was answered last, of one connection, by the id of the statement. */
  readonly #plans = new Map<string, Answered>();
  #of = '';
  /** One after the other: each takes a connection of its own. */
  #explaining: Promise<void> = Promise.resolve();

  /** @param plan asks the database for a plan */
  constructor(
    parts: Pick<AnswerParts, 'app' | 'log'>,
    plan: typeof explain,
    closed: AbortSignal,
    post: (message: ToDashboard) => void,
  ) {
    this.#parts = parts;
    this.#plan = plan;
    this.#closed = closed;
    this.#post = post;
  }

  /** The page knows nothing any more. */
  forget(): void {
    this.#told = '';
  }

  /** They are read less often than the rest: most of the time there is nothing to tell. */
  tell(): void {
    const state = this.#connected;
    if (state === undefined) return;
    const message = statementsMessage(state);
    const { of, readAt, reason, rows } = message;
    const key = JSON.stringify([of, readAt, reason, rows.length]);
    if (key === this.#told) return;
    const isNew = this.#told === '';
    this.#told = key;
    if (of !== this.#of) this.#plans.clear();
    this.#of = of;
    this.#post(message);
    if (isNew) for (const { plan } of this.#plans.values()) this.#post(plan);
  }

  explain(asked: Asked): Promise<void> {
    const done = this.#explaining.then(() => (this.#closed.aborted ? undefined : this.#explain(asked)));
    this.#explaining = done;
    return done;
  }

  /** A plan with what it belongs to, for an editor. Throws a `Problem` where there is none. */
  document({ of, id }: Asked): string {
    const kept = of === this.#of ? this.#plans.get(id) : undefined;
    if (kept?.plan.problem !== null) throw new Problem(NO_PLAN);
    return planDocument(kept.statement, kept.plan.note, kept.plan.text);
  }

  /** Its failure is an answer, too: it stands where the plan would. */
  async #explain({ of, id }: Asked): Promise<void> {
    const answer: Plan = { type: 'plan', of, id, text: '', note: '', problem: null };
    try {
      const { connection, statement } = this.#find(of, id);
      const { text, parameters } = await this.#plan(connection, statement, this.#closed);
      this.#answer({ plan: { ...answer, note: planNote(parameters), text }, statement });
    } catch (error) {
      if (this.#closed.aborted) return;
      this.#parts.log.warn(describeError(error));
      const { what, why, next } = error instanceof Problem ? error : unforeseen(error);
      this.#answer({ plan: { ...answer, problem: { what, why, next } }, statement: '' });
    }
  }

  #answer(answered: Answered): void {
    const { plan } = answered;
    if (plan.of === this.#of) this.#plans.set(plan.id, answered);
    this.#post(plan);
  }

  /** The text comes from the reading: what a page sends is never executed nor explained. */
  #find(of: string, id: string): { connection: Connected['connection']; statement: string } {
    const state = this.#connected;
    if (state?.connection.id !== of) throw new Problem(NOT_WATCHED);
    const statements = statementMetrics(state);
    const found =
      statements === undefined || !isKnown(statements)
        ? undefined
        : statements.value.find(({ queryId }) => queryId === id);
    if (found === undefined) throw new Problem(GONE);
    return { connection: state.connection, statement: found.query };
  }

  get #connected(): Connected | undefined {
    const { state } = this.#parts.app;
    return state.kind === 'connected' ? state : undefined;
  }
}

const WHAT = 'The statement could not be explained';

const NOT_WATCHED: ProblemText = {
  code: 'explain-not-watched',
  what: WHAT,
  why: 'Its database is not watched any more.',
  next: 'Choose its connection again.',
  transient: false,
};

const GONE: ProblemText = {
  code: 'explain-not-listed',
  what: WHAT,
  why: 'It is not among the statements of the last reading.',
  next: 'Explain another one, or wait until it is executed again.',
  transient: false,
};

const NO_PLAN: ProblemText = {
  code: 'explain-no-plan',
  what: 'The plan could not be opened',
  why: 'It is not known any more.',
  next: 'Explain the statement again.',
  transient: false,
};

function unforeseen(error: unknown): ProblemText {
  return {
    code: 'unexpected',
    what: WHAT,
    why: error instanceof Error ? `${error.message}.` : `${String(error)}.`,
    next: 'See the log.',
    transient: false,
  };
}
