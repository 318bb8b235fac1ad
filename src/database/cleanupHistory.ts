import type { HowToDelete } from './cleanupAll.ts';
import type { CleanupResult, Pace } from './cleanupTypes.ts';

/** What was run. 'django': manage.py clearsessions. */
export type CleanupKind = 'expired' | 'django' | 'all';

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
  readonly outcome: 'done' | 'cancelled' | 'stopped' | 'failed';
  readonly deleted: number;
  /** Expired rows before and after; null: not known. */
  readonly expiredBefore: number | null;
  readonly expiredAfter: number | null;
  readonly elapsedMs: number;
  readonly batches: number;
  readonly longestBatchMs: number;
  /** Why it was not done, or why some remain: sentences. */
  readonly notes: readonly string[];
}

export type RecordContext = Pick<CleanupRecord, 'startedAt' | 'who' | 'from' | 'target' | 'table'>;

export function recordOf(result: CleanupResult, pace: Pace, context: RecordContext): CleanupRecord {
  const { outcome, deleted, before, remaining, elapsedMs, batches, longestBatchMs, reasons } = result;
  return {
    kind: 'expired',
    ...context,
    how: pace,
    outcome,
    deleted,
    expiredBefore: before.expired.value ?? null,
    expiredAfter: remaining.value ?? null,
    elapsedMs,
    batches,
    longestBatchMs,
    notes: reasons,
  };
}
