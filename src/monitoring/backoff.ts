/** Waits between attempts in seconds: 1, 2, 4, … 60 while trying again can help; 5 minutes where only a change can. */
const FIRST_SECONDS = 1;
const LONGEST_SECONDS = 60;
export const HOPELESS_SECONDS = 300;
/** Part of the wait that is random, so that many windows do not come back to a restarted server at the same moment. */
const JITTER = 0.2;

/**
 * Seconds to wait after the `attempt`th failure in a row (from 1), at most 60 and at least 80 % of the round figure.
 * `random` gives 0 to 1. A problem that is not transient (a wrong password) must not be hammered: it may lock the account.
 */
export function backoffSeconds(attempt: number, transient: boolean, random: () => number): number {
  if (!transient) return HOPELESS_SECONDS;
  const whole = Math.min(LONGEST_SECONDS, FIRST_SECONDS * 2 ** Math.min(attempt - 1, 10));
  return whole * (1 - JITTER * random());
}
