import type { HistorySource } from '../history/historySource.ts';
import {
  rangeFigures,
  type FigureSource,
  type RangeFigures,
  type RangeOf,
  type SeriesFigures,
} from './compareFigures.ts';
import type { Movement } from './movement.ts';

/** Two ranges of the history, each by its medians: what was before something was done, and what was after. */
export interface Comparison {
  readonly before: RangeFigures;
  readonly after: RangeFigures;
  /** Of two databases: their names. Undefined: both ranges are of one. */
  readonly names?: ComparedNames;
  /** By the id of the series: whether it moved by more than noise. Undefined: that was not asked. */
  readonly movements?: ReadonlyMap<string, Movement>;
}

export interface ComparedNames {
  readonly before: string;
  readonly after: string;
}

/** Another database, of which the second range is. */
export interface OtherDatabase {
  readonly id: string;
  readonly name: string;
  readonly source: HistorySource;
}

/** The medians of both ranges from the finest that is stored; see `SeriesFigures.median`. */
export async function compareRanges(
  source: FigureSource,
  metricIds: readonly string[],
  ranges: { readonly before: RangeOf; readonly after: RangeOf },
  signal?: AbortSignal,
): Promise<Comparison> {
  const before = await rangeFigures(source, metricIds, ranges.before, signal);
  return { before, after: await rangeFigures(source, metricIds, ranges.after, signal) };
}

/** The medians of two databases: of the same range, or of one before it for the other. */
export async function compareDatabases(
  { name, source }: Omit<OtherDatabase, 'id'>,
  other: OtherDatabase,
  metricIds: readonly string[],
  ranges: { readonly before: RangeOf; readonly after: RangeOf },
  signal?: AbortSignal,
): Promise<Comparison> {
  const before = await rangeFigures(source, metricIds, ranges.before, signal);
  const after = await rangeFigures(other.source, metricIds, ranges.after, signal);
  return { before, after, names: { before: name, after: other.name } };
}

/** A median of fewer is chance. */
const LEAST_READINGS = 3;

export type FigureChange =
  /** (after − before) ÷ |before|; 0.5 is half as much again. */
  | { readonly kind: 'share'; readonly difference: number; readonly share: number }
  | { readonly kind: 'none' }
  /** There is no share of nothing. */
  | { readonly kind: 'fromZero'; readonly difference: number }
  | { readonly kind: 'tooFew'; readonly where: 'before' | 'after' | 'both' };

export function figureChange(before: SeriesFigures, after: SeriesFigures): FigureChange {
  const [few, fewAfter] = [before, after].map(({ readings }) => readings < LEAST_READINGS);
  if (before.median === null || after.median === null || few || fewAfter)
    return { kind: 'tooFew', where: few && fewAfter ? 'both' : few ? 'before' : 'after' };
  const difference = after.median - before.median;
  if (difference === 0) return { kind: 'none' };
  if (before.median === 0) return { kind: 'fromZero', difference };
  return { kind: 'share', difference, share: difference / Math.abs(before.median) };
}
