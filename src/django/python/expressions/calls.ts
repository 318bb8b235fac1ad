import type { Evaluation } from '../evaluation/evaluation.ts';
import { children, type PythonNode } from '../syntax/nodes.ts';
import { isBroken } from '../syntax/problems.ts';
import { unresolved, type Args, type Frame, type Value } from '../values/values.ts';
import { comprehension } from './comprehensions.ts';
import { placedText } from './displays.ts';
import { giveAway } from './givenAway.ts';

/** Calls and their arguments. */

export function call(it: Evaluation, node: PythonNode, frame: Frame): Value {
  const [callee, argList] = children(node);
  if (callee === undefined || argList === undefined) return unresolved('an expression is incomplete');
  const target = it.evaluate(callee, frame);
  const describe = (): string => it.describe(node, frame);
  if (target.t === 'unresolved') {
    giveAway(it, node, frame);
    it.doubtCall(`it depends on whether ${it.describe(callee, frame)}() raises`);
    return target;
  }
  if (target.t !== 'object' || target.call === undefined) return unresolved(`${describe()} is computed`);
  if (isBroken(frame.source, argList)) return unresolved('a syntax error in the arguments of a call');
  return target.call(evaluateArguments(it, argList, frame, node));
}

export function evaluateArguments(it: Evaluation, argList: PythonNode, frame: Frame, at: PythonNode): Args {
  const positional: Value[] = [];
  const named = new Map<string, Value>();
  let open: string | undefined;
  const nodes = children(argList).slice(1, -1);
  for (let i = 0; i < nodes.length; i++) {
    const current = nodes[i];
    if (current === undefined || current.name === ',') continue;
    const next = nodes[i + 1];
    if (next?.name === 'for') {
      positional.push(comprehension('list', it, argList, frame));
      break;
    }
    if ((current.name === '*' || current.name === '**') && next !== undefined) {
      const value = it.evaluate(next, frame);
      if (current.name === '*' && (value.t === 'list' || value.t === 'tuple')) positional.push(...value.items);
      else if (current.name === '**' && value.t === 'dict') {
        for (const entry of value.entries.values()) if (entry.key.t === 'str') named.set(entry.key.v, entry.value);
      } else open = value.t === 'unresolved' ? value.why : `${it.describe(next, frame)} is computed`;
      i++;
    } else if (next?.name === 'AssignOp') {
      const value = nodes[i + 2];
      if (value !== undefined) named.set(it.text(current, frame), it.evaluate(value, frame));
      i += 2;
    } else if (current.name === 'ComprehensionExpression') positional.push(comprehension('list', it, current, frame));
    else positional.push(placedText(it, it.evaluate(current, frame), current, frame));
  }
  const args = { positional, named, at: it.place(at, frame), frame };
  return open === undefined ? args : { ...args, open };
}
