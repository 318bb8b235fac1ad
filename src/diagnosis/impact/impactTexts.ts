import { dateFormat, formatNumber, formatPercent, type FormatOptions } from '../../common/format.ts';
import type { Annotation } from '../../history/ranges/annotations.ts';
import type { ChangePoint } from './changes/changePoints.ts';
import type { Reduction } from './reduction.ts';

type KnownReduction = Extract<Reduction, { kind: 'known' }>;

/** "−85%", "+12%", "3.4 times as many": of a ratio after ÷ before. */
export function ratioText(ratio: number, options: FormatOptions = {}): string {
  return `${timesText(ratio, options)}${ratio >= MANY ? ' as many' : ''}`;
}

/** The same of what can't be counted: "3.4 times". */
export function timesText(ratio: number, options: FormatOptions = {}): string {
  if (ratio >= MANY) return `${formatNumber(ratio, options)} times`;
  const share = Math.round((ratio - 1) * 1000) / 1000;
  if (share === 0) return '±0%';
  return `${share < 0 ? '−' : '+'}${formatPercent(Math.abs(share), options)}`;
}

const MANY = 3;

/** The interval: "−83% to −87%", the smaller change first. */
export function intervalText({ low, high }: Pick<KnownReduction, 'low' | 'high'>, options: FormatOptions = {}): string {
  const [first, last] = high < 1 ? [high, low] : [low, high];
  const [from, to] = [timesText(first, options), timesText(last, options)];
  // A narrow one would look as if there were none.
  return from === to ? `${finely(first, options)} to ${finely(last, options)}` : `${from} to ${to}`;
}

function finely(ratio: number, { locale = 'en' }: FormatOptions): string {
  const percent = new Intl.NumberFormat(locale, {
    style: 'percent',
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  return `${ratio < 1 ? '−' : '+'}${percent.format(Math.abs(ratio - 1))}`;
}

/** One sentence or two: what became of the saves at the same times of day, and how sure that is. */
export function reductionSentence(reduction: Reduction, options: FormatOptions = {}): string {
  if (reduction.kind === 'unknown') return `How the saves changed can’t be told. ${reduction.why}`;
  const { ratio, from, low, high } = reduction;
  const days = daysText(reduction);
  const change = `Saves at the same times of day: ${ratioText(ratio, options)}`;
  const interval = intervalText(reduction, options);
  if (from === 'days') {
    const doubt = low <= 1 && high >= 1 ? ' That can be chance.' : '';
    return `${change}, 95% interval ${interval}, from ${days}.${doubt}`;
  }
  return `${change}. It fluctuates from ${interval} within them; how much days differ can’t be told yet from ${days}.`;
}

/** "7 days before and 1 day after": those that were compared. */
export function daysText({ daysBefore, daysAfter }: Pick<KnownReduction, 'daysBefore' | 'daysAfter'>): string {
  return `${plural(daysBefore, 'day')} before and ${plural(daysAfter, 'day')} after`;
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

/** "Saves −85% since 14:02, 1 minute after commit abc1234: “…”". What came before it need not be the reason. */
export function changePointText(
  { at, ratio }: ChangePoint,
  cause: Annotation | undefined,
  options: { readonly locale: string },
): string {
  const time = dateFormat(options.locale, { hour: 'numeric', minute: '2-digit' }).format(at);
  const since = `Saves ${ratioText(ratio, options)} since ${time}`;
  if (cause === undefined) return `${since}. Nothing is known that happened in the day before it.`;
  const minutes = Math.round((at - (cause.until ?? cause.at).getTime()) / 60_000);
  return `${since}, ${afterText(minutes)} ${lowered(cause.text)}`;
}

const HOUR = 60;

function afterText(minutes: number): string {
  if (minutes <= 0) return 'at the time of:';
  if (minutes < 2 * HOUR) return `${plural(minutes, 'minute')} after:`;
  return `${plural(Math.round(minutes / HOUR), 'hour')} after:`;
}

/** In the middle of a sentence. */
function lowered(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}
