import type { PythonNode } from '../../python/syntax/nodes.ts';

/** What a list that MIDDLEWARE is made from consists of, each piece with the place where it is written. */

export interface EntryItem {
  readonly kind: 'entry';
  readonly path: string;
  /** The expression that is the entry. */
  readonly node: PythonNode;
  /** What the entry is a part of; `other`: it can be read there, and not be taken out. */
  readonly within: 'list' | 'tuple' | 'bareTuple' | 'argument' | 'other';
  /** The simple statement that it stands in. */
  readonly statement: PythonNode;
  /** Name that the statement sets or changes: MIDDLEWARE, or a list that MIDDLEWARE is made from. */
  readonly owner: string;
  /** Whether it runs depends on something that the text does not say. */
  readonly maybe: boolean;
  /** Its place in the list is a guess, because what stands before it is not known: what the guess rests on. */
  readonly guess?: string;
}

export interface CommentItem {
  readonly kind: 'comment';
  readonly path: string;
  /** Offsets of the string in the comment. */
  readonly from: number;
  readonly to: number;
  readonly comment: PythonNode;
  readonly maybe: boolean;
}

/** Entries of which the text does not say what they are, nor how many. */
export interface UnknownItem {
  readonly kind: 'unknown';
  /** Half a sentence: "get_middleware() is computed". */
  readonly why: string;
  readonly from: number;
  readonly maybe: boolean;
  /** What was done to it that may or may not have had an effect. */
  readonly guess?: string;
}

export type Item = EntryItem | CommentItem | UnknownItem;

export const isEntry = (item: Item): item is EntryItem => item.kind === 'entry';

/** One of two lists: what both begin and end with is there in any case, and stands in the result once, as in the first. */
export function eitherOf(yes: readonly Item[], no: readonly Item[]): readonly Item[] {
  const shorter = Math.min(yes.length, no.length);
  let start = 0;
  while (start < shorter && isSame(yes[start], no[start])) start++;
  let end = 0;
  while (end < shorter - start && isSame(yes.at(-1 - end), no.at(-1 - end))) end++;
  const unsure = [...yes.slice(start, yes.length - end), ...no.slice(start, no.length - end)];
  return [...yes.slice(0, start), ...unsure.map((item) => ({ ...item, maybe: true })), ...yes.slice(yes.length - end)];
}

function isSame(a: Item | undefined, b: Item | undefined): boolean {
  if (a === undefined || b === undefined || offsetOf(a) !== offsetOf(b)) return false;
  if (a.kind === 'unknown') return b.kind === 'unknown' && a.why === b.why && a.guess === b.guess;
  return b.kind !== 'unknown' && a.kind === b.kind && a.path === b.path;
}

const offsetOf = (item: Item): number => (item.kind === 'entry' ? item.node.from : item.from);

export const signature = (items: readonly Item[]): string => wordsOf(items).join('\n');

/** What is compared of each item. */
export function wordsOf(items: readonly Item[]): string[] {
  return items.flatMap((item) => {
    if (item.kind === 'comment') return [];
    return [`${item.kind === 'entry' ? item.path : '*'}${item.maybe ? '?' : ''}${item.guess ?? ''}`];
  });
}
