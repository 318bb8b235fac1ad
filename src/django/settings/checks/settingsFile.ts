import { syntaxProblems } from '../../python/syntax/problems.ts';
import { isEntry } from '../middleware/items.ts';
import { middlewareName, type MiddlewareName, type MiddlewareOption } from '../middleware/middlewareName.ts';
import { throttleInterval } from '../model/intervalNames.ts';
import { removedEntries } from '../model/removedEntries.ts';
import { readSettings, type SettingsModel } from '../model/settingsModel.ts';
import type { TextRange } from '../text/edits.ts';
import { starImports } from '../text/scopes.ts';
import { settingPlaces } from '../text/settingPlaces.ts';
import { CHECKS } from './checks.ts';
import type { CheckContext } from './context.ts';
import { saverProblems, type Saver } from './sourceChecks.ts';

/** What the text of one settings file says by itself: no other file and no environment is looked at. */
export interface SettingsFile {
  /** Entries of MIDDLEWARE in order; what is commented out stands where it would run. */
  readonly middleware: readonly MiddlewareEntry[];
  /** undefined: absent, or not a constant in this file. So are the others. */
  readonly sessionSaveEveryRequest?: boolean;
  /** Seconds. */
  readonly sessionCookieAge?: number;
  readonly sessionEngine?: string;
  /** Syntax errors first, then what the checks found; each in the order of the text. */
  readonly problems: readonly SettingsFileProblem[];
}

export interface MiddlewareEntry {
  /** Dotted path. */
  readonly path: string;
  /** false: the entry is in a comment. */
  readonly enabled: boolean;
  /** UTF-16 offsets of the string with its quotes, in a comment too; of the expression where it isn't one string. */
  readonly from: number;
  readonly to: number;
}

export interface SettingsFileProblem {
  readonly code: string;
  readonly message: string;
  readonly from: number;
  readonly to: number;
  readonly severity: 'error' | 'warning' | 'info';
}

export interface SettingsFileOptions extends MiddlewareOption {
  /** Throttle interval where the settings do not name it; default 900, which is usual. */
  readonly intervalSeconds?: number;
  /** Codes of checks that are switched off. */
  readonly without?: ReadonlySet<string>;
  /** Middleware whose source saves the session at each request. */
  readonly savers?: readonly Saver[];
}

const DEFAULT_INTERVAL_SECONDS = 900;

/** Never throws. */
export function parseSettings(text: string, options: SettingsFileOptions = {}): SettingsFile {
  return describeSettings(readSettings(text), options);
}

/** The same, of a text that has been read already. */
export function describeSettings(model: SettingsModel, options: SettingsFileOptions = {}): SettingsFile {
  const { names } = model.frame;
  const engine = names.get('SESSION_ENGINE');
  const age = names.get('SESSION_COOKIE_AGE');
  const everyRequest = names.get('SESSION_SAVE_EVERY_REQUEST');
  return {
    middleware: model.items.flatMap((item): MiddlewareEntry[] => {
      if (item.kind === 'unknown') return [];
      const { from, to } = isEntry(item) ? item.node : item;
      return [{ path: item.path, enabled: isEntry(item), from, to }];
    }),
    ...(everyRequest?.t === 'bool' ? { sessionSaveEveryRequest: everyRequest.v } : {}),
    ...(age?.t === 'number' ? { sessionCookieAge: age.v } : {}),
    ...(engine?.t === 'str' ? { sessionEngine: engine.v } : {}),
    problems: problemsOf(model, options),
  };
}

function problemsOf(model: SettingsModel, options: SettingsFileOptions): SettingsFileProblem[] {
  const syntax = syntaxProblems(model.source).map((problem): SettingsFileProblem => ({
    ...problem,
    code: 'settings-syntax-error',
    severity: 'error',
  }));
  const context = contextOf(model, options);
  const found = CHECKS.flatMap(({ code, severity, message, applies }): SettingsFileProblem[] => {
    const range = options.without?.has(code) === true ? undefined : applies(context);
    return range === undefined ? [] : [{ code, severity, message: message(context), from: range.from, to: range.to }];
  });
  const savers = saverProblems(model, options.savers ?? []).filter(({ code }) => options.without?.has(code) !== true);
  return [...syntax, ...[...found, ...savers].sort((a, b) => a.from - b.from)];
}

export function contextOf(model: SettingsModel, options: SettingsFileOptions): CheckContext {
  const middleware = middlewareName(options.middleware);
  const { items, source } = model;
  const { places } = settingPlaces(source, /^[A-Z]\w*$/);
  const placeOf = (setting: string): TextRange | undefined => {
    const last = places.findLast(({ name }) => name === setting);
    return last === undefined ? undefined : { from: last.statement.from, to: last.statement.to };
  };
  const named = throttleInterval(model.frame);
  const throttles = items.filter(isEntry).filter((entry) => middleware.matches(entry.path));
  return {
    items,
    throttles,
    throttleOff: throttles.length > 0 ? undefined : throttleOff(model, middleware),
    complete: model.listName !== undefined && !items.some((item) => item.kind === 'unknown'),
    middleware,
    interval: {
      seconds: named?.seconds ?? options.intervalSeconds ?? DEFAULT_INTERVAL_SECONDS,
      place: named === undefined ? undefined : placeOf(named.name),
    },
    open: starImports(source).length > 0,
    frame: model.frame,
    placeOf,
  };
}

function throttleOff(model: SettingsModel, middleware: MiddlewareName): TextRange | undefined {
  const comment = model.items.find((item) => item.kind === 'comment' && middleware.matches(item.path));
  if (comment?.kind === 'comment') return { from: comment.from, to: comment.to };
  return removedEntries(model, middleware)[0];
}
