import { MIDDLEWARE_NAMES, middlewareOf, type MiddlewareValue } from '../project/middlewareValue.ts';
import type { EvaluatedSettings } from '../project/projectReading.ts';
import type { PythonSource } from '../python/syntax/nodes.ts';
import { isEntry } from '../settings/middleware/items.ts';
import { markedPython, stringsOf } from '../settings/middleware/middlewareComments.ts';
import type { MiddlewareName } from '../settings/middleware/middlewareName.ts';
import { removedEntries } from '../settings/model/removedEntries.ts';
import { readSource, type SettingsModel } from '../settings/model/settingsModel.ts';

/** Where the throttle stands in the settings files of one project. */

export interface SettingsPlace {
  readonly file: string;
  /** UTF-16 offsets. */
  readonly from: number;
  readonly to: number;
  /** 0-based. */
  readonly line: number;
}

export interface ThrottleCandidate extends SettingsPlace {
  /** Dotted path; the name of the class where a note of a rollback does not tell more. */
  readonly path: string;
  /** Not commented out, and not removed by a rollback. */
  readonly enabled: boolean;
  /** It is in the list that Django gets: of what is enabled, another file may put a list of its own in its place. */
  readonly effective: boolean;
}

export function placeIn(text: string, file: string, { from, to }: { from: number; to: number }): SettingsPlace {
  let line = 0;
  for (let i = text.indexOf('\n'); i !== -1 && i < from; i = text.indexOf('\n', i + 1)) line++;
  return { file, from, to, line };
}

/** What each file says about MIDDLEWARE by itself, of those that say something. */
export interface FileModels {
  readonly models: ReadonlyMap<string, SettingsModel>;
  /** Names that MIDDLEWARE is made from in any of the files: a list of one file may be used in another. */
  readonly lists: readonly string[];
}

export function readModels(sources: ReadonlyMap<string, PythonSource>): FileModels {
  const models = new Map<string, SettingsModel>();
  for (const [file, source] of sources) if (source.text.includes('MIDDLEWARE')) models.set(file, modelOf(source));
  const lists = [...new Set([...MIDDLEWARE_NAMES, ...[...models.values()].flatMap(({ tracked }) => [...tracked])])];
  for (const [file, source] of sources) {
    const known = models.get(file)?.tracked ?? new Set<string>();
    const more = lists.some((name) => !known.has(name) && source.text.includes(name));
    if (more) models.set(file, modelOf(source, lists));
  }
  return { models, lists };
}

/** What was read of each source last: most files stay the same from one save to the next. */
const modelsBySource = new WeakMap<PythonSource, SettingsModel[]>();

export function modelOf(source: PythonSource, lists: readonly string[] = MIDDLEWARE_NAMES): SettingsModel {
  const models = modelsBySource.get(source) ?? [];
  const present = models.find((model) => model.lists.join() === lists.join());
  const model = present ?? readSource(source, lists);
  if (present === undefined) modelsBySource.set(source, [...models.slice(-1), model]);
  return model;
}

/** Python files that the settings are read from, the settings file first; manage.py is none of them. */
export function filesInUse({ it, frame }: EvaluatedSettings, managePy: string): Map<string, PythonSource> {
  const first = frame === undefined ? [] : [frame.source.file];
  const sources = new Map<string, PythonSource>();
  for (const file of [...first, ...it.modules.keys(), ...it.included]) {
    const source = file === managePy ? undefined : it.files.python(file);
    if (source !== undefined) sources.set(file, source);
  }
  return sources;
}

/** MIDDLEWARE at the end, and all places where the throttle stands: in the list that Django gets, and elsewhere. */
export function findCandidates(
  evaluation: EvaluatedSettings,
  sources: ReadonlyMap<string, PythonSource>,
  models: ReadonlyMap<string, SettingsModel>,
  middleware: MiddlewareName,
): { readonly value: MiddlewareValue; readonly candidates: ThrottleCandidate[] } {
  const { it, frame } = evaluation;
  const value = frame === undefined ? { entries: [], why: 'the settings are not known' } : middlewareOf(it, frame);
  const effective = value.entries.flatMap(({ path, at }): ThrottleCandidate[] => {
    const text = at === undefined ? undefined : sources.get(at.file)?.text;
    if (!middleware.matches(path) || at === undefined || text === undefined) return [];
    return [{ ...placeIn(text, at.file, at), path, enabled: true, effective: true }];
  });
  const standing = [...models].flatMap(([file, model]) => standingIn(file, model, middleware));
  const counted = (a: ThrottleCandidate): boolean =>
    a.enabled && effective.some((b) => a.file === b.file && a.from < b.to && b.from < a.to);
  return { value, candidates: [...effective, ...standing.filter((candidate) => !counted(candidate))] };
}

/** Entries and comments of one file. */
export function standingIn(file: string, model: SettingsModel, middleware: MiddlewareName): ThrottleCandidate[] {
  const { text } = model.source;
  const found = model.items.flatMap((item): ThrottleCandidate[] => {
    if (item.kind === 'unknown' || !middleware.matches(item.path)) return [];
    const range = isEntry(item) ? item.node : item;
    return [{ ...placeIn(text, file, range), path: item.path, enabled: isEntry(item), effective: false }];
  });
  const removed = removedEntries(model, middleware).map((range): ThrottleCandidate => {
    const { python = '' } = markedPython(model.source, range, 'removed') ?? {};
    const path = range.path ?? stringsOf(python).find(middleware.matches) ?? middleware.name;
    return { ...placeIn(text, file, range), path, enabled: false, effective: false };
  });
  return [...found, ...removed];
}
