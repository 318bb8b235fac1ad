import { formatDuration } from '../../common/format.ts';
import { unknown, type Measured } from '../../common/measured.ts';

/** The total size of the table at one moment. */
export interface SizePoint {
  /** Milliseconds since the epoch, by this machine's clock. */
  readonly at: number;
  readonly bytes: number;
}

/** Where sizes are known from that were read before: the history, which keeps them with everything else. */
export interface SizeHistory {
  /** In any order; may throw. */
  load(): readonly SizePoint[];
}

const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A slope over less says nothing: a table grows by many pages at a time. */
const MIN_SPAN = HOUR;
/** The slope is taken over a day where there is one, so that it holds one peak, one night and one daily cleanup. */
const SLOPE_SPAN = DAY;
/** In milliseconds: what is older says nothing. */
export const KEEP = 14 * DAY;
/** Close points while they are young, so that the first hour has some; hourly ones later. */
export const YOUNG = { age: 3 * HOUR, spacing: 10 * MINUTE } as const;
/** The slope looks at all pairs, whose number grows with the square. */
const MOST_POINTS = 100;
/** Less than this is a vacuum that cut free pages off the end; more is TRUNCATE, VACUUM FULL or another table. */
const SHRUNK_TO = 0.95;

/** The history of a table's size and its slope in bytes a day. */
export class GrowthTracker {
  #points: readonly SizePoint[];

  /** @param onError told why what was read before is not known; the sizes from now on are all there is then */
  constructor(history?: SizeHistory, onError: (error: unknown) => void = () => undefined) {
    try {
      this.#points = sinceShrunk(history?.load() ?? []);
    } catch (error) {
      // A history that can't be read costs what was, not the monitoring.
      onError(error);
      this.#points = [];
    }
  }

  get points(): readonly SizePoint[] {
    return this.#points;
  }

  /** Takes a size; it is kept when it is 10 minutes younger than the last, or when the table has shrunk. */
  add(at: Date, bytes: number): void {
    const now = at.getTime();
    if (!Number.isFinite(now) || !Number.isFinite(bytes)) return;
    // Points from the future come from a clock that has been put back since.
    const past = this.#points.filter((point) => point.at <= now);
    const last = past.at(-1);
    const shrunk = last !== undefined && bytes < last.bytes * SHRUNK_TO;
    if (last !== undefined && !shrunk && past.length === this.#points.length && now - last.at < YOUNG.spacing) return;
    this.#points = thin([...(shrunk ? [] : past), { at: now, bytes }], now);
  }

  /** Bytes a day by Theil and Sen: the median of the slopes between all pairs of points, which single jumps do not move. */
  perDay(at: Date, bytes: number): Measured {
    const now: SizePoint = { at: at.getTime(), bytes };
    const all = [...this.#points.filter((point) => point.at < now.at), now];
    const recent = all.filter((point) => point.at >= now.at - SLOPE_SPAN);
    const points = span(recent) >= MIN_SPAN ? recent : all.slice(-MOST_POINTS);
    const spanned = span(points);
    if (spanned < MIN_SPAN) {
      const left = MIN_SPAN - spanned;
      return unknown(
        `The size history spans ${formatDuration(spanned / 1000)}; it takes an hour to tell growth.`,
        `It is known in ${formatDuration(left / 1000)}.`,
        new Date(now.at + left),
      );
    }
    const note = `Robust slope through ${String(points.length)} sizes over the last ${formatDuration(spanned / 1000)}`;
    return { how: 'estimated', value: slope(points) * DAY, at, note };
  }
}

/** In order, from where the table was last emptied or replaced: a slope over that would be none of growth. */
function sinceShrunk(loaded: readonly SizePoint[]): readonly SizePoint[] {
  const points = loaded
    .filter(({ at, bytes }) => Number.isFinite(at) && Number.isFinite(bytes))
    .sort((a, b) => a.at - b.at);
  const last = points.findLastIndex(({ bytes }, i) => bytes < (points[i - 1]?.bytes ?? 0) * SHRUNK_TO);
  return points.slice(Math.max(0, last));
}

function span(points: readonly SizePoint[]): number {
  return (points.at(-1)?.at ?? 0) - (points[0]?.at ?? 0);
}

/** Drops what is too old, and of older points all but one an hour. */
function thin(points: readonly SizePoint[], now: number): SizePoint[] {
  const kept: SizePoint[] = [];
  for (const point of points) {
    const age = now - point.at;
    if (age > KEEP) continue;
    const last = kept.at(-1);
    const sameHour = last !== undefined && Math.floor(last.at / HOUR) === Math.floor(point.at / HOUR);
    if (age <= YOUNG.age || !sameHour) kept.push(point);
  }
  return kept;
}

/** Median of the slopes between all pairs that are far enough apart in time, in bytes a millisecond. */
function slope(points: readonly SizePoint[]): number {
  const slopes: number[] = [];
  for (const [i, a] of points.entries()) {
    for (const b of points.slice(i + 1)) if (b.at > a.at) slopes.push((b.bytes - a.bytes) / (b.at - a.at));
  }
  slopes.sort((x, y) => x - y);
  const middle = Math.floor(slopes.length / 2);
  const upper = slopes[middle] ?? 0;
  return slopes.length % 2 === 1 ? upper : ((slopes[middle - 1] ?? upper) + upper) / 2;
}
