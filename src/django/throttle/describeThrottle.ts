import path from 'node:path';

import { middlewareOf, type MiddlewareValue } from '../project/middlewareValue.ts';
import type { DjangoProject } from '../project/project.ts';
import type { EvaluatedSettings } from '../project/projectReading.ts';
import type { PythonSource } from '../python/syntax/nodes.ts';
import type { Frame, Value } from '../python/values/values.ts';
import { middlewareName, type MiddlewareOption } from '../settings/middleware/middlewareName.ts';
import { hasMark } from '../settings/text/rollbackMarkers.ts';
import { describeOthers, type OtherSettings } from './otherSettings.ts';
import {
  filesInUse,
  findCandidates,
  placeIn,
  readModels,
  type SettingsPlace,
  type ThrottleCandidate,
} from './throttlePlaces.ts';

/** A setting where it is decided: the last assignment that runs. */
export interface DecidedSetting<T> extends SettingsPlace {
  /** undefined: not known. */
  readonly value?: T;
  /** Why it isn't known, half a sentence. */
  readonly why?: string;
}

/** The throttle in a project whose settings may be split over many files. */
export interface ProjectThrottle {
  /** on: in the list that Django gets. off: it stands somewhere, and not in that list. absent: nowhere. unknown: see why. */
  readonly state: 'on' | 'off' | 'absent' | 'unknown';
  /** A sentence. Of unknown always; of off where it is on in a file, and another file puts a list without it in its place. */
  readonly why?: string;
  /** Dotted path as it stands in the settings. */
  readonly path?: string;
  /** What decides: the entry, or the comment or note of a rollback. Where the state is unknown: the only candidate. */
  readonly place?: SettingsPlace;
  /** Where MIDDLEWARE is set last; undefined: nowhere. */
  readonly list?: SettingsPlace;
  /** All places in the files in use. The rollback has to ask where more than one of them is effective. */
  readonly candidates: readonly ThrottleCandidate[];
  /** undefined, also of those below: it is set nowhere, so that it is Django's default (False). */
  readonly saveEveryRequest?: DecidedSetting<boolean>;
  /** Seconds. */
  readonly cookieAge?: DecidedSetting<number>;
  readonly engine?: DecidedSetting<string>;
  /** The files that this was read from, the settings file first. */
  readonly files: readonly string[];
  /** Settings files that are not in use now, those that matter. */
  readonly others: readonly OtherSettings[];
}

/**
 * `texts`: by file, in place of what is on disk: those of `settingsFilesOf`, with the unsaved text of what is open. Never throws.
 */
export function describeThrottle(
  project: DjangoProject,
  texts: ReadonlyMap<string, string>,
  options: MiddlewareOption = {},
): ProjectThrottle {
  const evaluation = project.reading?.evaluate(texts);
  const { it, frame } = evaluation ?? {};
  if (evaluation === undefined || it === undefined || frame === undefined) {
    return { state: 'unknown', why: whyNot(project), candidates: [], files: [], others: [] };
  }
  const middleware = middlewareName(options.middleware);
  const inUse = filesInUse(evaluation, project.managePy);
  const { models, lists } = readModels(inUse);
  const { value, candidates } = findCandidates(evaluation, inUse, models, middleware);
  const judged = judge(
    project,
    value,
    candidates,
    inUse,
    value.entries.find((entry) => middleware.matches(entry.path)),
  );
  const list = value.name === undefined ? undefined : decided(frame, value.name, inUse);
  const python = [...texts.keys()].filter((file) => file.endsWith('.py') && file !== project.managePy);
  const others = describeOthers({
    files: [...new Set([...inUse.keys(), ...python])],
    sourceOf: (file) => it.files.python(file),
    inUse: new Set(inUse.keys()),
    searchPath: searchPath(evaluation, project.root),
    deciding: judged.place?.file ?? list?.file,
    middleware,
    lists,
  });
  return {
    ...judged,
    ...(list === undefined ? {} : { list }),
    candidates,
    ...settings(frame, inUse),
    files: [...inUse.keys()],
    others,
  };
}

