import { children, type PythonNode } from '../python/syntax/nodes.ts';
import { secondsOf } from '../python/values/timedelta.ts';
import type { Frame } from '../python/values/values.ts';
import type { ClassNames } from './classNames.ts';
import type { SavedAfter } from './sessionLife.ts';

/** Throttles that leave the time to a cache: a session is saved when the cache has forgotten it. */

/** `cache.set(key, value, 300)`, `cache.add(…, timeout=300)` */
export function keptInCache(names: ClassNames, node: PythonNode, frame: Frame): SavedAfter[] {
  return children(node).flatMap((child) => {
    const args = child.name === 'CallExpression' ? child.lastChild : null;
    const callee = child.firstChild === null ? '' : names.it.text(child.firstChild, frame);
    if (args === null || !/cache\w*\.(?:set|add)$/i.test(callee)) return keptInCache(names, child, frame);
    const given = children(args)
      .slice(1, -1)
      .filter((n) => n.name !== ',');
    const timeout = given.findIndex(
      (n, i) => names.it.text(n, frame) === 'timeout' && given[i + 1]?.name === 'AssignOp',
    );
    const term = given[timeout === -1 ? 2 : timeout + 2];
    const seconds = term === undefined ? undefined : secondsOf(names.it.evaluate(term, frame));
    if (term === undefined || seconds === undefined || seconds <= 0) return [];
    const binding = names.bind(names.it.text(term, frame), term, frame, names.it.place(term, frame));
    return [{ seconds, binding }];
  });
}
