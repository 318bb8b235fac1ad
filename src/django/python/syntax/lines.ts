import type { PythonSource } from './nodes.ts';

/** Offsets of the line breaks of each text: asked for again and again, and found by halves. */
const lineBreaks = new WeakMap<PythonSource, readonly number[]>();

/** 1-based line of an offset. */
export function lineAt(source: PythonSource, offset: number): number {
  const breaks = lineBreaks.get(source) ?? Array.from(source.text.matchAll(/\n/g), ({ index }) => index);
  lineBreaks.set(source, breaks);
  return 1 + countBelow(breaks, offset, (at) => at);
}

/** How many of the items, which are in order, are at an offset below this one. */
export function countBelow<T>(items: readonly T[], offset: number, offsetOf: (item: T) => number): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (item !== undefined && offsetOf(item) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
