/** How often a routine check is due. Days are those of this machine's calendar. */
export const PERIODS = {
  daily: { label: 'Daily', every: 'day', days: 1 },
  weekly: { label: 'Weekly', every: 'week', days: 7 },
  monthly: { label: 'Monthly', every: 'month', days: 30 },
} as const;

export type Period = keyof typeof PERIODS;

export function isPeriod(value: unknown): value is Period {
  return typeof value === 'string' && Object.hasOwn(PERIODS, value);
}

/** The midnight with which its day began. */
export function startOfDay(at: Date): Date {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate());
}

/** The midnight so many days later; a day may have 23 or 25 hours. */
export function daysLater(day: Date, days: number): Date {
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + days);
}

/**
 * The day on which what was done is due again: the next day, the same day of the next week, or of the next month; its last day
 * where it is too short. By days, so that a check that is made at nine o'clock does not slip to a later hour each day.
 */
export function nextDue(period: Period, done: Date): Date {
  if (period !== 'monthly') return daysLater(done, PERIODS[period].days);
  const last = new Date(done.getFullYear(), done.getMonth() + 2, 0);
  const day = Math.min(done.getDate(), last.getDate());
  return new Date(last.getFullYear(), last.getMonth(), day);
}
