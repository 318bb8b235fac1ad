import type { Evaluation } from '../../python/evaluation/evaluation.ts';
import { children, nodeText, type PythonNode } from '../../python/syntax/nodes.ts';
import { parsePython } from '../../python/syntax/parse.ts';
import { assignmentParts, flatTargets, isTargetGroup } from '../../python/syntax/targets.ts';
import type { Frame } from '../../python/values/values.ts';
import { eitherOf, isEntry, type Item } from './items.ts';
import { changeOf, unknownChange } from './middlewareChanges.ts';
import { commentedStatement, markedPython, type CommentedPath } from './middlewareComments.ts';
import { positionOf } from './positions.ts';
import { readSide, withinListLimit } from './middlewareItems.ts';
import type { ListReading, Position } from './listReading.ts';

/** Under what a statement runs. */
export interface StatementContext {
  /** Whether it runs depends on something that the text does not say. */
  readonly maybe: boolean;
  /** It stands in the body of a loop. */
  readonly repeated: boolean;
}

/** Names that Django takes for settings: what they are set to matters by itself. */
const SETTING = /^[A-Z][A-Z\d_]*$/;

/**
 * Keeps what the lists hold that MIDDLEWARE is made from, each entry with the place where it is written. It is shown the simple
 * statements and the comments in the order in which they run, each before it is executed.
 */
export class ListRecorder {
  readonly lists = new Map<string, readonly Item[]>();
  /** Offsets of the mentions of tracked names whose effect is known. */
  readonly handled = new Set<number>();
  /** Statements that set or change one of the lists. */
  readonly statements: PythonNode[] = [];
  /** Lists that a statement sets or changes which may or may not run. */
  readonly undecided = new Set<string>();
  /** Entries that a rollback has put in comments, by the offset of the first comment of each. */
  readonly marked = new Map<number, string>();
  /** Names that were set to a place in one of the lists. */
  readonly positions = new Map<string, Position>();
  /** The last of each, also of names that were set to something else since. */
  readonly positioned = new Map<string, Position>();
  readonly #it: Evaluation;
  readonly #frame: Frame;
  readonly #tracked: ReadonlySet<string>;

  constructor(it: Evaluation, frame: Frame, tracked: ReadonlySet<string>) {
    this.#it = it;
    this.#frame = frame;
    this.#tracked = tracked;
  }

  statement(node: PythonNode, at: StatementContext): void {
    const change = changeOf(node, (n) => this.#text(n));
    const name = change === undefined ? '' : this.#text(change.name);
    if (change !== undefined && this.#tracked.has(name)) {
      const before = this.lists.get(name) ?? elsewhere(name, node);
      const reading = this.#record(change.name, node, at);
      this.lists.set(name, withinListLimit(reading, change.apply(reading, before) ?? unknownChange(reading, before)));
    } else if (node.name === 'AssignStatement') this.#assignment(node, at);
    else if (node.name === 'DeleteStatement') this.#deletion(node, at);
  }

  #reading(statement: PythonNode, owner: string, at: StatementContext): ListReading {
    return {
      it: this.#it,
      frame: this.#frame,
      lists: this.lists,
      tracked: this.#tracked,
      handled: this.handled,
      marked: this.marked,
      positions: this.positions,
      statement,
      owner,
      ...at,
    };
  }

  /** Notes that a statement sets or changes the list of this name. */
  #record(name: PythonNode, statement: PythonNode, at: StatementContext): ListReading {
    this.handled.add(name.from);
    this.statements.push(statement);
    if (at.maybe) this.undecided.add(this.#text(name));
    return this.#reading(statement, this.#text(name), at);
  }

