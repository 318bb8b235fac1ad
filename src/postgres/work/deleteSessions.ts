import type { Database } from '../connect/connection.ts';
import { cleanupTarget, requireWritable } from '../cleanup/plan/target.ts';
import type { SessionTable } from '../table/readings.ts';

const BATCH = 500;

/**
 * Deletes the sessions with these keys and no others, in batches, each a transaction of its own.
 * @returns how many there were
 * @throws Problem 'in-recovery', 'read-only', 'permission-denied', and what the server says, such as a row that refers to one of them
 */
export async function deleteSessions(
  db: Database,
  table: SessionTable,
  keys: readonly string[],
  signal?: AbortSignal,
): Promise<number> {
  const target = await cleanupTarget(db, table);
  requireWritable(db, target);
  const text = `DELETE /* django-session-monitor */ FROM ${target.name} WHERE session_key OPERATOR(pg_catalog.=) ANY ($1::pg_catalog.text[])`;
  let deleted = 0;
  for (let from = 0; from < keys.length; from += BATCH) {
    const values = [keys.slice(from, from + BATCH)];
    // By the path of the role: triggers and rows that refer to sessions are not ours.
    const [answer] = await db.transaction([{ text, values, path: 'role' }], {
      what: 'Cannot delete the sessions of the benchmark',
      table: target.shown,
      statementTimeoutMs: 30_000,
      signal,
    });
    deleted += answer?.affected ?? 0;
  }
  return deleted;
}
