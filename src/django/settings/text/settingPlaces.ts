import { children, type PythonNode, type PythonSource } from '../../python/syntax/nodes.ts';
import { scopeOf } from './scopes.ts';

/** Where settings are set: assignments to plain names outside of functions and classes. */

export interface SettingPlace {
  readonly name: string;
  readonly statement: PythonNode;
  readonly target: PythonNode;
  /** The expression; undefined where there is none, or it is a tuple without parentheses. */
  readonly value: PythonNode | undefined;
  /** The statement sets nothing else. */
  readonly alone: boolean;
  /** It stands in no block. */
  readonly atTop: boolean;
}

export interface SettingMentions {
  readonly places: readonly SettingPlace[];
  /** Mentions that are no such assignment, by name. */
  readonly others: ReadonlyMap<string, readonly PythonNode[]>;
}

/** Assignments to and other mentions of the names that match, in the order of the text. */
export function settingPlaces(source: PythonSource, names: RegExp): SettingMentions {
  const places: SettingPlace[] = [];
  const others = new Map<string, PythonNode[]>();
  source.tree.iterate({
    enter: (reference) => {
      if (reference.name !== 'VariableName') return;
      const name = source.text.slice(reference.from, reference.to);
      if (!names.test(name)) return;
      const place = placeOf(source, reference.node, name);
      const known = others.get(name);
      if (place !== undefined) places.push(place);
      else if (known === undefined) others.set(name, [reference.node]);
      else known.push(reference.node);
    },
  });
  return { places, others };
}

function placeOf(source: PythonSource, target: PythonNode, name: string): SettingPlace | undefined {
  const statement = target.parent;
  if (statement?.name !== 'AssignStatement') return undefined;
  const nodes = children(statement).filter((n) => n.name !== 'TypeDef');
  const operators = nodes.flatMap((n, i) => (n.name === 'AssignOp' ? [i] : []));
  const last = operators.at(-1) ?? nodes.length;
  const at = nodes.findIndex((n) => n.from === target.from);
  const isTarget =
    at < last &&
    (nodes[at + 1]?.name === 'AssignOp' || operators.length === 0) &&
    (at === 0 || nodes[at - 1]?.name === 'AssignOp');
  if (!isTarget) return undefined;
  const where = scopeOf(statement);
  if (where === 'function') return undefined;
  const side = nodes.slice(last + 1);
  const value = side.length === 1 ? side[0] : undefined;
  return { name, statement, target, value, alone: operators.length === 1, atTop: where === 'top' };
}
