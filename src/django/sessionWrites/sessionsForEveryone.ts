import { children, nodeText, type PythonNode, type PythonSource } from '../python/syntax/nodes.ts';
import { parsePython } from '../python/syntax/parse.ts';
import { countProblems } from '../python/syntax/problems.ts';
import { applyEdits, lineStart, type TextEdit } from '../settings/text/edits.ts';
import { requestWrites, testWithMethods } from './inMiddleware.ts';
import type { WriteGuard } from './sessionWrite.ts';
import type { RawWrite } from './writesIn.ts';

/** The check of the throttle's source: does it ask whether there is anything to keep before it sets an entry? */
export interface ForEveryone {
  readonly message: string;
  /** The statement. UTF-16 offsets. */
  readonly from: number;
  readonly to: number;
  /** What lets it ask; undefined: it can't be done without a guess. */
  readonly fix?: { readonly title: string; readonly edits: readonly TextEdit[] };
}

/** A test that asks whether the session holds anything, the visitor has come with a cookie, or is known. */
const ASKS =
  /\bis_empty\(|\bsession_key\b|\bis_authenticated\b|\bis_anonymous\b|\.user\b|\bCOOKIES\b|_auth_user_id|\bsession\.(?:keys|items|values)\(|\b(?:len|bool|any)\([^)]*\bsession\b|(?<!\bnot )\bin\s+[\w.]*session\b|\bhas_key\(/;
/** `if request.session:`. There is no len() of a session, but it is what is meant. */
const BARE = /^(?:not\s+)?[\w.]*\bsession(?:\s+and\b|$)/;

/** @param name of the class, or of the function that makes the middleware; undefined: it asks, or it is not there */
export function sessionsForEveryone(text: string, name: string): ForEveryone | undefined {
  const source = parsePython(text);
  const owner = ownerNamed(source, name);
  const found = owner === undefined ? undefined : unasked(source, owner);
  if (owner === undefined || found === undefined) return undefined;
  const { write, statement } = found;
  const fix = fixOf(source, name, statement);
  return {
    message:
      `${name} does this in every session, also in one that holds nothing: each visitor without a cookie, robots included, ` +
      'gets a row in the session table. Ask first whether there is anything to keep: session.is_empty().',
    from: write.from,
    to: write.to,
    ...(fix === undefined ? {} : { fix }),
  };
}

function unasked(
  source: PythonSource,
  owner: PythonNode,
): { readonly write: RawWrite; readonly statement: PythonNode } | undefined {
  const kept = keptNames(source, owner);
  const asks = (guard: WriteGuard): boolean => {
    const test = testWithMethods(source, owner, guard.test);
    return ASKS.test(test) || BARE.test(guard.test) || kept.some((name) => needs(name, guard));
  };
  // modified = True alone makes no session of one that is empty.
  const writes = requestWrites(source, owner).filter(({ write }) => write.how === 'sets' || write.how === 'expiry');
  const write = writes.find(({ guards }) => !guards.some(asks))?.write;
  const statement = write === undefined ? undefined : statementAt(source, write.from);
  return write === undefined || statement === undefined ? undefined : { write, statement };
}

/** Names that what the session holds was given to: last = request.session.get('last_activity'). */
function keptNames(source: PythonSource, owner: PythonNode): string[] {
  return [...nodeText(source, owner).matchAll(/(\w+)\s*=\s*[\w.]*\bsession\.get\(/g)].map(([, name]) => name ?? '');
}

/** It runs only where the entry was there: `if last and …`, `if last is None: return`. */
function needs(name: string, { test, negated }: WriteGuard): boolean {
  const there = new RegExp(`^\\(?${name}(?: is not None)?(?:\\s+and\\b|$)`);
  const gone = new RegExp(`^\\(?(?:not ${name}\\b|${name} is None\\b)`);
  return negated ? gone.test(test) && !/\band\b/.test(test) : there.test(test) && !/\bor\b/.test(test);
}

function ownerNamed(source: PythonSource, name: string): PythonNode | undefined {
  let found: PythonNode | undefined;
  source.tree.iterate({
    enter: ({ node }) => {
      if (node.name !== 'ClassDefinition' && node.name !== 'FunctionDefinition') return;
      const own = children(node).find((child) => child.name === 'VariableName');
      if (own !== undefined && nodeText(source, own) === name) found ??= node;
    },
  });
  return found;
}

function statementAt(source: PythonSource, from: number): PythonNode | undefined {
  for (let at: PythonNode | null = source.tree.resolveInner(from, 1); at !== null; at = at.parent) {
    if (at.parent?.name === 'Body') return at;
  }
  return undefined;
}

/** The innermost `if` asks for it as well; without one the statement gets an `if` of its own. Read again before it is given out. */
function fixOf(source: PythonSource, name: string, statement: PythonNode): ForEveryone['fix'] {
  const session = /[\w.]*\bsession\b/.exec(nodeText(source, statement))?.[0];
  if (session === undefined) return undefined;
  const edits = inIf(source, statement, session) ?? ownIf(source, statement, session);
  if (edits === undefined) return undefined;
  const after = parsePython(applyEdits(source.text, edits));
  if (countProblems(after) !== countProblems(source) || asksNow(after, name, statement.from) === undefined)
    return undefined;
  return { title: 'Ask first whether the session holds anything', edits };
}

/** undefined: this statement is found still. */
function asksNow(source: PythonSource, name: string, from: number): true | undefined {
  const owner = ownerNamed(source, name);
  const again = owner === undefined ? undefined : unasked(source, owner);
  return again === undefined || again.write.from > from + MOST_ADDED ? true : undefined;
}

/** What a fix adds before the statement is shorter. */
const MOST_ADDED = 200;

function inIf(source: PythonSource, statement: PythonNode, session: string): TextEdit[] | undefined {
  const branch = statement.parent?.parent;
  if (branch?.name !== 'IfStatement') return undefined;
  const nodes = children(branch);
  const [, test] = nodes;
  // With other branches, what is asked here would send empty sessions into them.
  if (test === undefined || nodes.length !== 3) return undefined;
  const text = nodeText(source, test);
  const simple = !/\b(?:or|if|lambda)\b|:=/.test(text);
  return [
    { from: test.from, to: test.from, insert: `not ${session}.is_empty() and ${simple ? '' : '('}` },
    ...(simple ? [] : [{ from: test.to, to: test.to, insert: ')' }]),
  ];
}

function ownIf({ text }: PythonSource, { from, to }: PythonNode, session: string): TextEdit[] | undefined {
  const start = lineStart(text, from);
  const indent = text.slice(start, from);
  // Several statements in one line, or one statement in several lines.
  if (
    indent.trim() !== '' ||
    text.slice(from, to).includes('\n') ||
    !/^[ \t]*(?:#.*)?$/.test(text.slice(to).split(/\r?\n/, 1)[0] ?? '')
  )
    return undefined;
  const unit = indent.includes('\t') ? '\t' : '    ';
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  return [{ from, to: from, insert: `if not ${session}.is_empty():${end}${indent}${unit}` }];
}
