import { giveAway } from './givenAway.ts';
import { children, isBroken, type PythonNode } from '../syntax/python.ts';
import { makeFunction } from './functions.ts';
import type { Frame, Interpreter } from '../interpreter.ts';
import { attributeOf, itemOf } from './methods.ts';
import { binary, isComparison } from './operators.ts';
import { evaluateContinuedString, evaluateFormatString, evaluateString } from './strings.ts';
import { partOf } from './subscripts.ts';
import {
  addItems,
  bool,
  NONE,
  number,
  setKey,
  truth,
  unresolved,
  type Args,
  type DictValue,
  type SequenceValue,
  type Value,
} from '../values/values.ts';

/** What an expression is, by the name that the grammar gives its node. */
type Rule = (it: Interpreter, node: PythonNode, frame: Frame) => Value;

export const EXPRESSIONS: Readonly<Record<string, Rule>> = {
  None: () => NONE,
  Boolean: (it, node, frame) => bool(it.text(node, frame) === 'True'),
  Number: (it, node, frame) => parseNumber(it.text(node, frame)),
  String: evaluateString,
  FormatString: evaluateFormatString,
  ContinuedString: evaluateContinuedString,
  VariableName: (it, node, frame) => it.lookUp(it.text(node, frame), frame),
  ParenthesizedExpression: (it, node, frame) => {
    const inner = children(node)[1];
    return inner === undefined ? unresolved('an expression is incomplete') : it.evaluate(inner, frame);
  },
  ArrayExpression: (it, node, frame) => sequence('list', it, children(node).slice(1, -1), frame),
  TupleExpression: (it, node, frame) => sequence('tuple', it, children(node).slice(1, -1), frame),
  SetExpression: (it, node, frame) => sequence('set', it, children(node).slice(1, -1), frame),
  DictionaryExpression: dictionary,
  UnaryExpression: unary,
  BinaryExpression: binaryExpression,
  ConditionalExpression: conditional,
  MemberExpression: member,
  CallExpression: call,
  LambdaExpression: (it, node, frame) => makeFunction(it, node, frame, 'lambda'),
  NamedExpression: (it, node, frame) => {
    const [name, , expression] = children(node);
    if (name === undefined || expression === undefined) return unresolved('an expression is incomplete');
    const value = it.evaluate(expression, frame);
    frame.names.set(it.text(name, frame), it.stored(value));
    return value;
  },
};

/** Integers in every base and with underscores, floats; complex numbers are not known here. */
export function parseNumber(text: string): Value {
  const plain = text.replaceAll('_', '');
  if (/^(?:0[xXoObB][\da-fA-F]+|\d+)$/.test(plain)) {
    const value = Number(plain);
    return Number.isSafeInteger(value) ? number(value) : unresolved('a number is too large');
  }
  const value = Number(plain);
  return Number.isNaN(value) ? unresolved('a number is not a real one') : number(value, true);
}

/** Elements between commas, `*known` spread, `*unknown` leaving the sequence open. */
export function sequence(
  t: SequenceValue['t'],
  it: Interpreter,
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
    if (!spread) addItems(result, [placed(it, value, node, frame)]);
    else if (value.t === 'list' || value.t === 'tuple' || value.t === 'set') {
      addItems(result, value.items);
      if (value.open !== undefined) result.open = value.open;
    } else result.open = value.t === 'unresolved' ? value.why : `${it.describe(node, frame)} is computed`;
    spread = false;
  }
  return result;
}

/** A text as the element or argument that it is here: the literal may stand elsewhere. */
function placed(it: Interpreter, value: Value, node: PythonNode, frame: Frame): Value {
  return value.t === 'str' ? { ...value, at: it.place(node, frame) } : value;
}

