import type { HistorySource } from '../../history/historySource.ts';
import type { MetricId } from '../../monitoring/metrics/metrics.ts';
import type { RangeOf } from '../../reports/compareFigures.ts';
import { dayGrid, readSampled, slotFor, type Sampled } from './dayGrid.ts';
import { reductionOf, type Reduction } from './reduction.ts';

type Source = Pick<HistorySource, 'readRange' | 'levelAt'>;

/** What was measured in one range. undefined: not known. */
export interface MeasuredFigures {
  readonly range: RangeOf;
  /** Mean of the time that is known, a minute. */
  readonly savesAMinute?: number;
  /** Of the same time: inserts, which no throttle leaves out. */
  readonly insertsAMinute?: number;
  /** The mean carried on for a day of 24 hours. */
  readonly savesADay?: number;
  /** Mean number of active sessions. */
  readonly activeSessions?: number;
  readonly savesADayAndSession?: number;
  /** Requests a minute, where the application was asked. */
  readonly requestsAMinute?: number;
  /** Over the spans in which both are known. */
  readonly savesARequest?: number;
  /** 0 to 1: the part of the range that is known. */
  readonly covered: number;
}

export interface MeasuredImpact {
  readonly before: MeasuredFigures;
  readonly after: MeasuredFigures;
  readonly reduction: Reduction;
}

const METRICS = [
  'writes.saves',
  'writes.inserts',
  'sessions.active',
  'application.requests',
] as const satisfies readonly MetricId[];

const MINUTES_A_DAY = 1440;
const SECONDS_A_MINUTE = 60;

/** Both ranges from the history, the same times of day of both held against each other. */
export function measuredImpact(
  source: Source,
  { before, after }: { readonly before: RangeOf; readonly after: RangeOf },
): MeasuredImpact {
  const slotMs = slotFor(source, [before, after]);
  const [a, b] = [readSampled(source, METRICS, before, slotMs), readSampled(source, METRICS, after, slotMs)];
  const grid = (sampled: readonly Sampled[], range: RangeOf, edge: 'from' | 'to'): ReturnType<typeof dayGrid> =>
    dayGrid(sampled[0] ?? NOTHING, range, slotMs, edge);
  return {
    before: figuresOf(a, before, slotMs),
    after: figuresOf(b, after, slotMs),
    reduction: reductionOf(grid(a, before, 'to'), grid(b, after, 'from')),
  };
}

const NOTHING: Sampled = { at: [], values: [] };

function figuresOf(sampled: readonly Sampled[], range: RangeOf, slotMs: number): MeasuredFigures {
  const [from, to] = [range.from.getTime(), range.to.getTime()];
  const columns = sampled.map(
    ({ at, values }) => new Map(at.flatMap((time, i) => (within(time) ? [[time, values[i] ?? null] as const] : []))),
  );
  function within(time: number): boolean {
    return time >= from && time + slotMs <= to;
  }
  const [saves = new Map<number, number | null>(), inserts, active, requests] = columns;
  const savesAMinute = meanOf(saves);
  const [insertsAMinute, activeSessions, perSecond] = [inserts, active, requests].map((column) => meanOf(column));
  const perDay = savesAMinute === undefined ? undefined : savesAMinute * MINUTES_A_DAY;
  const both = [...saves].flatMap(([time, value]) => {
    const asked = requests?.get(time) ?? null;
    return value === null || asked === null ? [] : [[value, asked * SECONDS_A_MINUTE] as const];
  });
  const [saved, requested] = both.reduce(([s, r], [value, asked]) => [s + value, r + asked], [0, 0]);
  const known = [...saves.values()].filter((value) => value !== null).length;
  return {
    range,
    covered: to > from ? Math.min(1, (known * slotMs) / (to - from)) : 0,
    ...given('savesAMinute', savesAMinute),
    ...given('insertsAMinute', insertsAMinute),
    ...given('savesADay', perDay),
    ...given('activeSessions', activeSessions),
    ...given(
      'savesADayAndSession',
      perDay === undefined || activeSessions === undefined || activeSessions === 0
        ? undefined
        : perDay / activeSessions,
    ),
    ...given('requestsAMinute', perSecond === undefined ? undefined : perSecond * SECONDS_A_MINUTE),
    ...given('savesARequest', requested === 0 ? undefined : saved / requested),
  };
}

function given<K extends keyof MeasuredFigures>(key: K, value: number | undefined): Partial<Record<K, number>> {
  return value === undefined ? {} : ({ [key]: value } as Partial<Record<K, number>>);
}

function meanOf(column: ReadonlyMap<number, number | null> | undefined): number | undefined {
  const known = [...(column?.values() ?? [])].filter((value) => value !== null);
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0) / known.length;
}
