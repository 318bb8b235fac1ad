import type { Measured } from '../../../common/measured.ts';
import type { Problem } from '../../../common/problem.ts';
import type { SessionTable } from '../../table/readings.ts';
import type { CleanupPause } from './pause.ts';

/** *gentle* rests after each batch, longer when others suffer; *fast* does not rest. */
export type Pace = 'gentle' | 'fast';

export interface CleanupOptions {
  readonly table?: SessionTable;
  /** Default 'gentle'. */
  readonly pace?: Pace;
  /** Its abort cancels the batch that runs; what earlier batches deleted stays deleted. */
  readonly signal?: AbortSignal;
  /** Told after each batch, and when the phase changes. What it throws ends the cleanup. */
  readonly onProgress?: (progress: CleanupProgress) => void;
  /** Sessions that expired less than this ago stay, for application servers whose clocks go behind the database's. Default 0. */
  readonly graceSeconds?: number;
  /** Milliseconds that one transaction may take, roughly: 1 to 10,000. Default 50. */
  readonly targetBatchMs?: number;
  /** Stops between batches and goes on again. */
  readonly pause?: CleanupPause;
  /** How long a lost connection, or a table that others hold locked, is waited for. Default 60,000. */
  readonly patienceMs?: number;
  /** What is left is counted, up to half a minute, also where a page sample would tell it sooner: for a person, who waits for it anyway. */
  readonly countLeft?: boolean;
}

/**
 * - looking: what there is to clear, and whether it may be
 * - clearing: a batch runs, or has just run
 * - resting: between batches at the gentle pace
 * - waiting: others hold the whole table locked
 * - paused, reconnecting
 * - checking: what is left
 */
export type CleanupPhase = 'looking' | 'clearing' | 'resting' | 'waiting' | 'paused' | 'reconnecting' | 'checking';

export interface CleanupProgress {
  readonly phase: CleanupPhase;
  /** Rows deleted in transactions whose commit was confirmed; twice, where a crash of the server brought them back. */
  readonly deleted: number;
  /** Rows that were expired when it began, usually an estimate; undefined: not known. */
  readonly expected?: number;
  /** 0 to 1, never going back. */
  readonly share: number;
  readonly batches: number;
  /** Milliseconds on the server. */
  readonly lastBatchMs: number;
  readonly longestBatchMs: number;
  /** Rows a second since it began, pauses and lost connections left out. */
  readonly perSecond: number;
  /** Undefined until there is something to go by. */
  readonly secondsLeft?: number;
  readonly elapsedMs: number;
  /** Why it rests longer, waits or reconnects: one sentence for people. */
  readonly note?: string;
}

/**
 * How sure a number of deleted rows is. atLeast: the connection broke while a batch was under way, which the server may have done.
 * estimated: the server was killed or crashed meanwhile, and may have brought back some, which were deleted and counted once more.
 */
export type DeletedHow = 'exact' | 'atLeast' | 'estimated';

export interface CleanupResult {
  readonly deleted: number;
  readonly deletedHow: DeletedHow;
  readonly batches: number;
  /** Milliseconds on the server from BEGIN to the end of the last statement of the longest batch. */
  readonly longestBatchMs: number;
  readonly cancelled: boolean;
  /** The value of `remaining`; where that is unknown, what was expired before less what was deleted. */
  readonly remainingExpired: number;
  /** Expired rows (grace period subtracted) at the end. */
  readonly remaining: Measured;
  /** Why some remain: sentences for people; empty when none do. */
  readonly reasons: readonly string[];
  /** 'stopped': by `problem`, after some batches; what they deleted stays deleted. */
  readonly outcome: 'done' | 'cancelled' | 'stopped';
  readonly problem?: Problem;
  /** As the light reading saw them. */
  readonly before: CleanupCounts;
  readonly after: CleanupCounts | undefined;
  readonly elapsedMs: number;
  /** Parts of it in which nothing was deleted: rests, pauses, lost connections. */
  readonly restedMs: number;
  readonly pausedMs: number;
  readonly reconnects: number;
  /** Batches that were under way when the connection broke or was given up: the server may have kept them, and `deleted` leaves them out. */
  readonly unconfirmedBatches: number;
  /** pg_current_wal_lsn() at the end − at the beginning: WAL of the whole server in that time. Undefined: could not be seen. */
  readonly walBytes?: number;
}

export interface CleanupCounts {
  readonly total: Measured;
  readonly expired: Measured;
  readonly active: Measured;
  readonly deadTuples: Measured;
  readonly reusableBytes: Measured;
  readonly totalBytes: Measured;
}
