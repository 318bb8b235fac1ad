import { children, nodeText, type PythonNode, type PythonSource } from '../python/syntax/nodes.ts';
import { guardsOf } from './guards.ts';
import type { WriteGuard } from './sessionWrite.ts';
import { writesIn, type RawWrite } from './writesIn.ts';

/** Writes of one middleware, and what has to be so at a request that they run. */
export interface RequestWrite {
  readonly write: RawWrite;
  /** Of the write itself, and where it stands in a method that others call, of the call with the fewest. */
  readonly guards: readonly WriteGuard[];
}

/** Methods that Django calls at each request, and the function within one that makes a middleware. */
const AT_REQUESTS = /^(?:__a?call__|process_(?:request|response|view))$/;
/** It is always there behind SessionMiddleware. */
const TRIVIAL = /^hasattr\(\s*(?:self\.)?request\s*,\s*["']session["']\s*\)$/;
const MAX_CALLS = 3;

/** @param node the class, or the function that makes the middleware */
export function requestWrites(source: PythonSource, node: PythonNode): RequestWrite[] {
  const inside = writesIn(source).filter(({ from, to }) => from >= node.from && to <= node.to);
  return inside.flatMap((write): RequestWrite[] => {
    const at = source.tree.resolveInner(write.from, 1);
    const guards = guardsAtRequest(source, node, at, MAX_CALLS);
    return guards === undefined ? [] : [{ write, guards }];
  });
}

/** undefined: nothing is known that runs it at a request. */
function guardsAtRequest(
  source: PythonSource,
  owner: PythonNode,
  at: PythonNode,
  calls: number,
): readonly WriteGuard[] | undefined {
  const method = functionAround(at);
  if (method === undefined) return undefined;
  const own = guardsOf(source, at).filter(({ test, negated }) => negated || !TRIVIAL.test(test));
  const name = nameOf(source, method);
  const isMade = owner.name === 'FunctionDefinition' && method.from !== owner.from;
  if (isMade || AT_REQUESTS.test(name)) return own;
  if (calls === 0 || owner.name !== 'ClassDefinition') return undefined;
  const ways = callsOf(source, owner, name).flatMap((call) => {
    const found = guardsAtRequest(source, owner, call, calls - 1);
    return found === undefined ? [] : [found];
  });
  const [first, ...others] = ways.toSorted((a, b) => a.length - b.length);
  // Several ways to it: only what all of them ask for is asked for.
  return first === undefined ? undefined : [...own, ...(others.some((way) => way.length === 0) ? [] : first)];
}

function functionAround(node: PythonNode): PythonNode | undefined {
  for (let at: PythonNode | null = node; at !== null; at = at.parent) if (at.name === 'FunctionDefinition') return at;
  return undefined;
}

function nameOf(source: PythonSource, node: PythonNode): string {
  const name = children(node).find((child) => child.name === 'VariableName');
  return name === undefined ? '' : nodeText(source, name);
}

/** self.name(…) in the class. */
function callsOf(source: PythonSource, owner: PythonNode, name: string): PythonNode[] {
  const found: PythonNode[] = [];
  owner.cursor().iterate(({ node }) => {
    const callee = node.name === 'CallExpression' ? node.firstChild : null;
    if (callee !== null && new RegExp(`^(?:self|cls)\\.${name}$`).test(nodeText(source, callee))) found.push(node);
    return true;
  });
  return found;
}

/** What a test asks for, with the methods that it calls. */
export function testWithMethods(source: PythonSource, owner: PythonNode, test: string): string {
  const called = [...test.matchAll(/\b(?:self|cls)\.(\w+)\(/g)].map(([, name]) => name ?? '');
  const bodies: string[] = [];
  owner.cursor().iterate(({ node }) => {
    if (node.name === 'FunctionDefinition' && called.includes(nameOf(source, node)))
      bodies.push(nodeText(source, node));
    return true;
  });
  return [test, ...bodies].join('\n');
}
