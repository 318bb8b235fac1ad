import { passes } from '../../python/expressions/iteration.ts';
import { comprehensionOf } from '../../python/syntax/comprehension.ts';
import { children, type PythonNode } from '../../python/syntax/nodes.ts';
import { truth } from '../../python/values/comparison.ts';
import { str, type Frame } from '../../python/values/values.ts';
import type { Item } from './items.ts';
import type { ListReading } from './listReading.ts';

/** A list of which some items are left out: `[m for m in X if …]`, the same as a generator, and `filter(…, X)`. */
export interface Filter {
  /** The list that is filtered. */
  readonly list: PythonNode;
  /** undefined: it isn't known whether the entry stays. */
  readonly keeps: (path: string) => boolean | undefined;
}

/** The list that a filter goes through, by the syntax alone. */
export function filteredList(node: PythonNode, text: (node: PythonNode) => string): PythonNode | undefined {
  const parts = comprehensionOf(node);
  if (parts !== undefined) {
    const [clause, ...more] = parts.clauses;
    const [element, ...rest] = parts.head;
    const [target, ...others] = clause?.targets ?? [];
    const same = element?.name === 'VariableName' && target?.name === 'VariableName' && text(element) === text(target);
    const plain = more.length + rest.length + others.length === 0;
    return same && plain ? clause?.iterable : undefined;
  }
  return filterArguments(node, text)?.[1];
}

function filterArguments(
  node: PythonNode,
  text: (node: PythonNode) => string,
): readonly [test: PythonNode, list: PythonNode] | undefined {
  const [callee, args] = node.name === 'CallExpression' ? children(node) : [];
  if (callee?.name !== 'VariableName' || args === undefined || text(callee) !== 'filter') return undefined;
  const [test, comma, list, ...more] = children(args).slice(1, -1);
  const plain = comma?.name === ',' && more.every(({ name }) => name === ',');
  return test === undefined || list === undefined || !plain ? undefined : [test, list];
}

export function filterOf(reading: ListReading, node: PythonNode): Filter | undefined {
  const { it, frame } = reading;
  const list = filteredList(node, (n) => it.text(n, frame));
  if (list === undefined || reading.repeated) return undefined;
  const [clause] = comprehensionOf(node)?.clauses ?? [];
  if (clause !== undefined) {
    const [target] = clause.targets;
    const name = target === undefined ? '' : it.text(target, frame);
    return {
      list,
      keeps: (path) => {
        const local: Frame = { ...frame, parent: frame, names: new Map([[name, str(path)]]) };
        const answers = clause.conditions.map((condition) => truth(it.evaluate(condition, local)));
        return answers.includes(false) ? false : answers.includes(undefined) ? undefined : true;
      },
    };
  }
  const [test] = filterArguments(node, (n) => it.text(n, frame)) ?? [];
  if (test === undefined) return undefined;
  const asked = it.evaluate(test, frame);
  return { list, keeps: (path) => passes(asked, str(path), { at: it.place(node, frame), frame }) };
}

/** What is left of the items; what may or may not be left is `maybe`. */
export function keptItems(items: readonly Item[], { keeps }: Filter): readonly Item[] {
  return items.flatMap((item): Item[] => {
    const kept = item.kind === 'entry' ? keeps(item.path) : item.kind === 'comment' ? true : undefined;
    if (kept === false) return [];
    return kept === true ? [item] : [{ ...item, maybe: true }];
  });
}
