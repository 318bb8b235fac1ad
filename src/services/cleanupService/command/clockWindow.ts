import { formatDuration } from '../../../common/format.ts';
import type { CommandFinding } from './commandFinding.ts';

/** A script that looks at the clock again and again, and waits for an hour and a minute. */
interface ClockWindow {
  /** Seconds for which the time that it waits for lasts. */
  readonly lasts: number;
  /** Seconds between two looks. */
  readonly every: number;
}

const UNITS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3_600, d: 86_400 };
const SLEEP = /\bsleep (\d+)([smhd]?)\b/gu;
const EQUALS = String.raw`["']?\s*\]?\s*(?:==?|-eq)\s*["']?`;

/** A test of the clock in a script: `$(date +%H)` itself, or a variable that was given it. */
function testOf(script: string, format: string, relation: string): string | undefined {
  const variable = new RegExp(String.raw`(\w+)=["'\x60]?\$?\(?date[^\n;)\x60]*\+["']?${format}\b`, 'u').exec(
    script,
  )?.[1];
  const direct = String.raw`date[^\n;)\x60]*\+["']?${format}["']?[)\x60]`;
  const subject = variable === undefined ? direct : String.raw`(?:${direct}|\$\{?${variable}\}?)`;
  return new RegExp(`${subject}${relation}(\\d+)`, 'u').exec(script)?.[1];
}

/** undefined: the script waits for no time of the clock, or not in a way that is understood. */
export function clockWindow(script: string): ClockWindow | undefined {
  const sleeps = [...script.matchAll(SLEEP)].map(([, count, unit = '']) => Number(count) * (UNITS[unit] ?? 1));
  // What it does when it is not the time yet stands last.
  const every = sleeps.at(-1);
  if (every === undefined || !/\bwhile\b|\buntil\b/u.test(script)) return undefined;
  if (testOf(script, '%H:?%M', EQUALS) !== undefined || testOf(script, '%R', EQUALS) !== undefined)
    return { lasts: 60, every };
  if (testOf(script, '%H', EQUALS) === undefined) return undefined;
  const below = testOf(script, '%M', String.raw`["']?\s*-lt\s*["']?`);
  const upTo = testOf(script, '%M', String.raw`["']?\s*-le\s*["']?`);
  if (below !== undefined) return { lasts: Number(below) * 60, every };
  if (upTo !== undefined) return { lasts: (Number(upTo) + 1) * 60, every };
  return { lasts: testOf(script, '%M', EQUALS) === undefined ? 3_600 : 60, every };
}

/** Whether such a script sleeps through the time that it waits for. `raw`: its text in the file. */
export function missedWindow(script: string, raw: string): CommandFinding[] {
  const window = clockWindow(script);
  if (window === undefined || window.every < window.lasts) return [];
  const { lasts, every } = window;
  const last = [...raw.matchAll(SLEEP)].at(-1);
  const from = last?.index ?? 0;
  const at = { code: 'window-missed', from, to: from + (last?.[0].length ?? raw.length) } as const;
  const looks = `It looks at the clock every ${formatDuration(every)}, and the time that it waits for lasts ${formatDuration(lasts)}`;
  return every > lasts
    ? [
        {
          ...at,
          severity: 'warning',
          message: `${looks}: on most days it sleeps through it. Sleep for less than ${formatDuration(lasts)}.`,
        },
      ]
    : [
        {
          ...at,
          severity: 'info',
          message: `${looks}: as each round takes a little longer, a day is missed now and then. Sleep for less.`,
        },
      ];
}
