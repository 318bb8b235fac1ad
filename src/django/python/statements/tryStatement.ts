import type { Evaluation, Flow } from '../evaluation/evaluation.ts';
import { catches } from '../evaluation/exceptions.ts';
import { statementsOf } from '../syntax/blocks.ts';
import { children, type PythonNode } from '../syntax/nodes.ts';
import { unresolved, type Frame } from '../values/values.ts';
import { doubtful } from './doubtful.ts';

/** `try`: which handler runs is known where the exception is (a missing file, a missing variable), and doubtful otherwise. */

interface Handler {
  readonly types: readonly string[];
  readonly name: string | undefined;
  readonly body: PythonNode[];
}

interface Parts {
  readonly body: PythonNode[];
  readonly handlers: Handler[];
  readonly otherwise: PythonNode[];
  readonly finally: PythonNode[];
}

/** Names of exception types; every type when there is none. */
function typesOf(it: Evaluation, node: PythonNode | undefined, frame: Frame): string[] {
  if (node === undefined || node.name === 'Body') return ['*'];
  const nodes =
    node.name === 'TupleExpression'
      ? children(node).filter((n) => /^(?:VariableName|MemberExpression)$/.test(n.name))
      : [node];
  return nodes.map((n) => it.text(n, frame).split('.').at(-1) ?? '');
}

function partsOf(it: Evaluation, node: PythonNode, frame: Frame): Parts {
  const parts: { body: PythonNode[]; handlers: Handler[]; otherwise: PythonNode[]; finally: PythonNode[] } = {
    body: [],
    handlers: [],
    otherwise: [],
    finally: [],
  };
  let head: PythonNode[] = [];
  for (const child of children(node)) {
    if (child.name !== 'Body') {
      head.push(child);
      continue;
    }
    const statements = statementsOf(child);
    const [keyword, ...rest] = head;
    if (keyword?.name === 'try') parts.body = statements;
    else if (keyword?.name === 'else') parts.otherwise = statements;
    else if (keyword?.name === 'finally') parts.finally = statements;
    else if (keyword?.name === 'except') {
      const as = rest.findIndex((n) => n.name === 'as');
      const name = as === -1 ? undefined : rest[as + 1];
      parts.handlers.push({
        types: typesOf(
          it,
          rest.find((n) => n.name !== '*'),
          frame,
        ),
        name: name === undefined ? undefined : it.text(name, frame),
        body: statements,
      });
    }
    head = [];
  }
  return parts;
}

export function tryStatement(it: Evaluation, node: PythonNode, frame: Frame): Flow {
  const parts = partsOf(it, node, frame);
  const outcome = it.attempt(
    parts.body,
    parts.handlers.flatMap((h) => h.types),
    frame,
  );
  let flow = outcome.flow;
  if (outcome.doubt !== undefined) {
    const branches = [...parts.handlers.map((h) => h.body), parts.otherwise];
    const doubted = doubtful(it, outcome.doubt, branches, frame);
    if (doubted !== undefined) flow = doubted;
  } else if (outcome.error !== undefined) {
    const { error } = outcome;
    const handler = parts.handlers.find((h) => catches(h.types, error.type));
    if (handler?.name !== undefined) frame.names.set(handler.name, unresolved(error.message));
    flow = it.handle(error, () => it.executeAll(handler?.body ?? [], frame));
  } else {
    flow ??= it.executeAll(parts.otherwise, frame);
  }
  return it.executeAll(parts.finally, frame) ?? flow;
}

/** `with suppress(ImportError):` is a `try` without a handler. */
export function suppressed(it: Evaluation, node: PythonNode, frame: Frame): string[] | undefined {
  const [callee, args] = children(node);
  if (node.name !== 'CallExpression' || callee === undefined || args === undefined) return undefined;
  if (!/^(?:contextlib\.)?suppress$/.test(it.text(callee, frame))) return undefined;
  return children(args)
    .filter((n) => /^(?:VariableName|MemberExpression)$/.test(n.name))
    .flatMap((n) => typesOf(it, n, frame));
}
