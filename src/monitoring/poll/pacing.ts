/** How often anything is read, and tried again where it fails. */

/** A server that answers slowly is not asked more often than that we wait for this part of the time. */
const DUTY_SHARE = 0.25;
/** Backends report their counters a second late; a few seconds are enough for a first, rough rate. */
const SECOND_READING_SECONDS = 3;
/** Without a good reading for so many intervals the figures are stale, whatever the reason. */
export const STALE_INTERVALS = 3;

export interface VisiblePace {
  /** Seconds between readings while something of it is visible. */
  readonly shownSeconds: number;
  /** The same while nothing is. */
  readonly hiddenSeconds: number;
}

/** Seconds between readings by the settings. Hidden is never faster than visible, whatever they say. */
export function wantedSeconds({ shownSeconds, hiddenSeconds }: VisiblePace, visible: boolean): number {
  return visible ? shownSeconds : Math.max(shownSeconds, hiddenSeconds);
}

export interface PollPace {
  /** Between readings, as it is wanted. */
  readonly everySeconds: number;
  /** That the last reading took. */
  readonly tookSeconds: number;
  /** Rates take two readings: the second comes early, so that nobody looks at "unknown" for long. */
  readonly awaitsSecond: boolean;
}

/** Seconds from the start of one reading to the start of the next. */
export function paceSeconds({ everySeconds, tookSeconds, awaitsSecond }: PollPace): number {
  const least = tookSeconds / DUTY_SHARE;
  const interval = Math.max(everySeconds, least);
  return awaitsSecond ? Math.min(interval, Math.max(SECOND_READING_SECONDS, least)) : interval;
}

/** Waits between attempts in seconds: 1, 2, 4, … while trying again can help; 5 minutes where only a change can. */
const FIRST_SECONDS = 1;
/** Who looks waits for it. */
const LONGEST_SECONDS = { visible: 30, hidden: 60 } as const;
/** A wrong password must not be hammered: that may lock the account. */
export const HOPELESS_SECONDS = 300;
/** Part of the wait that is random, so that many windows do not come back to a restarted server at the same moment. */
const JITTER = 0.2;

export interface Failure {
  /** How many there were in a row, this one included. */
  readonly attempt: number;
  readonly transient: boolean;
  readonly visible: boolean;
}

/** Seconds to wait after a failure, at most 60 (30 while something is visible) and at least 80 % of the round figure. `random` gives 0 to 1. */
export function backoffSeconds({ attempt, transient, visible }: Failure, random: () => number): number {
  if (!transient) return HOPELESS_SECONDS;
  const longest = LONGEST_SECONDS[visible ? 'visible' : 'hidden'];
  const whole = Math.min(longest, FIRST_SECONDS * 2 ** Math.min(attempt - 1, 10));
  return whole * (1 - JITTER * random());
}
