import { Problem } from '../../../common/problem.ts';
import { isUnconfirmed } from '../../connect/cancelRequest.ts';
import type { Database } from '../../connect/connection.ts';
import type { QueryOptions, Statement } from '../../connect/statement.ts';
import { alreadyRunning } from '../obstacles/holder.ts';
import { isTaken } from '../obstacles/lock.ts';
import { tableLockHolder } from '../obstacles/obstacleSql.ts';
import type { CleanupMeter } from '../plan/meter.ts';
import { rest } from '../plan/pause.ts';
import { probeOf, TIME_ONLY, type Probe } from '../plan/probe.ts';
import { LOCK, type BatchSql, type Range } from '../plan/sql.ts';
import type { Heap } from '../plan/target.ts';
import type { BatchSize } from './batchSize.ts';
import { isLost, type CleanupConnection } from './cleanupConnection.ts';

export interface BatchOptions {
  readonly signal?: AbortSignal | undefined;
  readonly lockTimeoutMs: number;
  readonly patienceMs: number;
  readonly probe: Statement;
}

/** What a batch did. */
export interface Batch {
  readonly deleted: number;
  readonly probe: Probe;
  /** Where a batch by the index ended; null: it was the last. */
  readonly until: string | null;
  /** By the index: more rows share one expire_date than a batch may have, nothing was deleted. */
  readonly crowd: boolean;
  /** Rows that somebody holds locked, and that were left. */
  readonly remaining: number;
}

/** 'smaller': nothing was done, the size has been made smaller. 'blocked': a row is locked, and it can't be told which. */
export type BatchAttempt = Batch | 'smaller' | 'blocked';

const WHAT = 'Cannot clear sessions';
/** A batch that takes so long is cut short and tried in parts. */
const STATEMENT_TIMEOUT_MS = 5_000;
/** Deadlocks and the like: tried again so many times, with this pause between. */
const RETRIES = 5;
const RETRY_MS = 50;

/** Runs batches, and does what can be done when one fails. */
export class BatchRunner {
  readonly #connection: CleanupConnection;
  readonly #meter: CleanupMeter;
  readonly #options: BatchOptions;
  /** Two batches may be under way, and share these. */
  #reconnecting: Promise<void> | undefined;
  #waiting: Promise<boolean> | undefined;

  constructor(connection: CleanupConnection, meter: CleanupMeter, options: BatchOptions) {
    this.#connection = connection;
    this.#meter = meter;
    this.#options = options;
  }

