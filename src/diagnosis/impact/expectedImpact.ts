/** What the guide's arithmetic supposes: each number of it can be changed. */
export interface Assumptions {
  /** Visitors a day. */
  readonly users: number;
  /** Of one visitor, a day. */
  readonly requestsADay: number;
  /** Of the throttle, seconds. */
  readonly intervalSeconds: number;
  /** By what the intervals of a day are divided, since nobody visits all day. */
  readonly divisor: number;
}

/**
 * 1000 users × 100 requests a day, and 96 intervals of 15 minutes ÷ 6.4: what the guide works with. It gives no reason for the
 * 6.4; with it, its 15 intervals a day are 85 % fewer than its 100 requests.
 */
export const GUIDE: Assumptions = { users: 1000, requestsADay: 100, intervalSeconds: 900, divisor: 6.4 };

export interface ExpectedImpact {
  /** Saves a day with one at each request. */
  readonly unthrottled: number;
  /** Saves a day with the throttle; never more than one at each request. */
  readonly throttled: number;
  /** Saves a day that the throttle can't exceed, were every visitor there all day. */
  readonly most: number;
  /** 0 to 1: of the saves without it, those that the throttle leaves out. */
  readonly reduction: number;
}

const SECONDS_A_DAY = 86_400;

/** Arithmetic, not a measurement. All assumptions are above 0. */
export function expectedImpact({ users, requestsADay, intervalSeconds, divisor }: Assumptions): ExpectedImpact {
  const intervals = SECONDS_A_DAY / intervalSeconds;
  const unthrottled = users * requestsADay;
  const most = Math.min(users * intervals, unthrottled);
  const throttled = Math.min((users * intervals) / divisor, unthrottled);
  return { unthrottled, throttled, most, reduction: unthrottled === 0 ? 0 : 1 - throttled / unthrottled };
}
