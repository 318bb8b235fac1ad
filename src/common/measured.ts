/**
 * A number that carries where it came from. Everything that is shown to a person is one of these, so that no view
 * can show a figure without being able to say whether it was counted or estimated, when, and at what cost; and so
 * that what the role may not see is `unknown`, never 0.
 */

/** How a value was come by. `atLeast`: counting stopped at a cap, the truth is this or more. */
export type How = 'exact' | 'estimated' | 'atLeast';

export interface Known<T> {
  readonly how: How;
  readonly value: T;
  /** When it was read, by the clock of this machine. */
  readonly at: Date;
  /** Server time that the reading took in milliseconds, when it was measured. It may cover several values. */
  readonly tookMs?: number;
  /** Half-width of the 95 % confidence interval of an estimate, in the unit of the value. */
  readonly plusMinus?: number;
  /** What a person should know about this very value, one sentence: "from 5,812 rows in 192 of 33,334 pages". */
  readonly note?: string;
}

export interface Unknown {
  readonly how: 'unknown';
  readonly value?: undefined;
  /** Why it can't be known, one sentence. */
  readonly reason: string;
  /** What to do so that it can, one sentence. */
  readonly next?: string;
  /** When it will be known by itself, as far as that can be told. */
  readonly knownAt?: Date;
}

export type Measured<T = number> = Known<T> | Unknown;

export function unknown(reason: string, next?: string, knownAt?: Date): Unknown {
  return {
    how: 'unknown',
    reason,
    ...(next === undefined ? {} : { next }),
    ...(knownAt === undefined ? {} : { knownAt }),
  };
}

/** Unknown now, and it will be known by itself at a moment that can be told. */
export function isAwaited(m: Measured<unknown>, now: Date): m is Unknown & { readonly knownAt: Date } {
  return m.how === 'unknown' && m.knownAt !== undefined && m.knownAt > now;
}

export function isKnown<T>(m: Measured<T>): m is Known<T> {
  return m.how !== 'unknown';
}

/** Applies `f` to a known value and keeps everything that is known about it; `plusMinus` is mapped by `scale` if given, else dropped. */
export function mapMeasured<T, U>(
  m: Measured<T>,
  f: (value: T) => U,
  scale?: (plusMinus: number) => number,
): Measured<U> {
  if (!isKnown(m)) return m;
  const { value, plusMinus, ...rest } = m;
  return plusMinus !== undefined && scale !== undefined
    ? { ...rest, value: f(value), plusMinus: scale(plusMinus) }
    : { ...rest, value: f(value) };
}
