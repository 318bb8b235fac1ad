import { createContext, Script } from 'node:vm';
import { Problem } from '../../../common/problem.ts';

/**
 * What a line of the service's log says, by the named groups of one regular expression that is tried on each line. A
 * pattern needs only those groups that its log has words for.
 */
export const LOG_GROUPS = {
  start: 'a run has begun',
  at: 'the date in that line; needed only where lines carry no time of their own',
  deleted: 'number of sessions that were deleted; the run has succeeded',
  remaining: 'number of sessions that are left',
  done: 'the run has succeeded, in a log that tells no numbers',
  next: 'time until the next run, such as "24 hours" or a number of seconds; the run is over',
  skipped: 'there was no run, since none was needed or another held the lock',
  failed: 'what went wrong; the run has failed',
} as const;

export type LogGroup = keyof typeof LOG_GROUPS;
/** Groups that took part in the match, with their texts. */
export type LogFields = Readonly<Partial<Record<LogGroup, string>>>;

/** Milliseconds that a person's pattern may take for all lines of a reading. */
const LIMIT_MS = 500;
/** A busy machine can make a good pattern slow once. */
const MAX_SLOW = 2;
/** Characters of a line that are looked at. */
const MAX_TEXT = 2_000;
const SETTING = 'djangoSessionMonitor.cleanupService.logPattern';

const MATCH = new Script(
  'const r = new RegExp(source); lines.map((line) => { const m = r.exec(line); return m === null ? null : { ...m.groups }; })',
);

export class LogPattern {
  readonly #source: string;
  /** False: none is set, and the words that are known are looked for. */
  readonly isOwn: boolean;
  #slow = 0;

  /** `source` empty or undefined: none is set. Throws a `Problem` when it is no regular expression or names no known group. */
  constructor(source = '') {
    this.#source = source;
    this.isOwn = source !== '';
    if (!this.isOwn) return;
    const groups = Object.keys(groupsOf(this.#source));
    if (groups.some((name) => Object.hasOwn(LOG_GROUPS, name))) return;
    const known = Object.keys(LOG_GROUPS).join(', ');
    throw problem('log-pattern-groups', `It has none of the named groups ${known}.`);
  }

  /** One answer a line; undefined: the line says nothing. Throws a `Problem` when the pattern takes too long. */
  match(lines: readonly string[]): (LogFields | undefined)[] {
    if (this.#slow >= MAX_SLOW) throw tooSlow();
    const context = createContext({ source: this.#source, lines: lines.map((line) => line.slice(0, MAX_TEXT)) });
    let found: (Record<string, string | undefined> | null)[];
    try {
      // The only way to end a regular expression that backtracks for ever.
      found = MATCH.runInContext(context, { timeout: LIMIT_MS }) as typeof found;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
      this.#slow++;
      throw tooSlow(error);
    }
    this.#slow = 0;
    return found.map(fieldsOf);
  }
}

function fieldsOf(groups: Record<string, string | undefined> | null): LogFields | undefined {
  if (groups === null) return undefined;
  const known = Object.entries(groups).filter(([name, text]) => Object.hasOwn(LOG_GROUPS, name) && text !== undefined);
  return known.length === 0 ? undefined : Object.fromEntries(known);
}

/** With an empty alternative every pattern matches the empty text, and tells all its groups. */
function groupsOf(source: string): Record<string, string> {
  try {
    const { source: valid } = new RegExp(source); // by itself first: the alternative could mend what is open
    return new RegExp(`${valid}|`).exec('')?.groups ?? {};
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw problem('log-pattern-invalid', why.replace(/\.?$/u, '.'), error);
  }
}

function tooSlow(cause?: unknown): Problem {
  return problem('log-pattern-slow', `It takes more than ${LIMIT_MS} ms for the lines of one reading.`, cause);
}

function problem(code: string, why: string, cause?: unknown): Problem {
  const what = 'The log pattern of the cleanup service can’t be used';
  const next = `Correct ${SETTING}, or empty it for the default.`;
  return new Problem({ code, what, why, next, transient: false }, { cause });
}
