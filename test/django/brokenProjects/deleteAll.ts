import { deleteAllSessions } from '../../../src/postgres/cleanup/run/all.ts';
import type { CleanupRecord } from '../../../src/postgres/cleanup/run/records.ts';
import { connect } from '../../../src/postgres/connect/connection.ts';

/** Deletes all sessions as the command does, and gives the record that the history keeps of it. */
export async function deleteAllFromHere(connectionString: string): Promise<readonly CleanupRecord[]> {
  const startedAt = new Date().toISOString();
  const db = await connect({ connectionString, readOnly: false });
  try {
    const result = await deleteAllSessions(db, { how: 'truncate', pace: 'fast' });
    const { deleted, deletedHow, how, batches, longestBatchMs, elapsedMs } = result;
    const context = { startedAt, who: 'ana', from: 'palette', target: db.target, table: 'django_session' };
    const counts = { deleted, deletedHow, expiredBefore: null, expiredAfter: null };
    return [
      { kind: 'all', ...context, how, outcome: 'done', ...counts, elapsedMs, batches, longestBatchMs, notes: [] },
    ];
  } finally {
    await db.close();
  }
}
