import type { Frame } from '../evaluate/interpreter.ts';

/** Names that projects give to the interval of the throttle in their settings, and how many seconds one unit is. */
const NAMES: readonly { readonly pattern: RegExp; readonly unitSeconds: number }[] = [
  { pattern: /^(?:SESSION_\w*)?(?:THROTTLE|UPDATE|ACTIVITY|SAVE)\w*_MINUTES$/, unitSeconds: 60 },
  { pattern: /^(?:SESSION_\w*)?THROTTLE(?:D)?(?:_\w+)?_(?:INTERVAL|SECONDS|AGE|PERIOD)$/, unitSeconds: 1 },
  { pattern: /^(?:SESSION_\w*)?THROTTLE(?:_INTERVAL|_SECONDS)?$/, unitSeconds: 1 },
  { pattern: /^SESSION_(?:UPDATE|ACTIVITY|SAVE)_(?:\w+_)?(?:INTERVAL|SECONDS)$/, unitSeconds: 1 },
];

export interface ThrottleInterval {
  readonly name: string;
  readonly seconds: number;
}

/** The throttle interval that the settings themselves name as a number; undefined: none. */
export function throttleInterval(frame: Frame): ThrottleInterval | undefined {
  for (const [name, value] of frame.names) {
    const known = NAMES.find(({ pattern }) => pattern.test(name));
    if (known !== undefined && value.t === 'number' && value.v > 0)
      return { name, seconds: value.v * known.unitSeconds };
  }
  return undefined;
}
