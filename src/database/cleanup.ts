import { runCleanup } from './cleanupRun.ts';
import type { CleanupOptions, CleanupResult } from './cleanupTypes.ts';
import type { Database } from './connection.ts';

export { deleteAllSessions, previewDeleteAll } from './cleanupAll.ts';
export { CleanupPause } from './cleanupPause.ts';
export { previewCleanup } from './cleanupPreview.ts';
export { ABOUT_VACUUM, vacuumSessions } from './cleanupVacuum.ts';
export { endHolder, holderText, type Holder } from './cleanupHolder.ts';
export type { CleanupPreview, PreviewOptions } from './cleanupPreview.ts';
export type { Obstacle, Severity } from './cleanupObstacles.ts';
export type { DeleteAllOptions, DeleteAllPreview, DeleteAllResult, HowToDelete } from './cleanupAll.ts';
export type { VacuumOptions, VacuumProgress, VacuumResult } from './cleanupVacuum.ts';
export type * from './cleanupTypes.ts';

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
