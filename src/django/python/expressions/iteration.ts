import { equal, truth } from '../values/comparison.ts';
import { iterate, MAX_ITEMS } from '../values/containers.ts';
import {
  bool,
  listValue,
  native,
  numberValue,
  tuple,
  unresolved,
  type Args,
  type ObjectValue,
  type Value,
} from '../values/values.ts';

/** Built-in functions that go through something, over what is known. What they give lazily is a list here. */

export function iterationBuiltins(): readonly ObjectValue[] {
  return [
    native('all', (args) => quantified(args, false)),
    native('any', (args) => quantified(args, true)),
    native('filter', filtered),
    native('range', range),
    native('enumerate', (args) => overItems(args, (item, i) => tuple([numberValue(i), item]))),
    native('zip', zipped),
    native('sorted', sorted),
  ];
}

const unknown = (args: Args): Value => {
  const value = args.positional.find(({ t }) => t === 'unresolved');
  return value ?? unresolved(args.open ?? 'what is gone through is not known');
};

/** The one argument, where all of it is known. */
function itemsOf(args: Args): readonly Value[] | undefined {
  const [over, ...more] = args.positional;
  const plain = args.open === undefined && more.length === 0 && args.named.size === 0;
  return over === undefined || !plain || over.t === 'set' ? undefined : iterate(over);
}

function overItems(args: Args, each: (item: Value, i: number) => Value): Value {
  const items = itemsOf(args);
  return items === undefined ? unknown(args) : listValue(items.map(each));
}

/** any() ends with the first that is true, all() with the first that is not. */
function quantified(args: Args, ending: boolean): Value {
  const [over] = args.positional;
  if (over === undefined || args.open !== undefined) return unknown(args);
  if (over.t !== 'list' && over.t !== 'tuple' && over.t !== 'set') return unknown(args);
  const answers = over.items.map(truth);
  if (answers.includes(ending)) return bool(ending);
  return answers.includes(undefined) || over.open !== undefined ? unknown(args) : bool(!ending);
}

function filtered(args: Args): Value {
  const [test, over] = args.positional;
  if (over === undefined || test === undefined || (over.t !== 'list' && over.t !== 'tuple')) return unknown(args);
  const items: Value[] = [];
  for (const item of over.items) {
    const kept = passes(test, item, args);
    if (kept === undefined) return unresolved('filter() asks something that is not known');
    if (kept) items.push(item);
  }
  return over.open === undefined ? listValue(items) : { ...listValue(items), open: over.open };
}

/** What filter() asks of an item: a function, or with None whether it is true. */
export function passes(test: Value, item: Value, { at, frame }: Pick<Args, 'at' | 'frame'>): boolean | undefined {
  if (test.t === 'none') return truth(item);
  if (test.t !== 'object' || test.call === undefined) return undefined;
  return truth(test.call({ positional: [item], named: new Map(), at, frame }));
}

function range(args: Args): Value {
  const numbers = args.positional.flatMap((value) => (value.t === 'number' ? [value.v] : []));
  const [first = 0, second, step = 1] = numbers;
  const [from, to] = second === undefined ? [0, first] : [first, second];
  const known = numbers.length === args.positional.length && numbers.length > 0 && step !== 0;
  if (!known || Math.abs((to - from) / step) > MAX_ITEMS) return unknown(args);
  const items: Value[] = [];
  for (let at = from; step > 0 ? at < to : at > to; at += step) items.push(numberValue(at));
  return listValue(items);
}

function zipped(args: Args): Value {
  const all = args.positional.map((value) => (value.t === 'set' ? undefined : iterate(value)));
  if (args.open !== undefined || args.named.size > 0 || all.includes(undefined)) return unknown(args);
  const known = all.flatMap((items) => (items === undefined ? [] : [items]));
  const length = Math.min(...known.map((items) => items.length));
  if (!Number.isFinite(length)) return listValue([]);
  return listValue(Array.from({ length }, (_, i) => tuple(known.flatMap((items) => items.slice(i, i + 1)))));
}

/** Texts only: how other things compare is not known here. */
function sorted(args: Args): Value {
  const [over, ...more] = args.positional;
  const items = over === undefined || more.length > 0 || args.named.size > 0 ? undefined : iterate(over);
  const texts = items?.flatMap((item) => (item.t === 'str' ? [item] : []));
  if (texts === undefined || texts.length !== items?.length) return unknown(args);
  const distinct =
    over?.t === 'set' ? texts.filter((a, i) => texts.findIndex((b) => equal(a, b) === true) === i) : texts;
  return listValue(distinct.toSorted((a, b) => (a.v < b.v ? -1 : a.v > b.v ? 1 : 0)));
}
