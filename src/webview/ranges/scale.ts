import { dateFormat } from '../../common/format.ts';
import type { ChartSpec, Threshold } from '../protocol/protocol.ts';

type ChartUnit = ChartSpec['unit'];

/** The least that the top of an axis stands for, so that noise about 0 does not look like mountains. */
const LEAST_TOP: Readonly<Partial<Record<ChartUnit, number>>> = { share: 0.1, bytes: 64 * 1024, count: 4, perHour: 10 };

/** A threshold is in sight from this part of it on; further away it would press the curves flat. */
const NEAR_THRESHOLD = 1 / 3;
const HEADROOM = 1.08;

/** Top of the vertical axis, which begins at 0. */
export function topOf(unit: ChartUnit, greatest: number, threshold: Threshold | undefined): number {
  const near = threshold !== undefined && greatest >= threshold.value * NEAR_THRESHOLD;
  const most = Math.max(greatest, near ? threshold.value : 0, 0);
  return Math.max(most * HEADROOM, LEAST_TOP[unit] ?? 0) || 1;
}

const STEPS = [1, 2, 2.5, 5, 10] as const;
const BINARY_STEPS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024] as const;

/** Round values from 0 to the top, about as many as there is room for: at powers of 1024 for bytes, whole for counts. */
export function ticks(unit: ChartUnit, top: number, room: number): number[] {
  const ideal = top / Math.max(1, room);
  const isBytes = unit.startsWith('bytes');
  const power = (of: number): number => of ** Math.floor(Math.log(ideal) / Math.log(of));
  const base = isBytes ? Math.max(1, power(1024)) : unit === 'count' ? Math.max(1, power(10)) : power(10);
  const fits = (step: number): boolean => step * base >= ideal && (unit !== 'count' || Number.isInteger(step * base));
  const step = ((isBytes ? BINARY_STEPS : STEPS).find(fits) ?? 10) * base;
  const count = Math.floor(top / step + 1e-9);
  return Array.from({ length: count + 1 }, (_, i) => Number((i * step).toPrecision(12)));
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Labels of moments on the horizontal axis; the day stands below where it begins, and below the first one. */
export function timeLabels(times: readonly number[], apartMs: number, locale: string): string[] {
  const format = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => dateFormat(locale, options);
  if (apartMs >= 28 * DAY) return times.map((time) => format({ month: 'short', year: 'numeric' }).format(time));
  const day = format({ day: 'numeric', month: 'short' });
  if (apartMs >= DAY) return times.map((time) => day.format(time));
  const clock = format({
    hour: 'numeric',
    minute: '2-digit',
    ...(apartMs < MINUTE ? { second: '2-digit' as const } : {}),
  });
  return times.map((time, i) => {
    const before = times[i - 1];
    const isNew = before === undefined || day.format(before) !== day.format(time);
    return isNew ? `${clock.format(time)}\n${day.format(time)}` : clock.format(time);
  });
}

/** A moment as it is said beside the crosshair and in tables. */
export function timeText(time: number, locale: string): string {
  return dateFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }).format(time);
}

/** A moment of today by the clock alone, of another day with its day. */
export function clockText(time: number, now: number, locale: string): string {
  const day = dateFormat(locale, { dateStyle: 'short' });
  if (day.format(time) !== day.format(now)) return timeText(time, locale);
  return dateFormat(locale, { timeStyle: 'medium' }).format(time);
}

let lastRange = { key: '', text: '' };

/** Milliseconds: the ends of a shorter range are in the same minute, or nearly. */
const WITH_SECONDS = 5 * 60_000;

/** A range as it is said: of all charts at the same time the same one. */
export function timeRangeText(from: number, to: number, locale: string): string {
  const key = `${from} ${to} ${locale}`;
  const timeStyle = to - from < WITH_SECONDS ? 'medium' : 'short';
  if (key !== lastRange.key)
    lastRange = { key, text: dateFormat(locale, { dateStyle: 'medium', timeStyle }).formatRange(from, to) };
  return lastRange.text;
}

/** Where there is room for one line only: at midnight the date. */
export function shortLabels(labels: readonly string[], times: readonly number[]): string[] {
  return labels.map((label, i) => {
    const [time = '', date = time] = label.split('\n');
    return new Date(times[i] ?? 0).getHours() === 0 ? date : time;
  });
}
