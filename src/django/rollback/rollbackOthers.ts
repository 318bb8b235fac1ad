import path from 'node:path';

import { middlewareOf, type MiddlewareValue } from '../project/middlewareValue.ts';
import type { DjangoProject } from '../project/project.ts';
import type { MiddlewareName } from '../settings/middleware/middlewareName.ts';
import { SAVE_EVERY_REQUEST } from '../settings/model/saveEveryRequest.ts';
import { hasMark } from '../settings/text/rollbackMarkers.ts';
import type { OtherSettings } from '../throttle/otherSettings.ts';
import type { RollbackAction } from './rollback.ts';

export interface ProjectChange {
  readonly project: DjangoProject;
  readonly others: readonly OtherSettings[];
  /** Texts by file. */
  readonly before: ReadonlyMap<string, string>;
  readonly after: ReadonlyMap<string, string>;
  readonly action: RollbackAction;
  readonly middleware: MiddlewareName;
}

/** What a change does to settings modules that are not in use now: each is evaluated before and after. Sentences. */
export function aboutOthers(change: ProjectChange): string[] {
  return change.others.flatMap((other) => aboutOne(change, other));
}

function aboutOne({ project, before, after, action, middleware }: ProjectChange, other: OtherSettings): string[] {
  const { file, inherits, lists, setsSaveEveryRequest } = other;
  const { name } = middleware;
  const shown = `${path.relative(project.root, file)}, which is not in use now,`;
  const [had, has] = [alone(project, file, before), alone(project, file, after)];
  const isOn = (value: MiddlewareValue | undefined): boolean =>
    value?.entries.some((entry) => middleware.matches(entry.path)) === true;
  const warnings: string[] = [];
  if (action !== 'restore' && hasMark(before.get(file) ?? '')) {
    warnings.push(`${shown} holds the note of another rollback.`);
  }
  if (had !== undefined && had.why === undefined && has?.why !== undefined) {
    warnings.push(`${shown} does not get along with the change: ${has.why}.`);
  } else if (isOn(had) !== isOn(has)) {
    warnings.push(`${shown} takes over the change: ${name} goes ${isOn(has) ? 'on' : 'off'} there too.`);
  } else if (action !== 'restore' && lists && isOn(has)) {
    warnings.push(`${shown} lists ${name} itself: it stays on there.`);
  } else if (inherits && had?.why !== undefined) {
    warnings.push(`${shown} takes over what is changed here.`);
  }
  if (action === 'fullRollback' && setsSaveEveryRequest) {
    warnings.push(`${shown} sets ${SAVE_EVERY_REQUEST} itself: it stays there as it is.`);
  }
  return warnings;
}

/** MIDDLEWARE as it would be with this file as the settings module. */
function alone(project: DjangoProject, file: string, texts: ReadonlyMap<string, string>): MiddlewareValue | undefined {
  const module = moduleName(project, file);
  const { it, frame } = (module === undefined ? undefined : project.reading?.evaluate(texts, module)) ?? {};
  return it === undefined || frame === undefined ? undefined : middlewareOf(it, frame);
}

/** Dotted name of a file below the project's folder or its `src`. */
function moduleName(project: DjangoProject, file: string): string | undefined {
  const bases = [path.join(project.root, 'src'), project.root];
  const base = bases.find((folder) => file.startsWith(`${folder}${path.sep}`));
  if (base === undefined) return undefined;
  return path
    .relative(base, file)
    .replace(/(?:[/\\]__init__)?\.py$/, '')
    .split(/[/\\]/)
    .join('.');
}
