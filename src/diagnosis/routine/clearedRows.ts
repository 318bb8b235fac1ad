/** A cleanup of which it is known when it ran: from here by its record, of the service by its log. Milliseconds since the epoch. */
export interface KnownCleanup {
  readonly from: number;
  readonly to: number;
  /** Rows; undefined: it does not say how many. */
  readonly deleted: number | undefined;
}

/** What was seen in a stretch of time: rows that were deleted, and expired rows at its end. */
export interface WatchedSpan {
  readonly from: number;
  readonly to: number;
  readonly deletes: number;
  readonly expired: number | null;
}

/** Rates are those of the last minute, backends tell their counters 10 s late, and hidden views are read once a minute. */
const BEFORE_MS = 60_000;
const AFTER_MS = 180_000;

/**
 * How many of the deletes that were seen are those of cleanups. What ran while nobody watched was not seen, and is not taken out. A
 * cleanup that nobody knows of shows in the expired rows, which nothing else makes fewer: where half of them or more are gone at
 * once, so many deletes are its own.
 *
 * @param spans in the order of time
 */
export function takeOutCleared(spans: readonly WatchedSpan[], cleanups: readonly KnownCleanup[]): number {
  const left = spans.map(({ deletes }) => deletes);
  let cleared = 0;
  const take = (from: number, to: number, most: number): void => {
    let rest = most;
    spans.forEach((span, i) => {
      if (span.to <= from || span.from >= to) return;
      const taken = Math.min(rest, left[i] ?? 0);
      left[i] = (left[i] ?? 0) - taken;
      rest -= taken;
      cleared += taken;
    });
  };
  for (const { from, to, deleted } of cleanups) take(from - BEFORE_MS, to + AFTER_MS, deleted ?? Infinity);
  spans.forEach(({ to, expired }, i) => {
    const earlier = spans[i - 1]?.expired ?? null;
    if (earlier === null || expired === null || earlier < 1 || expired > earlier / 2) return;
    const isKnown = cleanups.some((one) => to >= one.from - BEFORE_MS && to <= one.to + AFTER_MS);
    if (!isKnown) take(to - BEFORE_MS, to + AFTER_MS, earlier - expired);
  });
  return cleared;
}
