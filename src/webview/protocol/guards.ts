/** Checks of values that come from elsewhere, and the types that they prove. */

export type Guard<T> = (value: unknown) => value is T;
export type Guarded<C> = C extends Guard<infer T> ? T : never;

export const isString: Guard<string> = (value) => typeof value === 'string';
export const isBoolean: Guard<boolean> = (value) => typeof value === 'boolean';
/** Finite: JSON has no others. */
export const isNumber: Guard<number> = (value): value is number => Number.isFinite(value);

export function isText(maxLength: number): Guard<string> {
  return (value): value is string => typeof value === 'string' && value.length <= maxLength;
}

/** A whole number in a range, both ends included. */
export function isWhole(least: number, most: number): Guard<number> {
  return (value): value is number => Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}

export function isOneOf<const T extends string>(...values: readonly T[]): Guard<T> {
  return (value): value is T => values.some((one) => one === value);
}

export function isNullOr<T>(check: Guard<T>): Guard<T | null> {
  return (value): value is T | null => value === null || check(value);
}

export function isListOf<T>(check: Guard<T>, maxLength = Infinity): Guard<readonly T[]> {
  return (value): value is readonly T[] => Array.isArray(value) && value.length <= maxLength && value.every(check);
}

type Shape = Readonly<Record<string, Guard<unknown>>>;
/** What a shape proves of a value. */
export type Proved<S extends Shape> = { readonly [K in keyof S]: Guarded<S[K]> };

/** Exactly these keys: one more is as wrong as one less, for it may be a misspelled one. */
export function isObjectOf<S extends Shape>(shape: S): Guard<Proved<S>> {
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
    Object.entries(table).map(([type, shape]) => [type, isObjectOf({ type: isOneOf(type), ...shape })] as const),
  );
  return (value) => {
    if (typeof value !== 'object' || value === null || !('type' in value)) return undefined;
    const { type } = value;
    return typeof type === 'string' && checks.get(type)?.(value) === true ? (value as Messages<T>) : undefined;
  };
}
