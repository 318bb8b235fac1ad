import { timeOf, type LogLine } from '../../containers/logLines.ts';
import { parseLogDate } from './dates.ts';
import { announcedInterval, dueAfter, nextClock, parseAnnouncement, type Announcement } from './due.ts';
import { parseCount } from './durations.ts';
import type { Said } from './said.ts';
import { CLEARS, CLEARS_BY_NAME } from './words.ts';

/** One run of the cleanup as its log tells of it. Dates are by this machine's clock. */
export interface CleanupRun {
  /**
   * 'skipped': it says that there was no need, or that another run held the lock. 'unfinished': its log says neither that it
   * succeeded nor that it failed; it may still run.
   */
  readonly outcome: 'succeeded' | 'failed' | 'skipped' | 'unfinished';
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

/** What a log says of the runs of a service. */
export interface CleanupRuns {
  /** Oldest first. */
  readonly runs: readonly CleanupRun[];
  /** When the next run is due by what it says; in the past where that run did not come. */
  readonly nextDue?: Date;
  /** Seconds between runs, by what it says. */
  readonly intervalSeconds?: number;
}

type Draft = { -readonly [K in keyof CleanupRun]: CleanupRun[K] };

/** Lines of different families this close to each other are about one run. */
const NEAR_MS = 60_000;
/** Without a line for its start, what comes later than this is another run. */
const APART_MS = 600_000;
/** Seconds; who sleeps for less waits for something else than the next run. */
const SHORT = 300;

/** The runs in these lines, oldest first. `said[i]` is what `lines[i]` says. */
export function runsIn(
  lines: readonly LogLine[],
  said: readonly (Said | undefined)[],
  now: Date,
  clockAheadMs = 0,
): CleanupRuns {
  const walk = new Walk(now, isOurs(said));
  said.forEach((one, i) => {
    const line = lines[i];
    if (one === undefined || line === undefined) return;
    const at = timeOf(line, clockAheadMs) ?? (one.at === undefined ? undefined : parseLogDate(one.at));
    walk.take(one, at, line.text);
  });
  return walk.end();
}

/** A log of many tasks: only those count that clear sessions by their names; of a single one it is that. */
function isOurs(said: readonly (Said | undefined)[]): (who: string) => boolean {
  const fits = (who: string): boolean => CLEARS.test(who) || CLEARS_BY_NAME.test(who);
  const all = new Set(
    said.flatMap((one) => (one?.who === undefined ? [] : [one.who.replace(/[\d.:-]+\w{0,6}$/u, '')])),
  );
  const named = [...all].some(fits);
  return (who) => (named ? fits(who) : all.size === 1);
}

const jobOf = ({ who }: Said): string | undefined => /-(\d{6,})/u.exec(who ?? '')?.[1];

class Walk {
  readonly #now: Date;
  readonly #isOurs: (who: string) => boolean;
  readonly #runs: Draft[] = [];
  /** Whether the newest run may get more lines: a log may have no line for the start. */
  #open = false;
  /** Whether it had a line for its start. */
  #started = false;
  /** Families of its lines. */
  #families = new Set<number>();
  /** The lines that follow are those of another task. */
  #foreign = false;
  /** Its failure says no more than that it failed. */
  #vague = false;
  /** Which job of several it is: that of Kubernetes has a number. */
  #job: string | undefined;
  #announced: Announcement | undefined;
  /** When it is due; undefined for a time of day. */
  #due: Date | undefined;
  /** When the last thing was said after which a run is due. */
  #anchor: Date | undefined;

  constructor(now: Date, isOurs: (who: string) => boolean) {
    this.#now = now;
    this.#isOurs = isOurs;
  }

