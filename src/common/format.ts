import { isAwaited, isKnown, type Known, type Measured } from './measured.ts';

/**
 * How numbers are said to a person. Pure and free of imports from Node and VS Code, because the webview uses it too.
 * Numbers follow the locale; the words are English, as all our texts are.
 */

export type Unit =
  | 'count'
  | 'bytes'
  | 'bytesPerDay'
  | 'bytesPerMinute'
  | 'perMinute'
  | 'perHour'
  | 'perSecond'
  /** 0 to 1, shown as a percentage. */
  | 'share'
  | 'seconds'
  | 'milliseconds'
  | 'date'
  | 'ratio'
  | 'text';

export interface FormatOptions {
  /** BCP 47 tag; 'en' by default. */
  readonly locale?: string;
  /** With it dates are said as ages, "13 days ago"; without it as date and time. */
  readonly now?: Date;
  /** How null is said: 'none' by default. */
  readonly whenNull?: string;
}

const numberFormats = new Map<string, Intl.NumberFormat>();

function intl(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = locale + JSON.stringify(options);
  const made = numberFormats.get(key) ?? new Intl.NumberFormat(locale, options);
  numberFormats.set(key, made);
  return made;
}

const dateFormats = new Map<string, Intl.DateTimeFormat>();

/** The same one for the same wish: making one takes as long as formatting with it a hundred times, and its memory is not on the heap. */
export function dateFormat(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale + JSON.stringify(options);
  const made = dateFormats.get(key) ?? new Intl.DateTimeFormat(locale, options);
  dateFormats.set(key, made);
  return made;
}

