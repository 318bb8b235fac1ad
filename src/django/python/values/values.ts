import type { PythonSource } from '../syntax/nodes.ts';

/**
 * What a Python expression of a settings file is known to be. Containers are mutable and shared, as in Python:
 * `DATABASES['default']['HOST'] = …` changes the one dictionary. What is not known is `unresolved`, with the reason;
 * it spreads through everything that is computed from it.
 */

/** UTF-16 offsets in a file. */
export interface Place {
  readonly file: string;
  readonly from: number;
  readonly to: number;
}

export interface Unresolved {
  readonly t: 'unresolved';
  /** Half a sentence for a person: "DB_PASSWORD is not set in the environment". */
  readonly why: string;
}

/** Where a variable of the environment has its value from. */
export interface ValueOrigin {
  /** environment: of the process. file: a `.env`. container: what a compose file gives a service. default: the settings themselves. */
  readonly kind: 'environment' | 'file' | 'container' | 'default';
  /** The variable. */
  readonly name: string;
  readonly file?: string;
  /** Of default: where it stands, in UTF-16 units. */
  readonly from?: number;
  /** Of container: 1-based, where it isn't the service itself that says it. */
  readonly line?: number;
  readonly service?: string;
}

export interface StrValue {
  readonly t: 'str';
  readonly v: string;
  /** Of what was a variable of the environment, as long as it is passed on unchanged. */
  readonly origin?: ValueOrigin;
  /** Where the expression stands that gave it; of what is in a list, or was added to one, the element or argument. */
  readonly at?: Place;
}

export interface SequenceValue {
  readonly t: 'list' | 'tuple' | 'set';
  readonly items: Value[];
  /** There may be more items than are known: why. */
  open?: string;
}

export interface DictValue {
  readonly t: 'dict';
  readonly entries: Map<string, { readonly key: Value; value: Value }>;
  /** There may be more keys, or other values, than are known: why. */
  open?: string;
  readonly at?: Place;
  /** Of what was made from a URL: that of the URL. */
  readonly origin?: ValueOrigin;
}

export interface PathValue {
  readonly t: 'path';
  readonly v: string;
}

/** A module, a function, or an instance of a class that is known here; everything about it goes through these. */
export interface ObjectValue {
  readonly t: 'object';
  readonly name: string;
  readonly attribute?: (name: string) => Value | undefined;
  /** An attribute that is not known isn't there: asking for it raises AttributeError. */
  readonly isComplete?: boolean;
  readonly call?: (args: Args) => Value;
  readonly item?: (key: Value) => Value;
  readonly setItem?: (key: Value, value: Value) => void;
  readonly contains?: (key: Value) => boolean | undefined;
  /** `object - other`; undefined where that isn't known. */
  readonly minus?: (other: Value) => Value | undefined;
}

export type Value =
  /** `why`: None because an environment variable without default is not set. */
  | { readonly t: 'none'; readonly why?: string }
  | { readonly t: 'bool'; readonly v: boolean }
  | { readonly t: 'number'; readonly v: number; readonly float?: boolean }
  | StrValue
  | { readonly t: 'bytes'; readonly v: string }
  | SequenceValue
  | DictValue
  | PathValue
  | ObjectValue
  | Unresolved;

/** Arguments of a call. `open`: a `*args` or `**kwargs` that is not known was among them. */
export interface Args {
  readonly positional: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
  readonly open?: string;
  /** Where the call stands, for the places of what it makes and for messages. */
  readonly at: Place;
  /** Names at the call. */
  readonly frame: Frame;
}

/** Names of one module or one function call. */
export interface Frame {
  readonly source: PythonSource;
  readonly names: Map<string, Value>;
  /** Dotted package that relative imports start from; '' for a module at the top. */
  readonly package: string;
  /** Of modules: the statement that set each name last, in whatever file; of names that were set otherwise there is none. */
  readonly places?: Map<string, Place>;
  /** Where names that are not here are looked up next. */
  readonly parent?: Frame;
}

export const NONE: Value = { t: 'none' };
export const str = (v: string): StrValue => ({ t: 'str', v });
/** The same value, known to come from there; what isn't a text has no origin. */
export const withOrigin = (value: Value, origin: ValueOrigin | undefined): Value =>
  origin === undefined || (value.t !== 'str' && value.t !== 'dict') ? value : { ...value, origin };
/** What the settings say themselves where the variable isn't set. */
export const defaultOf = (name: string, value: Value, { at }: Args): Value =>
  withOrigin(value, { kind: 'default', name, file: at.file, from: at.from });
export const bool = (v: boolean): Value => ({ t: 'bool', v });
export const numberValue = (v: number, float = false): Value =>
  float ? { t: 'number', v, float } : { t: 'number', v };
export const path = (v: string): PathValue => ({ t: 'path', v });
export const listValue = (items: Value[]): SequenceValue => ({ t: 'list', items });
export const tuple = (items: Value[]): SequenceValue => ({ t: 'tuple', items });
export const unresolved = (why: string): Unresolved => ({ t: 'unresolved', why });
export const native = (name: string, call: (args: Args) => Value): ObjectValue => ({ t: 'object', name, call });

export function dict(pairs: Iterable<readonly [string, Value]> = [], at?: Place): DictValue {
  const entries: DictValue['entries'] = new Map();
  for (const [key, value] of pairs) entries.set(`s:${key}`, { key: str(key), value });
  return at === undefined ? { t: 'dict', entries } : { t: 'dict', entries, at };
}

/** A module or instance whose attributes are these. */
export function namespace(name: string, attributes: Readonly<Record<string, Value>>): ObjectValue {
  return { t: 'object', name, attribute: (key) => (Object.hasOwn(attributes, key) ? attributes[key] : undefined) };
}

/** What is computed from a value and isn't known: for the reason of the value where that isn't known either. */
export function unresolvedFrom(value: Value, describe: () => string): Value {
  return value.t === 'unresolved' ? value : unresolved(`${describe()} is computed`);
}