/** Dotted paths in MIDDLEWARE, as far as they are known. */
export function middlewarePaths(project: DjangoProject, texts: ReadonlyMap<string, string>): string[] {
  const { it, frame } = project.reading?.evaluate(texts) ?? {};
  return it === undefined || frame === undefined ? [] : middlewareOf(it, frame).entries.map(({ path }) => path);
}

function whyNot({ reading, settingsModule }: DjangoProject): string {
  if (reading === undefined) return 'The settings were not read from their files.';
  return settingsModule === ''
    ? 'No settings module is named.'
    : `The settings module ${settingsModule} is not a file of this project.`;
}

type Judged = Pick<ProjectThrottle, 'state' | 'why' | 'path' | 'place'>;

function judge(
  project: DjangoProject,
  value: MiddlewareValue,
  candidates: readonly ThrottleCandidate[],
  sources: ReadonlyMap<string, PythonSource>,
  entry: { readonly path: string } | undefined,
): Judged {
  const at = (candidate: ThrottleCandidate): Judged & { place: SettingsPlace } => {
    const { file, from, to, line, path: dotted } = candidate;
    return { state: 'off', path: dotted, place: { file, from, to, line } };
  };
  if (entry !== undefined) {
    const place = candidates.find(({ effective }) => effective);
    return place === undefined ? { state: 'on', path: entry.path } : { ...at(place), state: 'on' };
  }
  const [only, ...more] = candidates;
  if (value.why !== undefined) {
    const place = only === undefined || more.length > 0 ? {} : at(only);
    return { ...place, state: 'unknown', why: `Not all of ${value.name ?? 'MIDDLEWARE'} is known: ${value.why}.` };
  }
  const noted = candidates.filter(
    (c) => !c.enabled && hasMark(sources.get(c.file)?.text.slice(0, c.to).split('\n').at(-1) ?? ''),
  );
  const off = noted[0] ?? candidates.find(({ enabled }) => !enabled);
  if (off !== undefined) return at(off);
  if (only === undefined) return { state: 'absent' };
  const file = path.relative(project.root, only.file);
  return {
    ...at(only),
    why: `It stands in ${file}, line ${only.line + 1}, and not in ${value.name ?? 'MIDDLEWARE'} as the settings leave it.`,
  };
}

function decided(frame: Frame, name: string, sources: ReadonlyMap<string, PythonSource>): SettingsPlace {
  const { file, from, to } = frame.places?.get(name) ?? { file: frame.source.file, from: 0, to: 0 };
  return placeIn(sources.get(file)?.text ?? '', file, { from, to });
}

function settings(
  frame: Frame,
  sources: ReadonlyMap<string, PythonSource>,
): Pick<ProjectThrottle, 'saveEveryRequest' | 'cookieAge' | 'engine'> {
  const read = <T>(name: string, as: (value: Value) => T | undefined): DecidedSetting<T> | undefined => {
    const value = frame.names.get(name);
    if (value === undefined) return undefined;
    const known = as(value);
    const place = decided(frame, name, sources);
    if (known !== undefined) return { ...place, value: known };
    return { ...place, why: value.t === 'unresolved' ? value.why : 'it is of another type' };
  };
  const saveEveryRequest = read('SESSION_SAVE_EVERY_REQUEST', (value) =>
    value.t === 'bool' || value.t === 'number' ? Boolean(value.v) : undefined,
  );
  const cookieAge = read('SESSION_COOKIE_AGE', (value) => (value.t === 'number' ? value.v : undefined));
  const engine = read('SESSION_ENGINE', (value) => (value.t === 'str' ? value.v : undefined));
  return {
    ...(saveEveryRequest === undefined ? {} : { saveEveryRequest }),
    ...(cookieAge === undefined ? {} : { cookieAge }),
    ...(engine === undefined ? {} : { engine }),
  };
}

function searchPath({ it }: EvaluatedSettings, root: string): string[] {
  return it.searchPath.items.flatMap((item) =>
    item.t === 'str' || item.t === 'path' ? [path.resolve(root, item.v)] : [],
  );
}
