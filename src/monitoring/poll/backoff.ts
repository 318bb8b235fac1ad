/** Waits between attempts in seconds: 1, 2, 4, … while trying again can help; 5 minutes where only a change can. */
const FIRST_SECONDS = 1;
/** Who looks waits for it. */
const LONGEST_SECONDS = { visible: 30, hidden: 60 } as const;
export const HOPELESS_SECONDS = 300;
/** Part of the wait that is random, so that many windows do not come back to a restarted server at the same moment. */
const JITTER = 0.2;

export interface Failure {
  /** How many there were in a row, this one included. */
  readonly attempt: number;
  readonly transient: boolean;
  readonly visible: boolean;
}

/**
 * Seconds to wait after a failure, at most 60 (30 while something is visible) and at least 80 % of the round figure. `random` gives 0 to 1. A problem that is not transient (a wrong password) must not be hammered: it may lock the account.
 */
export function backoffSeconds({ attempt, transient, visible }: Failure, random: () => number): number {
  if (!transient) return HOPELESS_SECONDS;
  const longest = LONGEST_SECONDS[visible ? 'visible' : 'hidden'];
  const whole = Math.min(longest, FIRST_SECONDS * 2 ** Math.min(attempt - 1, 10));
  return whole * (1 - JITTER * random());
}
