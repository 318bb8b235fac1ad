import { lineAt } from '../python/syntax/lines.ts';
import { children, type PythonNode } from '../python/syntax/nodes.ts';
import { isTimedelta, secondsOf } from '../python/values/timedelta.ts';
import type { Frame } from '../python/values/values.ts';
import { intervalRank } from '../settings/model/intervalNames.ts';
import { mentioned, origin, rankOf, terms, unitIn } from './bindings.ts';
import { keptInCache } from './cacheTimeout.ts';
import type { Binding, ClassNames, Definition } from './classNames.ts';
import { LEFT, leftWhenSaved, saysWhatIsLeft, type SavedAfter } from './sessionLife.ts';

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
  names: ClassNames,
  definition: Definition,
): { readonly interval: SourceInterval } | { readonly why: string } {
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

/** What the time since the last save is compared with in a function or an expression, but not in functions within it. */
function comparisons(names: ClassNames, node: PythonNode, frame: Frame): Candidate[] {
  const inner = children(node).filter((child) => child.name !== 'FunctionDefinition');
  return [...comparison(names, node, frame), ...inner.flatMap((child) => comparisons(names, child, frame))];
}

function comparison(names: ClassNames, node: PythonNode, frame: Frame): Candidate[] {
  const [left, operator, right] = node.name === 'BinaryExpression' ? children(node) : [];
  if (left === undefined || right === undefined || operator?.name !== 'CompareOp') return [];
  if (!/^[<>]=?$/.test(names.it.text(operator, frame))) return [];
  const found = ([side, other]: readonly [PythonNode, PythonNode]): Candidate[] => {
    if (saysWhatIsLeft(names, other, frame)) return ranked(leftWhenSaved(names, side, frame), NAMELESS.timedelta);
    return terms(names, side, frame).flatMap((term) => candidate(names, term, term === side ? other : side, frame));
  };
  const [onRight, onLeft] = [found([right, left]), found([left, right])];
  const [isRight, isLeft] = [right, left].map((side) => ELAPSED.test(names.it.text(side, frame)));
  // `delta > interval`: what has passed may be known too, from a branch in which it is made up.
  if (onRight.length > 0 && isLeft === true && isRight === false) return onRight;
  return onLeft.length > 0 && isRight === true && isLeft === false ? onLeft : [...onRight, ...onLeft];
}

/** A comparison with the time itself, or a cache that forgets. */
const TIME = /[<>]=?\s*(?:\w+\.)*(?:now|time)\b|\b(?:now|time)(?:\(\))?\s*[<>]|cache\w*\.(?:add|get)\(/i;

/** Whether an expression asks how long ago something was. */
export function asksForTime(names: ClassNames, node: PythonNode, frame: Frame): boolean {
  return comparisons(names, node, frame).length > 0 || TIME.test(names.it.text(node, frame));
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

/** Where nothing is compared, as when a cache does it: what has the name of an interval, else how long the cache keeps it. */
function namedLikeIt(names: ClassNames, definition: Definition): Candidate[] {
  const named = byName(names, definition);
  return named.length > 0
    ? named
    : ranked(
        names.functions.flatMap(({ node, frame }) => keptInCache(names, node, frame)),
        NAMELESS.number,
      );
}

function ranked(found: readonly SavedAfter[], rank: number): Candidate[] {
  return found.map((one) => ({ ...one, rank }));
}

function byName(names: ClassNames, definition: Definition): Candidate[] {
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
  if (LEFT.test(names.it.text(definition.node, definition.frame)))
    return 'It asks what is left of the session’s life, which Django says is the same at each request unless set_expiry() was given a date.';
  const unknown = likely(names, definition).find(({ value }) => value.t === 'unresolved');
  if (unknown?.value.t !== 'unresolved')
    return 'No number or timedelta was found that is compared with the time of the last save.';
  const owner = names.it.modules.get(unknown.at.file)?.source;
  const line = owner === undefined ? '' : ` in line ${lineAt(owner, unknown.at.from)}`;
  return `${unknown.name}${line} is not known: ${unknown.value.why}.`;
}
