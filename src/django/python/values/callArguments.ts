import { unresolved, type Args, type Value } from './values.ts';

/** What the arguments of a call to something built in say. */

/** Arguments of a call to something built in, by name: `bind(args, ['var', 'default'])`. Absent ones are undefined. */
export function bind<N extends string>(args: Args, names: readonly N[]): Partial<Record<N, Value>> {
  const bound: Partial<Record<N, Value>> = {};
  names.forEach((name, i) => {
    const value = args.positional[i] ?? args.named.get(name);
    if (value !== undefined) bound[name] = value;
  });
  return bound;
}

/** A reason for arguments that aren't known. */
export function unknownArgument(args: Args, name: string): Value {
  const unknown = [...args.positional, ...args.named.values()].find((value) => value.t === 'unresolved');
  const none = args.positional.find((value) => value.t === 'none');
  if (unknown !== undefined) return unknown;
  return unresolved(none?.t === 'none' && none.why !== undefined ? none.why : (args.open ?? `${name}() is computed`));
}

/** The path that a call names; a `Value` that isn't a text says why there is none. */
export function pathOf(value: Value | undefined): string | undefined {
  return value?.t === 'str' || value?.t === 'path' ? value.v : undefined;
}