  #isTracked(node: PythonNode): boolean {
    return node.name === 'VariableName' && this.#tracked.has(this.#text(node));
  }

  #assignment(node: PythonNode, at: StatementContext): void {
    const parts = assignmentParts(node);
    const side = parts.pop() ?? [];
    for (const [target, ...more] of parts) {
      if (target === undefined) continue;
      if (target.name !== 'VariableName' || more.length > 0) {
        this.#unpacked([target, ...more], side, node, at);
        continue;
      }
      if (!this.#isTracked(target)) {
        this.#position(target, side, node, at);
        continue;
      }
      const reading = this.#record(target, node, at);
      const items = readSide({ ...reading, maybe: false }, side);
      const before = this.lists.get(reading.owner) ?? [];
      this.lists.set(reading.owner, at.maybe ? withinListLimit(reading, eitherOf(before, items)) : items);
    }
  }

  /** `at = MIDDLEWARE.index('a.B')` */
  #position(target: PythonNode, [value, ...more]: readonly PythonNode[], node: PythonNode, at: StatementContext): void {
    const name = this.#text(target);
    const position =
      value === undefined || more.length > 0 || SETTING.test(name)
        ? undefined
        : positionOf(this.#reading(node, '', at), value, (owner) => this.lists.get(owner) ?? elsewhere(owner, node));
    if (position === undefined) this.positions.delete(name);
    else {
      this.positions.set(name, position);
      this.positioned.set(name, position);
    }
  }

  /** `A, MIDDLEWARE = [], ['a.B']`; where the right side isn't written part by part, what it gives is left to the evaluation. */
  #unpacked(targets: readonly PythonNode[], side: readonly PythonNode[], node: PythonNode, at: StatementContext): void {
    const [left, right] = [partsOf(targets), partsOf(side)];
    const pairs = left !== undefined && left.length === right?.length ? left.map((part, i) => [part, right[i]]) : [];
    const part = new Map(pairs.map(([target, value]) => [target?.from, value]));
    const after = flatTargets(targets)
      .filter((target) => this.#isTracked(target))
      .map((target) => {
        const reading = this.#record(target, node, at);
        const before = this.lists.get(reading.owner) ?? [];
        const value = part.get(target.from);
        if (value === undefined) return [reading, unknownChange(reading, at.maybe ? before : [])] as const;
        const items = readSide({ ...reading, maybe: false }, [value]);
        return [reading, at.maybe ? eitherOf(before, items) : items] as const;
      });
    for (const [reading, items] of after) this.lists.set(reading.owner, withinListLimit(reading, items));
  }

  #deletion(node: PythonNode, at: StatementContext): void {
    for (const target of children(node).slice(1)) {
      const name = target.name === 'MemberExpression' ? target.firstChild : target;
      if (name === null || !this.#isTracked(name)) continue;
      const reading = this.#record(name, node, at);
      if (target === name && !at.maybe) this.lists.delete(reading.owner);
      else this.lists.set(reading.owner, unknownChange(reading, this.lists.get(reading.owner) ?? []));
    }
  }

  comment(node: PythonNode, at: StatementContext): void {
    this.#commentedOut(node, at, 'removed');
    const found = commentedStatement(this.#frame.source, node) ?? this.#commentedOut(node, at, 'off');
    if (found === undefined || !this.#tracked.has(found.name)) return;
    const { path, from, to, name } = found;
    const item: Item = { kind: 'comment', path, from, to, comment: node, maybe: at.maybe };
    this.lists.set(name, [...(this.lists.get(name) ?? elsewhere(name, node)), item]);
  }

  /** A statement that a rollback has commented out: read as if it stood there. */
  #commentedOut(
    comment: PythonNode,
    at: StatementContext,
    kind: 'off' | 'removed',
  ): (CommentedPath & { readonly name: string }) | undefined {
    const marked = markedPython(this.#frame.source, comment, kind);
    if (marked === undefined) return undefined;
    const source = parsePython(`${marked.python}\n`);
    const statement = source.tree.topNode.firstChild;
    const change = statement === null ? undefined : changeOf(statement, (n) => nodeText(source, n));
    if (statement === null || change === undefined) return undefined;
    const name = nodeText(source, change.name);
    const reading = {
      ...this.#reading(statement, name, at),
      frame: { ...this.#frame, source },
      handled: new Set<number>(),
    };
    const added = change.apply(reading, elsewhere(name, comment))?.find(isEntry);
    if (added === undefined) return undefined;
    this.marked.set(comment.from, added.path);
    return { name, path: added.path, from: marked.from, to: marked.from + marked.length };
  }

  /** Runs the body of a loop: it is not known how often something is added there, and so it can't be taken out either. */
  inLoop(body: () => void): void {
    const before = new Map(this.lists);
    body();
    for (const [name, items] of this.lists) {
      const fixed = items.map((item) =>
        isEntry(item) && !before.get(name)?.includes(item) ? { ...item, within: 'other' as const } : item,
      );
      this.lists.set(name, fixed);
    }
  }

  #text(node: PythonNode): string {
    return nodeText(this.#frame.source, node);
  }
}

/** The parts of a tuple or list as it is written; undefined: some are spread. */
function partsOf(nodes: readonly PythonNode[]): readonly PythonNode[] | undefined {
  const [only, ...more] = nodes;
  if (only !== undefined && more.length === 0)
    return isTargetGroup(only) ? partsOf(children(only).slice(1, -1)) : undefined;
  return nodes.some(({ name }) => name === '*') ? undefined : nodes.filter(({ name }) => name !== ',');
}

/** What a list holds that is changed here and set nowhere in this file. */
function elsewhere(name: string, { from }: PythonNode): readonly Item[] {
  return [{ kind: 'unknown', why: `${name} begins in another file`, from, maybe: false }];
}
