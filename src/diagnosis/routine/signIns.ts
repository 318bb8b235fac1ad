import { setImmediate } from 'node:timers/promises';
import type { HistorySource } from '../../history/historySource.ts';
import type { MetricId } from '../../monitoring/metrics/metrics.ts';
import type { RangeOf } from '../../reports/compareFigures.ts';
import { takeOutCleared, type KnownCleanup, type WatchedSpan } from './clearedRows.ts';
import { daysLater, startOfDay } from './period.ts';

/**
 * Who signed in and out on one day, as far as the table tells. Django's login() gives the session a new key (cycle_key(): a row is
 * inserted, and the visitor's earlier row, if there was one, deleted), or empties it (flush()) where another user was signed in;
 * logout() flushes, which deletes the row. So each sign-in is an insert, and each sign-out a delete; but new visitors are inserts as
 * well, and of the deletes those of cleanups and those of earlier keys are none.
 *
 * @see django.contrib.auth.login, django.contrib.auth.logout, django.contrib.sessions.backends.base.SessionBase.cycle_key
 */
export interface SignInDay {
  /** Its first moment. */
  readonly at: Date;
  /** 0 to 1: what happened in the rest of the day is not known, and not counted. */
  readonly watched: number;
  /** New sessions: of visitors without a user as well. */
  readonly inserts: number;
  readonly deletes: number;
  /** Of the deletes, those of cleanups. */
  readonly cleared: number;
  /** Inserts × the share of the new sessions that hold a user; undefined: that share is not known. */
  readonly signIns: number | undefined;
  /**
   * Of the other deletes at least those that the sign-ins can't explain, each of which deletes one earlier row at most; and at
   * most all of them.
   */
  readonly signOuts: { readonly least: number; readonly most: number };
}

export const SIGN_IN_SERIES = [
  'writes.inserts',
  'writes.deletes',
  'writes.newSignedIn',
  'sessions.expired',
] as const satisfies readonly MetricId[];

const MINUTES_A_DAY = 1440;

/** Day by day, oldest first; rests after each. Rejects with the signal's reason when it is aborted. */
export async function signInDays(
  source: Pick<HistorySource, 'readRange'>,
  cleanups: readonly KnownCleanup[],
  { from, to }: RangeOf,
  signal?: AbortSignal,
): Promise<readonly SignInDay[]> {
  const days: SignInDay[] = [];
  for (let at = startOfDay(from); at < to; at = daysLater(at, 1)) {
    signal?.throwIfAborted();
    days.push(signInDay(source, cleanups, at));
    await setImmediate();
  }
  return days;
}

function signInDay(source: Pick<HistorySource, 'readRange'>, cleanups: readonly KnownCleanup[], at: Date): SignInDay {
  const until = daysLater(at, 1);
  const query = { metricIds: SIGN_IN_SERIES, from: at, to: until, maxPoints: MINUTES_A_DAY };
  const spans = spansOf(source.readRange(query));
  const sum = (of: (span: Counted) => number): number => spans.reduce((all, span) => all + of(span), 0);
  const inserts = sum((span) => span.inserts);
  const deletes = sum((span) => span.deletes);
  const cleared = takeOutCleared(spans, cleanups);
  const told = spans.filter(({ share }) => share !== null);
  const toldInserts = told.reduce((all, span) => all + span.inserts, 0);
  // Where it is not told the rest of the day speaks for it; of a day without an insert any share is nothing.
  const signed = told.reduce((all, { inserts: count, share }) => all + count * (share ?? 0), 0);
  const mean =
    toldInserts > 0 ? signed / toldInserts : told.reduce((all, { share }) => all + (share ?? 0) / told.length, 0);
  const signIns = told.length > 0 ? inserts * mean : inserts === 0 && spans.length > 0 ? 0 : undefined;
  const most = Math.max(0, deletes - cleared);
  return {
    at,
    watched: Math.min(1, sum((span) => span.to - span.from) / (until.getTime() - at.getTime())),
    inserts,
    deletes,
    cleared,
    signIns,
    signOuts: { least: Math.max(0, most - (signIns ?? inserts)), most },
  };
}

interface Counted extends WatchedSpan {
  readonly inserts: number;
  readonly share: number | null;
}

const MINUTE_MS = 60_000;
/** A reading stands for the time since the one before, but for no more: then nobody watched. */
const MOST_MS = 3_700_000;

/** Rates, each over the time that it stands for. */
function spansOf({ at, stepMs, series }: ReturnType<HistorySource['readRange']>): Counted[] {
  const [inserts, deletes, share, expired] = series.map(({ mean }) => mean);
  const known = at.flatMap((_, i) => ((inserts?.[i] ?? null) === null ? [] : [i]));
  return known.map((i, k): Counted => {
    const start = at[i] ?? 0;
    const before = known[k - 1];
    // Without the mark of a gap in between.
    const isNext = before === i - 1;
    const since = isNext ? Math.min(MOST_MS, start - (at[before] ?? start)) : stepMs;
    const ms = stepMs > 0 ? Math.max(stepMs, since) : since;
    const end = stepMs > 0 ? start + stepMs : start;
    const minutes = ms / MINUTE_MS;
    return {
      from: end - ms,
      to: end,
      inserts: (inserts?.[i] ?? 0) * minutes,
      deletes: (deletes?.[i] ?? 0) * minutes,
      share: share?.[i] ?? null,
      expired: expired?.[i] ?? null,
    };
  });
}
