import { children, type PythonNode } from '../python/syntax/nodes.ts';
import { isTimedelta, secondsOf } from '../python/values/timedelta.ts';
import type { Frame } from '../python/values/values.ts';
import { mentioned, terms } from './bindings.ts';
import type { Binding, ClassNames } from './classNames.ts';

/** Throttles that save a session when only so much of its life is left. */

/** What Django's own API says is left of the session's life: never the time since its last save. */
export const LEFT = /\bget_expiry_(?:age|date)\b/;

export interface SavedAfter {
  readonly seconds: number;
  readonly binding: Binding;
}

/** `session.get_expiry_age() < x`, or a name for it. */
export function saysWhatIsLeft(names: ClassNames, node: PythonNode, frame: Frame): boolean {
  const from = mentioned(names, node, frame)?.binding.from;
  return LEFT.test(names.it.text(node, frame) + (from === undefined ? '' : names.it.text(from.node, from.frame)));
}

/**
 * A session that is saved when only so much of its life is left was saved the rest of its life ago; where set_expiry() was given a
 * date: else get_expiry_age() is the same at each request (SessionBase.get_expiry_age).
 */
export function leftWhenSaved(names: ClassNames, side: PythonNode, frame: Frame): SavedAfter[] {
  const { it } = names;
  const spans = terms(names, side, frame).map((term) => it.evaluate(term, frame));
  const left = secondsOf(spans.find(isTimedelta) ?? it.evaluate(side, frame));
  const life = names.functions.flatMap(({ node, frame }) => lifeFrom(names, node, frame));
  const seconds = left === undefined || life[0] === undefined ? 0 : life[0] - left;
  if (seconds <= 0) return [];
  const binding =
    mentioned(names, side, frame)?.binding ?? names.bind(it.text(side, frame), side, frame, it.place(side, frame));
  return [{ seconds, binding }];
}

/** Seconds of the timedelta in `set_expiry(timedelta(…))` or `set_expiry(now + timedelta(…))`. */
function lifeFrom(names: ClassNames, node: PythonNode, frame: Frame): number[] {
  return children(node).flatMap((child) => {
    const callee = child.name === 'CallExpression' ? child.firstChild : null;
    const given = child.lastChild === null ? undefined : children(child.lastChild)[1];
    if (callee === null || given === undefined || !names.it.text(callee, frame).endsWith('.set_expiry'))
      return lifeFrom(names, child, frame);
    const spans = terms(names, given, frame).map((term) => names.it.evaluate(term, frame));
    return spans.filter(isTimedelta).flatMap((span) => secondsOf(span) ?? []);
  });
}
