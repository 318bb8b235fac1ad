import { parseLogDate, zoneOf } from './dates.ts';
import { parseDuration } from './durations.ts';

/** When the next run is, as a log says it: after a time, at a time of day, or at a date. */
export type Announcement =
  | { readonly seconds: number }
  | { readonly at: Date }
  | { readonly clock: string; readonly zone: string; readonly tomorrow: boolean };

const DAY = 86_400;
const STEP_MS = 60_000;

/**
 * Reads "24 hours", "1h30m", "tomorrow at 03:00 UTC", "03:00 (Europe/Berlin) daily", "2025-11-10 03:00:00+00:00". undefined: none of them, or a
 * time of day without a zone, which could be any.
 */
export function parseAnnouncement(text: string): Announcement | undefined {
  const at = parseLogDate(text);
  if (at !== undefined) return { at };
  const time = /(?<![\d:.])(\d{1,2})(?::(\d\d)(?::\d\d)?)?(?:\s*([ap])\.?m\b)?/iu.exec(text);
  const isClock = time !== null && (time[2] !== undefined || time[3] !== undefined);
  if (!isClock) {
    const seconds = parseDuration(/\d.*/u.exec(text)?.[0] ?? '');
    return seconds === undefined || seconds <= 0 ? undefined : { seconds };
  }
  const half = time[3]?.toLowerCase();
  const hour = half === undefined ? Number(time[1]) : (Number(time[1]) % 12) + (half === 'p' ? 12 : 0);
  const zone = zoneOf(text.slice(time.index + time[0].length));
  if (zone === undefined || hour > 23) return undefined;
  const clock = `${String(hour).padStart(2, '0')}:${time[2] ?? '00'}`;
  return { clock, zone, tomorrow: /\btomorrow\b/iu.test(text) };
}

/** Seconds between runs, where it says so. */
export function announcedInterval(announced: Announcement | undefined): number | undefined {
  if (announced === undefined || 'at' in announced) return undefined;
  return 'seconds' in announced ? announced.seconds : DAY;
}

/** The date that is meant by what was said at `said`; undefined for a time of day, or where it is not known when that was. */
export function dueAfter(announced: Announcement, said: Date | undefined): Date | undefined {
  if ('at' in announced) return announced.at;
  if (!('seconds' in announced) || said === undefined) return undefined;
  return new Date(said.getTime() + announced.seconds * 1000);
}

/**
 * The next moment after `said` at which a clock of that zone shows that time, for it comes in any case: after `now` where it is not
 * known when that was. Clocks are put forward and back there.
 */
export function nextClock(announced: Announcement, said: Date | undefined, now: Date): Date | undefined {
  if (!('clock' in announced)) return undefined;
  const { clock, zone } = announced;
  const from = said ?? now;
  const notToday = announced.tomorrow && said !== undefined;
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const day = new Intl.DateTimeFormat('en-GB', { timeZone: zone, dateStyle: 'short' });
  const today = day.format(from);
  const first = Math.floor(from.getTime() / STEP_MS + 1) * STEP_MS;
  // Zones differ from UTC by whole quarters of an hour.
  const minutes = (Number(clock.slice(3)) - new Date(first).getUTCMinutes() + 60) % 15;
  for (let ms = first + minutes * STEP_MS; ms < first + 3 * DAY * 1000; ms += 15 * STEP_MS) {
    if (format.format(ms) === clock && !(notToday && day.format(ms) === today)) return new Date(ms);
  }
  return undefined;
}
