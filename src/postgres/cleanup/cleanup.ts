import type { Database } from '../connect/connection.ts';
import type { CleanupOptions, CleanupResult } from './plan/types.ts';
import { runCleanup } from './run/run.ts';

export { deleteAllSessions, previewDeleteAll } from './run/all.ts';
export { CleanupPause } from './plan/pause.ts';
export { previewCleanup } from './preview/preview.ts';
export { ABOUT_VACUUM, vacuumSessions } from './run/vacuum.ts';
export { endHolder, holderText, type Holder } from './obstacles/holder.ts';
export type { CleanupPreview, PreviewOptions } from './preview/preview.ts';
export type { Obstacle, Severity } from './obstacles/obstacles.ts';
export type { DeleteAllOptions, DeleteAllPreview, DeleteAllResult, HowToDelete } from './run/all.ts';
export type { VacuumOptions, VacuumProgress, VacuumResult } from './run/vacuum.ts';
export type * from './plan/types.ts';

/**
 * Deletes expired sessions in small transactions, on a connection that may write. Sessions that are saved while it runs stay. One
 * cleanup at a time per database.
 *
 * Before the first batch it rejects with a Problem: 'cleanup-running', 'read-only', 'in-recovery', 'permission-denied',
 * 'expire-date-type', 'cleanup-option', those of connections and of checkSessionTable. Afterwards it resolves: with `cancelled`, or
 * with what was done and the `problem` that stopped it.
 */
export function clearExpiredSessions(db: Database, options: CleanupOptions = {}): Promise<CleanupResult> {
  return runCleanup(db, options, { expiredSeconds: options.graceSeconds ?? 0 });
}
