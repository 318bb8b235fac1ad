import type { Evaluation } from '../evaluation/evaluation.ts';
import { children, type PythonNode } from '../syntax/nodes.ts';
import { addItems, mergeInto, setKey } from '../values/containers.ts';
import type { DictValue, Frame, SequenceValue, Value } from '../values/values.ts';

/** Displays of lists, tuples, sets and dicts. */

/** Elements between commas, `*known` spread, `*unknown` leaving the sequence open. */
export function sequence(
  t: SequenceValue['t'],
  it: Evaluation,
  nodes: readonly PythonNode[],
  frame: Frame,
): SequenceValue {
  const result: SequenceValue = { t, items: [] };
  let spread = false;
  for (const node of nodes) {
    if (node.name === ',') continue;
    if (node.name === '*') {
      spread = true;
      continue;
    }
    const value = it.evaluate(node, frame);
    if (!spread) addItems(result, [placedText(it, value, node, frame)]);
    else if (value.t === 'list' || value.t === 'tuple' || value.t === 'set') {
      addItems(result, value.items);
      if (value.open !== undefined) result.open = value.open;
    } else result.open = value.t === 'unresolved' ? value.why : `${it.describe(node, frame)} is computed`;
    spread = false;
  }
  return result;
}

/** A text as the element or argument that it is here: the literal may stand elsewhere. */
export function placedText(it: Evaluation, value: Value, node: PythonNode, frame: Frame): Value {
  return value.t === 'str' ? { ...value, at: it.place(node, frame) } : value;
}

export function dictionary(it: Evaluation, node: PythonNode, frame: Frame): Value {
  const result: DictValue = { t: 'dict', entries: new Map(), at: it.place(node, frame) };
  const nodes = children(node).slice(1, -1);
  for (let i = 0; i < nodes.length; i++) {
    const current = nodes[i];
    if (current === undefined || current.name === ',') continue;
    if (current.name === '**') {
      const spread = nodes[++i];
      if (spread !== undefined) mergeInto(result, it.evaluate(spread, frame), () => it.describe(spread, frame));
      continue;
    }
    const value = nodes[i + 2];
    if (value === undefined) break;
    setKey(result, it.evaluate(current, frame), it.evaluate(value, frame));
    i += 2;
  }
  return result;
}
