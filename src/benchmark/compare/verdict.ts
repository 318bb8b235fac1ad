import type { Interval } from '../statistics/intervals.ts';

/**
 * What differs by less is similar: a tenth. Whether something is similar is judged by where its interval lies (two one-sided tests:
 * Schuirmann 1987), and not by whether a difference can be shown, which noise alone would keep it from.
 */
export const SIMILAR = 0.1;
/** "Much fewer" is at most so many as this share of them. */
export const MUCH_FEWER = 0.5;

export type ExpectationVerdict = 'met' | 'notMet' | 'cannotTell';

/** Whether a ratio is at most `most`: yes or no only where its whole interval lies on one side. */
export function atMost({ low, high }: Interval, most: number): ExpectationVerdict {
  if (high <= most) return 'met';
  return low > most ? 'notMet' : 'cannotTell';
}

/** The same of "at least". */
export function atLeast({ low, high }: Interval, least: number): ExpectationVerdict {
  if (low >= least) return 'met';
  return high < least ? 'notMet' : 'cannotTell';
}

/** All of them hold (an intersection–union test, Berger 1982: it needs no correction for their number). */
export function allOf(verdicts: readonly ExpectationVerdict[]): ExpectationVerdict {
  if (verdicts.includes('notMet')) return 'notMet';
  return verdicts.includes('cannotTell') ? 'cannotTell' : 'met';
}

export type ChangeKind = 'unchanged' | 'more' | 'less' | 'unclear';

export function changeKind({ low, high }: Interval): ChangeKind {
  if (low > 1 - SIMILAR && high < 1 + SIMILAR) return 'unchanged';
  if (low > 1) return 'more';
  return high < 1 ? 'less' : 'unclear';
}

/** So many rounds on each side would have an interval that does not reach the limit; undefined: too many to be sensible. */
export function roundsNeeded({ value, low, high }: Interval, limit: number, rounds: number): number | undefined {
  const half = Math.log(high / low) / 2;
  const distance = Math.abs(Math.log(value / limit));
  const needed = Math.ceil(rounds * (half / distance) ** 2);
  return Number.isFinite(needed) && needed <= MOST_ROUNDS ? Math.max(needed, rounds + 1) : undefined;
}

const MOST_ROUNDS = 30;
