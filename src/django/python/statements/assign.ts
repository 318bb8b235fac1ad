import { TOO_LARGE, type Evaluation } from '../evaluation/evaluation.ts';
import { sequence } from '../expressions/displays.ts';
import { binary } from '../expressions/operators.ts';
import { partOf } from '../expressions/subscripts.ts';
import { lineAt } from '../syntax/lines.ts';
import { children, type PythonNode } from '../syntax/nodes.ts';
import { isBroken } from '../syntax/problems.ts';
import { assignmentParts, flatTargets, isTargetGroup } from '../syntax/targets.ts';
import { keyOf } from '../values/comparison.ts';
import { addItems, blur, MAX_ITEMS, mergeInto, setKey } from '../values/containers.ts';
import { unresolved, type Frame, type SequenceValue, type Value } from '../values/values.ts';

/** Assignments: to names, into containers, unpacking, and the augmented ones. */

export function evaluatePart(it: Evaluation, nodes: readonly PythonNode[], frame: Frame): Value {
  const [only] = nodes;
  if (only === undefined) return unresolved('an expression is incomplete');
  return nodes.length === 1 ? it.evaluate(only, frame) : sequence('tuple', it, nodes, frame);
}

export function assignment(it: Evaluation, node: PythonNode, frame: Frame): undefined {
  const all = assignmentParts(node);
  const targets = all.slice(0, -1);
  const last = all.at(-1) ?? [];
  const value = isBroken(frame.source, node)
    ? unresolved(`a syntax error in line ${lineAt(frame.source, node.from)}`)
    : evaluatePart(it, last, frame);
  for (const target of targets) assignTo(it, target, value, frame);
}

export function assignTo(it: Evaluation, target: readonly PythonNode[], value: Value, frame: Frame): void {
  const [only] = target;
  if (only === undefined) return;
  if (target.length > 1) {
    unpack(
      it,
      target.filter((n) => n.name !== ','),
      value,
      frame,
    );
  } else if (only.name === 'VariableName') {
    const statement = /^(?:Assign|Update)Statement$/.test(only.parent?.name ?? '') ? only.parent : null;
    frame.names.set(it.text(only, frame), it.stored(value));
    frame.places?.set(it.text(only, frame), it.place(statement ?? only, frame));
  } else if (only.name === 'MemberExpression') {
    assignMember(it, only, value, frame);
  } else if (isTargetGroup(only)) {
    it.bounded(
      () => forget(it, only, frame),
      () => assignTo(it, children(only).slice(1, -1), value, frame),
    );
  }
}

/** Targets that are too deep to be followed. */
function forget(it: Evaluation, target: PythonNode, frame: Frame): void {
  for (const node of flatTargets([target]))
    if (node.name === 'VariableName') frame.names.set(it.text(node, frame), TOO_LARGE);
}

function unpack(it: Evaluation, targets: readonly PythonNode[], value: Value, frame: Frame): void {
  const known =
    (value.t === 'tuple' || value.t === 'list') && value.open === undefined && !targets.some((n) => n.name === '*');
  const items = known && value.items.length === targets.length ? value.items : undefined;
  const why = value.t === 'unresolved' ? value.why : 'values are unpacked that are not known';
  targets.forEach((target, i) => {
    if (target.name !== '*') assignTo(it, [target], items?.[i] ?? unresolved(why), frame);
  });
}

function assignMember(it: Evaluation, node: PythonNode, value: Value, frame: Frame): void {
  const [object, separator, key] = children(node);
  if (object === undefined || key === undefined || separator?.name !== '[') return;
  const container = it.evaluate(object, frame);
  const stored = it.stored(value);
  if (container.t === 'list') {
    if (!setPart(it, container, children(node).slice(2, -1), stored, frame))
      blur(container, 'an item is set whose index is not known');
    return;
  }
  const at = it.evaluate(key, frame);
  if (container.t === 'dict') setKey(container, at, stored);
  else if (container.t === 'object') container.setItem?.(at, stored);
}

/** `x[1] = value` and `x[1:2] = value`; false: what becomes of the list isn't known. */
function setPart(it: Evaluation, into: SequenceValue, key: readonly PythonNode[], value: Value, frame: Frame): boolean {
  const part = into.open === undefined ? partOf(it, key, frame, into.items.length) : undefined;
  if (part === undefined || part === 'outside') return false;
  const [place] = part.places;
  if (part.kind === 'item' && place !== undefined) {
    into.items[place] = value;
    return true;
  }
  const known = (value.t === 'list' || value.t === 'tuple') && value.open === undefined;
  if (!known || part.start === undefined || it.doubt !== undefined) return false;
  if (into.items.length + value.items.length > MAX_ITEMS) return false;
  into.items.splice(part.start, part.places.length, ...value.items);
  return true;
}

export function augmented(it: Evaluation, node: PythonNode, frame: Frame): undefined {
  const [target, operator, ...rest] = children(node);
  if (target === undefined || operator === undefined) return;
  const current = it.evaluate(target, frame);
  const value = isBroken(frame.source, node)
    ? unresolved('a syntax error in an assignment')
    : evaluatePart(it, rest, frame);
  const symbol = it.text(operator, frame).slice(0, -1);
  if (symbol === '+' && current.t === 'list') {
    // In place, as in Python: every other name of the list sees it.
    const sequenceLike = value.t === 'list' || value.t === 'tuple' || value.t === 'set';
    if (it.doubt !== undefined) current.open = it.doubt;
    else if (sequenceLike) addItems(current, [...value.items]);
    const open = sequenceLike
      ? value.open
      : value.t === 'unresolved'
        ? value.why
        : 'a list is changed by something computed';
    if (open !== undefined) current.open = open;
  } else if (symbol === '|' && current.t === 'dict') {
    mergeInto(current, it.stored(value), () => it.describe(node, frame));
  } else {
    assignTo(
      it,
      [target],
      binary(symbol, current, value, () => it.describe(node, frame)),
      frame,
    );
  }
}

function deletePart(it: Evaluation, from: SequenceValue, key: readonly PythonNode[], frame: Frame): void {
  const part = from.open === undefined ? partOf(it, key, frame, from.items.length) : undefined;
  if (it.doubt !== undefined || part === undefined) blur(from, it.doubt ?? 'an item is deleted');
  else if (part === 'outside') it.raise('IndexError', 'an item is deleted that is not there');
  else for (const place of part.places.toReversed()) from.items.splice(place, 1);
}

export function deletion(it: Evaluation, node: PythonNode, frame: Frame): undefined {
  for (const target of flatTargets(children(node).slice(1))) {
    if (target.name === 'VariableName') {
      const name = it.text(target, frame);
      if (it.doubt === undefined) frame.names.delete(name);
      else frame.names.set(name, unresolved(it.doubt));
      frame.places?.delete(name);
    } else if (target.name === 'MemberExpression') {
      const [object, separator, key] = children(target);
      if (object === undefined || key === undefined || separator?.name !== '[') continue;
      const container = it.evaluate(object, frame);
      if (container.t === 'list') deletePart(it, container, children(target).slice(2, -1), frame);
      if (container.t !== 'dict') continue;
      const at = it.evaluate(key, frame);
      if (it.doubt === undefined) container.entries.delete(keyOf(at) ?? '');
      else setKey(container, at, unresolved(it.doubt));
    }
  }
}
