import { HOUR, KEEP, YOUNG, type SizePoint } from '../monitoring/snapshot/growth.ts';
import type { HistorySource } from './historySource.ts';

/** Its total size, as the table of metrics calls it. */
const SIZE = 'table.total';

/** The sizes of the table that were read before, by whichever window: close to each other in the last hours, hourly before that. */
export function sizesIn(history: Pick<HistorySource, 'readRange'>, now: Date): readonly SizePoint[] {
  const end = now.getTime();
  const young = end - YOUNG.age;
  return [...read(history, end - KEEP, young, HOUR), ...read(history, young, end, YOUNG.spacing)];
}

function read(history: Pick<HistorySource, 'readRange'>, from: number, to: number, spacing: number): SizePoint[] {
  const query = { metricIds: [SIZE], from: new Date(from), to: new Date(to), maxPoints: (to - from) / spacing };
  const { at, stepMs, series } = history.readRange(query);
  const sizes = series[0]?.mean ?? [];
  return at.flatMap((start, i) => {
    const bytes = sizes[i];
    // The mean stands for the middle of its time, of which the newest has not passed yet.
    return bytes === null || bytes === undefined ? [] : [{ at: Math.min(start + stepMs / 2, to), bytes }];
  });
}
