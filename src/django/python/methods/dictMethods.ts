import type { Methods } from '../evaluation/evaluation.ts';
import { keyOf } from '../values/comparison.ts';
import { blur, lookUp, mergeInto, setKey } from '../values/containers.ts';
import {
  listValue,
  NONE,
  str,
  tuple,
  unresolved,
  type DictValue,
  type SequenceValue,
  type Value,
} from '../values/values.ts';

/** Methods of dict. */

export const DICT_METHODS: Methods<DictValue> = {
  get: (_, self, args) => {
    const [key, fallback] = args.positional;
    return key === undefined ? undefined : (lookUp(self, key) ?? fallback ?? NONE);
  },
  setdefault: (it, self, args) => {
    const [key, fallback = NONE] = args.positional;
    if (key === undefined) return undefined;
    const present = lookUp(self, key);
    if (present !== undefined) return present;
    setKey(self, key, it.stored(fallback));
    return fallback;
  },
  update: (it, self, args) => {
    const given: DictValue = { t: 'dict', entries: new Map() };
    for (const value of args.positional) mergeInto(given, value, () => 'the argument of update()');
    for (const [key, value] of args.named) setKey(given, str(key), value);
    if (it.doubt !== undefined) for (const entry of given.entries.values()) entry.value = unresolved(it.doubt);
    const open = given.open ?? args.open;
    if (open !== undefined) blur(self, open);
    mergeInto(self, given, () => 'the argument of update()');
    return NONE;
  },
  pop: (it, self, args) => {
    const [key, fallback] = args.positional;
    if (key === undefined) return undefined;
    const present = lookUp(self, key) ?? fallback ?? it.raise('KeyError', 'pop() of a key that is not there');
    if (it.doubt === undefined) self.entries.delete(keyOf(key) ?? '');
    else if (self.entries.has(keyOf(key) ?? '')) setKey(self, key, unresolved(it.doubt));
    return present;
  },
  copy: (_, self) => {
    const entries = new Map([...self.entries].map(([id, entry]) => [id, { ...entry }] as const));
    return self.open === undefined ? { t: 'dict', entries } : { t: 'dict', entries, open: self.open };
  },
  keys: (_, self) => entriesOf(self, (key) => key),
  values: (_, self) => entriesOf(self, (_key, value) => value),
  items: (_, self) => entriesOf(self, (key, value) => tuple([key, value])),
};

function entriesOf(self: DictValue, pick: (key: Value, value: Value) => Value): SequenceValue {
  const items = listValue([...self.entries.values()].map(({ key, value }) => pick(key, value)));
  return self.open === undefined ? items : { ...items, open: self.open };
}
