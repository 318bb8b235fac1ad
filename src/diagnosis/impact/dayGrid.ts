import type { HistorySource } from '../../history/historySource.ts';
import type { RangeOf } from '../../reports/compareFigures.ts';

export const DAY_MS = 24 * 3600 * 1000;

/** One day of a range by its times of day; 24 hours that begin or end where the range does. */
export interface DayValues {
  /** The mean of each slot by its number; a slot of which nothing is known is missing. */
  readonly slots: ReadonlyMap<number, number>;
}

/** A series by days and times of day. */
export interface DayGrid {
  readonly slotMs: number;
  readonly days: readonly DayValues[];
}

export interface Sampled {
  /** Milliseconds, ascending: where each span begins. */
  readonly at: readonly number[];
  readonly values: readonly (number | null)[];
}

/** Where the days of a range meet: those before a change are counted back from it, those after it onwards. */
export type Edge = 'from' | 'to';

/** Spans that reach over an end of the range hold what lies beyond it, and are left out. */
export function dayGrid({ at, values }: Sampled, range: RangeOf, slotMs: number, edge: Edge): DayGrid {
  const [from, to] = [range.from.getTime(), range.to.getTime()];
  const days = new Map<number, Map<number, number>>();
  at.forEach((start, i) => {
    const value = values[i] ?? null;
    if (value === null || start < from || start + slotMs > to) return;
    const day = Math.floor((edge === 'from' ? start - from : to - start - slotMs) / DAY_MS);
    const slots = days.get(day) ?? new Map<number, number>();
    slots.set(Math.floor((start % DAY_MS) / slotMs), value);
    days.set(day, slots);
  });
  return { slotMs, days: [...days.values()].map((slots) => ({ slots })) };
}

const SLOT_MS = 10 * 60_000;
const COARSE_SLOT_MS = 3_600_000;

/** How finely both ranges can be cut: what is thinned to hours has no shorter spans. */
export function slotFor(source: Pick<HistorySource, 'levelAt'>, ranges: readonly RangeOf[]): number {
  return ranges.some(({ from }) => source.levelAt(from).name === 'hour') ? COARSE_SLOT_MS : SLOT_MS;
}

/** The means of these metrics over spans of this length; those at the ends reach beyond the range. */
export function readSampled(
  source: Pick<HistorySource, 'readRange'>,
  metricIds: readonly string[],
  range: RangeOf,
  stepMs: number,
): readonly Sampled[] {
  const from = Math.floor(range.from.getTime() / stepMs) * stepMs;
  const to = Math.ceil(range.to.getTime() / stepMs) * stepMs;
  const maxPoints = Math.max(1, (to - from) / stepMs);
  const read = source.readRange({ metricIds, from: new Date(from), to: new Date(to), maxPoints });
  return read.series.map(({ mean }) =>
    read.stepMs === stepMs ? { at: read.at, values: mean } : joined(read.at, mean, stepMs),
  );
}

/** Of a few readings the history gives each. */
function joined(at: readonly number[], values: readonly (number | null)[], stepMs: number): Sampled {
  const sums = new Map<number, { readonly sum: number; readonly count: number }>();
  at.forEach((time, i) => {
    const value = values[i] ?? null;
    if (value === null) return;
    const start = Math.floor(time / stepMs) * stepMs;
    const { sum, count } = sums.get(start) ?? { sum: 0, count: 0 };
    sums.set(start, { sum: sum + value, count: count + 1 });
  });
  return { at: [...sums.keys()], values: [...sums.values()].map(({ sum, count }) => sum / count) };
}
