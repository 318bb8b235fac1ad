import type { ProblemText } from '../../common/problem.ts';
import { HOPELESS_SECONDS, paceSeconds } from '../poll/pacing.ts';

/** How often the application is asked. Times are milliseconds. */

/** What only a change can mend is looked at again now and then: the change may be made on the other side. */
const MENDED_MS = 60_000;

/** Problems that other credentials may solve. */
export const CREDENTIALS_HELP: ReadonlySet<string> = new Set([
  'credentials-missing',
  'credentials-refused',
  'bad-credentials',
]);

export interface ApplicationPace {
  /** Between readings by the settings, or of whichever window reads. */
  readonly everyMs: number;
  /** That the last reading took. */
  readonly tookMs: number;
  readonly problem: ProblemText | undefined;
  /** There was one reading, and rates take two. */
  readonly awaitsSecond: boolean;
}

/** From the start of one reading to the start of the next. */
export function waitOf({ everyMs, tookMs, problem, awaitsSecond }: ApplicationPace): number {
  const pace = { everySeconds: everyMs / 1_000, tookSeconds: tookMs / 1_000 };
  const wait = 1_000 * paceSeconds({ ...pace, awaitsSecond: awaitsSecond && problem === undefined });
  if (problem === undefined || problem.transient) return wait;
  return Math.max(wait, CREDENTIALS_HELP.has(problem.code) ? 1_000 * HOPELESS_SECONDS : MENDED_MS);
}