  take(said: Said, at: Date | undefined, text: string): void {
    if (said.who !== undefined && !this.#isOurs(said.who) && !(this.#open && said.who.endsWith('.service'))) {
      this.#foreign = true;
      return;
    }
    if ((said.means === 'error' && this.#foreign) || (said.within === true && !this.#open)) return;
    if (said.means !== 'error') this.#foreign = false;
    const before = this.#runs.length;
    const run = this.#outcome(said, at, text);
    if (run !== undefined) {
      this.#families.add(said.family);
      this.#job = jobOf(said) ?? this.#job;
      if (at !== undefined) {
        run.startedAt ??= at;
        run.lastLineAt = at;
      }
      const remaining = parseCount(said.remaining ?? '');
      const deleted = run.outcome === 'failed' ? undefined : parseCount(said.deleted ?? '');
      if (remaining !== undefined) run.remaining = remaining;
      if (deleted !== undefined) run.deleted = deleted;
    }
    const isEvent = (run !== undefined && said.means !== 'skipped') || said.means === 'service';
    // What says again and again when the next run is does not put it off.
    if (at !== undefined && (isEvent || this.#anchor === undefined)) this.#anchor = at;
    if (said.next !== undefined) this.#announce(said, at, run ?? this.#runs.at(-1), this.#runs.length > before);
  }

  end(): CleanupRuns {
    const nextDue = this.#due ?? (this.#announced && nextClock(this.#announced, this.#anchor, this.#now));
    const intervalSeconds = announcedInterval(this.#announced);
    return {
      runs: this.#runs,
      ...(nextDue && { nextDue }),
      ...(intervalSeconds !== undefined && { intervalSeconds }),
    };
  }

  /** The run that the line is about; undefined: none. */
  #outcome(said: Said, at: Date | undefined, text: string): Draft | undefined {
    const last = this.#runs.at(-1);
    const gap =
      last?.lastLineAt === undefined || at === undefined ? 0 : Math.abs(at.getTime() - last.lastLineAt.getTime());
    const near = gap <= NEAR_MS && (this.#job === undefined || (jobOf(said) ?? this.#job) === this.#job);
    const joins = near && !this.#families.has(said.family);
    if (this.#open && !this.#started && gap > APART_MS) this.#open = false;
    if (said.begins === true) {
      const goesOn = joins && this.#started && (said.orEnd === true || (this.#open && last?.outcome === 'unfinished'));
      const run = goesOn && last ? last : this.#new(true);
      return said.means === undefined ? run : this.#end(run, said, text);
    }
    switch (said.means) {
      case undefined:
        // "Remaining: 1250", "Next run in 24 hours": what follows the end of a run still belongs to it.
        return this.#open || near ? last : undefined;
      case 'service':
        this.#open = false;
        return undefined;
      case 'error':
        if (!this.#open && last?.outcome === 'failed' && this.#vague && near) return this.#end(last, said, text);
        // A failure after the end of a run that had a start is not one of the cleanup.
        if (!this.#open && last !== undefined && (this.#started || (last.outcome === 'failed' && joins)))
          return undefined;
        return this.#end(this.#open && last ? last : this.#new(false), said, text);
      case 'skipped':
        return this.#end(
          this.#open && this.#started && joins && last?.outcome === 'unfinished' ? last : this.#new(false),
          said,
          text,
        );
      case 'done':
        if (this.#open && last && !(last.outcome === 'failed' && !this.#started)) return this.#end(last, said, text);
        if (!this.#open && last && joins && this.#saysItAgain(said, last)) return last;
        return this.#end(this.#new(false), said, text);
      case 'failed':
        return this.#end(last && (this.#open || (joins && this.#canFail(last))) ? last : this.#new(false), said, text);
    }
  }

  /** A task says how it ended, then its runner does: two counts are two runs, and who skipped has succeeded at that. */
  #saysItAgain({ deleted }: Said, last: Draft): boolean {
    if (last.outcome !== 'succeeded') return this.#started && deleted === undefined;
    return deleted === undefined || last.deleted === undefined;
  }

  /** Without lines for starts, what fails after a success is another run. */
  #canFail({ outcome }: Draft): boolean {
    return outcome === 'failed' || (outcome === 'succeeded' && this.#started);
  }

  #announce(said: Said, at: Date | undefined, run: Draft | undefined, isNew: boolean): void {
    const announced = parseAnnouncement(said.next ?? '');
    // "Waiting for db" announces nothing, "Sleeping 5 seconds" no run.
    if (
      announced === undefined
        ? said.soon === true
        : said.soon === true && 'seconds' in announced && announced.seconds < SHORT
    )
      return;
    if (announced !== undefined) {
      this.#announced = announced;
      this.#due = dueAfter(announced, at ?? this.#anchor);
    }
    if (run === undefined || said.means === 'service') return;
    const seconds = announcedInterval(announced);
    if (seconds !== undefined) run.nextInSeconds = seconds;
    if (said.begins === true) return;
    // clearsessions itself says nothing when it succeeds; but where the log begins in the middle of a run, nobody knows.
    if (run.outcome === 'unfinished' && this.#open && !isNew) run.outcome = 'succeeded';
    this.#open = false;
  }

  #new(started: boolean): Draft {
    const run: Draft = { outcome: 'unfinished' };
    this.#runs.push(run);
    this.#open = true;
    this.#started = started;
    this.#families = new Set();
    this.#job = undefined;
    this.#vague = false;
    return run;
  }

  #end(run: Draft, { means, failed, deleted }: Said, text: string): Draft {
    if (means === 'error') {
      run.outcome = 'failed';
      run.failure = (failed ?? text).trim();
      return run; // the last of several lines says it best, as in Python's tracebacks
    }
    this.#open = false;
    if (means === 'skipped') run.outcome = 'skipped';
    else if (means === 'failed') {
      run.outcome = 'failed';
      this.#vague = run.failure === undefined && failed === undefined;
      run.failure ??= (failed ?? text).trim();
    } else if (run.outcome !== 'failed' || deleted !== undefined) {
      // A wrapper says "completed" whatever came of the command; only a count proves that it came to its end.
      run.outcome = 'succeeded';
      delete run.failure;
    }
    return run;
  }
}
