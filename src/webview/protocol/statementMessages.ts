import { boolean, list, nullable, number, object, oneOf, string, text, type Checked } from './check.ts';

/** What the dashboard and its host say to each other about the statements on the session table; part of protocol.ts. */

/** As in `StatementMetrics`. */
const row = object({ id: string, text: string, calls: number, totalMs: number, meanMs: number, rows: number });
export type StatementRow = Checked<typeof row>;

const problem = object({ what: string, why: string, next: string });

export const STATEMENTS_TO_DASHBOARD = {
  /** The statements that pg_stat_statements knows. `of`: id of their connection. */
  statements: {
    of: string,
    /** Milliseconds since the epoch; null: they are unknown. */
    readAt: nullable(number),
    /** Why they are unknown; '' when they are known. */
    reason: string,
    /** What to do so that they are. */
    next: string,
    /** What a person should know about them, or ''. */
    note: string,
    rows: list(row),
  },
  /** The answer to `explain`. `problem`: why there is no plan; null when there is one. */
  plan: { of: string, id: string, text: string, note: string, problem: nullable(problem) },
} as const;

export const STATEMENTS_TO_HOST = {
  /** Asks for the plan of a statement that was told: the page names it, the host knows its text. */
  explain: { of: text(5000), id: text(100) },
  /** The same plan in an editor. */
  openPlan: { of: text(5000), id: text(100) },
} as const;

/** What of the table is kept over a reload: how it is sorted, and which statements are shown whole. */
export const statementsState = object({
  column: oneOf('statement', 'calls', 'total', 'share', 'mean', 'rows'),
  descending: boolean,
  open: list(string, 1000),
});
export type StatementsState = Checked<typeof statementsState>;
