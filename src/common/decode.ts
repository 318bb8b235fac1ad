import type { Known, Measured, Unknown } from './measured.ts';

/** Values that were written by another version of this program, turned into what this one knows. @throws Malformed */
export type Decode<T> = (value: unknown) => T;

/** Something is missing, or not what it should be, that can't be left out. */
export class Malformed extends Error {
  override readonly name = 'Malformed';
  readonly path: readonly string[];
  readonly what: string;

  constructor(path: readonly string[], what: string) {
    super(`${path.join('.')} ${what}`.trim());
    this.path = path;
    this.what = what;
  }
}

function expect<T>(what: string, is: (value: unknown) => value is T): Decode<T> {
  return (value) => {
    if (is(value)) return value;
    throw new Malformed([], `is ${value === undefined ? 'missing' : `not ${what}`}`);
  };
}

export const string = expect('a text', (value) => typeof value === 'string');
export const boolean = expect('true or false', (value) => typeof value === 'boolean');
export const number = expect('a number', (value): value is number => Number.isFinite(value));
export const date = expect('a time', (value): value is Date => value instanceof Date && !Number.isNaN(value.getTime()));

export function oneOf<const T extends string | number>(...values: readonly T[]): Decode<T> {
  return expect(`one of ${values.join(', ')}`, (value): value is T => values.some((one) => one === value));
}

export function nullable<T>(decode: Decode<T>): Decode<T | null> {
  return (value) => (value === null ? null : decode(value));
}

export function list<T>(decode: Decode<T>): Decode<readonly T[]> {
  const isList = expect('a list', (value): value is unknown[] => Array.isArray(value));
  return (value) => isList(value).map((item, at) => within(String(at), () => decode(item)));
}

const anObject = expect(
  'an object',
  (value): value is Readonly<Record<string, unknown>> =>
    typeof value === 'object' && value !== null && !Array.isArray(value),
);

export function record<T>(decode: Decode<T>): Decode<Readonly<Record<string, T>>> {
  return (value) =>
    Object.fromEntries(Object.entries(anObject(value)).map(([key, own]) => [key, within(key, () => decode(own))]));
}

/** A field that may be left out; what is there but malformed is left out as well. */
export interface Optional<T> {
  readonly optional: Decode<T>;
}

export function optional<T>(decode: Decode<T>): Optional<T> {
  return { optional: decode };
}

type Fields<T> = {
  readonly [K in keyof T]-?: undefined extends Pick<T, K>[K] ? Optional<Exclude<T[K], undefined>> : Decode<T[K]>;
};

/** Every field of T and no others: what another version adds is not known here. */
export function object<T extends object>(fields: Fields<T>): Decode<T> {
  const entries = Object.entries<Decode<unknown> | Optional<unknown>>(fields);
  return (value) => {
    const from = anObject(value);
    const decoded = entries.flatMap(([key, field]) => {
      if (typeof field === 'function') return [[key, within(key, () => field(from[key]))] as const];
      return attempt(() => field.optional(from[key])).map((own) => [key, own] as const);
    });
    return Object.fromEntries(decoded) as T;
  };
}

function attempt<T>(decode: () => T): readonly T[] {
  try {
    return [decode()];
  } catch (error) {
    if (error instanceof Malformed) return [];
    throw error;
  }
}

function within<T>(key: string, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    throw error instanceof Malformed ? new Malformed([key, ...error.path], error.what) : error;
  }
}

const isUnknown = object<Omit<Unknown, 'value'>>({
  how: oneOf('unknown'),
  reason: string,
  next: optional(string),
  knownAt: optional(date),
});

/** A figure that is missing or not as it should be is `otherwise`; the figures beside it stay as they are. */
export function measured<T>(decode: Decode<T>, otherwise: Unknown): Decode<Measured<T>> {
  const details = object<Omit<Known<T>, 'value'>>({
    how: oneOf('exact', 'estimated', 'atLeast'),
    at: date,
    tookMs: optional(number),
    plusMinus: optional(number),
    note: optional(string),
  });
  const known: Decode<Known<T>> = (value) => ({ ...details(value), value: decode(anObject(value)['value']) });
  return (value) => attempt(() => known(value))[0] ?? attempt(() => isUnknown(value))[0] ?? otherwise;
}
