import type { Value } from './values.ts';

/** Whether a value is what timedelta() makes, see datetimeModule(). */
export function isTimedelta(value: Value): boolean {
  return value.t === 'object' && value.name === 'timedelta' && value.attribute?.('total_seconds') !== undefined;
}

/** Seconds of a number, or whole seconds of a timedelta; undefined: it is neither. */
export function secondsOf(value: Value): number | undefined {
  if (value.t === 'number') return value.v;
  if (value.t !== 'object' || !isTimedelta(value)) return undefined;
  const [days, seconds] = [value.attribute?.('days'), value.attribute?.('seconds')];
  return days?.t === 'number' && seconds?.t === 'number' ? days.v * 86_400 + seconds.v : undefined;
}
