import { unknown, type Measured } from '../../../common/measured.ts';
import { Problem } from '../../../common/problem.ts';
import type { Database } from '../../connect/connection.ts';
import { readSessionMetrics } from '../../readings/sessionMetrics.ts';
import type { SessionMetrics, SessionTable } from '../../table/readings.ts';
import { DJANGO_SESSION } from '../../table/tableName.ts';
import { CleanupMeter } from '../plan/meter.ts';
import { checkOptions } from '../plan/options.ts';
import { LIGHT, planHeaps, type HeapPlan } from '../plan/plan.ts';
import { TIME_ONLY, pressureProbe } from '../plan/probe.ts';
import { limit, type Which } from '../plan/sql.ts';
import { cleanupTarget, requireWritable, type CleanupTarget } from '../plan/target.ts';
import type { CleanupCounts, CleanupOptions, CleanupResult } from '../plan/types.ts';
import { BatchRunner } from './batch.ts';
import { foundAfterCancel } from './cancelled.ts';
import { CleanupConnection } from './cleanupConnection.ts';
import { countsOf, notLookedAt, remainingOf, type Found, type Remaining } from './remaining.ts';
import { Sweeper } from './sweep.ts';

const TARGET_MS = 50;
export const PATIENCE_MS = 60_000;
/** What expires while it runs is cleared too, by so many batches: where sessions expire faster than they are cleared it has to end. */
const CATCH_UP_BATCHES = 100;
/** Sweeps of the whole table at most, where rows turn up behind the first. */
const SWEEPS = 2;

/** Where it began: by the server's clock, as text with all its digits, and its place in the WAL. */
interface Start {
  readonly cutoff: string;
  readonly lsn: string | null;
}

/** Clears in batches what the condition says. @throws Problem when nothing was begun */
export async function runCleanup(db: Database, options: CleanupOptions, which: Which): Promise<CleanupResult> {
  checkOptions(options);
  const meter = new CleanupMeter(options.onProgress);
  meter.enter('looking');
  const connection = new CleanupConnection(db, options.patienceMs ?? PATIENCE_MS, options.signal);
  try {
    let looked: Looked;
    try {
      looked = await look(connection.db, options, which);
      await connection.lock();
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'cancelled') throw error;
      return await nothingDone(connection, meter, options.table ?? DJANGO_SESSION, which);
    }
    const { target, start, before } = looked;
    return await new Run(connection, meter, options, which, target).run(start, before);
  } finally {
    await connection.close();
  }
}

interface Looked {
  readonly target: CleanupTarget;
  readonly start: Start;
  readonly before: SessionMetrics;
}

async function look(db: Database, options: CleanupOptions, which: Which): Promise<Looked> {
  // Sent together; the first that failed is what is told.
  const [found, started, read] = await Promise.allSettled([
    cleanupTarget(db, options.table),
    startOf(db, which),
    readSessionMetrics(db, { ...LIGHT, ...(options.table === undefined ? {} : { table: options.table }) }),
  ]);
  const target = settled(found);
  requireWritable(db, target);
  return { target, start: settled(started), before: settled(read) };
}

function settled<T>(result: PromiseSettledResult<T>): T {
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}

async function startOf(db: Database, which: Which): Promise<Start> {
  const cutoff = which === 'all' ? 'now()' : limit(which.expiredSeconds);
  const text = `SELECT /* django-session-monitor */ to_json(${cutoff}) #>> '{}' AS cutoff,
       CASE WHEN has_function_privilege('pg_current_wal_lsn()', 'EXECUTE') THEN pg_current_wal_lsn() END::text AS lsn`;
  const [start] = await db.query<Start>(text, [], { what: 'Cannot read the server’s clock' });
  return start ?? { cutoff: '-infinity', lsn: null };
}

class Run {
  readonly #connection: CleanupConnection;
  readonly #meter: CleanupMeter;
  readonly #which: Which;
  readonly #target: CleanupTarget;
  readonly #runner: BatchRunner;
  readonly #sweeper: Sweeper;
  readonly #countLeft: boolean;

