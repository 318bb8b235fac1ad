import { formatDuration } from '../../common/format.ts';
import type { Log } from '../../common/log.ts';
import { describeError, Problem, type ProblemText } from '../../common/problem.ts';
import type { MonitorState } from './monitorTypes.ts';

/** Anything thrown as a Problem. What nobody has put into words is supposed to be passing: retrying is backed off anyway. */
export function readingProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new Problem(
    {
      code: 'reading-failed',
      what: 'The session metrics could not be read',
      why: /[.!?]$/.test(why) ? why : `${why}.`,
      next: 'It is tried again by itself; the log tells more.',
      transient: true,
    },
    { cause: error },
  );
}

export function noReadingProblem(seconds: number): ProblemText {
  return {
    code: 'no-reading',
    what: 'There is no new reading',
    why: `Nothing has come for ${formatDuration(seconds)}, more than three intervals.`,
    next: 'The server may be busy, or a long count may be running. Refresh to try at once.',
    transient: true,
  };
}

/** A problem is worth a warning when it comes, not at each attempt. */
export function logFailure(log: Log, problem: Problem, state: MonitorState): void {
  const known = 'problem' in state && state.problem.code === problem.code;
  log[known ? 'trace' : 'warn'](describeError(problem));
}
