/** Checks of values that come from elsewhere, and the types that they prove. */

export type Check<T> = (value: unknown) => value is T;
export type Checked<C> = C extends Check<infer T> ? T : never;

export const string: Check<string> = (value) => typeof value === 'string';
export const boolean: Check<boolean> = (value) => typeof value === 'boolean';
/** Finite: JSON has no others. */
export const number: Check<number> = (value): value is number => Number.isFinite(value);

export function text(maxLength: number): Check<string> {
  return (value): value is string => typeof value === 'string' && value.length <= maxLength;
}

/** A whole number in a range, both ends included. */
export function whole(least: number, most: number): Check<number> {
  return (value): value is number => Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}

export function oneOf<const T extends string>(...values: readonly T[]): Check<T> {
  return (value): value is T => values.some((one) => one === value);
}

export function nullable<T>(check: Check<T>): Check<T | null> {
  return (value): value is T | null => value === null || check(value);
}

export function list<T>(check: Check<T>, maxLength = Infinity): Check<readonly T[]> {
  return (value): value is readonly T[] => Array.isArray(value) && value.length <= maxLength && value.every(check);
}

type Shape = Readonly<Record<string, Check<unknown>>>;
/** What a shape proves of a value. */
export type Proved<S extends Shape> = { readonly [K in keyof S]: Checked<S[K]> };

/** Exactly these keys: one more is as wrong as one less, for it may be a misspelled one. */
export function object<S extends Shape>(shape: S): Check<Proved<S>> {
  const keys = Object.keys(shape);
  return (value): value is Proved<S> =>
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).length === keys.length &&
    keys.every((key) => Object.hasOwn(value, key) && shape[key]?.((value as Record<string, unknown>)[key]) === true);
}

export type Messages<T extends Readonly<Record<string, Shape>>> = {
  readonly [K in keyof T]: { readonly type: K } & Proved<T[K]>;
}[keyof T];

/** Checks messages by their `type`; undefined: there is no such message, or it is not as it should be. */
export function parser<const T extends Readonly<Record<string, Shape>>>(
  table: T,
): (value: unknown) => Messages<T> | undefined {
  const checks = new Map(
    Object.entries(table).map(([type, shape]) => [type, object({ type: oneOf(type), ...shape })] as const),
  );
  return (value) => {
    if (typeof value !== 'object' || value === null || !('type' in value)) return undefined;
    const { type } = value;
    return typeof type === 'string' && checks.get(type)?.(value) === true ? (value as Messages<T>) : undefined;
  };
}
