/** When the cleanup service of the demo has run: each night until a week ago, and in vain since then. */
const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
const FAILED_NIGHTS = 7;
const NIGHTS = 14;

export interface Night {
  /** Milliseconds since the epoch, 03:00 UTC. */
  readonly at: number;
  readonly failed: boolean;
}

/** Oldest first; the last one is over. @param now milliseconds since the epoch */
export function cleanupNights(now: number): readonly Night[] {
  const last = Math.floor((now - 3 * HOUR_MS) / DAY_MS) * DAY_MS + 3 * HOUR_MS;
  return Array.from({ length: NIGHTS + 1 }, (_, i) => ({
    at: last - (NIGHTS - i) * DAY_MS,
    failed: NIGHTS - i < FAILED_NIGHTS,
  }));
}

/** The last time that it has cleared the table. */
export function clearedAt(now: number): number {
  return cleanupNights(now).findLast(({ failed }) => !failed)?.at ?? now;
}
