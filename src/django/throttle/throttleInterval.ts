import type { Evaluation } from '../python/evaluation/evaluation.ts';
import { lineAt } from '../python/syntax/lines.ts';
import { children, type PythonNode } from '../python/syntax/nodes.ts';
import { isTimedelta, secondsOf } from '../python/values/timedelta.ts';
import type { Frame } from '../python/values/values.ts';
import { intervalRank, unitOf } from '../settings/model/intervalNames.ts';
import { ClassNames, type Binding, type Definition, type SettingsAccess } from './classNames.ts';

/** The interval of the throttle, from the source of its class: what the time since the last save is compared with. */

export interface SourceInterval {
  readonly seconds: number;
  /** Name that it has there, or the expression itself. */
  readonly name: string;
  /** Where it is set: in the class, beside it, or in the settings. UTF-16 offsets. */
  readonly file: string;
  readonly from: number;
  readonly to: number;
}

interface Candidate {
  readonly seconds: number;
  /** Lower is surer: as of the names, see intervalRank(). */
  readonly rank: number;
  readonly binding: Binding;
}

/** Of a timedelta without a name, and of a number without one. */
const NAMELESS = { timedelta: 3, number: 4 };

/** What the time since the last save looks like. */
const ELAPSED = /-|elapsed|since|delta|diff|passed|seconds|idle|\bage\b/i;

export function intervalOf(
  it: Evaluation,
  definition: Definition,
  accesses: SettingsAccess[],
): { readonly interval: SourceInterval } | { readonly why: string } {
  const names = new ClassNames(it, accesses, definition);
  const compared = names.functions.flatMap(({ node, frame }) => comparisons(names, node, frame));
  const candidates = compared.length > 0 ? compared : namedLikeIt(names, definition);
  const best = candidates.reduce<Candidate | undefined>(
    (a, b) => (a === undefined || b.rank < a.rank ? b : a),
    undefined,
  );
  if (best === undefined) return { why: whyNot(names, definition) };
  const { name, at, setting } = origin(names, best.binding);
  const place = setting?.at ?? at;
  return {
    interval: {
      seconds: best.seconds,
      name: setting?.at === undefined ? name : setting.name,
      file: place.file,
      from: place.from,
      to: place.to,
    },
  };
}

/** Both sides of each comparison in a function, but not in those within it. */
function comparisons(names: ClassNames, node: PythonNode, frame: Frame): Candidate[] {
  const found: Candidate[] = [];
  const visit = (parent: PythonNode): void => {
    for (const child of children(parent)) {
      if (child.name === 'FunctionDefinition') continue;
      const [left, operator, right] = child.name === 'BinaryExpression' ? children(child) : [];
      if (left !== undefined && right !== undefined && operator?.name === 'CompareOp') {
        if (/^[<>]=?$/.test(names.it.text(operator, frame))) {
          for (const [side, other] of [[right, left] as const, [left, right] as const]) {
            for (const term of terms(side)) found.push(...candidate(names, term, term === side ? other : side, frame));
          }
        }
      }
      visit(child);
    }
  };
  visit(node);
  return found;
}

/** What is added up: `last + timedelta(minutes=15)`. */
function terms(node: PythonNode): PythonNode[] {
  const [first, operator, second] = children(node);
  if (node.name === 'ParenthesizedExpression' && operator !== undefined) return terms(operator);
  const sum = node.name === 'BinaryExpression' && operator?.name === 'ArithOp' && first !== undefined;
  if (!sum || second === undefined || operator.firstChild !== null) return [node];
  return operator.to - operator.from === 1 ? [...terms(first), ...terms(second)] : [node];
}

function candidate(names: ClassNames, term: PythonNode, other: PythonNode, frame: Frame): Candidate[] {
  const { it } = names;
  const value = it.evaluate(term, frame);
  const seconds = secondsOf(value);
  if (seconds === undefined || seconds <= 0) return [];
  const named = mentioned(names, term, frame);
  const binding = named?.binding ?? names.bind(it.text(term, frame), term, frame, it.place(term, frame));
  const rank = named === undefined ? undefined : rankOf(names, named.binding);
  const looksElapsed = ELAPSED.test(it.text(other, frame));
  if (rank === undefined && !isTimedelta(value) && !looksElapsed) return [];
  const unit = isTimedelta(value) || named?.whole !== true ? 1 : unitIn(names, named.binding);
  const otherwise = isTimedelta(value) ? NAMELESS.timedelta : NAMELESS.number;
  return [{ seconds: seconds * unit * dividedBy(names, other, frame), rank: rank ?? otherwise, binding }];
}

/** `(now - last).seconds / 60 > 15` is in minutes. */
function dividedBy(names: ClassNames, node: PythonNode, frame: Frame): number {
  const [first, operator, second] = children(node);
  if (node.name === 'ParenthesizedExpression' && operator !== undefined) return dividedBy(names, operator, frame);
  if (node.name !== 'BinaryExpression' || operator === undefined || second === undefined || first === undefined)
    return 1;
  const by = names.it.evaluate(second, frame);
  return /^\/\/?$/.test(names.it.text(operator, frame)) && by.t === 'number' && by.v > 0 ? by.v : 1;
}

