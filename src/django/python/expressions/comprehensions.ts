import { TOO_LARGE, type Evaluation } from '../evaluation/evaluation.ts';
import { comprehensionOf, type ComprehensionClause } from '../syntax/comprehension.ts';
import type { PythonNode } from '../syntax/nodes.ts';
import { flatTargets } from '../syntax/targets.ts';
import { truth } from '../values/comparison.ts';
import { MAX_ITEMS, setKey } from '../values/containers.ts';
import { unresolved, type DictValue, type Frame, type SequenceValue, type Value } from '../values/values.ts';

/** Comprehensions, and generators that are passed to a call, over what is known. */

export function comprehension(t: SequenceValue['t'], it: Evaluation, node: PythonNode, frame: Frame): Value {
  const items: Value[] = [];
  const open = run(it, node, frame, ([element, ...more], local) => {
    if (element === undefined || more.length > 0) return 'a comprehension spreads what it holds';
    items.push(it.evaluate(element, local));
    return items.length > MAX_ITEMS ? 'a list is too long to follow' : undefined;
  });
  if (open === undefined) return { t, items };
  return open.ended ? { t, items, open: open.why } : unresolved(open.why);
}

export function dictComprehension(it: Evaluation, node: PythonNode, frame: Frame): Value {
  const result: DictValue = { t: 'dict', entries: new Map(), at: it.place(node, frame) };
  const open = run(it, node, frame, ([key, , value], local) => {
    if (key === undefined || value === undefined) return 'a comprehension spreads what it holds';
    setKey(result, it.evaluate(key, local), it.evaluate(value, local));
    return result.entries.size > MAX_ITEMS ? 'a dict is too large to follow' : undefined;
  });
  if (open === undefined) return result;
  return open.ended ? { ...result, open: open.why } : unresolved(open.why);
}

/** Why not all is known; `ended`: what has been taken is right, and more may follow. */
interface Open {
  readonly why: string;
  readonly ended: boolean;
}

type Take = (head: readonly PythonNode[], local: Frame) => string | undefined;

function run(it: Evaluation, node: PythonNode, frame: Frame, take: Take): Open | undefined {
  const parts = comprehensionOf(node);
  if (parts === undefined) return { why: `${it.describe(node, frame)} is computed`, ended: false };
  const { head, clauses } = parts;
  const local: Frame = { source: frame.source, package: frame.package, parent: frame, names: new Map() };
  let ended: string | undefined;
  const go = (depth: number): string | undefined => {
    const clause = clauses[depth];
    if (clause === undefined) return take(head, local);
    const { items, open, why } = iterated(it, clause, local);
    if (why !== undefined) return why;
    for (const item of items) {
      const refused = it.bounded(
        () => TOO_LARGE.why,
        () => {
          bindTargets(it, clause.targets, item, local);
          const kept = meets(it, clause, local);
          return typeof kept === 'string' ? kept : kept ? go(depth + 1) : undefined;
        },
      );
      if (refused !== undefined) return refused;
    }
    // What more there may be of an outer loop would come behind what has been taken; of an inner one in its middle.
    if (open !== undefined && clauses.length > 1) return open;
    ended = open;
    return undefined;
  };
  const why = go(0);
  if (why !== undefined) return { why, ended: false };
  return ended === undefined ? undefined : { why: ended, ended: true };
}

function iterated(
  it: Evaluation,
  { iterable }: ComprehensionClause,
  local: Frame,
): { readonly items: readonly Value[]; readonly open?: string; readonly why?: string } {
  const value = it.evaluate(iterable, local);
  if (value.t === 'dict' && value.open === undefined)
    return { items: Array.from(value.entries.values(), ({ key }) => key) };
  // The order of a set is another in each process.
  if (value.t !== 'list' && value.t !== 'tuple')
    return { items: [], why: value.t === 'unresolved' ? value.why : `${it.describe(iterable, local)} is computed` };
  return { items: value.items, ...(value.open === undefined ? {} : { open: value.open }) };
}

/** A text says why it isn't known. */
function meets(it: Evaluation, { conditions }: ComprehensionClause, local: Frame): boolean | string {
  for (const condition of conditions) {
    const value = it.evaluate(condition, local);
    const known = truth(value);
    if (known === undefined)
      return value.t === 'unresolved' ? value.why : `${it.describe(condition, local)} is computed`;
    if (!known) return false;
  }
  return true;
}

/** `x`, `x, y`, `(x, y)`; what is written in another way is not known. */
export function bindTargets(it: Evaluation, targets: readonly PythonNode[], value: Value, local: Frame): void {
  const names = flatTargets(targets).filter(({ name }) => name === 'VariableName');
  if (targets[0]?.name === 'VariableName' && targets.length === 1) {
    local.names.set(it.text(targets[0], local), value);
    return;
  }
  const [first, last] = [targets[0], targets.at(-1)];
  const starred = first !== undefined && local.source.text.slice(first.from - 1, last?.to).includes('*');
  const known = (value.t === 'tuple' || value.t === 'list') && value.open === undefined && !starred;
  const items = known && value.items.length === names.length ? value.items : [];
  names.forEach((name, i) => {
    local.names.set(it.text(name, local), items[i] ?? unresolved('values are unpacked that are not known'));
  });
}
