import { middlewareOf, type MiddlewareValue } from '../project/middlewareValue.ts';
import type { DjangoProject } from '../project/project.ts';
import { Shapes } from '../python/values/shapes.ts';
import type { Value } from '../python/values/values.ts';
import { middlewareName, type MiddlewareOption } from '../settings/middleware/middlewareName.ts';
import { SAVE_EVERY_REQUEST } from '../settings/model/saveEveryRequest.ts';
import type { RollbackAction } from './rollback.ts';

/** Evaluates the settings before and after a plan: why it is none, as a sentence; undefined: it does what it should. */
export function differenceOf(
  project: DjangoProject,
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
  action: RollbackAction,
  options: MiddlewareOption & { readonly chosen?: unknown },
): string | undefined {
  const [had, has] = [project.reading?.evaluate(before), project.reading?.evaluate(after)];
  if (had?.frame === undefined || has?.frame === undefined) return 'The settings could not be read again.';
  const middleware = middlewareName(options.middleware);
  const [first, second] = [middlewareOf(had.it, had.frame), middlewareOf(has.it, has.frame)];
  const rest = (value: MiddlewareValue): string =>
    value.entries.flatMap((entry) => (middleware.matches(entry.path) ? [] : [entry.path])).join('\n');
  const kinds = had.it.problems.map(kindOf);
  const problem = has.it.problems.find((found) => !kinds.includes(kindOf(found)));
  if (problem !== undefined) return `The settings could not be read any more: ${problem.message}`;
  if (first.why === undefined && second.why !== undefined) {
    return `Another statement depends on the entry: ${second.why}.`;
  }
  if (rest(first) !== rest(second)) return 'Other entries of MIDDLEWARE would change their places.';
  const count = (value: MiddlewareValue): number => value.entries.filter((e) => middleware.matches(e.path)).length;
  // A person who has chosen one of several was told that the others stay.
  const left = options.chosen === undefined ? 0 : count(first) - 1;
  if (action !== 'restore' && count(second) > left) return `${middleware.name} would still be on.`;
  const shapes = new Shapes();
  for (const [name, value] of had.frame.names) {
    if (!name.startsWith('SESSION_') || name === SAVE_EVERY_REQUEST) continue;
    if (shapes.of(value) !== shapes.of(has.frame.names.get(name))) return `${name} would change with it.`;
  }
  return action === 'disable'
    ? changed(had.frame.names.get(SAVE_EVERY_REQUEST), has.frame.names.get(SAVE_EVERY_REQUEST))
    : undefined;
}

/** Without the lines that its message names, which move. */
const kindOf = ({ code, file }: { readonly code: string; readonly file: string }): string => `${code} ${file}`;

function changed(before: Value | undefined, after: Value | undefined): string | undefined {
  const shapes = new Shapes();
  return shapes.of(before) === shapes.of(after) ? undefined : `${SAVE_EVERY_REQUEST} would change with it.`;
}
