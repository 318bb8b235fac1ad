import { lineAt } from './lines.ts';
import { isClosedString, isStringNode } from './literals.ts';
import { nodeText, type PythonNode, type PythonSource } from './nodes.ts';

/** Syntax errors: Lezer tolerates them, and marks what could not be parsed by an error node. */

export interface SyntaxProblem {
  readonly message: string;
  /** UTF-16 offsets in the text; `to` > `from` except at the very end of the text. */
  readonly from: number;
  readonly to: number;
}

/** Error nodes where the grammar (1.1.19) refuses what Python accepts; by the names of the parent. */
const GRAMMAR_GAPS: Readonly<Record<string, (error: PythonNode) => boolean>> = {
  // `yield` without a value.
  YieldStatement: isEmpty,
  YieldExpression: isEmpty,
  // `24.`: a float without a digit behind the point is taken for an attribute of 24.
  MemberExpression: (error) => isEmpty(error) && error.parent?.firstChild?.name === 'Number',
  // `case Point():`
  PatternArgList: () => true,
  LiteralPattern: (error) => error.parent?.parent?.name === 'PatternArgList',
};

function isEmpty(node: PythonNode): boolean {
  return node.from === node.to;
}

function isError(source: PythonSource, node: PythonNode): boolean {
  return node.type.isError && GRAMMAR_GAPS[node.parent?.name ?? '']?.(node) !== true;
}

/** Whether something directly below the node could not be parsed, so that what the node says can't be relied on. */
export function isBroken(source: PythonSource, node: PythonNode): boolean {
  for (let child = node.firstChild; child; child = child.nextSibling) if (isError(source, child)) return true;
  return isError(source, node);
}

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** Syntax errors in order, at most `limit`. An error inside a bracket that is never closed is reported at the bracket. */
export function syntaxProblems(source: PythonSource, limit = 20): SyntaxProblem[] {
  const stopped = stopProblem(source);
  if (stopped !== undefined) return [stopped];
  const found = new Map<number, SyntaxProblem>();
  source.tree.iterate({
    enter: (reference) => {
      if (found.size >= limit) return false;
      const node = reference.node;
      // A statement of Python 2: valid for the grammar, an error for every Python that Django 3 and later run on.
      const python2 = node.name === 'PrintStatement';
      const open = isStringNode(node) && !isClosedString(nodeText(source, node));
      if (!isError(source, node) && !python2 && !open) return true;
      const problem = open
        ? at(source, { from: node.from, to: node.from + 1 }, 'a string is not closed')
        : python2
          ? at(source, node, `'print' without parentheses`)
          : describeError(source, node);
      if (!found.has(problem.from)) found.set(problem.from, problem);
      return false;
    },
  });
  return [...found.values()].sort((a, b) => a.from - b.from);
}

/** Whether anything in the statement could not be parsed. */
export function hasError(source: PythonSource, node: PythonNode): boolean {
  let found = false;
  node.cursor().iterate((inner) => {
    if (inner.type.isError) found ||= isBroken(source, inner.node);
    else if (inner.name === 'String') found ||= !isClosedString(nodeText(source, inner));
    return !found;
  });
  return found;
}

export function countProblems(source: PythonSource): number {
  return syntaxProblems(source, Number.POSITIVE_INFINITY).length;
}

function describeError(source: PythonSource, error: PythonNode): SyntaxProblem {
  const opener = error.parent?.firstChild;
  const closing = opener ? CLOSING[nodeText(source, opener)] : undefined;
  if (opener && closing !== undefined && error.parent?.lastChild?.name !== closing) {
    return at(source, opener, `'${nodeText(source, opener)}' is not closed, or a comma is missing after it`);
  }
  const shown = nodeText(source, error).trim();
  // What stands there may be a secret: only punctuation and words of the language's kind are repeated.
  return at(source, error, /^[\W_]{1,3}$/.test(shown) ? `unexpected '${shown}'` : 'invalid syntax');
}

/** Where the parser was stopped, if it was. */
export function stopProblem(source: PythonSource): SyntaxProblem | undefined {
  const { stoppedAt: from } = source;
  if (from === undefined) return undefined;
  const line = lineAt(source, from);
  const message = `The file takes too long to be read (line ${line} was reached), so nothing of it is.`;
  return { message, from: Math.min(from, Math.max(0, source.text.length - 1)), to: source.text.length };
}

function at(source: PythonSource, node: { from: number; to: number }, what: string): SyntaxProblem {
  const from = Math.min(node.from, Math.max(0, source.text.length - 1));
  const to = Math.min(source.text.length, Math.max(node.to, from + 1));
  return { message: `Python syntax error in line ${lineAt(source, from)}: ${what}.`, from, to };
}
