import { MIDDLEWARE_NAMES } from '../../project/middlewareValue.ts';
import { Environment } from '../../python/evaluation/environment.ts';
import type { Evaluation } from '../../python/evaluation/evaluation.ts';
import { LoadedFiles } from '../../python/evaluation/files.ts';
import { Interpreter } from '../../python/interpreter.ts';
import { statementsOf } from '../../python/syntax/blocks.ts';
import { countBelow } from '../../python/syntax/lines.ts';
import { children, nodeText, type PythonNode, type PythonSource } from '../../python/syntax/nodes.ts';
import { parsePython } from '../../python/syntax/parse.ts';
import { flatTargets } from '../../python/syntax/targets.ts';
import { truth } from '../../python/values/comparison.ts';
import { str, type Frame } from '../../python/values/values.ts';
import { eitherOf, isEntry, type Item } from '../middleware/items.ts';
import { changeOf, unknownChange } from '../middleware/middlewareChanges.ts';
import { commentedStatement, markedPython, type CommentedPath } from '../middleware/middlewareComments.ts';
import { bounded, readSide, type Reading } from '../middleware/middlewareItems.ts';
import { reconciled } from '../middleware/reconcile.ts';
import { trackedNames } from '../middleware/trackedNames.ts';

/** What one settings file says by itself, with the place of everything in the tree: what checks and rollbacks work on. */
export interface SettingsModel {
  readonly source: PythonSource;
  /** Names at the end of the file, as far as they are known. */
  readonly frame: Frame;
  /** Names of the list that is looked for, the first that is there wins: MIDDLEWARE, MIDDLEWARE_CLASSES, as it was asked. */
  readonly lists: readonly string[];
  /** MIDDLEWARE, or MIDDLEWARE_CLASSES where there is no MIDDLEWARE; undefined: none is there. */
  readonly listName: string | undefined;
  /** In order; what is commented out stands where it would run. */
  readonly items: readonly Item[];
  /** Names that MIDDLEWARE is made from, itself included. */
  readonly tracked: ReadonlySet<string>;
  /** Simple statements that set or change one of them, in the order of the text. */
  readonly statements: readonly PythonNode[];
  /** Mentions of tracked names of which the effect on MIDDLEWARE is known, by offset. */
  readonly handled: ReadonlySet<number>;
  /** All mentions of tracked names. */
  readonly mentions: readonly PythonNode[];
  /** Entries that a rollback has put in comments, by the offset of the first comment of each. */
  readonly marked: ReadonlyMap<number, string>;
}

/** The file has no name and no neighbours here: every import is of something that isn't known. */
const FILE = '/settings.py';

/**
 * Never throws. With what was read before a change of the text it takes half the time. `lists`: for a file from which others
 * take what they make MIDDLEWARE of, the names of it too.
 */
export function readSettings(
  text: string,
  previous?: SettingsModel,
  lists: readonly string[] = previous?.lists ?? MIDDLEWARE_NAMES,
): SettingsModel {
  return readSource(parsePython(text, FILE, previous?.source), lists);
}

/** The same, of what has been parsed already. */
export function readSource(source: PythonSource, lists: readonly string[] = MIDDLEWARE_NAMES): SettingsModel {
  return new SettingsReader(source, lists).read();
}

class SettingsReader {
  readonly #source: PythonSource;
  readonly #names: readonly string[];
  readonly #frame: Frame;
  readonly #it: Evaluation;
  readonly #tracked: ReadonlySet<string>;
  readonly #mentions: readonly PythonNode[];
  readonly #comments: readonly PythonNode[];
  readonly #lists = new Map<string, readonly Item[]>();
  readonly #handled = new Set<number>();
  readonly #statements: PythonNode[] = [];
  readonly #marked = new Map<number, string>();
  /** In the body of a loop. */
  #repeated = false;
  /** The statement around was executed as a whole, with all that is in it. */
  #executed = false;

  constructor(source: PythonSource, lists: readonly string[]) {
    this.#source = source;
    this.#names = lists;
    this.#frame = { source, package: 'project', names: new Map([['__file__', str(FILE)]]) };
    this.#it = new Interpreter({ files: new LoadedFiles('none'), environment: new Environment('unknown'), root: '/' });
    const { tracked, mentions, comments } = trackedNames(source, lists);
    this.#tracked = tracked;
    this.#mentions = mentions;
    this.#comments = comments;
  }

  read(): SettingsModel {
    this.#all(this.#source.tree.topNode, false);
    const listName = this.#names.find((name) => this.#lists.has(name));
    const items = listName === undefined ? [] : this.#reconciled(listName);
    return {
      source: this.#source,
      lists: this.#names,
      frame: this.#frame,
      listName,
      items,
      tracked: this.#tracked,
      statements: this.#statements,
      handled: this.#handled,
      mentions: this.#mentions,
      marked: this.#marked,
    };
  }

