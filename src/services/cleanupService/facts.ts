import { isKnown, type Measured } from '../../common/measured.ts';
import { byOurClock, type CleanupReading } from './reading.ts';
import type { CleanupRun } from './log/runs.ts';

/** All sources that say something of the cleanup service, at one moment and by one clock. */
export interface CleanupEvidence {
  readonly now: Date;
  readonly reading: CleanupReading;
  /** What a person has set; undefined: what the log says, else a day. */
  readonly intervalSeconds?: number;
  /**
   * Rows deleted from the table since the start of the last successful run (`lastSuccess` of `lastRuns`), by the table's own
   * counters; unknown where they were not watched for all of that time, or were reset.
   */
  readonly deletedSince: Measured;
  /** expire_date of the row that expired first, by our clock; null: nothing is expired. */
  readonly oldestExpired: Measured<Date | null>;
}

/** What follows from the evidence; the rows of the table in triangulate.ts choose by it. */
export interface CleanupFacts extends CleanupEvidence {
  /** The newest run, whatever came of it. */
  readonly lastRun?: CleanupRun;
  readonly lastSuccess?: CleanupRun;
  /** Runs that failed since the last success. */
  readonly failedRuns: number;
  readonly interval: number;
  readonly intervalFrom: 'setting' | 'log' | 'assumed';
  /** By how many seconds a run may be late: cleanups take their time, and so do machines that wake up. */
  readonly grace: number;
  readonly nextDue?: Date;
  /** Seconds after `nextDue` and the grace; negative: not due yet; undefined: neither a run nor the next is known by its time. */
  readonly overdue?: number;
  /** Seconds since the oldest expired row expired; null: nothing is expired; undefined: unknown. */
  readonly oldestAge?: number | null;
  /** Rows that had expired before the last successful run began are still there. */
  readonly survivors: boolean;
  /** The table's counters confirm what the last successful run says it deleted; undefined: they can't tell. */
  readonly confirmed?: boolean;
}

export const DEFAULT_INTERVAL = 86_400;
const MIN_GRACE = 60;
const MAX_GRACE = 7_200;
const GRACE_SHARE = 0.1;
/** Intervals after a success in which the next run is due at the latest. */
const MAX_WAIT = 1.5;
/** PostgreSQL reports its counters up to some seconds late, and a table is read only now and then. */
const SETTLE_MS = 60_000;
/** The clocks of the container and of the database may differ by this much. */
const CLOCKS_MS = 5_000;

/** The newest run, and the newest that succeeded: the caller counts deleted rows since the latter began. */
export function lastRuns(reading: CleanupReading): {
  lastRun?: CleanupRun;
  lastSuccess?: CleanupRun;
  failedRuns: number;
} {
  const runs = reading.log?.runs ?? [];
  const lastRun = runs.at(-1);
  const success = runs.findLastIndex((run) => run.outcome === 'succeeded');
  const lastSuccess = runs[success];
  const failedRuns = runs.slice(success + 1).filter((run) => run.outcome === 'failed').length;
  return { ...(lastRun && { lastRun }), ...(lastSuccess && { lastSuccess }), failedRuns };
}

export function factsOf(evidence: CleanupEvidence): CleanupFacts {
  const { now, reading, oldestExpired, deletedSince } = evidence;
  const runs = lastRuns(reading);
  const { lastSuccess } = runs;
  const { log } = reading;
  const announced = log?.intervalSeconds ?? log?.runs.findLast((run) => run.nextInSeconds !== undefined)?.nextInSeconds;
  const interval = evidence.intervalSeconds ?? announced ?? DEFAULT_INTERVAL;
  const intervalFrom = evidence.intervalSeconds !== undefined ? 'setting' : announced !== undefined ? 'log' : 'assumed';
  const grace = Math.min(MAX_GRACE, Math.max(MIN_GRACE, interval * GRACE_SHARE));
  const ended = lastSuccess?.lastLineAt ?? lastSuccess?.startedAt;
  const said = evidence.intervalSeconds === undefined ? log?.nextDue : undefined;
  const after = (seconds: number): Date | undefined => ended && new Date(ended.getTime() + seconds * 1000);
  // A log may say again and again when the next run is, though none comes.
  const last = after(interval * MAX_WAIT);
  const nextDue = said !== undefined && (last === undefined || said <= last) ? said : after(interval);
  const overdue = nextDue === undefined ? undefined : (now.getTime() - nextDue.getTime()) / 1000 - grace;
  // That a sample found none is no proof that the service leaves none.
  const isProof = isKnown(oldestExpired) && (oldestExpired.how === 'exact' || oldestExpired.value !== null);
  const oldest = isProof ? oldestExpired.value : undefined;
  const settled = ended !== undefined && now.getTime() - ended.getTime() > SETTLE_MS;
  const began = lastSuccess?.startedAt?.getTime();
  const survivors =
    settled && began !== undefined && oldest !== undefined && oldest !== null && oldest.getTime() < began - CLOCKS_MS;
  const deleted = lastSuccess?.deleted;
  const confirmed =
    settled && deleted !== undefined && deleted > 0 && isKnown(deletedSince)
      ? deletedSince.value + (deletedSince.plusMinus ?? 0) >= deleted
      : undefined;
  return {
    ...evidence,
    ...runs,
    interval,
    intervalFrom,
    grace,
    survivors,
    ...(nextDue && { nextDue }),
    ...(overdue !== undefined && { overdue }),
    ...(oldest !== undefined && { oldestAge: oldest === null ? null : (now.getTime() - oldest.getTime()) / 1000 }),
    ...(confirmed !== undefined && { confirmed }),
  };
}

/** Whether the table looks as it does when a cleanup runs in time: nothing has been expired for longer. */
export function tableLooksClean(facts: CleanupFacts): boolean | undefined {
  const { oldestAge, interval, grace } = facts;
  return oldestAge === undefined ? undefined : oldestAge === null || oldestAge <= interval + grace;
}

/** Restarts within a short life that are no coincidence. */
const CRASHES = 3;
const CRASHING_MS = 300_000;

/** Whether the service is known to be up; a log alone does not tell. */
export const isThere = ({ reading }: CleanupFacts): boolean => reading.state === 'running';

/** It is started by something else for each run, and ends: then being stopped is how it should be. */
export function endsAfterEachRun({ reading, lastRun, overdue }: CleanupFacts): boolean {
  const { container } = reading;
  const byItself = container === undefined || (container.exitCode === 0 && container.restartPolicy === 'no');
  const once = lastRun?.outcome === 'succeeded' && lastRun.nextInSeconds === undefined;
  return byItself && once && overdue !== undefined;
}

export function isCrashing({ reading: { container, clockAheadMs }, now }: CleanupFacts): boolean {
  if (container?.startedAt === undefined || container.restartCount < CRASHES) return false;
  return now.getTime() - byOurClock(container.startedAt, clockAheadMs).getTime() < CRASHING_MS;
}

/** Whether it had the time for a run. */
export function upLongEnough({ reading: { container, clockAheadMs }, now, grace }: CleanupFacts): boolean {
  if (container?.startedAt === undefined) return true;
  return now.getTime() - byOurClock(container.startedAt, clockAheadMs).getTime() > grace * 1000;
}
