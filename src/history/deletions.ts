import { unknown, type Measured } from '../common/measured.ts';
import type { HistorySource } from './historySource.ts';

/** Deleted rows a minute, as the table of metrics calls them. */
const DELETES = 'writes.deletes';
const KNOWN_FOR = 'It is known for the runs that begin while the table is watched.';
const MINUTE = 60_000;
/** The first reading may come so much later: a longer time in which nobody looked may have had any number of deletes. */
const MAX_BEFORE_MS = 2 * MINUTE;

/**
 * Rows that were deleted in a time by the rates that the history keeps: what a window knows of before it was opened. Of the first
 * bucket it can't be told what lies before `from`: that much it may be off.
 */
export function deletionsIn(history: Pick<HistorySource, 'readRange'>, from: Date, to: Date): Measured {
  const [start, end] = [from.getTime(), to.getTime()];
  const { at, stepMs, series } = history.readRange({
    metricIds: [DELETES],
    from,
    to,
    maxPoints: Math.max(1, (end - start) / MINUTE),
  });
  const rates = series[0]?.mean ?? [];
  const first = at[0];
  if (first === undefined || first - start > MAX_BEFORE_MS)
    return unknown('The session table was not watched when that run began.', KNOWN_FOR);
  const rows: number[] = [];
  for (const [i, time] of at.entries()) {
    const rate = rates[i];
    if (rate === null || rate === undefined)
      return unknown('Nobody watched the session table for a part of the time since that run began.', KNOWN_FOR);
    // A reading tells of the time since the one before it, a bucket of the time that it stands for.
    const minutes = (stepMs === 0 ? time - (at[i - 1] ?? start) : Math.min(stepMs, end - time)) / MINUTE;
    rows.push(rate * minutes);
  }
  const sum = rows.reduce((total, one) => total + one, 0);
  const note = 'from the rates that the history keeps, since this window did not watch when the run began';
  return { how: 'estimated', value: Math.round(sum), at: to, plusMinus: Math.ceil(rows[0] ?? 0), note };
}
