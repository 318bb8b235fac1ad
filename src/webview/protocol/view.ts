import type { DashboardState } from './protocol.ts';

/** What part of the time is shown: the last so many seconds (or `AUTOMATIC`), moving, or a range that stands still. */
export type View = DashboardState['view'];

export interface TimeBounds {
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const RANGES: readonly { readonly label: string; readonly seconds: number }[] = [
  { label: '15 minutes', seconds: 15 * MINUTE },
  { label: '1 hour', seconds: HOUR },
  { label: '3 hours', seconds: 3 * HOUR },
  { label: '12 hours', seconds: 12 * HOUR },
  { label: '1 day', seconds: DAY },
  { label: '7 days', seconds: 7 * DAY },
  { label: '30 days', seconds: 30 * DAY },
  { label: '90 days', seconds: 90 * DAY },
  { label: '1 year', seconds: 365 * DAY },
];

/** As `seconds` of a view: as far back as there are readings, at most a day. */
export const AUTOMATIC = 0;

export const FIRST_VIEW: View = { seconds: AUTOMATIC, from: null, to: null };

const DEFAULT_SECONDS = 15 * MINUTE;
/** A history of a year would make the last hour a stroke. */
const AUTOMATIC_SECONDS = [MINUTE, 2 * MINUTE, 5 * MINUTE, ...RANGES.map(({ seconds }) => seconds)].filter(
  (seconds) => seconds <= DAY,
);

/** The shortest that holds all readings, at most a day; `extent`: from when to when there are any, null: that is not known. */
export function automaticSeconds(extent: TimeBounds | null, now: number): number {
  if (extent === null) return DEFAULT_SECONDS;
  const age = (now - extent.from) / 1000;
  return AUTOMATIC_SECONDS.find((seconds) => seconds >= age) ?? DAY;
}

/** Closer than this there is nothing between two readings. */
const LEAST_MS = 10_000;
const MOST_MS = 2 * 365 * DAY * 1000;

export function isLive({ from, to }: View): boolean {
  return from === null || to === null;
}

/** `extent`: as for `automaticSeconds`. */
export function boundsOf({ seconds, from, to }: View, now: number, extent: TimeBounds | null): TimeBounds {
  if (from !== null && to !== null) return { from, to };
  const shown = seconds === AUTOMATIC ? automaticSeconds(extent, now) : seconds;
  return { from: now - shown * 1000, to: now };
}

/** In whole milliseconds, as the host is asked for it; one more, for the reading of this very moment lies before its end. */
export function rangeOf(view: View, now: number, extent: TimeBounds | null): TimeBounds {
  const { from, to } = boundsOf(view, now, extent);
  return { from: Math.floor(from), to: Math.ceil(to) + 1 };
}

export function live(seconds: number): View {
  return { seconds, from: null, to: null };
}

/** A range that stands still, no shorter than makes sense; `seconds` is what it goes back to. */
export function fixed(view: View, from: number, to: number): View {
  const length = Math.min(MOST_MS, Math.max(LEAST_MS, to - from));
  const start = Math.round((from + to) / 2 - length / 2);
  return { seconds: view.seconds, from: start, to: Math.round(start + length) };
}

/** Half of what is shown, or twice as much, about its middle; of a live one its end stays. */
export function zoomed(view: View, { from, to }: TimeBounds, factor: number): View {
  const length = (to - from) * factor;
  if (isLive(view)) return fixed(view, to - length, to);
  const middle = (from + to) / 2;
  return fixed(view, middle - length / 2, middle + length / 2);
}

/** Earlier (−) or later (+) by half of what is shown, and live again where it would lie in the future. */
export function shifted(view: View, { from, to }: TimeBounds, now: number, direction: -1 | 1): View {
  const by = (direction * (to - from)) / 2;
  return to + by >= now && direction === 1 ? live(view.seconds) : fixed(view, from + by, to + by);
}