  #reconciled(owner: string): readonly Item[] {
    const items = this.#lists.get(owner) ?? [];
    const statement = this.#statements.at(-1);
    // Commented out statements alone leave no value.
    if (statement === undefined) return items;
    return reconciled(items, this.#frame.names.get(owner), { source: this.#source, owner, statement });
  }

  /** Runs a body, and looks at its comments on the way. */
  #all(body: PythonNode, maybe: boolean): void {
    for (let node = body.firstChild; node; node = node.nextSibling) {
      if (node.name === 'Comment') this.#comment(node, maybe);
      else if (node.name !== ':') this.#statement(node, maybe);
    }
  }

  #execute(node: PythonNode, maybe: boolean): void {
    if (this.#executed) return;
    if (maybe)
      this.#it.inDoubt('it depends on a condition that is not known', () => this.#it.execute(node, this.#frame));
    else this.#it.execute(node, this.#frame);
  }

  #statement(node: PythonNode, maybe: boolean): void {
    if (within(this.#mentions, node).length === 0 && within(this.#comments, node).length === 0)
      return this.#execute(node, maybe);
    switch (node.name) {
      case 'StatementGroup':
        return this.#all(node, maybe);
      case 'IfStatement':
        return this.#if(node, maybe);
      case 'WithStatement':
        return this.#bodies(node, maybe || this.#text(node).includes('suppress'));
      case 'TryStatement':
        return this.#try(node, maybe);
      case 'ForStatement':
      case 'WhileStatement':
      case 'MatchStatement':
        this.#execute(node, maybe);
        return this.#bodies(node, true, node.name !== 'MatchStatement');
      default:
        return this.#simple(node, maybe);
    }
  }

  #reading(statement: PythonNode, owner: string, maybe: boolean): Reading {
    return {
      it: this.#it,
      frame: this.#frame,
      lists: this.#lists,
      tracked: this.#tracked,
      handled: this.#handled,
      marked: this.#marked,
      statement,
      owner,
      maybe,
      repeated: this.#repeated,
    };
  }

  #simple(node: PythonNode, maybe: boolean): void {
    const change = changeOf(this.#it, node, (n) => this.#text(n));
    const name = change === undefined ? '' : this.#text(change.name);
    if (change !== undefined && this.#tracked.has(name)) {
      this.#handled.add(change.name.from);
      const at = this.#reading(node, name, maybe);
      const before = this.#lists.get(name) ?? elsewhere(name, node);
      this.#statements.push(node);
      this.#lists.set(name, bounded(at, change.apply(at, before) ?? unknownChange(at, before)));
    } else if (node.name === 'AssignStatement') this.#assignment(node, maybe);
    else if (node.name === 'DeleteStatement') this.#deletion(node, maybe);
    this.#execute(node, maybe);
  }

  #assignment(node: PythonNode, maybe: boolean): void {
    const parts: PythonNode[][] = [[]];
    for (let child = node.firstChild; child; child = child.nextSibling) {
      if (child.name === 'AssignOp') parts.push([]);
      else if (child.name !== 'TypeDef' && child.name !== 'Comment') parts.at(-1)?.push(child);
    }
    const side = parts.pop() ?? [];
    for (const [target, ...more] of parts) {
      if (target?.name !== 'VariableName' || more.length > 0) {
        if (target !== undefined) this.#unpacked([target, ...more], node, maybe);
        continue;
      }
      const name = this.#text(target);
      if (!this.#tracked.has(name)) continue;
      this.#handled.add(target.from);
      this.#statements.push(node);
      const at = this.#reading(node, name, false);
      const items = readSide(at, side);
      const before = this.#lists.get(name) ?? [];
      this.#lists.set(name, maybe ? bounded(at, eitherOf(before, items)) : items);
    }
  }

  /** `A, MIDDLEWARE = …`: which part of the right side it gets is left to the evaluation. */
  #unpacked(targets: readonly PythonNode[], node: PythonNode, maybe: boolean): void {
    for (const target of flatTargets(targets)) {
      if (target.name !== 'VariableName' || !this.#tracked.has(this.#text(target))) continue;
      const at = this.#reading(node, this.#text(target), maybe);
      this.#handled.add(target.from);
      this.#statements.push(node);
      this.#lists.set(at.owner, unknownChange(at, maybe ? (this.#lists.get(at.owner) ?? []) : []));
    }
  }

  #deletion(node: PythonNode, maybe: boolean): void {
    for (const target of children(node).slice(1)) {
      const name = target.name === 'MemberExpression' ? target.firstChild : target;
      if (name?.name !== 'VariableName' || !this.#tracked.has(this.#text(name))) continue;
      const at = this.#reading(node, this.#text(name), maybe);
      this.#handled.add(name.from);
      this.#statements.push(node);
      if (target === name && !maybe) this.#lists.delete(at.owner);
      else this.#lists.set(at.owner, unknownChange(at, this.#lists.get(at.owner) ?? []));
    }
  }

  /** Branches that surely run or surely don't are told apart where the condition is known. */
  #if(node: PythonNode, maybe: boolean): void {
    const nodes = children(node);
    let doubt = maybe;
    let ended = false;
    for (let i = 0; i < nodes.length; i++) {
      const keyword = nodes[i]?.name;
      const test = keyword === 'else' ? undefined : nodes[i + 1];
      const body = keyword === 'else' ? nodes[i + 1] : nodes[i + 2];
      if ((keyword !== 'if' && keyword !== 'elif' && keyword !== 'else') || body?.name !== 'Body') continue;
      const known: boolean | undefined = ended
        ? false
        : test === undefined
          ? true
          : truth(this.#it.evaluate(test, this.#frame));
      if (known === false) this.#skip(body);
      else {
        doubt ||= known === undefined;
        this.#all(body, doubt);
        ended = known === true;
      }
    }
  }

  #skip(body: PythonNode): void {
    for (const { from } of within(this.#mentions, body)) this.#handled.add(from);
  }

  #try(node: PythonNode, maybe: boolean): void {
    let keyword = '';
    for (const child of children(node)) {
      if (child.name === 'Body') this.#all(child, maybe || keyword === 'except');
      else if (/^(?:try|except|else|finally)$/.test(child.name)) keyword = child.name;
    }
  }

  /** In a loop it is not known how often something is added: what is added there can't be taken out either. */
  #bodies(node: PythonNode, maybe: boolean, loop = false): void {
    const before = new Map(this.#lists);
    const [repeated, executed] = [this.#repeated, this.#executed];
    this.#repeated ||= loop;
    this.#executed ||= node.name !== 'WithStatement';
    const nodes = node.name === 'MatchStatement' ? children(node).flatMap(children) : [node];
    for (const part of nodes)
      for (const child of statementsOf(part)) if (child.name === 'Body') this.#all(child, maybe);
    this.#repeated = repeated;
    this.#executed = executed;
    if (!loop) return;
    for (const [name, items] of this.#lists) {
      const fixed = items.map((item) =>
        isEntry(item) && !before.get(name)?.includes(item) ? { ...item, within: 'other' as const } : item,
      );
      this.#lists.set(name, fixed);
    }
  }

  #comment(node: PythonNode, maybe: boolean): void {
    this.#commentedOut(node, maybe, 'removed');
    const found = commentedStatement(this.#source, node) ?? this.#commentedOut(node, maybe, 'off');
    if (found === undefined || !this.#tracked.has(found.name)) return;
    const { path, from, to, name } = found;
    const item: Item = { kind: 'comment', path, from, to, comment: node, maybe };
    this.#lists.set(name, [...(this.#lists.get(name) ?? elsewhere(name, node)), item]);
  }

  /** A statement that a rollback has commented out: read as if it stood there. */
  #commentedOut(
    comment: PythonNode,
    maybe: boolean,
    kind: 'off' | 'removed',
  ): (CommentedPath & { readonly name: string }) | undefined {
    const marked = markedPython(this.#source, comment, kind);
    if (marked === undefined) return undefined;
    const source = parsePython(`${marked.python}\n`);
    const statement = source.tree.topNode.firstChild;
    const change = statement === null ? undefined : changeOf(this.#it, statement, (n) => nodeText(source, n));
    if (statement === null || change === undefined) return undefined;
    const name = nodeText(source, change.name);
    const reading = {
      ...this.#reading(statement, name, maybe),
      frame: { ...this.#frame, source },
      handled: new Set<number>(),
    };
    const added = change.apply(reading, elsewhere(name, comment))?.find(isEntry);
    if (added === undefined) return undefined;
    this.#marked.set(comment.from, added.path);
    return { name, path: added.path, from: marked.from, to: marked.from + marked.length };
  }

  #text(node: PythonNode): string {
    return nodeText(this.#source, node);
  }
}

/** Those, of nodes in the order of the text, that begin in this one. */
function within(nodes: readonly PythonNode[], { from, to }: PythonNode): readonly PythonNode[] {
  const begin = (node: PythonNode): number => node.from;
  return nodes.slice(countBelow(nodes, from, begin), countBelow(nodes, to, begin));
}

/** What a list holds that is changed here and set nowhere in this file. */
function elsewhere(name: string, { from }: PythonNode): readonly Item[] {
  return [{ kind: 'unknown', why: `${name} begins in another file`, from, maybe: false }];
}
