import type { Method, Methods } from '../evaluation/evaluation.ts';
import { equal } from '../values/comparison.ts';
import { blur, MAX_ITEMS } from '../values/containers.ts';
import { NONE, type SequenceValue, type Value } from '../values/values.ts';

/** Methods of list, tuple and set. */

/** Changes a list; where it is doubtful whether that happens, what the list holds becomes open. */
const changed =
  (change: (items: Value[], args: readonly Value[]) => boolean): Method<SequenceValue> =>
  (it, self, args) => {
    if (self.t === 'tuple') return undefined;
    if (it.doubt !== undefined) self.open = it.doubt;
    else if (args.open !== undefined || !change(self.items, args.positional))
      self.open = 'a list is changed by something computed';
    return NONE;
  };

export const LIST_METHODS: Methods<SequenceValue> = {
  append: changed((items, [item]) => item !== undefined && items.push(item) > 0),
  add: changed((items, [item]) => item !== undefined && items.push(item) > 0),
  extend: changed((items, [more]) => {
    if ((more?.t !== 'list' && more?.t !== 'tuple' && more?.t !== 'set') || more.open !== undefined) return false;
    if (items.length + more.items.length > MAX_ITEMS) return false;
    items.push(...more.items);
    return true;
  }),
  insert: changed((items, [at, item]) => {
    if (at?.t !== 'number' || item === undefined) return false;
    items.splice(at.v, 0, item);
    return true;
  }),
  remove: changed((items, [item]) => {
    const answers = items.map((other) => (item === undefined ? undefined : equal(other, item)));
    const found = answers.indexOf(true);
    if (found === -1 || answers.slice(0, found).includes(undefined)) return false;
    items.splice(found, 1);
    return true;
  }),
  index: (_, self, args) => {
    // More there may be before it as well.
    if (self.open !== undefined) return undefined;
    const item = args.positional[0];
    const answers = self.items.map((other) => (item === undefined ? undefined : equal(other, item)));
    const found = answers.indexOf(true);
    const certain = found !== -1 && !answers.slice(0, found).includes(undefined) && args.positional.length === 1;
    return certain ? { t: 'number', v: found } : undefined;
  },
  copy: (_, self) => ({ ...self, items: [...self.items] }),
  count: (_, self, args) => {
    const item = args.positional[0];
    const answers = self.items.map((other) => (item === undefined ? undefined : equal(other, item)));
    if (self.open !== undefined || answers.includes(undefined)) return undefined;
    return { t: 'number', v: answers.filter(Boolean).length };
  },
  clear: changed((items) => {
    items.length = 0;
    return true;
  }),
  reverse: changed((items) => {
    items.reverse();
    return true;
  }),
  pop: (it, self, args) => {
    const at = args.positional[0] ?? { t: 'number', v: -1 };
    const known = self.t === 'list' && self.open === undefined && it.doubt === undefined && at.t === 'number';
    if (!known) {
      blur(self, it.doubt ?? 'an item is taken out whose index is not known');
      return undefined;
    }
    const item = self.items.at(at.v);
    if (item === undefined) return it.raise('IndexError', 'pop() of an item that is not there');
    self.items.splice(at.v, 1);
    return item;
  },
};
