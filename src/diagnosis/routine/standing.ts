import type { CheckRecord } from './checkRecord.ts';
import { OUTCOMES, type CheckOutcome } from './checkVerdict.ts';
import { daysLater, nextDue, startOfDay } from './period.ts';
import type { RoutineCheck } from './routineCheck.ts';

/** Where a check stands: done, with what came of it, or due. */
export interface CheckStanding {
  readonly check: RoutineCheck;
  /** The newest result; undefined: there is none yet. */
  readonly last: CheckRecord | undefined;
  /** The day on which it is due next; undefined: it has never been done, and is due now. */
  readonly due: Date | undefined;
  /** 'overdue': the day on which it was due is over. */
  readonly state: CheckOutcome | 'due' | 'overdue';
}

/**
 * @param records of one connection, newest first
 */
export function standingsOf(
  checks: readonly RoutineCheck[],
  records: readonly CheckRecord[],
  now: Date,
): readonly CheckStanding[] {
  // Who has never made any check is not reminded of all of them.
  const begun = records.at(-1);
  return checks.map((check) => {
    const last = records.find((record) => record.check === check.id);
    if (last === undefined) {
      const isOverdue = begun !== undefined && now >= daysLater(startOfDay(new Date(begun.at)), 1);
      return { check, last, due: undefined, state: isOverdue ? 'overdue' : 'due' };
    }
    const due = nextDue(check.period, new Date(last.at));
    const state = now < due ? last.outcome : now < daysLater(due, 1) ? 'due' : 'overdue';
    return { check, last, due, state };
  });
}

export function isDue({ state }: CheckStanding): boolean {
  return state === 'due' || state === 'overdue';
}

/** "2 overdue, 1 due, 1 failed", "all done": nothing is due, and all has passed. */
export function summaryOfStandings(standings: readonly CheckStanding[]): string {
  const words: Readonly<Record<string, { readonly word: string; readonly many: string }>> = {
    overdue: { word: 'overdue', many: 'overdue' },
    due: { word: 'due', many: 'due' },
    failed: OUTCOMES.failed,
    needsALook: OUTCOMES.needsALook,
  };
  const said = Object.entries(words).flatMap(([state, { word, many }]) => {
    const count = standings.filter((one) => one.state === state).length;
    return count === 0 ? [] : [`${count} ${count === 1 ? word : many}`];
  });
  return said.length === 0 ? 'all done' : said.join(', ');
}
