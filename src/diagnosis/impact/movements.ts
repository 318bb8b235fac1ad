import { formatDuration, type FormatOptions, type Unit } from '../../common/format.ts';
import type { HistorySource } from '../../history/historySource.ts';
import type { RangeOf } from '../../reports/compareFigures.ts';
import type { Movement } from '../../reports/movement.ts';
import { dayGrid, readSampled, slotFor, type DayGrid, type Sampled } from './dayGrid.ts';
import { daysText, intervalText, timesText } from './impactTexts.ts';
import { reductionOf, type Reduction } from './reduction.ts';

/** A series of the history, in the unit of its metric. */
export interface MovedSeries {
  readonly id: string;
  readonly unit: Unit;
}

export interface MovedSide {
  readonly source: Pick<HistorySource, 'readRange' | 'levelAt'>;
  readonly range: RangeOf;
}

export interface Movements {
  /** By the id of the series. */
  readonly all: ReadonlyMap<string, Movement>;
  /** What the intervals are made of; '' where nothing is known. */
  readonly basis: string;
}

/** Of events that are counted: so many a minute is one of the unit. */
const EVENTS_A_MINUTE: Partial<Readonly<Record<Unit, number>>> = { perMinute: 1, perHour: 1 / 60, perSecond: 60 };

/** How far an interval may reach for what it holds to be called unchanged. */
const NARROW = 0.1;

/** How each series moved, the same times of day of both sides held against each other: `reductionOf` says how sure that is. */
export function movementsOf(
  series: readonly MovedSeries[],
  { before, after }: { readonly before: MovedSide; readonly after: MovedSide },
  options: FormatOptions,
): Movements {
  const slotMs = Math.max(slotFor(before.source, [before.range]), slotFor(after.source, [after.range]));
  const ids = series.map(({ id }) => id);
  const [a, b] = [before, after].map(({ source, range }) => readSampled(source, ids, range, slotMs));
  const reductions = series.map(({ unit }, i) => {
    const [was, is] = [a?.[i] ?? NOTHING, b?.[i] ?? NOTHING];
    const [x, y] = [dayGrid(was, before.range, slotMs, 'to'), dayGrid(is, after.range, slotMs, 'from')];
    const tooShort = shortOf(was, x, 'before', slotMs) ?? shortOf(is, y, 'after', slotMs);
    return tooShort ?? changeOf(x, y, EVENTS_A_MINUTE[unit] ?? null);
  });
  const known = reductions.find(({ kind }) => kind === 'known');
  return {
    all: new Map(series.map(({ id }, i) => [id, movementOf(reductions[i] ?? UNREAD, options)])),
    basis: known?.kind === 'known' ? basisOf(known) : '',
  };
}

/** What was read, but not even over one span as they are compared; undefined: it was, or nothing was. */
function shortOf({ values }: Sampled, { days }: DayGrid, when: string, slotMs: number): Change | undefined {
  if (days.length > 0 || values.every((value) => value === null)) return undefined;
  return { kind: 'unknown', why: `What was read ${when} does not fill ${formatDuration(slotMs / 1000)}.` };
}

const NOTHING: Sampled = { at: [], values: [] };
const UNREAD: Change = { kind: 'unknown', why: 'Nothing was read.' };

/** fromZero: before and after change places, for there is no share of nothing. */
type Change = Reduction & { readonly fromZero?: true };

function changeOf(before: DayGrid, after: DayGrid, eventsAMinute: number | null): Change {
  const [was, is] = [valuesOf(before), valuesOf(after)];
  if ([...was, ...is].some((value) => value < 0))
    return { kind: 'unknown', why: 'It can be below 0, so that its change is no share of it.' };
  const nothing = (values: readonly number[]): boolean => values.length > 0 && values.every((value) => value === 0);
  if (!nothing(was)) return reductionOf(before, after, eventsAMinute);
  return nothing(is) ? BOTH_ZERO : { ...reductionOf(after, before, eventsAMinute), fromZero: true };
}

function valuesOf({ days }: DayGrid): readonly number[] {
  return days.flatMap(({ slots }) => [...slots.values()]);
}

const BOTH_ZERO: Change = { kind: 'unknown', why: '', fromZero: true };

function movementOf(change: Change, options: FormatOptions): Movement {
  if (change === BOTH_ZERO) return { verdict: 'within', change: '±0%', interval: '', isWide: false, why: '' };
  if (change.kind === 'unknown') return { verdict: 'unknown', change: '', interval: '', isWide: true, why: change.why };
  const { ratio, low, high, fromZero = false } = change;
  const isBeyond = low > 1 || high < 1;
  if (fromZero)
    return { verdict: isBeyond ? 'moved' : 'within', change: 'from 0', interval: '', isWide: !isBeyond, why: '' };
  const text = timesText(ratio, options);
  const isExact = low === high;
  return {
    // What is ±0% when it is rounded did not move, however sure that is.
    verdict: isBeyond && text !== timesText(1, options) ? 'moved' : 'within',
    change: text,
    interval: isExact ? '' : intervalText({ low, high }, options),
    isWide: low < 1 - NARROW || high > 1 + NARROW,
    why: '',
  };
}

function basisOf(reduction: Extract<Reduction, { kind: 'known' }>): string {
  const days = daysText(reduction);
  return reduction.from === 'days'
    ? `At the same times of day, 95% intervals from ${days}. Of twenty figures that did not move, about one seems to.`
    : `At the same times of day. The intervals are of what fluctuates within the ranges; how much days differ can’t be told yet from ${days}.`;
}