/** The first name in an expression that stands for something; `whole`: it is nothing but that name. */
function mentioned(
  names: ClassNames,
  node: PythonNode,
  frame: Frame,
): { readonly binding: Binding; readonly whole: boolean } | undefined {
  const own = bindingOf(names, node, frame);
  if (own !== undefined) return { binding: own, whole: true };
  for (const child of children(node)) {
    if (child.nextSibling?.name === 'AssignOp') continue;
    const inner = mentioned(names, child, frame);
    if (inner !== undefined)
      return { binding: inner.binding, whole: inner.whole && node.name === 'ParenthesizedExpression' };
  }
  return undefined;
}

/** self.x, x, settings.X, getattr(settings, 'X', 900) */
function bindingOf(names: ClassNames, node: PythonNode, frame: Frame): Binding | undefined {
  const { it } = names;
  if (node.name === 'VariableName') {
    const name = it.text(node, frame);
    for (let outer: Frame | undefined = frame; outer !== undefined; outer = outer.parent) {
      const local = names.functions.find((f) => f.frame === outer)?.names.get(name);
      if (local !== undefined) return local;
    }
    return names.constant(name, frame);
  }
  const [object, dot, property] = node.name === 'MemberExpression' ? children(node) : [];
  if (object !== undefined && dot?.name === '.' && property !== undefined) {
    const value = it.evaluate(object, frame);
    if (value.t !== 'object') return undefined;
    const name = it.text(property, frame);
    if (value.name === 'self') return names.attributes.get(name);
    return value.name === 'settings' ? names.bind(name, node, frame, it.place(node, frame)) : undefined;
  }
  const isGetattr =
    node.name === 'CallExpression' && node.firstChild !== null && it.text(node.firstChild, frame) === 'getattr';
  const args = isGetattr ? node.lastChild : null;
  const key = args === null ? undefined : children(args)[3];
  const name = key === undefined ? undefined : it.evaluate(key, frame);
  return name?.t === 'str' ? names.bind(name.v, node, frame, it.place(node, frame)) : undefined;
}

/** Where the value of a binding comes from in the end: `self.interval = interval`, `INTERVAL = getattr(settings, …)`. */
function chain(names: ClassNames, binding: Binding): Binding[] {
  const found = [binding];
  for (let last = binding; found.length < 8;) {
    const next = last.from === undefined ? undefined : bindingOf(names, last.from.node, last.from.frame);
    if (next === undefined || found.some(({ at }) => at.file === next.at.file && at.from === next.at.from)) break;
    found.push(next);
    last = next;
  }
  return found;
}

function origin(names: ClassNames, binding: Binding): Binding {
  const all = chain(names, binding);
  // The expression getattr(settings, 'X', 900) itself says less than the statement that it stands in.
  const last = all.at(-1) ?? binding;
  const before = all.at(-2);
  return last.from?.node.name === 'CallExpression' && last.setting?.at === undefined && before !== undefined
    ? before
    : last;
}

function rankOf(names: ClassNames, binding: Binding): number | undefined {
  const ranks = chain(names, binding).flatMap(({ name }) => intervalRank(name) ?? []);
  return ranks.length === 0 ? undefined : Math.min(...ranks);
}

function unitIn(names: ClassNames, binding: Binding): number {
  for (const { name } of chain(names, binding)) {
    const unit = unitOf(name);
    if (unit !== undefined) return unit;
  }
  return 1;
}

/** Where nothing is compared, as when a cache does it: what has the name of an interval. */
function namedLikeIt(names: ClassNames, definition: Definition): Candidate[] {
  return likely(names, definition).flatMap((binding): Candidate[] => {
    const seconds = secondsOf(binding.value);
    const rank = rankOf(names, binding);
    if (seconds === undefined || seconds <= 0 || rank === undefined) return [];
    return [{ seconds: isTimedelta(binding.value) ? seconds : seconds * unitIn(names, binding), rank, binding }];
  });
}

function likely(names: ClassNames, { frame, node }: Definition): Binding[] {
  const locals = names.functions.flatMap((f) => [...f.names.values()]);
  const constants = new Map<string, Binding>();
  node.cursor().iterate(({ name, node: mention }) => {
    const text = name === 'VariableName' ? names.it.text(mention, frame) : '';
    const binding = text === '' || intervalRank(text) === undefined ? undefined : names.constant(text, frame);
    if (binding !== undefined) constants.set(text, binding);
    return true;
  });
  return [...names.attributes.values(), ...locals, ...constants.values()].filter(
    ({ name }) => intervalRank(name) !== undefined,
  );
}

function whyNot(names: ClassNames, definition: Definition): string {
  const unknown = likely(names, definition).find(({ value }) => value.t === 'unresolved');
  if (unknown?.value.t !== 'unresolved')
    return 'No number or timedelta was found that is compared with the time of the last save.';
  const owner = names.it.modules.get(unknown.at.file)?.source;
  const line = owner === undefined ? '' : ` in line ${lineAt(owner, unknown.at.from)}`;
  return `${unknown.name}${line} is not known: ${unknown.value.why}.`;
}
