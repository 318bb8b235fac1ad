import { lineAt } from '../python/syntax/lines.ts';
import { children, nodeText, type PythonNode, type PythonSource } from '../python/syntax/nodes.ts';
import { assignmentParts, flatTargets } from '../python/syntax/targets.ts';
import { entryKeyOf, type EntryKey } from './entryKeys.ts';
import { guardsOf } from './guards.ts';
import type { SessionWrite, WriteKind } from './sessionWrite.ts';

/** A write whose key may be a name that is not looked up yet. */
export interface RawWrite extends Omit<SessionWrite, 'entry'> {
  readonly key?: EntryKey;
}

/** Whether it is worth parsing: something is set in a session, or done to it. */
export const MAY_WRITE =
  /session\b[^\n]{0,60}?(?:\]|\.(?:modified|a?set_expiry|a?save|a?create|a?update|a?setdefault|a?pop|a?set|a?flush|a?cycle_key)\b)|\bsession\s*\[|\blogin\(|\blogout\(|\bmessages\./;

/** request.session, self.request.session, session. */
const SESSION = /^(?:[\w.]+\.)?_?session$/;

/** What calls of a method of the session do. */
const METHODS: Readonly<Record<string, { readonly how: WriteKind; readonly takesKey?: true }>> = {
  setdefault: { how: 'sets', takesKey: true },
  set: { how: 'sets', takesKey: true },
  pop: { how: 'removes', takesKey: true },
  set_expiry: { how: 'expiry' },
  save: { how: 'saves' },
  create: { how: 'saves' },
  flush: { how: 'key' },
  cycle_key: { how: 'key' },
};

/** Calls by the name of the function, with the request first. */
const FUNCTIONS: readonly (readonly [name: RegExp, how: WriteKind])[] = [
  [/^(?:auth\.|auth_|django_|contrib_)?a?log(?:in|out)$/, 'key'],
  [/^messages\.(?:add_message|debug|info|success|warning|error)$/, 'message'],
];

/** All writes to sessions in a file, in its order. */
export function writesIn(source: PythonSource): RawWrite[] {
  const found: RawWrite[] = [];
  const aliases = aliasesIn(source);
  const text = (node: PythonNode): string => nodeText(source, node).replace(/\s+/g, '');
  const isSession = (node: PythonNode | undefined): boolean => {
    if (node === undefined) return false;
    const name = text(node);
    return SESSION.test(name) || aliases.has(name);
  };
  const add = (node: PythonNode, how: WriteKind, key?: PythonNode | EntryKey): void => {
    const written = key === undefined ? undefined : 'from' in key ? entryKeyOf(source, key) : key;
    found.push({
      file: source.file,
      from: node.from,
      to: node.to,
      line: lineAt(source, node.from) - 1,
      how,
      owner: ownerOf(source, node),
      guards: guardsOf(source, node),
      ...(written === undefined ? {} : { key: written }),
    });
  };
  const target = (statement: PythonNode, node: PythonNode, how: WriteKind): void => {
    const [object, dot, key] = node.name === 'MemberExpression' ? children(node) : [];
    if (object === undefined || key === undefined) return;
    if (dot?.name === '[' && isSession(object)) add(statement, how, key);
    // request.session['cart']['items'] = 1: saved where something says so, or all requests are.
    else if (dot?.name === '[') target(statement, object, how);
    else if (dot?.name === '.' && text(key) === 'modified' && isSession(object) && how === 'sets') {
      if (!/=\s*False\s*$/.test(nodeText(source, statement))) add(statement, 'modified');
    }
  };
  const call = (node: PythonNode): void => {
    const [callee, args] = children(node);
    if (callee === undefined || args?.name !== 'ArgList') return;
    const [, first] = children(args);
    const [object, dot, property] = callee.name === 'MemberExpression' ? children(callee) : [];
    if (dot?.name === '.' && property !== undefined && isSession(object)) {
      const name = text(property).replace(/^a(?=set|save|pop|update|flush|cycle|create)/, '');
      const method = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
      if (name === 'update') for (const key of updatedKeys(source, args)) add(node, 'sets', key);
      else if (method !== undefined) add(node, method.how, method.takesKey === true ? first : undefined);
      return;
    }
    const name = text(callee);
    const how = FUNCTIONS.find(([pattern]) => pattern.test(name))?.[1];
    if (how !== undefined && first !== undefined && /(?:^|\.)_?request$/.test(text(first))) add(node, how);
  };
  source.tree.iterate({
    enter: ({ node }) => {
      if (node.name === 'AssignStatement') {
        for (const part of assignmentParts(node).slice(0, -1))
          for (const one of flatTargets(part)) target(node, one, 'sets');
      } else if (node.name === 'UpdateStatement' && node.firstChild !== null) target(node, node.firstChild, 'sets');
      else if (node.name === 'DeleteStatement') {
        for (const one of flatTargets(children(node).slice(1))) target(node, one, 'removes');
      } else if (node.name === 'CallExpression') call(node);
    },
  });
  return found;
}

/** session.update({'a': 1}, b=2) */
function updatedKeys(source: PythonSource, args: PythonNode): (PythonNode | EntryKey)[] {
  const nodes = children(args);
  return nodes.flatMap((node, i): (PythonNode | EntryKey)[] => {
    if (node.name === 'DictionaryExpression')
      return children(node).filter(({ nextSibling }) => nextSibling?.name === ':');
    const isNamed = node.name === 'VariableName' && nodes[i + 1]?.name === 'AssignOp';
    return isNamed ? [{ name: nodeText(source, node), isPrefix: false }] : [];
  });
}

/** s = request.session */
function aliasesIn({ text }: PythonSource): ReadonlySet<string> {
  return new Set(
    Array.from(
      text.matchAll(/^[ \t]*((?:self\.)?\w+)\s*=\s*(?:[\w.]+\s*=\s*)?[\w.]*\brequest\.session[ \t]*$/gm),
      ([, name]) => name ?? '',
    ),
  );
}

/** The outermost class or function. */
function ownerOf(source: PythonSource, node: PythonNode): string {
  let outermost: PythonNode | undefined;
  for (let at: PythonNode | null = node; at !== null; at = at.parent) {
    if (at.name === 'ClassDefinition' || at.name === 'FunctionDefinition') outermost = at;
  }
  const name = outermost === undefined ? undefined : children(outermost).find((child) => child.name === 'VariableName');
  return name === undefined ? '' : nodeText(source, name);
}
