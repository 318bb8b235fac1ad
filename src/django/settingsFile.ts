import { Environment } from './evaluate/environment.ts';
import { LoadedFiles } from './evaluate/files.ts';
import { Interpreter, type Frame } from './evaluate/interpreter.ts';
import { statementsOf } from './evaluate/statements.ts';
import { str } from './evaluate/values.ts';
import type { Value } from './evaluate/values.ts';
import { commentedEntries } from './middlewareComments.ts';
import { parsePython, syntaxProblems } from './python.ts';

/** What the text of one settings file says by itself: no other file and no environment is looked at. */
export interface SettingsFile {
  /** Entries of MIDDLEWARE in order; what is commented out stands where it would run. */
  readonly middleware: readonly MiddlewareEntry[];
  /** undefined: absent, or not a constant in this file. So are the others. */
  readonly sessionSaveEveryRequest?: boolean;
  /** Seconds. */
  readonly sessionCookieAge?: number;
  readonly sessionEngine?: string;
  readonly problems: readonly SettingsFileProblem[];
}

export interface MiddlewareEntry {
  /** Dotted path. */
  readonly path: string;
  /** false: the entry is in a comment. */
  readonly enabled: boolean;
  /** UTF-16 offsets of the string with its quotes, in a comment too. */
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

/** The file has no name and no neighbours here: every import is of something that isn't known. */
const FILE = '/settings.py';

/** Never throws. */
export function parseSettings(text: string): SettingsFile {
  const source = parsePython(text, FILE);
  const frame: Frame = { source, package: 'project', names: new Map([['__file__', str(FILE)]]) };
  const files = new LoadedFiles('none');
  const it = new Interpreter({ files, environment: new Environment('unknown'), root: '/' });
  it.executeAll(statementsOf(source.tree.topNode), frame);

  const engine = frame.names.get('SESSION_ENGINE');
  const age = frame.names.get('SESSION_COOKIE_AGE');
  const everyRequest = frame.names.get('SESSION_SAVE_EVERY_REQUEST');
  return {
    middleware: middlewareOf(frame),
    ...(everyRequest?.t === 'bool' ? { sessionSaveEveryRequest: everyRequest.v } : {}),
    ...(age?.t === 'number' ? { sessionCookieAge: age.v } : {}),
    ...(engine?.t === 'str' ? { sessionEngine: engine.v } : {}),
    problems: syntaxProblems(source).map((p) => ({ ...p, code: 'settings-syntax-error', severity: 'error' })),
  };
}

function middlewareOf(frame: Frame): MiddlewareEntry[] {
  const value: Value | undefined = frame.names.get('MIDDLEWARE');
  const items = value?.t === 'list' || value?.t === 'tuple' ? value.items : [];
  const entries = items.flatMap((item): MiddlewareEntry[] =>
    item.t === 'str' && item.at !== undefined
      ? [{ path: item.v, enabled: true, from: item.at.from, to: item.at.to }]
      : [],
  );
  for (const { entry, list } of commentedEntries(frame.source, 'MIDDLEWARE')) {
    // Before the first entry of the same list that stands behind it, else behind the last one before it.
    const next = entries.findIndex((other) => other.from > entry.from && other.from < list.to);
    const previous = entries.findLastIndex((other) => other.from < entry.from && other.from > list.from);
    entries.splice(next !== -1 ? next : previous !== -1 ? previous + 1 : entries.length, 0, entry);
  }
  return entries;
}
