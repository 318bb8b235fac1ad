import type { ProblemText } from '../../common/problem.ts';

/** How often the application is asked. Times are milliseconds. */

/** A server that answers slowly is not asked more often than that we wait for this part of the time. */
const DUTY_SHARE = 0.25;
/** The second reading comes early, so that nobody looks at "unknown" for long. */
const SECOND_READING_MS = 3_000;
/** What only a change can mend is looked at again now and then: the change may be made on the other side. */
const HOPELESS_MS = 60_000;
/** Wrong credentials must not be hammered: that may lock the account. */
const REFUSED_MS = 300_000;

/** Problems that other credentials may solve. */
export const CREDENTIALS_HELP: ReadonlySet<string> = new Set([
  'credentials-missing',
  'credentials-refused',
  'bad-credentials',
]);

export interface Pace {
  /** Between readings by the settings, or of whichever window reads. */
  readonly everyMs: number;
  /** That the last reading took. */
  readonly tookMs: number;
  readonly problem: ProblemText | undefined;
  /** There was one reading, and rates take two. */
  readonly awaitsSecond: boolean;
}

/** From the start of one reading to the start of the next. */
export function waitOf({ everyMs, tookMs, problem, awaitsSecond }: Pace): number {
  const least = Math.max(everyMs, tookMs / DUTY_SHARE);
  if (problem === undefined) return awaitsSecond ? Math.min(least, SECOND_READING_MS) : least;
  if (problem.transient) return least;
  return Math.max(least, CREDENTIALS_HELP.has(problem.code) ? REFUSED_MS : HOPELESS_MS);
}
