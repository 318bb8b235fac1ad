import { timeOf, type LogLine } from '../containers/logLines.ts';
import { parseLogDate } from './dates.ts';
import { parseCount, parseDuration } from './durations.ts';
import type { LogFields } from './logPattern.ts';

/** One run of the cleanup as its log tells of it. Dates are by this machine's clock. */
export interface CleanupRun {
  /** 'unfinished': its log says neither that it succeeded nor that it failed; it may still run. */
  readonly outcome: 'succeeded' | 'failed' | 'unfinished';
  /** When it began, or when its first line came; undefined when no line carries a time that can be read. */
  readonly startedAt?: Date;
  /** When its last line came. */
  readonly lastLineAt?: Date;
  /** Sessions that it says it deleted, and that are left. */
  readonly deleted?: number;
  readonly remaining?: number;
  /** Seconds until the next run, as it says. */
  readonly nextInSeconds?: number;
  /** The line that says what went wrong. */
  readonly failure?: string;
}

type Draft = { -readonly [K in keyof CleanupRun]: CleanupRun[K] };

/** The runs in these lines, oldest first. `fields[i]` is what the pattern found in `lines[i]`. */
export function runsIn(
  lines: readonly LogLine[],
  fields: readonly (LogFields | undefined)[],
  clockAheadMs = 0,
): CleanupRun[] {
  const runs: Draft[] = [];
  // Whether the newest run may get more lines: a log may have no line for the start.
  let open = false;
  lines.forEach((line, i) => {
    const field = fields[i];
    if (field === undefined) return;
    const at = timeOf(line, clockAheadMs) ?? (field.at === undefined ? undefined : parseLogDate(field.at));
    const begins = field.start !== undefined;
    // A failure after the end of a run that had a start is not one of the cleanup.
    if (!begins && !open && field.failed !== undefined && runs.length > 0) return;
    // What follows the end of a run still belongs to it.
    const follows = field.next !== undefined || (field.remaining !== undefined && field.deleted === undefined);
    let run = runs.at(-1);
    const isNew = begins || run === undefined || (!open && !follows);
    if (isNew || run === undefined) {
      run = { outcome: 'unfinished' };
      if (at !== undefined) run.startedAt = at;
      runs.push(run);
      open = true;
    }
    if (at !== undefined) run.lastLineAt = at;
    if (apply(run, field, line.text, isNew)) open = false;
  });
  return runs;
}

/** Returns whether the run is over with this line. */
function apply(run: Draft, said: LogFields, text: string, isFirstLine: boolean): boolean {
  const deleted = said.deleted === undefined ? undefined : parseCount(said.deleted);
  const remaining = said.remaining === undefined ? undefined : parseCount(said.remaining);
  if (deleted !== undefined) run.deleted = deleted;
  if (remaining !== undefined) run.remaining = remaining;
  if (said.failed !== undefined) {
    run.outcome = 'failed';
    run.failure = (said.failed.trim() === '' ? text : said.failed).trim();
    return false; // the last of several lines says it best, as in Python's tracebacks
  }
  if (said.next !== undefined) {
    const seconds = parseDuration(said.next);
    if (seconds !== undefined) run.nextInSeconds = seconds;
    // clearsessions itself says nothing when it succeeds; but where the log begins in the middle of a run, nobody knows.
    if (run.outcome === 'unfinished' && !isFirstLine) run.outcome = 'succeeded';
    return true;
  }
  if (deleted === undefined && said.done === undefined) return false;
  run.outcome = 'succeeded';
  delete run.failure;
  return true;
}
