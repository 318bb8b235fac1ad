import { formatAge } from '../../common/format.ts';
import { isKnown, unknown, type Known, type Measured, type Unknown } from '../../common/measured.ts';
import type { DetailMetrics, ExactCounts } from '../../postgres/table/readings.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

/** Building blocks of the `read` functions in the metric table. */

export function exactly<T>(value: T, at: Date, note?: string): Known<T> {
  return note === undefined ? { how: 'exact', value, at } : { how: 'exact', value, at, note };
}

/** A counted value stays preferable to an estimate for this long, a little more than the exact readings are apart by default. */
const EXACT_FRESH_MS = 20 * 60 * 1000;

/**
 * The light value when it is exact, else the newest count of the whole table if it is fresh and agrees with the light
 * value: a count from before a cleanup or a bulk load is no longer the truth, though it was counted.
 */
export function preferExact(snapshot: Snapshot, light: Measured, pick: 'total' | 'active' | 'expired'): Measured {
  const { exact } = snapshot;
  if (light.how === 'exact' || exact === undefined) return light;
  const value = exact[pick];
  if (!isFresh(snapshot, exact) || !agrees(light, value)) return light;
  const now = exact.at > snapshot.at ? exact.at : snapshot.at;
  const note = `Counted ${formatAge(exact.at, now)}, as the light reading only estimates it`;
  return { how: 'exact', value, at: exact.at, tookMs: exact.cost.serverMs, note };
}

function isFresh(snapshot: Snapshot, exact: ExactCounts): boolean {
  return snapshot.at.getTime() - exact.at.getTime() <= EXACT_FRESH_MS;
}

function agrees(light: Measured, counted: number): boolean {
  if (!isKnown(light)) return true;
  if (light.how === 'atLeast') return counted >= light.value;
  // Twice the 95 % half-width: an honest estimate is hardly ever further from a count that still holds.
  return light.plusMinus === undefined || Math.abs(light.value - counted) <= 2 * light.plusMinus;
}

const NO_DETAIL: Unknown = unknown(
  'It has not been read yet.',
  'It comes with the next detail reading, a minute apart.',
);

/** A part of the detail reading, or that there is none yet. */
export function fromDetail<K extends 'statements' | 'indexes' | 'sample' | 'saves' | 'tables' | 'space'>(
  snapshot: Snapshot,
  key: K,
): DetailMetrics[K] | Unknown {
  return snapshot.detail?.[key] ?? NO_DETAIL;
}

/** Share of the sampled sessions, with the 95 % interval of a proportion; "rule of three" where none or all of them have it. */
export function sampleShare(snapshot: Snapshot, key: 'withLastActivity' | 'anonymous'): Measured<number | null> {
  const sample = fromDetail(snapshot, 'sample');
  if (!isKnown(sample)) return sample;
  const { value, ...rest } = sample;
  const { rows } = value;
  const unreadable = Object.values(value.unreadable).reduce((sum, count) => sum + count, 0);
  if (rows === 0 && unreadable > 0)
    return unknown(
      `None of ${String(unreadable)} sampled sessions could be decoded.`,
      'It is known as soon as there are sessions that can be read.',
    );
  if (rows === 0) return { ...rest, how: 'estimated', value: null, note: 'The sample has no unexpired session' };
  const note = `${String(value[key])} of ${String(rows)} sampled sessions${unreadable > 0 ? `; ${String(unreadable)} more could not be decoded` : ''}`;
  return shareOf(rest, value[key], rows, note);
}

/** So many of so many sampled ones. */
export function shareOf(
  { at, tookMs }: Pick<Known<unknown>, 'at' | 'tookMs'>,
  count: number,
  all: number,
  note: string,
): Known<number> & { readonly note: string } {
  const share = count / all;
  const plusMinus = share === 0 || share === 1 ? Math.min(1, 3 / all) : 1.96 * Math.sqrt((share * (1 - share)) / all);
  return { how: 'estimated', value: share, at, ...(tookMs === undefined ? {} : { tookMs }), plusMinus, note };
}