  /** @param prefetch see Prefetch @throws Problem, 'cancelled' among them */
  async run(heap: Heap, sql: BatchSql, range: Range, size: BatchSize, prefetch: boolean): Promise<BatchAttempt> {
    let leaveLocked = false;
    for (let failures = 0; ;) {
      const { db } = this.#connection;
      try {
        return await this.#once(heap, sql, range, { leaveLocked, prefetch });
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        if (isTaken(error)) throw await alreadyRunning(this.#connection.db);
        this.#noteDoubt(error);
        if (isLost(error)) {
          await this.#reconnect(error, db);
        } else if (error.code === 'lock-timeout') {
          const waited = await this.#untilFree(heap, error);
          if (!waited && !heap.mayLock) return size.shrink() ? 'smaller' : 'blocked';
          leaveLocked = !waited;
        } else if (error.code === 'statement-timeout') {
          if (!size.shrink()) throw error;
          return 'smaller';
        } else if (sqlState(error) === REFERENCED) {
          if (++failures > RETRIES) throw referenced(heap, error);
        } else if (error.code === 'server-error' && ++failures <= RETRIES) await rest(RETRY_MS, this.#options.signal);
        else throw error;
      }
    }
  }

  async #once(
    heap: Heap,
    sql: BatchSql,
    range: Range,
    { leaveLocked, prefetch }: { leaveLocked: boolean; prefetch: boolean },
  ): Promise<Batch> {
    const { lockTimeoutMs, probe } = this.#options;
    const { statements, deleting } = leaveLocked ? sql.withoutLocked(range) : sql.batch(range);
    const answers = await this.#connection.db.transaction([...statements, probe], {
      what: WHAT,
      table: `${heap.schema}.${heap.name}`,
      settings: sql.settings(range, prefetch),
      lockTimeoutMs,
      statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    });
    const deleted = answers[deleting]?.affected ?? 0;
    const seen = probeOf(answers.at(-1)?.rows[0]);
    const mark = deleting > 1 ? answers[1]?.rows[0] : undefined;
    const left = leaveLocked ? answers[deleting + 1]?.rows[0] : undefined;
    this.#meter.batch(deleted, seen.ms);
    return {
      deleted,
      probe: seen,
      until: typeof mark?.['until'] === 'string' ? mark['until'] : null,
      crowd: mark?.['crowd'] === true,
      remaining: Number(left?.['remaining'] ?? 0),
    };
  }

  /** What one statement deletes, however long it takes: a batch of its own. It may be done again. */
  async whole(text: string, limits: Pick<QueryOptions, 'statementTimeoutMs' | 'lockTimeoutMs'>): Promise<void> {
    const options = { what: WHAT, settings: { transaction_isolation: 'read committed' }, ...limits };
    const answers = await this.call((db) =>
      db.transaction([LOCK, { text, path: 'role' }, TIME_ONLY], options).catch((error: unknown) => {
        this.#noteDoubt(error);
        throw error;
      }),
    );
    this.#meter.batch(answers[1]?.affected ?? 0, probeOf(answers[2]?.rows[0]).ms);
  }

  /**
   * What is not a batch and may be done again; where the connection breaks, on another. @param heap what others hold locked, if they
   * do, and is waited for
   */
  async call<T>(work: (db: Database) => Promise<T>, heap?: Heap): Promise<T> {
    for (let failures = 0; ;) {
      const { db } = this.#connection;
      try {
        return await work(db);
      } catch (error) {
        if (isTaken(error)) throw await alreadyRunning(this.#connection.db);
        if (!(error instanceof Problem)) throw error;
        if (isLost(error)) await this.#reconnect(error, db);
        else if (error.code === 'lock-timeout' && heap !== undefined) await this.#untilFree(heap, error);
        // Such as a deadlock with a transaction that saves several sessions.
        else if (error.code === 'server-error' && ++failures <= RETRIES) await rest(RETRY_MS, this.#options.signal);
        else throw error;
      }
    }
  }

  /** The server may have done the batch: its answer is missing. */
  #noteDoubt(error: unknown): void {
    if (isLost(error) || isUnconfirmed(error)) this.#meter.unconfirmedBatches++;
  }

  /** False: nobody held the table as a whole. */
  async #untilFree(heap: Heap, problem: Problem): Promise<boolean> {
    this.#waiting ??= this.#waitForTable(heap, problem).finally(() => (this.#waiting = undefined));
    return this.#waiting;
  }

  /** @param lost the connection that broke: another batch that was under way may have replaced it by now */
  async #reconnect(problem: Problem, lost: Database): Promise<void> {
    if (this.#reconnecting === undefined && this.#connection.db !== lost) return;
    this.#reconnecting ??= this.#connectAgain(problem).finally(() => (this.#reconnecting = undefined));
    await this.#reconnecting;
  }

  async #connectAgain(problem: Problem): Promise<void> {
    const connected = await this.#meter.during('reconnecting', problem.why, () => this.#connection.again(problem));
    if (!connected) throw cancelledWhile('it was connecting again');
  }

  /** Waits until nobody holds the table as a whole; false: nobody did, and so it is a row. */
  async #waitForTable(heap: Heap, problem: Problem): Promise<boolean> {
    const { signal, patienceMs } = this.#options;
    const deadline = performance.now() + patienceMs;
    let holder = await this.call((db) => tableLockHolder(db, heap));
    if (holder === undefined) return false;
    await this.#meter.during('waiting', `${holder} holds the table locked.`, async () => {
      for (let waitMs = RETRY_MS; holder !== undefined; waitMs = Math.min(1_000, 2 * waitMs)) {
        if (performance.now() > deadline) throw problem;
        await rest(waitMs, signal);
        if (signal?.aborted === true) throw cancelledWhile('it was waiting for the table');
        holder = await this.call((db) => tableLockHolder(db, heap));
      }
    });
    return true;
  }
}

/** SQLSTATE foreign_key_violation. */
const REFERENCED = '23503';

function sqlState(problem: Problem): unknown {
  return (problem.cause as { code?: unknown } | undefined)?.code;
}

function referenced(heap: Heap, cause: Problem): Problem {
  return new Problem(
    {
      code: 'referenced',
      what: WHAT,
      why: `Rows of another table refer to sessions of ${heap.schema}.${heap.name}, and this user may not see which.`,
      next: 'Grant SELECT on that table, or let its foreign key say ON DELETE CASCADE or SET NULL.',
      transient: false,
    },
    { cause },
  );
}

export function cancelledWhile(doing: string): Problem {
  return new Problem({
    code: 'cancelled',
    what: WHAT,
    why: `It was cancelled while ${doing}.`,
    next: 'What had been deleted before stays deleted.',
    transient: false,
  });
}
