import { dateFormat } from '../common/format.ts';
import type { RangeOf } from './compareFigures.ts';

interface Options {
  /** BCP 47 tag. */
  readonly locale: string;
}

const DATE = { year: 'numeric', month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' } as const;

/** With the zone, for a report is read elsewhere. */
export function reportDate(at: Date, { locale }: Options): string {
  return dateFormat(locale, { ...DATE, second: '2-digit', timeZoneName: 'short' }).format(at);
}

/** Of what is as short as this the seconds matter. */
const SHORT_MS = 3_600_000;

export function reportRange({ from, to }: RangeOf, { locale }: Options): string {
  const seconds = to.getTime() - from.getTime() < SHORT_MS ? ({ second: '2-digit' } as const) : {};
  return dateFormat(locale, { ...DATE, ...seconds, timeZoneName: 'short' }).formatRange(from, to);
}

/** In a table under a range that says year and zone. */
export function reportMoment(at: Date, until: Date | undefined, { locale }: Options): string {
  const { year: _, ...date } = DATE;
  const format = dateFormat(locale, { ...date, second: '2-digit' });
  return until === undefined ? format.format(at) : format.formatRange(at, until);
}
