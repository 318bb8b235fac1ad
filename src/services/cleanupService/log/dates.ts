/**
 * Dates as `date` writes them in the language of the container: "Sat Nov  9 14:00:00 UTC 2025", "So 9. Nov 14:00:00 CET 2025",
 * "2025年 11月  9日 日曜日 14:00:00 UTC". Names of months come from Intl.
 */

const LANGUAGES = [
  ...[
    'en',
    'de',
    'fr',
    'es',
    'it',
    'pt',
    'nl',
    'pl',
    'sv',
    'da',
    'nb',
    'fi',
    'cs',
    'sk',
    'hu',
    'ro',
    'tr',
    'ru',
    'uk',
    'el',
  ],
  ...['sl', 'lt', 'lv', 'et', 'id'],
];

/** Hours east of UTC. Only abbreviations that mean one zone, or that RFC 2822 (section 4.3) gives a meaning. */
const ZONES: Readonly<Record<string, number>> = {
  ...{ UTC: 0, UCT: 0, GMT: 0, Z: 0, WET: 0, WEST: 1, CET: 1, CEST: 2, MEZ: 1, MESZ: 2, EET: 2, EEST: 3, MSK: 3 },
  ...{ EST: -5, EDT: -4, CST: -6, CDT: -5, MST: -7, MDT: -6, PST: -8, PDT: -7, AKST: -9, AKDT: -8, HST: -10 },
  ...{ JST: 9, KST: 9, HKT: 8, SGT: 8, AEST: 10, AEDT: 11, ACST: 9.5, AWST: 8, NZST: 12, NZDT: 13 },
};

const TIME = /(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?/u;
const OFFSET = /(?:UTC|GMT)?([+-])(\d\d):?(\d\d)?(?!\d)/u;

let monthNames: Map<string, number> | undefined;

/**
 * Every name of a month, its abbreviation and the first three letters of four (which `date` prints), in lower case
 * and without dots, with its number from 1. What means two months has none.
 */
function months(): Map<string, number> {
  if (monthNames !== undefined) return monthNames;
  const numbers = new Map<string, number>();
  const add = (name: string, month: number): void => {
    if (/^\p{L}{3,}$/u.test(name)) numbers.set(name, (numbers.get(name) ?? month) === month ? month : Number.NaN);
  };
  for (const language of LANGUAGES) {
    for (const form of ['short', 'long'] as const) {
      for (const context of [{ month: form }, { month: form, day: 'numeric' }] as const) {
        const format = new Intl.DateTimeFormat(language, { ...context, timeZone: 'UTC' });
        for (let month = 1; month <= 12; month++) {
          const parts = format.formatToParts(Date.UTC(2025, month - 1, 9));
          const name = bare(parts.find((part) => part.type === 'month')?.value ?? '');
          add(name, month);
          if (name.length === 4) add(name.slice(0, 3), month);
        }
      }
    }
  }
  monthNames = new Map([...numbers].filter(([, month]) => !Number.isNaN(month)));
  return monthNames;
}

const bare = (word: string): string => word.toLowerCase().replace(/\./gu, '');

/** undefined when a part of it, the time zone included, is missing or can be read in two ways. */
export function parseLogDate(text: string): Date | undefined {
  const iso = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?\s?(?:Z|UTC|[+-]\d\d:?\d\d)/u.exec(text)?.[0];
  if (iso !== undefined)
    return valid(
      Date.parse(
        iso
          .replace(/\s?UTC$/u, 'Z')
          .replace(',', '.')
          .replace(' ', 'T')
          .replace(' ', ''),
      ),
    );
  const time = TIME.exec(text);
  if (time === null) return undefined;
  const before = text.slice(0, time.index);
  const after = text.slice(time.index + time[0].length);
  const offset = offsetMinutes(after);
  const date = dateOf(`${before} ${after.replace(OFFSET, ' ')}`);
  if (offset === undefined || date === undefined) return undefined;
  const hour = hourOf(Number(time[1]), after);
  const [year, month, day] = date;
  return valid(Date.UTC(year, month - 1, day, hour, Number(time[2]) - offset, Number(time[3] ?? 0)));
}

function valid(ms: number): Date | undefined {
  return Number.isNaN(ms) ? undefined : new Date(ms);
}

/** en_US writes 02:00:00 PM. */
function hourOf(hour: number, after: string): number {
  const half = /^\s*([ap])\.?m\b/iu.exec(after)?.[1]?.toLowerCase();
  if (half === undefined) return hour;
  return (hour % 12) + (half === 'p' ? 12 : 0);
}

/** A zone by its abbreviation, its offset from UTC or its name in the IANA database, in a form that Intl knows. */
export function zoneOf(text: string): string | undefined {
  const minutes = offsetMinutes(text);
  if (minutes !== undefined) {
    const [hours, rest] = [Math.trunc(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
    return `${minutes < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}:${String(rest).padStart(2, '0')}`;
  }
  const name = /\b[A-Z][A-Za-z]+\/[\w/+-]+/u.exec(text)?.[0];
  if (name === undefined) return undefined;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return name;
  } catch {
    return undefined; // no zone, whatever it is
  }
}

function offsetMinutes(after: string): number | undefined {
  const words = after.match(/\p{L}+/gu) ?? [];
  const numeric = OFFSET.exec(after);
  if (numeric !== null) {
    const minutes = Number(numeric[2]) * 60 + Number(numeric[3] ?? 0);
    return numeric[1] === '-' ? -minutes : minutes;
  }
  const zone = words.find((word) => Object.hasOwn(ZONES, word));
  return zone === undefined ? undefined : (ZONES[zone] ?? 0) * 60;
}

/** Year, month from 1, and day. */
function dateOf(text: string): [number, number, number] | undefined {
  const year = Number(/(?<!\d)(?:19|20)\d\d(?!\d)/u.exec(text)?.[0]);
  const rest = text.replace(/(?<!\d)(?:19|20)\d\d(?!\d)/u, ' ');
  const numbers = (rest.match(/(?<!\d)\d{1,2}(?!\d)/gu) ?? []).map(Number);
  // The last word: "mar" is a Tuesday in Italian when the month follows.
  const named = (text.match(/\p{L}+/gu) ?? []).map((word) => months().get(bare(word))).findLast((m) => m !== undefined);
  const numbered = /(?<!\d)(\d{1,2})\s*月/u.exec(rest)?.[1];
  const [first, second] = numbers;
  if (Number.isNaN(year) || first === undefined) return undefined;
  if (named !== undefined) return numbers.length === 1 ? [year, named, first] : undefined;
  if (second === undefined || numbers.length !== 2) return undefined;
  if (numbered !== undefined) return [year, first, second];
  // 09.11.2025 has the day first; 09/11/2025 is read in two ways.
  return /\d\.\s*\d/u.test(rest) || first > 12 ? [year, second, first] : undefined;
}
