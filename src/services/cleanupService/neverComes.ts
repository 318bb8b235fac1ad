import type { CleanupSchedule } from './schedules.ts';

/** Days of the longest of each month. */
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * Why a time that is written never comes, half a sentence; undefined: it comes, or it is not understood. Where a day of the week is
 * given too, cron runs on either of them.
 */
export function neverComes({ when = '' }: Pick<CleanupSchedule, 'when'>): string | undefined {
  const [day, month, weekday] = dayAndMonth(when.replace(/^['"]|['"]$/gu, ''));
  if (day === undefined || month === undefined || weekday !== '*') return undefined;
  const days = numbersIn(day);
  const months = numbersIn(month.replace(/[a-z]{3}/giu, (name) => String(MONTHS.indexOf(name.toLowerCase()) + 1)));
  if (days === undefined || months === undefined || months.some((one) => DAYS[one - 1] === undefined)) return undefined;
  const comes = months.some((one) => days.some((of) => of <= (DAYS[one - 1] ?? 0)));
  return comes ? undefined : 'that month has no such day';
}

function dayAndMonth(when: string): readonly (string | undefined)[] {
  const fields = when.trim().split(/\s+/u);
  if (fields.length === 5 && !when.includes('(')) return fields.slice(2);
  const named = (name: string): string | undefined => {
    const [, quoted, plain] = new RegExp(String.raw`\b${name}\s*=\s*(?:['"]([^'"]+)['"]|(\d+))`, 'u').exec(when) ?? [];
    return quoted ?? plain;
  };
  if (!when.startsWith('crontab(')) return [];
  return [named('day_of_month') ?? named('day'), named('month_of_year') ?? named('month'), named('day_of_week') ?? '*'];
}

/** undefined: any, or not understood. */
function numbersIn(field: string): readonly number[] | undefined {
  const parts = field.split(',').map(Number);
  return parts.every((one) => Number.isInteger(one) && one > 0) ? parts : undefined;
}
