import { Problem } from '../../common/problem.ts';
import { CleanupMeter } from '../cleanup/plan/meter.ts';
import { TIME_ONLY } from '../cleanup/plan/probe.ts';
import { LOCK, references } from '../cleanup/plan/sql.ts';
import { cleanupTarget, requireWritable, type CleanupTarget } from '../cleanup/plan/target.ts';
import type { CleanupProgress, DeletedHow } from '../cleanup/plan/types.ts';
import { BatchRunner } from '../cleanup/run/batch.ts';
import { CleanupConnection } from '../cleanup/run/cleanupConnection.ts';
import { PATIENCE_MS } from '../cleanup/run/run.ts';
import type { Database } from '../connect/connection.ts';
import type { Statement } from '../connect/statement.ts';
import type { SessionTable } from '../table/readings.ts';
import { BY_KEY, isSought, sought } from './keyHash.ts';

export interface DeleteByKeysOptions {
  readonly table: SessionTable;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: CleanupProgress) => void;
}

export interface DeleteByKeysResult {
  readonly deleted: number;
  readonly deletedHow: DeletedHow;
  /** That were not there any more, and that are there still: a trigger, a rule or row-level security keeps them. */
  readonly gone: number;
  readonly kept: number;
  readonly batches: number;
  readonly longestBatchMs: number;
  readonly elapsedMs: number;
  readonly cancelled: boolean;
  /** What ended it before all were deleted. */
  readonly problem?: Problem;
}

/** Sessions of one transaction. */
const BATCH = 50;
const LOCK_TIMEOUT_MS = 1_000;

/**
 * Deletes these sessions, under the lock of cleanups and within their limits, in transactions of some each; a lost connection is opened
 * again. Asking first is the caller's.
 * @throws Problem before anything is deleted: as clearExpiredSessions
 */
export async function deleteByKeys(
  db: Database,
  keys: readonly string[],
  { table, signal, onProgress }: DeleteByKeysOptions,
): Promise<DeleteByKeysResult> {
  const connection = new CleanupConnection(db, PATIENCE_MS, signal);
  const meter = new CleanupMeter(onProgress);
  const limits = { lockTimeoutMs: LOCK_TIMEOUT_MS, patienceMs: PATIENCE_MS, probe: TIME_ONLY, signal };
  const runner = new BatchRunner(connection, meter, limits);
  const missed: string[] = [];
  let problem: Problem | undefined;
  let cancelled = false;
  let target: CleanupTarget | undefined;
  try {
    target = await cleanupTarget(connection.db, table);
    const found = target;
    requireWritable(connection.db, target);
    await connection.lock();
    for (let from = 0; from < keys.length; from += BATCH) {
      const some = keys.slice(from, from + BATCH);
      const began = performance.now();
      const answers = await runner.call((on) => deleteSome(on, found, some));
      some.forEach((key, i) => answers[i] === 0 && missed.push(key));
      meter.batch(
        answers.reduce((sum, count) => sum + count, 0),
        performance.now() - began,
      );
    }
  } catch (error) {
    if (!(error instanceof Problem) || (meter.batches === 0 && error.code !== 'cancelled')) throw error;
    if (error.code === 'cancelled') cancelled = true;
    else problem = error;
  }
  try {
    const isWhole = !cancelled && problem === undefined;
    const kept = isWhole && target !== undefined ? await countLeft(connection.afterwards, target, missed) : 0;
    const { deleted, batches, longestBatchMs, elapsedMs, unconfirmedBatches } = meter;
    const deletedHow = unconfirmedBatches > 0 || connection.reconnects > 0 ? 'atLeast' : 'exact';
    const figures = { deleted, deletedHow, batches, longestBatchMs, elapsedMs, cancelled } as const;
    return { ...figures, gone: missed.length - kept, kept, ...(problem === undefined ? {} : { problem }) };
  } finally {
    await connection.close();
  }
}

/** One statement a session, so that each uses the index. @returns of each, how many rows it deleted */
async function deleteSome(db: Database, target: CleanupTarget, keys: readonly string[]): Promise<readonly number[]> {
  const kept = references(target)
    .map((exists) => ` AND NOT ${exists}`)
    .join('');
  const text = `DELETE /* django-session-monitor */ FROM ${target.name} AS s WHERE ${isSought(1)}${kept}`;
  const statements = keys.map((key): Statement => ({ text, values: valuesOf(key), path: 'role' }));
  const answers = await db.transaction([LOCK, ...statements], {
    what: 'Cannot delete the session',
    table: target.shown,
    settings: { ...BY_KEY, transaction_isolation: 'read committed' },
    lockTimeoutMs: LOCK_TIMEOUT_MS,
  });
  return answers.slice(1).map(({ affected }) => affected);
}

/** Of those that no statement has deleted, how many are there still. */
async function countLeft(db: Database, target: CleanupTarget, keys: readonly string[]): Promise<number> {
  if (keys.length === 0) return 0;
  const text = `SELECT /* django-session-monitor */ FROM ${target.name} AS s WHERE ${isSought(1)}`;
  const statements = keys.map((key): Statement => ({ text, values: valuesOf(key) }));
  const context = { what: 'Cannot look whether the session is there', table: target.shown, settings: BY_KEY };
  const answers = await db.transaction(statements, context);
  return answers.reduce((sum, { affected }) => sum + affected, 0);
}

function valuesOf(key: string): readonly [string, Buffer] {
  const { like, hash } = sought(key);
  return [like, hash];
}
