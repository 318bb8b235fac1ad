import type { Evaluation } from '../evaluation/evaluation.ts';
import { children, type PythonNode } from '../syntax/nodes.ts';
import {
  dict,
  NONE,
  tuple,
  unresolved,
  type Args,
  type Frame,
  type ObjectValue,
  type Value,
} from '../values/values.ts';

/**
 * Functions that the settings themselves define, such as `def get_env(name, default=None)`: followed like the rest, with
 * bounds. Generators, coroutines and decorated functions are not.
 */

interface Parameter {
  readonly name: string;
  readonly star: '' | '*' | '**';
  readonly fallback?: Value;
}

export function makeFunction(it: Evaluation, node: PythonNode, frame: Frame, name: string): Value {
  const nodes = children(node);
  const parameterList = nodes.find((n) => n.name === 'ParamList');
  const body = nodes.at(-1);
  if (body === undefined || nodes[0]?.name === 'async' || contains(body, 'YieldExpression', 'YieldStatement')) {
    return unresolved(`${name}() is computed`);
  }
  const parameters = parameterList === undefined ? [] : readParameters(it, parameterList, frame);
  let depth = 0;
  const call = (args: Args): Value => {
    if (depth > 8) return unresolved(`${name}() calls itself`);
    const local: Frame = { source: frame.source, package: frame.package, parent: frame, names: new Map() };
    const refused = bindParameters(local, parameters, args, name);
    if (refused !== undefined) return unresolved(refused);
    depth++;
    try {
      if (body.name !== 'Body') return it.evaluate(body, local);
      const flow = it.executeAll(children(body), local);
      return typeof flow === 'object' ? flow.returned : NONE;
    } finally {
      depth--;
    }
  };
  const made: ObjectValue = { t: 'object', name, call };
  return made;
}

function contains(node: PythonNode, ...names: string[]): boolean {
  let found = false;
  node.cursor().iterate((inner) => {
    if (names.includes(inner.name)) found = true;
    return !found;
  });
  return found;
}

function readParameters(it: Evaluation, parameterList: PythonNode, frame: Frame): Parameter[] {
  const parameters: Parameter[] = [];
  const nodes = children(parameterList);
  for (let i = 0; i < nodes.length; i++) {
    const current = nodes[i];
    if (current?.name !== 'VariableName') continue;
    const before = nodes[i - 1]?.name;
    let next = i + 1;
    if (nodes[next]?.name === 'TypeDef') next++;
    const fallback = nodes[next]?.name === 'AssignOp' ? nodes[next + 1] : undefined;
    const star = before === '*' || before === '**' ? before : '';
    const name = it.text(current, frame);
    parameters.push(fallback === undefined ? { name, star } : { name, star, fallback: it.evaluate(fallback, frame) });
    if (fallback !== undefined) i = next + 1;
  }
  return parameters;
}

/** Returns why the call can't be made. */
function bindParameters(local: Frame, parameters: readonly Parameter[], args: Args, name: string): string | undefined {
  if (args.open !== undefined) return args.open;
  const named = new Map(args.named);
  let used = 0;
  for (const parameter of parameters) {
    if (parameter.star === '*') {
      local.names.set(parameter.name, tuple(args.positional.slice(used)));
      used = args.positional.length;
      continue;
    }
    if (parameter.star === '**') {
      local.names.set(parameter.name, dict(named));
      named.clear();
      continue;
    }
    const value = used < args.positional.length ? args.positional[used++] : named.get(parameter.name);
    named.delete(parameter.name);
    const bound = value ?? parameter.fallback;
    if (bound === undefined) return `${name}() is called without ${parameter.name}`;
    local.names.set(parameter.name, bound);
  }
  return undefined;
}