/** Whole from 100 on, else to three significant digits: 500,243 · 42.5 · 0.213. */
export function formatNumber(value: number, options: FormatOptions = {}): string {
  const digits: Intl.NumberFormatOptions =
    Math.abs(value) >= 99.95 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 };
  return intl(options.locale ?? 'en', { ...digits, signDisplay: 'negative' }).format(value);
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** Powers of 1024 under PostgreSQL's own labels (as pg_size_pretty): 464 MB, 3.1 MB, 8 kB. */
export function formatBytes(bytes: number, options: FormatOptions = {}): string {
  let value = bytes;
  let unit = 0;
  // 1023.5 would be rounded to 1,024 of the smaller unit.
  while (Math.abs(value) >= 1023.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = unit > 0 && Math.abs(value) < 9.95 ? 1 : 0;
  const number = intl(options.locale ?? 'en', { maximumFractionDigits: digits, signDisplay: 'negative' }).format(value);
  return `${number} ${BYTE_UNITS[unit] ?? 'B'}`;
}

/** 0.4 s · 90 s · 12 min · 3 h 20 min · 13 days: never finer than a person cares for. Rounded down from a minute on. */
export function formatDuration(seconds: number, options: FormatOptions = {}): string {
  const n = (value: number): string => formatNumber(value, options);
  if (Math.abs(seconds) < 10) return `${n(Math.round(seconds * 10) / 10)} s`;
  const s = Math.round(seconds);
  if (s < 120) return `${n(s)} s`;
  const minutes = Math.floor(s / 60);
  if (minutes < 60) return `${n(minutes)} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 || hours >= 24 ? `${n(hours)} h` : `${n(hours)} h ${n(minutes % 60)} min`;
  return `${n(Math.floor(hours / 24))} days`;
}

/** Seconds from which an age is said in this unit; the coarsest that leaves at least 2 of them. */
const AGE_UNITS = [
  { from: 172_800, seconds: 86_400, label: 'days' },
  { from: 7200, seconds: 3600, label: 'h' },
  { from: 120, seconds: 60, label: 'min' },
] as const;

/** "4 min ago", "in 21 h", "now": one unit only, rounded down. */
export function formatAge(at: Date, now: Date, options: FormatOptions = {}): string {
  const seconds = Math.round((now.getTime() - at.getTime()) / 1000);
  const far = Math.abs(seconds);
  if (far < 1) return 'now';
  const unit = AGE_UNITS.find((candidate) => far >= candidate.from) ?? { seconds: 1, label: 's' };
  const text = `${formatNumber(Math.floor(far / unit.seconds), options)} ${unit.label}`;
  return seconds > 0 ? `${text} ago` : `in ${text}`;
}

/** A share of 0 to 1 in percent: 87% · 99.97% · 0.016%. Never rounded to 0% or 100% when it is neither. */
export function formatPercent(share: number, options: FormatOptions = {}): string {
  const locale = options.locale ?? 'en';
  const fromEnd = Math.min(Math.abs(share), Math.abs(1 - share));
  if (fromEnd === 0 || fromEnd >= 0.095) return intl(locale, { style: 'percent' }).format(share);
  // Enough decimals to show two digits of what is missing to the nearer end, within reason.
  const decimals = Math.min(4, Math.max(0, Math.ceil(-Math.log10(fromEnd * 100)) + 1));
  return intl(locale, { style: 'percent', maximumFractionDigits: decimals }).format(share);
}

export function formatMilliseconds(ms: number, options: FormatOptions = {}): string {
  if (Math.abs(ms) < 999.5) return `${formatNumber(ms, options)} ms`;
  return ms < 60_000 ? `${formatNumber(ms / 1000, options)} s` : formatDuration(ms / 1000, options);
}

/** "+3.1 MB a day"; the sign always stands there, because a change is what it is. */
export function formatBytesPerDay(bytes: number, options: FormatOptions = {}): string {
  const sign = bytes > 0 ? '+' : bytes < 0 ? '−' : '';
  return `${sign}${formatBytes(Math.abs(bytes), options)} a day`;
}

function formatDate(date: Date, options: FormatOptions): string {
  if (options.now !== undefined) return formatAge(date, options.now, options);
  return dateFormat(options.locale ?? 'en', { dateStyle: 'medium', timeStyle: 'medium' }).format(date);
}

const BY_UNIT: Readonly<Record<Unit, (value: number, options: FormatOptions) => string>> = {
  count: formatNumber,
  bytes: formatBytes,
  bytesPerDay: formatBytesPerDay,
  bytesPerMinute: (value, options) => `${formatBytes(value, options)}/min`,
  perMinute: (value, options) => `${formatNumber(value, options)}/min`,
  perHour: (value, options) => `${formatNumber(value, options)}/h`,
  perSecond: (value, options) => `${formatNumber(value, options)}/s`,
  share: formatPercent,
  seconds: formatDuration,
  milliseconds: formatMilliseconds,
  date: (value, options) => formatDate(new Date(value), options),
  ratio: formatNumber,
  text: formatNumber,
};

export function formatValue(value: number | string | Date | null, unit: Unit, options: FormatOptions = {}): string {
  if (value === null) return options.whenNull ?? 'none';
  if (typeof value === 'string') return value;
  if (value instanceof Date) return formatDate(value, options);
  return BY_UNIT[unit](value, options);
}

/** '500,243' · '≈ 1,000,000' · '> 1,000' · 'unknown' · 'in 42 min' where it is known then. An estimate shows no more digits than it is worth. */
export function formatMeasured(
  measured: Measured<number | string | Date | null>,
  unit: Unit,
  options: FormatOptions = {},
): string {
  if (options.now !== undefined && isAwaited(measured, options.now)) return formatAge(measured.knownAt, options.now);
  if (!isKnown(measured)) return 'unknown';
  const { value, how } = measured;
  if (how === 'exact' || value === null || typeof value === 'string') return formatValue(value, unit, options);
  if (how === 'atLeast') return formatAtLeast(value, unit, options);
  return `≈ ${formatValue(typeof value === 'number' ? roundEstimate(value, measured.plusMinus, unit) : value, unit, options)}`;
}

/** A count that stopped at 1,001 is more than 1,000, which reads better than "≥ 1,001" and says the same. */
function formatAtLeast(value: number | Date, unit: Unit, options: FormatOptions): string {
  if (unit === 'count' && typeof value === 'number' && value > 1 && (value - 1) % 10 === 0) {
    return `> ${formatNumber(value - 1, options)}`;
  }
  return `≥ ${formatValue(value, unit, options)}`;
}

/** Rounds to the first digit of the uncertainty; without one a count is rounded to three digits. Never to 0. */
function roundEstimate(value: number, plusMinus: number | undefined, unit: Unit): number {
  if (value === 0 || plusMinus === 0 || !Number.isFinite(value)) return value;
  if (plusMinus === undefined) return unit === 'count' ? Number(value.toPrecision(3)) : value;
  const step = 10 ** Math.floor(Math.log10(plusMinus));
  const rounded = step >= 1 ? Math.round(value / step) * step : value;
  return rounded === 0 ? Number(value.toPrecision(1)) : rounded;
}

const HOW_TEXT: Readonly<Record<Known<unknown>['how'], string>> = {
  exact: 'Exact.',
  estimated: 'Estimated.',
  atLeast: 'Counting stopped at a cap: it is this or more.',
};

/** Where a value comes from, line by line, for a hover: how, note, age and cost; or why it is unknown and what to do. */
export function explainMeasured(
  measured: Measured<number | string | Date | null>,
  unit: Unit,
  options: FormatOptions = {},
): readonly string[] {
  if (!isKnown(measured)) return measured.next === undefined ? [measured.reason] : [measured.reason, measured.next];
  const { how, plusMinus, note, at, tookMs } = measured;
  const precise = how === 'estimated' && plusMinus !== undefined;
  const first = precise ? `Estimated, ± ${formatPlusMinus(plusMinus, unit, options)} (95% confidence).` : HOW_TEXT[how];
  const cost = tookMs === undefined ? '' : ` in ${formatMilliseconds(tookMs, options)} of server time`;
  return [
    first,
    ...(note === undefined ? [] : [/[.!?]$/.test(note) ? note : `${note}.`]),
    `Read ${formatDate(at, options)}${cost}.`,
  ];
}

function formatPlusMinus(plusMinus: number, unit: Unit, options: FormatOptions): string {
  if (unit === 'bytesPerDay') return `${formatBytes(plusMinus, options)} a day`;
  return formatValue(Number(plusMinus.toPrecision(2)), unit === 'date' ? 'seconds' : unit, options);
}
