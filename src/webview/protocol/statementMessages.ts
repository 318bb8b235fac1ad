import {
  isBoolean,
  isListOf,
  isNullOr,
  isNumber,
  isObjectOf,
  isOneOf,
  isString,
  isText,
  type Guarded,
} from './guards.ts';

/** What the dashboard and its host say to each other about the statements on the session table; part of protocol.ts. */

/** As in `StatementMetrics`. */
const row = isObjectOf({
  id: isString,
  text: isString,
  calls: isNumber,
  totalMs: isNumber,
  meanMs: isNumber,
  rows: isNumber,
});
export type StatementRow = Guarded<typeof row>;

const problem = isObjectOf({ what: isString, why: isString, next: isString });

export const STATEMENTS_TO_DASHBOARD = {
  /** The statements that pg_stat_statements knows. `of`: id of their connection. */
  statements: {
    of: isString,
    /** Milliseconds since the epoch; null: they are unknown. */
    readAt: isNullOr(isNumber),
    /** Why they are unknown; '' when they are known. */
    reason: isString,
    /** What to do so that they are. */
    next: isString,
    /** What a person should know about them, or ''. */
    note: isString,
    rows: isListOf(row),
  },
  /** The answer to `explain`. `problem`: why there is no plan; null when there is one. */
  plan: { of: isString, id: isString, text: isString, note: isString, problem: isNullOr(problem) },
} as const;

export const STATEMENTS_TO_HOST = {
  /** Asks for the plan of a statement that was told: the page names it, the host knows its text. */
  explain: { of: isText(5000), id: isText(100) },
  /** The same plan in an editor. */
  openPlan: { of: isText(5000), id: isText(100) },
} as const;

/** What of the table is kept over a reload: how it is sorted, and which statements are shown whole. */
export const statementsState = isObjectOf({
  column: isOneOf('statement', 'calls', 'total', 'share', 'mean', 'rows'),
  descending: isBoolean,
  open: isListOf(isString, 1000),
});
export type StatementsState = Guarded<typeof statementsState>;
