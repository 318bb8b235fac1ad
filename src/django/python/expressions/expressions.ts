import type { Evaluation, ExpressionRules } from '../evaluation/evaluation.ts';
import { attributeOf, itemOf } from '../methods/attributes.ts';
import { children, type PythonNode } from '../syntax/nodes.ts';
import { truth } from '../values/comparison.ts';
import {
  bool,
  NONE,
  numberValue,
  unresolved,
  unresolvedFrom,
  type Frame,
  type SequenceValue,
  type Value,
} from '../values/values.ts';
import { call } from './calls.ts';
import { comprehension, dictComprehension } from './comprehensions.ts';
import { dictionary, sequence } from './displays.ts';
import { makeFunction } from './functions.ts';
import { parseNumber } from './numbers.ts';
import { binary, isComparison } from './operators.ts';
import { evaluateContinuedString, evaluateFormatString, evaluateString } from './strings.ts';
import { partOf } from './subscripts.ts';

export const EXPRESSIONS: ExpressionRules = {
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
  ArrayComprehensionExpression: (it, node, frame) => comprehension('list', it, node, frame),
  SetComprehensionExpression: (it, node, frame) => comprehension('set', it, node, frame),
  DictionaryComprehensionExpression: dictComprehension,
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

function unary(it: Evaluation, node: PythonNode, frame: Frame): Value {
  const [operator, operand] = children(node);
  if (operator === undefined || operand === undefined) return unresolved('an expression is incomplete');
  const value = it.evaluate(operand, frame);
  if (operator.name === 'not') {
    const known = truth(value);
    return known === undefined ? unresolvedFrom(value, () => it.describe(node, frame)) : bool(!known);
  }
  const sign = { '-': -1, '+': 1 }[it.text(operator, frame)];
  if (sign === undefined || value.t !== 'number') return unresolvedFrom(value, () => it.describe(node, frame));
  return numberValue(sign * value.v, value.float);
}

function binaryExpression(it: Evaluation, node: PythonNode, frame: Frame): Value {
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

function conditional(it: Evaluation, node: PythonNode, frame: Frame): Value {
  const [yes, , condition, , no] = children(node);
  if (yes === undefined || condition === undefined || no === undefined)
    return unresolved('an expression is incomplete');
  const value = it.evaluate(condition, frame);
  const known = truth(value);
  if (known === undefined) return unresolvedFrom(value, () => it.describe(condition, frame));
  return it.evaluate(known ? yes : no, frame);
}

function member(it: Evaluation, node: PythonNode, frame: Frame): Value {
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

function sliceOf(it: Evaluation, value: SequenceValue, node: PythonNode, frame: Frame, describe: () => string): Value {
  const part =
    value.open === undefined ? partOf(it, children(node).slice(2, -1), frame, value.items.length) : undefined;
  if (part === undefined || part === 'outside') return unresolved(value.open ?? `${describe()} is computed`);
  const items = part.places.flatMap((place) => value.items.slice(place, place + 1));
  return { t: value.t, items: part.backwards ? items.toReversed() : items };
}
