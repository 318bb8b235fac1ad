import { children, type PythonNode } from '../python/syntax/nodes.ts';
import type { Frame } from '../python/values/values.ts';
import { intervalRank, unitOf } from '../settings/model/intervalNames.ts';
import type { Binding, ClassNames } from './classNames.ts';

/** From an expression in the class of the throttle to the statement or the setting that its value comes from. */

/** What is added up: `last + timedelta(minutes=15)`. */
export function terms(names: ClassNames, node: PythonNode, frame: Frame): PythonNode[] {
  const [first, operator, second] = children(node);
  if (node.name === 'ParenthesizedExpression' && operator !== undefined) return terms(names, operator, frame);
  if (node.name !== 'BinaryExpression' || first === undefined || operator === undefined || second === undefined)
    return [node];
  const adds = /^[+-]$/.test(names.it.text(operator, frame));
  return adds ? [...terms(names, first, frame), ...terms(names, second, frame)] : [node];
}

/** The first name in an expression that stands for something; `whole`: it is nothing but that name. */
export function mentioned(
  names: ClassNames,
  node: PythonNode,
  frame: Frame,
): { readonly binding: Binding; readonly whole: boolean } | undefined {
  const own = bindingOf(names, node, frame);
  if (own !== undefined) return { binding: own, whole: true };
  for (const child of children(node)) {
    if (child.nextSibling?.name === 'AssignOp') continue;
    const inner = mentioned(names, child, frame);
    if (inner !== undefined)
      return { binding: inner.binding, whole: inner.whole && node.name === 'ParenthesizedExpression' };
  }
  return undefined;
}

/** self.x, x, settings.X, getattr(settings, 'X', 900) */
function bindingOf(names: ClassNames, node: PythonNode, frame: Frame): Binding | undefined {
  const { it } = names;
  if (node.name === 'VariableName') {
    const name = it.text(node, frame);
    for (let outer: Frame | undefined = frame; outer !== undefined; outer = outer.parent) {
      const local = names.functions.find((f) => f.frame === outer)?.names.get(name);
      if (local !== undefined) return local;
    }
    return names.constant(name, frame);
  }
  const [object, dot, property] = node.name === 'MemberExpression' ? children(node) : [];
  if (object !== undefined && dot?.name === '.' && property !== undefined) {
    const value = it.evaluate(object, frame);
    if (value.t !== 'object') return undefined;
    const name = it.text(property, frame);
    if (value.name === 'self') return names.attributes.get(name) ?? ofMethod(names, name, node, frame);
    return value.name === 'settings' ? names.bind(name, node, frame, it.place(node, frame)) : undefined;
  }
  if (node.name !== 'CallExpression' || node.firstChild === null) return undefined;
  const callee = node.firstChild;
  const [self, , method] = callee.name === 'MemberExpression' ? children(callee) : [];
  if (self !== undefined && method !== undefined) {
    const value = it.evaluate(self, frame);
    const isSelf = value.t === 'object' && value.name === 'self';
    return isSelf ? ofMethod(names, it.text(method, frame), node, frame) : undefined;
  }
  const args = it.text(callee, frame) === 'getattr' ? node.lastChild : null;
  const key = args === null ? undefined : children(args)[3];
  const name = key === undefined ? undefined : it.evaluate(key, frame);
  if (args === null || name?.t !== 'str') return undefined;
  const binding = names.bind(name.v, node, frame, it.place(node, frame));
  const fallback = binding.setting?.at === undefined ? children(args)[5] : undefined;
  return (fallback === undefined ? undefined : bindingOf(names, fallback, frame)) ?? binding;
}

/** What a method or a property gives, by what it returns. */
function ofMethod(names: ClassNames, name: string, node: PythonNode, frame: Frame): Binding | undefined {
  const binding = names.bind(name, node, frame, names.it.place(node, frame));
  const from = names.returned(name, binding.value);
  return from === undefined
    ? undefined
    : { ...binding, at: from.at, ...(from.from === undefined ? {} : { from: from.from }) };
}

/** Where the value of a binding comes from in the end: `self.interval = interval`, `INTERVAL = getattr(settings, …)`. */
function chain(names: ClassNames, binding: Binding): Binding[] {
  const found = [binding];
  for (let last = binding; found.length < 8;) {
    const next = last.from === undefined ? undefined : bindingOf(names, last.from.node, last.from.frame);
    if (next === undefined || found.some(({ at }) => at.file === next.at.file && at.from === next.at.from)) break;
    found.push(next);
    last = next;
  }
  return found;
}

export function origin(names: ClassNames, binding: Binding): Binding {
  const all = chain(names, binding);
  // The expression getattr(settings, 'X', 900) itself says less than the statement that it stands in.
  const last = all.at(-1) ?? binding;
  const before = all.at(-2);
  return last.from?.node.name === 'CallExpression' && last.setting?.at === undefined && before !== undefined
    ? before
    : last;
}

export function rankOf(names: ClassNames, binding: Binding): number | undefined {
  const ranks = chain(names, binding).flatMap(({ name }) => intervalRank(name) ?? []);
  return ranks.length === 0 ? undefined : Math.min(...ranks);
}

export function unitIn(names: ClassNames, binding: Binding): number {
  for (const { name } of chain(names, binding)) {
    const unit = unitOf(name);
    if (unit !== undefined) return unit;
  }
  return 1;
}