function dictionary(it: Interpreter, node: PythonNode, frame: Frame): Value {
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

/** dict.update(): an unknown `from` may have set any key. */
export function mergeInto(into: DictValue, from: Value, describe: () => string): void {
  if (from.t === 'dict') {
    for (const [id, entry] of from.entries) into.entries.set(id, { ...entry });
    if (from.open !== undefined) into.open = from.open;
    return;
  }
  const why = from.t === 'unresolved' ? from.why : `${describe()} is computed`;
  into.open = why;
  for (const entry of into.entries.values()) entry.value = unresolved(why);
}

function unary(it: Interpreter, node: PythonNode, frame: Frame): Value {
  const [operator, operand] = children(node);
  if (operator === undefined || operand === undefined) return unresolved('an expression is incomplete');
  const value = it.evaluate(operand, frame);
  if (operator.name === 'not') {
    const known = truth(value);
    return known === undefined ? unresolvedFrom(value, () => it.describe(node, frame)) : bool(!known);
  }
  const sign = { '-': -1, '+': 1 }[it.text(operator, frame)];
  if (sign === undefined || value.t !== 'number') return unresolvedFrom(value, () => it.describe(node, frame));
  return number(sign * value.v, value.float);
}

export function unresolvedFrom(value: Value, describe: () => string): Value {
  return value.t === 'unresolved' ? value : unresolved(`${describe()} is computed`);
}

function binaryExpression(it: Interpreter, node: PythonNode, frame: Frame): Value {
  const nodes = children(node);
  const [left, right] = [nodes[0], nodes.at(-1)];
  if (left === undefined || right === undefined || nodes.length < 3) return unresolved('an expression is incomplete');
  const operator = nodes
    .slice(1, -1)
    .map((n) => it.text(n, frame))
    .join(' ');
  const first = it.evaluate(left, frame);
  if (operator === 'and' || operator === 'or') {
    const known = truth(first);
    if (known === undefined) return unresolvedFrom(first, () => it.describe(node, frame));
    return known === (operator === 'and') ? it.evaluate(right, frame) : first;
  }
  // a < b < c is a and-chain in Python, and a tree of two comparisons for the grammar.
  const chained = isComparison(operator) && left.name === 'BinaryExpression';
  if (
    chained &&
    isComparison(
      children(left)
        .slice(1, -1)
        .map((n) => it.text(n, frame))
        .join(' '),
    )
  ) {
    return unresolved(`${it.describe(node, frame)} is computed`);
  }
  return binary(operator, first, it.evaluate(right, frame), () => it.describe(node, frame));
}

function conditional(it: Interpreter, node: PythonNode, frame: Frame): Value {
  const [yes, , condition, , no] = children(node);
  if (yes === undefined || condition === undefined || no === undefined)
    return unresolved('an expression is incomplete');
  const value = it.evaluate(condition, frame);
  const known = truth(value);
  if (known === undefined) return unresolvedFrom(value, () => it.describe(condition, frame));
  return it.evaluate(known ? yes : no, frame);
}

function member(it: Interpreter, node: PythonNode, frame: Frame): Value {
  const [object, separator, key, end] = children(node).filter((n) => !n.type.isError);
  if (object === undefined) return unresolved('an expression is incomplete');
  const value = it.evaluate(object, frame);
  const describe = (): string => it.describe(node, frame);
  // 24. is an attribute of 24 for the grammar, and a float for Python.
  if (object.name === 'Number' && key === undefined) return parseNumber(`${it.text(object, frame)}.`);
  if (key === undefined) return unresolved('an expression is incomplete');
  if (separator?.name === '.') return attributeOf(it, value, it.text(key, frame), describe);
  if ((value.t === 'list' || value.t === 'tuple') && (key.name === ':' || end?.name === ':'))
    return sliceOf(it, value, node, frame, describe);
  if (end?.name !== ']') return unresolvedFrom(value, describe);
  return itemOf(it, value, it.evaluate(key, frame), describe);
}

function sliceOf(it: Interpreter, value: SequenceValue, node: PythonNode, frame: Frame, describe: () => string): Value {
  const part =
    value.open === undefined ? partOf(it, children(node).slice(2, -1), frame, value.items.length) : undefined;
  if (part === undefined || part === 'outside') return unresolved(value.open ?? `${describe()} is computed`);
  const items = part.places.flatMap((place) => value.items.slice(place, place + 1));
  return { t: value.t, items: part.backwards ? items.toReversed() : items };
}

function call(it: Interpreter, node: PythonNode, frame: Frame): Value {
  const [callee, argList] = children(node);
  if (callee === undefined || argList === undefined) return unresolved('an expression is incomplete');
  const target = it.evaluate(callee, frame);
  const describe = (): string => it.describe(node, frame);
  if (target.t === 'unresolved') {
    giveAway(it, node, frame);
    return target;
  }
  if (target.t !== 'object' || target.call === undefined) return unresolved(`${describe()} is computed`);
  if (isBroken(frame.source, argList)) return unresolved('a syntax error in the arguments of a call');
  return target.call(evaluateArguments(it, argList, frame, node));
}

export function evaluateArguments(it: Interpreter, argList: PythonNode, frame: Frame, at: PythonNode): Args {
  const positional: Value[] = [];
  const named = new Map<string, Value>();
  let open: string | undefined;
  const nodes = children(argList).slice(1, -1);
  for (let i = 0; i < nodes.length; i++) {
    const current = nodes[i];
    if (current === undefined || current.name === ',') continue;
    const next = nodes[i + 1];
    if (next?.name === 'for') {
      open = 'a generator is passed';
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
    } else positional.push(placed(it, it.evaluate(current, frame), current, frame));
  }
  const args = { positional, named, at: it.place(at, frame), frame };
  return open === undefined ? args : { ...args, open };
}