  constructor(
    connection: CleanupConnection,
    meter: CleanupMeter,
    options: CleanupOptions,
    which: Which,
    target: CleanupTarget,
  ) {
    const { pace = 'gentle', targetBatchMs = TARGET_MS, patienceMs = PATIENCE_MS, signal } = options;
    const probe = pace === 'fast' ? TIME_ONLY : pressureProbe(target.table.name);
    const common = { targetBatchMs, ...(signal === undefined ? {} : { signal }) };
    this.#connection = connection;
    this.#meter = meter;
    this.#which = which;
    this.#target = target;
    this.#countLeft = options.countLeft === true;
    const lockTimeoutMs = Math.max(LEAST_LOCK_TIMEOUT_MS, Math.round(targetBatchMs));
    this.#runner = new BatchRunner(connection, meter, { ...common, lockTimeoutMs, patienceMs, probe });
    this.#sweeper = new Sweeper(meter, this.#runner, {
      ...common,
      pace,
      // A rest goes between two batches, and PgBouncer gives each transaction to whatever server connection is free.
      ahead: pace === 'fast' && connection.db.direct,
      ...(options.pause === undefined ? {} : { pause: options.pause }),
    });
  }

  async run(start: Start, before: SessionMetrics): Promise<CleanupResult> {
    let problem: Problem | undefined;
    let found: Found | undefined;
    try {
      found = await this.#sweeps(start, before);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.code !== 'cancelled' && this.#meter.batches + this.#meter.unconfirmedBatches === 0) throw error;
      problem = error;
    }
    const cancelled = problem?.code === 'cancelled';
    const outcome = problem === undefined ? 'done' : cancelled ? 'cancelled' : 'stopped';
    found ??= await this.#remaining({ locked: 0, sweeps: 0, interrupted: true }, outcome);
    return this.#result(start, countsOf(before), found, outcome, problem);
  }

  /** Until nothing that it could clear is left, or it has tried often enough. */
  async #sweeps(start: Start, before: SessionMetrics): Promise<Found> {
    for (let sweeps = 1; ; sweeps++) {
      const known = sweeps === 1 ? before : undefined;
      const plans = await this.#runner.call((db) => planHeaps(db, this.#target, this.#which, known));
      if (sweeps === 1) this.#meter.expected = plans.expected;
      await this.#sweep(plans.heaps, start.cutoff);
      await this.#catchUp(plans.heaps, start.cutoff);
      // A session that is saved meanwhile may get to a page that has been gone over: one statement sees all that is there.
      if (this.#which === 'all') await this.#runner.whole(`DELETE ${TAG} FROM ${this.#target.name}`, LAST);
      const locked = await this.#sweeper.again();
      const found = await this.#remaining({ locked, sweeps, interrupted: this.#connection.reconnects > 0 }, 'done');
      const inVain = found.reasons.length > 0 || found.remaining.how === 'unknown' || this.#which === 'all';
      if (sweeps === SWEEPS || inVain || found.remaining.value === 0) return found;
    }
  }

  async #sweep(plans: readonly HeapPlan[], cutoff: string): Promise<void> {
    const all = plans.reduce((sum, { weight }) => sum + weight, 0);
    let done = 0;
    for (const plan of plans) {
      const report = (share: number): void => this.#meter.reached((done + plan.weight * Math.min(1, share)) / all);
      const byIndex =
        plan.way === 'index' &&
        (await this.#sweeper.byIndex(plan, { until: cutoff }, (n) => report(n / Math.max(1, plan.expected ?? n))));
      if (!byIndex) await this.#sweeper.byPages(plan, report);
      done += plan.weight;
      this.#meter.reached(done / all);
    }
  }

  /** What has expired since, by the index. */
  async #catchUp(plans: readonly HeapPlan[], since: string): Promise<void> {
    const indexed = plans.filter(({ heap }) => heap.indexed && this.#which !== 'all');
    for (const plan of indexed) {
      await this.#sweeper.byIndex(plan, { after: since, until: 'infinity', batches: CATCH_UP_BATCHES });
    }
  }

  /** What is left. All has been gone over by now, or will not be: what goes wrong here makes it unknown, and nothing undone. */
  #remaining(left: Remaining, outcome: CleanupResult['outcome']): Promise<Found> {
    const about = { target: this.#target, which: this.#which, left, outcome };
    const quickMs = Math.max(LEAST_COUNT_MS, this.#meter.elapsedMs * COUNT_SHARE);
    const limits = this.#countLeft ? {} : { quickMs };
    return this.#meter.during('checking', undefined, async () => {
      if (outcome === 'cancelled') return foundAfterCancel(this.#connection, about);
      if (outcome === 'stopped') return remainingOf(this.#connection.db, about, {}).catch(notLookedAt(about));
      return this.#runner.call((db) => remainingOf(db, about, limits)).catch(notLookedAt(about));
    });
  }

  async #result(
    start: Start,
    before: CleanupCounts,
    { remaining, reasons, after }: Found,
    outcome: CleanupResult['outcome'],
    problem: Problem | undefined,
  ): Promise<CleanupResult> {
    const walBytes = outcome !== 'done' ? undefined : await walSince(this.#connection.db, start);
    return {
      ...figuresOf(this.#meter, this.#connection, before, remaining),
      cancelled: outcome === 'cancelled',
      remaining,
      reasons: problem === undefined ? reasons : [problem.why, ...reasons],
      outcome,
      ...(problem === undefined || outcome === 'cancelled' ? {} : { problem }),
      before,
      after,
      ...(walBytes === undefined ? {} : { walBytes }),
    };
  }
}

type Figures = Omit<CleanupResult, 'cancelled' | 'remaining' | 'reasons' | 'outcome' | 'problem' | 'before' | 'after'>;

function figuresOf(
  meter: CleanupMeter,
  connection: CleanupConnection,
  before: CleanupCounts,
  remaining: Measured,
): Figures {
  const expected = typeof before.expired.value === 'number' ? before.expired.value : 0;
  return {
    deleted: meter.deleted,
    deletedHow: connection.restarted ? 'estimated' : meter.unconfirmedBatches > 0 ? 'atLeast' : 'exact',
    batches: meter.batches,
    longestBatchMs: meter.longestBatchMs,
    remainingExpired: remaining.value ?? Math.max(0, expected - meter.deleted),
    elapsedMs: meter.elapsedMs,
    restedMs: meter.idleMs('resting'),
    pausedMs: meter.idleMs('paused', 'waiting', 'reconnecting'),
    reconnects: connection.reconnects,
    unconfirmedBatches: meter.unconfirmedBatches,
  };
}

/** Cancelled before the first batch, and perhaps before anything was known. */
async function nothingDone(
  connection: CleanupConnection,
  meter: CleanupMeter,
  table: SessionTable,
  which: Which,
): Promise<CleanupResult> {
  const { remaining, reasons, after } = await foundAfterCancel(connection, { table, which });
  const none = unknown('It was cancelled before this was read.');
  const before = { total: none, expired: none, active: none, deadTuples: none, reusableBytes: none, totalBytes: none };
  const figures = figuresOf(meter, connection, before, remaining);
  return { ...figures, cancelled: true, outcome: 'cancelled', remaining, reasons, before, after };
}

/** A batch waits so long for a row, in milliseconds, before it does without; a save holds its row for a few. */
const LEAST_LOCK_TIMEOUT_MS = 20;

async function walSince(db: Database, { lsn }: Start): Promise<number | undefined> {
  if (lsn === null) return undefined;
  const text = 'SELECT /* django-session-monitor */ pg_wal_lsn_diff(pg_current_wal_lsn(), $1::pg_lsn)::float8 AS bytes';
  const options = { what: 'Cannot see how much was written', statementTimeoutMs: WAL_MS };
  try {
    return (await db.query<{ bytes: number }>(text, [lsn], options))[0]?.bytes;
  } catch (error) {
    // All is done: a figure is missing then.
    if (error instanceof Problem) return undefined;
    throw error;
  }
}

const WAL_MS = 1_000;
/** Counting what is left may take this share of the time of all before it, or so many milliseconds; then a sample has to do. */
const COUNT_SHARE = 0.25;
const LEAST_COUNT_MS = 500;
const TAG = '/* django-session-monitor */';
/** For what one statement deletes behind the batches: little is left by then. */
const LAST = { statementTimeoutMs: 60_000, lockTimeoutMs: 10_000 };
