import { Problem } from '../../../common/problem.ts';
import type { CleanupProgress, CleanupResult, DeletedHow, Pace } from '../plan/types.ts';
import type { HowToDelete } from './all.ts';

/** What was run. 'django': manage.py clearsessions; 'one', 'user': a session or those of a user that were inspected. */
export type CleanupKind = 'expired' | 'django' | 'all' | 'one' | 'user';

/** One run as it is kept and shown: plain data, also after JSON. Times are milliseconds. */
export interface CleanupRecord {
  readonly kind: CleanupKind;
  /** ISO 8601, by this machine's clock. */
  readonly startedAt: string;
  /** Who asked: a person by the user name of this machine, or what started it by itself. */
  readonly who: string;
  /** From where it was asked for: 'palette', 'tree', 'alert', … */
  readonly from: string;
  /** Database.target: "shop on db.example.org:5432". */
  readonly target: string;
  readonly table: string;
  readonly how: Pace | HowToDelete | 'command';
  /** running: it has been begun, and not ended as far as is known. interrupted: nobody works on it any more; see asItIs. */
  readonly outcome: 'running' | 'done' | 'cancelled' | 'stopped' | 'failed' | 'interrupted';
  readonly deleted: number;
  /** Absent: exact. */
  readonly deletedHow?: DeletedHow;
  /** Expired rows before and after; null: not known. */
  readonly expiredBefore: number | null;
  readonly expiredAfter: number | null;
  readonly elapsedMs: number;
  readonly batches: number;
  readonly longestBatchMs: number;
  /** Why it was not done, or why some remain: sentences. */
  readonly notes: readonly string[];
}

/** A record while it runs is written again and again: by whom and when last. */
export interface RunningRecord extends CleanupRecord {
  readonly outcome: 'running';
  /** Of the window, since it was opened or loaded. */
  readonly runner: string;
  /** ISO 8601, by this machine's clock. */
  readonly seenAt: string;
}

/** A record that should be written every second and was not for so many milliseconds is nobody's any more. */
const ABANDONED_MS = 30_000;

function isRunning(record: CleanupRecord): record is RunningRecord {
  return record.outcome === 'running';
}

/**
 * What is true of a record now: a run whose window was closed in the middle was interrupted, and deleted at least what was written of
 * it last. @param runners windows of whom it is known that they live
 */
export function asItIs(record: CleanupRecord, now: Date, runners: readonly string[]): CleanupRecord {
  if (!isRunning(record) || runners.includes(record.runner)) return record;
  if (now.getTime() - new Date(record.seenAt).getTime() < ABANDONED_MS) return record;
  const notes = ['The window was closed, or lost, before it had ended.'];
  return { ...record, outcome: 'interrupted', deletedHow: 'atLeast', notes: [...record.notes, ...notes] };
}

/** What a run is before its first batch. */
export function begun(
  kind: CleanupKind,
  how: CleanupRecord['how'],
  expiredBefore: number | null,
  context: RecordContext,
  runner: string,
): RunningRecord {
  const none = { deleted: 0, elapsedMs: 0, batches: 0, longestBatchMs: 0, expiredAfter: null, notes: [] };
  const { startedAt } = context;
  return { kind, ...context, how, outcome: 'running', ...none, expiredBefore, runner, seenAt: startedAt };
}

/** How far it has come. */
export function recordOfProgress(
  record: RunningRecord,
  { deleted, elapsedMs, batches, longestBatchMs }: CleanupProgress,
): RunningRecord {
  return { ...record, deleted, elapsedMs, batches, longestBatchMs };
}

/** It has ended by an error, or was cancelled in one go: what had been deleted, as far as is known, stays deleted. */
export function endedBy(
  { runner: _runner, seenAt: _seenAt, ...record }: RunningRecord,
  error: unknown,
  cancelled: boolean,
): CleanupRecord {
  const why = error instanceof Error ? error.message : String(error);
  // A cleanup in batches rejects only before the first.
  const deletedHow = error instanceof Problem && IN_BATCHES.has(record.how) ? 'exact' : 'atLeast';
  return { ...record, outcome: cancelled ? 'cancelled' : 'failed', deletedHow, notes: [why] };
}

const IN_BATCHES: ReadonlySet<string> = new Set(['gentle', 'fast', 'batches'] satisfies CleanupRecord['how'][]);

/** What an earlier cleanup of the same table took. */
export interface EarlierRun {
  readonly pace: Pace;
  readonly deleted: number;
  /** From the first look to the last, pauses included. */
  readonly elapsedMs: number;
}

/** A run that deleted fewer says little of how long others take. */
const TELLING_ROWS = 1_000;

export function isInformative({ deleted }: Pick<EarlierRun, 'deleted'>): boolean {
  return deleted >= TELLING_ROWS;
}

/** The newest run of this table from here that tells how long the next takes. @param records newest first */
export function earlierRun(records: readonly CleanupRecord[], table: string): EarlierRun | undefined {
  for (const { kind, outcome, deletedHow = 'exact', table: of, how, deleted, elapsedMs } of records) {
    const isPace = how === 'gentle' || how === 'fast';
    if (kind !== 'expired' || outcome !== 'done' || deletedHow !== 'exact' || of !== table || !isPace) continue;
    if (isInformative({ deleted })) return { pace: how, deleted, elapsedMs };
  }
  return undefined;
}

export type RecordContext = Pick<CleanupRecord, 'startedAt' | 'who' | 'from' | 'target' | 'table'>;

export function recordOf(result: CleanupResult, pace: Pace, context: RecordContext): CleanupRecord {
  const { outcome, deleted, deletedHow, before, remaining, elapsedMs, batches, longestBatchMs, reasons } = result;
  return {
    kind: 'expired',
    ...context,
    how: pace,
    outcome,
    deleted,
    deletedHow,
    expiredBefore: before.expired.value ?? null,
    expiredAfter: remaining.value ?? null,
    elapsedMs,
    batches,
    longestBatchMs,
    notes: reasons,
  };
}
