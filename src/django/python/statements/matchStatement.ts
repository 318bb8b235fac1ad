import type { Evaluation, Flow } from '../evaluation/evaluation.ts';
import { statementsOf } from '../syntax/blocks.ts';
import { lineAt } from '../syntax/lines.ts';
import { children, type PythonNode } from '../syntax/nodes.ts';
import { equal, truth } from '../values/comparison.ts';
import { unresolved, type Frame, type Value } from '../values/values.ts';
import { doubtful } from './doubtful.ts';

/** `match`: patterns of literals, `|` and names are told like an `if`; from the first that isn't, what follows is doubtful. */

export function matchStatement(it: Evaluation, node: PythonNode, frame: Frame): Flow {
  const [, subject, body, ...more] = children(node);
  const clauses = body === undefined ? [] : children(body).filter(({ name }) => name === 'MatchClause');
  const value =
    subject === undefined || more.length > 0 ? unresolved('a match statement decides it') : it.evaluate(subject, frame);
  for (const [i, clause] of clauses.entries()) {
    const matched = matches(it, clause, value, frame);
    if (matched === true) return it.executeAll(statementsOf(bodyOf(clause) ?? clause), frame);
    if (matched === false) continue;
    const reason = value.t === 'unresolved' ? value.why : 'a match statement decides it';
    const why = `it depends on the match in line ${lineAt(frame.source, node.from)}, where ${reason}`;
    const left = clauses.slice(i).flatMap((other) => bodyOf(other) ?? []);
    return doubtful(it, why, left.map(statementsOf), frame);
  }
  return undefined;
}

const bodyOf = (clause: PythonNode): PythonNode | undefined => children(clause).find(({ name }) => name === 'Body');

function matches(it: Evaluation, clause: PythonNode, value: Value, frame: Frame): boolean | undefined {
  const [, pattern, next, ...more] = children(clause);
  if (pattern === undefined || next === undefined) return undefined;
  const guard = next.name === 'Guard' ? children(next)[1] : undefined;
  // `case a, b:` is a sequence.
  if (next.name !== 'Body' && (guard === undefined || more[0]?.name !== 'Body')) return undefined;
  const matched = fits(it, pattern, value, frame);
  if (matched !== true || guard === undefined) return matched;
  return truth(it.evaluate(guard, frame));
}

function fits(it: Evaluation, pattern: PythonNode, value: Value, frame: Frame): boolean | undefined {
  switch (pattern.name) {
    case 'CapturePattern': {
      const name = it.text(pattern, frame);
      if (name !== '_') frame.names.set(name, it.stored(value));
      return true;
    }
    case 'OrPattern': {
      const answers = children(pattern)
        .filter(({ name }) => name !== 'LogicOp')
        .map((one) => fits(it, one, value, frame));
      return answers.includes(true) ? true : answers.includes(undefined) ? undefined : false;
    }
    case 'LiteralPattern': {
      const [literal, ...more] = children(pattern);
      return literal === undefined || more.length > 0 ? undefined : equal(value, it.evaluate(literal, frame));
    }
    default:
      return undefined;
  }
}
