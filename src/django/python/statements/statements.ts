import type { Evaluation, Flow, StatementRules } from '../evaluation/evaluation.ts';
import { makeFunction } from '../expressions/functions.ts';
import { bodies, statementsOf } from '../syntax/blocks.ts';
import { lineAt } from '../syntax/lines.ts';
import { children, type PythonNode } from '../syntax/nodes.ts';
import { truth } from '../values/comparison.ts';
import { iterate } from '../values/containers.ts';
import { unresolved, type Frame, type Value } from '../values/values.ts';
import { assignment, assignTo, augmented, deletion, evaluatePart } from './assign.ts';
import { doubtful } from './doubtful.ts';
import { importStatement } from './imports.ts';
import { matchStatement } from './matchStatement.ts';
import { suppressed, tryStatement } from './tryStatement.ts';

export const STATEMENTS: StatementRules = {
  AssignStatement: assignment,
  UpdateStatement: augmented,
  DeleteStatement: deletion,
  ExpressionStatement: (it, node, frame) => {
    for (const child of children(node)) if (child.name !== ',' && child.name !== '*') it.evaluate(child, frame);
    return undefined;
  },
  StatementGroup: (it, node, frame) => it.executeAll(children(node), frame),
  ImportStatement: importStatement,
  IfStatement: ifStatement,
  ForStatement: forStatement,
  WhileStatement: (it, node, frame) => doubtful(it, 'a while loop decides it', bodies(node), frame),
  MatchStatement: matchStatement,
  WithStatement: withStatement,
  TryStatement: tryStatement,
  FunctionDefinition: (it, node, frame) => define(it, node, frame, (name) => makeFunction(it, node, frame, name)),
  ClassDefinition: (it, node, frame) =>
    define(it, node, frame, (name) => unresolved(`${name} is a class of the settings`)),
  DecoratedStatement: (it, node, frame) => {
    const inner = children(node).at(-1);
    return inner === undefined ? undefined : define(it, inner, frame, (name) => unresolved(`${name} is decorated`));
  },
  ReturnStatement: (it, node, frame) => {
    const value = children(node).slice(1);
    return { returned: value.length === 0 ? { t: 'none' } : it.stored(evaluatePart(it, value, frame)) };
  },
  BreakStatement: () => 'break',
  ContinueStatement: () => 'continue',
  RaiseStatement: raiseStatement,
  ScopeStatement: (it, node, frame) => {
    let root = frame;
    while (root.parent !== undefined) root = root.parent;
    if (root === frame) return undefined;
    for (const n of children(node).slice(1)) {
      if (n.name === 'VariableName') root.names.set(it.text(n, frame), unresolved('a function changes it'));
    }
    return undefined;
  },
};

function define(it: Evaluation, node: PythonNode, frame: Frame, make: (name: string) => Value): Flow {
  const name = children(node).find((n) => n.name === 'VariableName');
  if (name !== undefined) frame.names.set(it.text(name, frame), it.stored(make(it.text(name, frame))));
  return undefined;
}

function ifStatement(it: Evaluation, node: PythonNode, frame: Frame): Flow {
  const nodes = children(node);
  for (let i = 0; i < nodes.length; i++) {
    const keyword = nodes[i]?.name;
    if (keyword === 'else') {
      const body = nodes[i + 1];
      return body === undefined ? undefined : it.executeAll(statementsOf(body), frame);
    }
    if (keyword !== 'if' && keyword !== 'elif') continue;
    const [test, body] = [nodes[i + 1], nodes[i + 2]];
    if (test === undefined || body?.name !== 'Body') return undefined;
    const value = it.evaluate(test, frame);
    const known = truth(value);
    if (known === true) return it.executeAll(statementsOf(body), frame);
    if (known === undefined) {
      const reason = value.t === 'unresolved' ? value.why : `${it.describe(test, frame)} is computed`;
      const why = `it depends on the condition in line ${lineAt(frame.source, test.from)}, where ${reason}`;
      return doubtful(
        it,
        why,
        nodes
          .slice(i)
          .filter((n) => n.name === 'Body')
          .map(statementsOf),
        frame,
      );
    }
  }
  return undefined;
}

const MAX_ROUNDS = 500;

function forStatement(it: Evaluation, node: PythonNode, frame: Frame): Flow {
  const nodes = children(node).filter((n) => n.name !== 'async');
  const into = nodes.findIndex((n) => n.name === 'in');
  const first = nodes.findIndex((n) => n.name === 'Body');
  const body = nodes[first];
  if (into === -1 || body === undefined) return undefined;
  const target = nodes.slice(1, into);
  const value = evaluatePart(it, nodes.slice(into + 1, first), frame);
  const items = iterate(value);
  if (items === undefined || items.length > MAX_ROUNDS) {
    const why = value.t === 'unresolved' ? value.why : 'a loop runs over something computed';
    assignTo(it, target, unresolved(why), frame);
    return doubtful(it, why, bodies(node), frame);
  }
  for (const item of items) {
    assignTo(it, target, item, frame);
    const flow = it.executeAll(statementsOf(body), frame);
    if (flow === 'break') return undefined;
    if (typeof flow === 'object') return flow;
  }
  const otherwise = nodes[first + 2];
  return otherwise?.name === 'Body' ? it.executeAll(statementsOf(otherwise), frame) : undefined;
}

function withStatement(it: Evaluation, node: PythonNode, frame: Frame): Flow {
  const nodes = children(node);
  const types = nodes[1] === undefined ? undefined : suppressed(it, nodes[1], frame);
  for (let i = 0; i < nodes.length; i++) {
    const target = nodes[i + 1];
    if (nodes[i]?.name === 'as' && target !== undefined) enter(it, target, entered(it, nodes[i - 1], frame), frame);
  }
  const body = nodes.at(-1);
  if (body === undefined) return undefined;
  if (types === undefined) return it.executeAll(statementsOf(body), frame);
  return it.attempt(statementsOf(body), types, frame).flow;
}

/** The grammar has one name for a target of several. */
function enter(it: Evaluation, target: PythonNode, value: Value, frame: Frame): void {
  const names = it.text(target, frame).match(/[A-Za-z_]\w*/g) ?? [];
  if (names.length === 1 && names[0] === it.text(target, frame)) assignTo(it, [target], value, frame);
  else for (const name of names) frame.names.set(name, unresolved('it is read from something that is opened'));
}

/** What a `with` gives: a file gives itself, of other things it isn't known. */
function entered(it: Evaluation, node: PythonNode | undefined, frame: Frame): Value {
  const value = node === undefined ? undefined : it.evaluate(node, frame);
  if (value?.t === 'unresolved' || (value?.t === 'object' && value.name.startsWith('file '))) return value;
  return unresolved('it is read from something that is opened');
}

function raiseStatement(it: Evaluation, node: PythonNode, frame: Frame): Flow {
  if (it.doubt !== undefined) return undefined;
  const raised = children(node)[1];
  const callee = raised?.name === 'CallExpression' ? raised.firstChild : raised;
  const type = callee ? (it.text(callee, frame).split('.').at(-1) ?? 'Exception') : 'Exception';
  const line = lineAt(frame.source, node.from);
  const value = it.raise(type, it.handling ?? `the settings raise ${type} in line ${line}`);
  if (frame.parent !== undefined) return { returned: value };
  // Django would stop here. The rest is still worth reading: the variable that is missing may not matter to us.
  const because = it.handling === undefined ? '' : `: ${it.handling}`;
  it.report('settings-raise', `The settings raise ${type} in line ${line}${because}.`, frame, node.from);
  return undefined;
}
