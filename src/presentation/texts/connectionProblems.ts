import type { ProblemText } from '../../common/problem.ts';

export const NOTHING_WATCHED: ProblemText = {
  code: 'nothing-watched',
  what: 'There is no connection to do this with',
  why: 'No database has been found or chosen yet.',
  next: 'Open the folder of a Django project, or run "Django Sessions: Connect to Database…".',
  transient: false,
};

export function unexpected(error: unknown): ProblemText {
  return {
    code: 'unexpected',
    what: 'Finding the database failed',
    why: error instanceof Error ? `${error.message}.` : `${String(error)}.`,
    next: 'See the log, and connect by hand in the meantime.',
    transient: false,
  };
}
