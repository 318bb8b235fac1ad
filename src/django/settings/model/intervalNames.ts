import { isTimedelta, secondsOf } from '../../python/values/timedelta.ts';
import type { Frame, Value } from '../../python/values/values.ts';

/** The names that people give to the interval of the throttle, in settings and in its class, and what their numbers are in. */

/** What a part of a name says about the unit; no such part: seconds. */
const UNITS: readonly { readonly pattern: RegExp; readonly seconds: number }[] = [
  { pattern: /(?:^|_)(?:ms|msecs?|millis|milliseconds?)(?:_|$)/i, seconds: 1e-3 },
  { pattern: /(?:^|_)(?:s|secs?|seconds?)(?:_|$)/i, seconds: 1 },
  { pattern: /(?:^|_)(?:mins?|minutes?)(?:_|$)/i, seconds: 60 },
  { pattern: /(?:^|_)(?:h|hrs?|hours?)(?:_|$)/i, seconds: 3_600 },
  { pattern: /(?:^|_)days?(?:_|$)/i, seconds: 86_400 },
];

/** Names in settings: there are many others there, so that they have to say what they are for. */
const SETTINGS: readonly RegExp[] = [
  /^(?:SESSION_\w*)?(?:THROTTLE|UPDATE|ACTIVITY|SAVE)\w*_(?:MINUTES|MINS|HOURS)$/,
  /^(?:SESSION_\w*)?THROTTLED?(?:_\w+)?_(?:INTERVAL|SECONDS|AGE|PERIOD)$/,
  /^(?:SESSION_\w*)?THROTTLE(?:_INTERVAL|_SECONDS)?$/,
  /^SESSION_(?:UPDATE|ACTIVITY|SAVE)_(?:\w+_)?(?:INTERVAL|SECONDS)$/,
];

/** Names in the class of the throttle and beside it, the surest first. */
const IN_CLASS: readonly RegExp[] = [
  /interval|throttle/i,
  /period|frequency|threshold|window|delay|every|freshness/i,
  /seconds|minutes|hours|delta|timeout|max_?age|ttl/i,
];

/** Seconds in one unit of a number of this name; undefined: the name tells no unit. */
export function unitOf(name: string): number | undefined {
  const words = name.replace(/([a-z])([A-Z])/g, '$1_$2');
  return UNITS.find(({ pattern }) => pattern.test(words))?.seconds;
}

/** How surely a name in the class is that of the interval, 0 the surest; undefined: it is none. */
export function intervalRank(name: string): number | undefined {
  const rank = IN_CLASS.findIndex((pattern) => pattern.test(name));
  return rank === -1 ? undefined : rank;
}

/** What a number or a timedelta of this name is in seconds; undefined: it is neither, or not above 0. */
export function intervalSeconds(name: string, value: Value): number | undefined {
  const seconds = secondsOf(value);
  if (seconds === undefined || seconds <= 0) return undefined;
  return isTimedelta(value) ? seconds : seconds * (unitOf(name) ?? 1);
}

export interface NamedInterval {
  readonly name: string;
  readonly seconds: number;
}

/** The throttle interval that the settings themselves name; undefined: none. */
export function throttleInterval(frame: Frame): NamedInterval | undefined {
  for (const [name, value] of frame.names) {
    if (!SETTINGS.some((pattern) => pattern.test(name))) continue;
    const seconds = intervalSeconds(name, value);
    if (seconds !== undefined) return { name, seconds };
  }
  return undefined;
}
