import type { Evaluation } from '../evaluation/evaluation.ts';
import type { PythonNode } from '../syntax/nodes.ts';
import type { Frame } from '../values/values.ts';

/** What `[1]`, `[1:3]` and `[::2]` name in a sequence, as Python counts. */
export interface Part {
  readonly kind: 'item' | 'slice';
  /** Places of what is named, ascending. */
  readonly places: readonly number[];
  /** Whether they are named from their last to their first. */
  readonly backwards: boolean;
  /** Where something begins that is put in the place of a slice without a step; undefined: it has one. */
  readonly start?: number;
}

/**
 * `nodes`: what stands between the brackets. 'outside': an index that is not there, which raises; undefined: it isn't known.
 */
export function partOf(
  it: Evaluation,
  nodes: readonly PythonNode[],
  frame: Frame,
  length: number,
): Part | 'outside' | undefined {
  const bounds: (PythonNode | undefined)[] = [undefined];
  for (const node of nodes) {
    if (node.name === ':') bounds.push(undefined);
    else if (bounds.at(-1) === undefined && node.name !== ',') bounds[bounds.length - 1] = node;
    else return undefined;
  }
  const values = bounds.map((node) => (node === undefined ? 'none' : integer(it, node, frame)));
  if (values.includes(undefined)) return undefined;
  const [first = 'none', second = 'none', third = 'none'] = values;
  if (bounds.length === 1) return first === 'none' ? undefined : itemAt(first, length);
  return bounds.length > 3 || third === 0 ? undefined : sliceOf(first, second, third, length);
}

type Bound = number | 'none';

/** None is as good as no bound. */
function integer(it: Evaluation, node: PythonNode, frame: Frame): Bound | undefined {
  const value = it.evaluate(node, frame);
  if (value.t === 'none' && value.why === undefined) return 'none';
  return value.t === 'number' && value.float !== true ? value.v : undefined;
}

function itemAt(index: number, length: number): Part | 'outside' {
  const place = index < 0 ? length + index : index;
  return place < 0 || place >= length ? 'outside' : { kind: 'item', places: [place], backwards: false };
}

function sliceOf(from: Bound, to: Bound, by: Bound, length: number): Part {
  const step = by === 'none' ? 1 : by;
  const [lowest, highest] = step > 0 ? [0, length] : [-1, length - 1];
  const clamp = (bound: Bound, otherwise: number): number =>
    bound === 'none' ? otherwise : Math.max(lowest, Math.min(highest, bound < 0 ? length + bound : bound));
  const [first, end] = step > 0 ? [clamp(from, lowest), clamp(to, highest)] : [clamp(from, highest), clamp(to, lowest)];
  const places: number[] = [];
  for (let at = first; step > 0 ? at < end : at > end; at += step) places.push(at);
  if (step < 0) return { kind: 'slice', places: places.toReversed(), backwards: true };
  return { kind: 'slice', places, backwards: false, ...(by === 'none' ? { start: first } : {}) };
}
