import { lineAt } from '../../python/syntax/lines.ts';
import type { PythonNode, PythonSource } from '../../python/syntax/nodes.ts';
import type { StrValue, Value } from '../../python/values/values.ts';
import type { Item } from './items.ts';

/**
 * Items are read from the statements one by one, and the value comes from evaluating all of them: where the two do not say
 * the same, the value is right.
 */

/** Texts of a list that is wholly known; undefined: it isn't. */
export function knownEntries(value: Value | undefined): readonly StrValue[] | undefined {
  if ((value?.t !== 'list' && value?.t !== 'tuple') || value.open !== undefined) return undefined;
  const texts = value.items.flatMap((item) => (item.t === 'str' ? [item] : []));
  return texts.length === value.items.length ? texts : undefined;
}

export interface Standing {
  readonly source: PythonSource;
  readonly owner: string;
  /** The last statement that sets or changes the list. */
  readonly statement: PythonNode;
  /** A statement that may or may not run sets or changes it: with or without it, the items are read. */
  readonly maybe: boolean;
}

/** Why nothing is known of what is set in a branch that may or may not run. */
export const UNDECIDED = 'it depends on a condition that is not known';

export function reconciled(items: readonly Item[], value: Value | undefined, at: Standing): readonly Item[] {
  const known = knownEntries(value);
  return known === undefined ? withDoubt(items, value, at) : inOrderOf(items, known, at);
}

/** What seemed sure from the statements alone is not. */
function withDoubt(
  items: readonly Item[],
  value: Value | undefined,
  { source, owner, statement, maybe }: Standing,
): readonly Item[] {
  if (items.length === 0 || items.some((item) => item.kind === 'unknown' || item.maybe)) return items;
  const open = value?.t === 'list' || value?.t === 'tuple' ? value.open : undefined;
  const reason = value?.t === 'unresolved' ? value.why : open;
  if (maybe && reason === UNDECIDED) return items;
  const line = lineAt(source, statement.from);
  const why = reason ?? `what ${owner} is after line ${line} is computed`;
  return [...items, { kind: 'unknown', why, from: statement.from, maybe: false } as const];
}

function inOrderOf(
  items: readonly Item[],
  known: readonly StrValue[],
  { source, owner, statement }: Standing,
): readonly Item[] {
  const result: Item[] = [];
  let next = 0;
  const comments = (until: number): Item[] => items.slice(next, until).filter((item) => item.kind === 'comment');
  for (const { v: path, at } of known) {
    const found = items.findIndex((item, i) => i >= next && item.kind === 'entry' && item.path === path);
    const item = items[found];
    if (item === undefined) {
      const here = at?.file === source.file ? source.tree.resolve(at.from, 1) : statement;
      result.push({ kind: 'entry', path, node: here, within: 'other', statement, owner, maybe: false });
      continue;
    }
    result.push(...comments(found), item.maybe ? { ...item, maybe: false } : item);
    next = found + 1;
  }
  return [...result, ...comments(items.length)];
}
