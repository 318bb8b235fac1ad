import { unknown, type Measured } from '../common/measured.ts';
import { Problem } from '../common/problem.ts';
import { cancelledWhile } from './cleanupBatch.ts';
import { releaseLock, takeLock } from './cleanupLock.ts';
import { sleep } from './cleanupPause.ts';
import { runCleanup } from './cleanupRun.ts';
import { cleanupTarget, requireWritable, type CleanupTarget } from './cleanupTarget.ts';
import type { CleanupOptions } from './cleanupTypes.ts';
import type { Database } from './connection.ts';
import { readExactCounts } from './exactCounts.ts';
import type { SessionSample, SessionTable } from './readings.ts';
import { quoted, shown } from './tableName.ts';

/** truncate: at once, gives the space back, locks the table for a moment. batches: like a cleanup, the rest in one go at the end. */
export type HowToDelete = 'truncate' | 'batches';

export interface DeleteAllPreview {
  /** The name that a person has to type. */
  readonly database: string;
  readonly table: string;
  readonly total: number;
  /** Sessions that have not expired: browsers that lose what they keep, a login among it. */
  readonly active: number;
  /** Of those, the ones that are signed in; from a sample of session data. */
  readonly signedIn: Measured;
  /** Undefined: TRUNCATE works. */
  readonly truncateProblem?: string;
  /** What a person should know besides; sentences. */
  readonly warnings: readonly string[];
}

export interface DeleteAllOptions extends CleanupOptions {
  readonly how: HowToDelete;
}

export interface DeleteAllResult {
  /** With TRUNCATE, which counts nothing: the rows just before. */
  readonly deleted: number;
  readonly how: HowToDelete;
  readonly batches: number;
  readonly longestBatchMs: number;
  readonly elapsedMs: number;
  readonly cancelled: boolean;
  /** What ended it before all were deleted. */
  readonly problem?: Problem;
}

/** Whom it would log out. @param sample of session data, from the detail reading; @param sessionEngine SESSION_ENGINE, if known */
export async function previewDeleteAll(
  db: Database,
  options: { table?: SessionTable; sample?: SessionSample; sessionEngine?: string } = {},
): Promise<DeleteAllPreview> {
  const target = await cleanupTarget(db, options.table);
  const { total, active } = await readExactCounts(db, { table: target.table });
  const why = truncateProblem(db, target);
  return {
    database: db.server.database,
    table: shown(target.table),
    total,
    active,
    signedIn: signedIn(active, options.sample),
    ...(why === undefined ? {} : { truncateProblem: why }),
    warnings: [
      'Everyone who is signed in has to sign in again; what anonymous visitors had, such as a cart, is lost.',
      ...(options.sessionEngine?.endsWith('.cached_db') === true
        ? ['SESSION_ENGINE is cached_db: sessions live on in the cache until that is cleared too.']
        : []),
      ...target.keys.map(({ table }) => `Rows of ${table} refer to sessions.`),
    ],
  };
}

function signedIn(active: number, sample: SessionSample | undefined): Measured {
  if (sample === undefined || sample.rows === 0) return unknown('No session data could be read.');
  // Of those that could be decoded: SessionSample.rows leaves the unreadable ones out.
  const { rows: readable, anonymous } = sample;
  const share = (readable - anonymous) / readable;
  // Normal approximation of a proportion, 95 %; at least the "rule of three" where none or all are.
  const plusMinus = active * Math.max(1.96 * Math.sqrt((share * (1 - share)) / readable), 3 / readable);
  const note = `from the data of ${readable} sessions`;
  return { how: 'estimated', value: Math.round(active * share), plusMinus: Math.ceil(plusMinus), at: new Date(), note };
}

function truncateProblem(db: Database, { keys, mayTruncate, shown: name }: CleanupTarget): string | undefined {
  if (keys.length > 0)
    return `TRUNCATE is not possible: ${keys.map(({ table }) => table).join(', ')} refers to ${name}.`;
  return mayTruncate ? undefined : `User ${db.server.user} may not TRUNCATE ${name}.`;
}

/**
 * Deletes every session that exists when it ends; who signs in during the last step signs in again. Asking first, and refusing where
 * that is due, is the caller's.
 * @throws Problem as clearExpiredSessions, and 'truncate-not-possible', 'lock-timeout'
 */
export async function deleteAllSessions(db: Database, options: DeleteAllOptions): Promise<DeleteAllResult> {
  return options.how === 'truncate' ? truncate(db, options) : inBatches(db, options);
}

/** TRUNCATE waits for running saves and makes all later ones wait for it: not longer than this, in milliseconds. */
const LOCK_TIMEOUT_MS = 500;
const TRIES = 10;
const PAUSE_MS = 300;
const WHAT = 'Cannot delete all sessions';

async function truncate(db: Database, { table, signal, patienceMs }: DeleteAllOptions): Promise<DeleteAllResult> {
  const target = await cleanupTarget(db, table);
  requireWritable(db, target);
  const why = truncateProblem(db, target);
  if (why !== undefined) {
    const next = 'Delete in batches instead.';
    throw new Problem({ code: 'truncate-not-possible', what: WHAT, why, next, transient: false });
  }
  const began = performance.now();
  await takeLock(db);
  try {
    const { total } = await readExactCounts(db, { table: target.table });
    for (let tries = 1; ; tries++) {
      if (signal?.aborted === true) throw cancelledWhile('it was waiting for the table');
      try {
        await db.query(`TRUNCATE /* django-session-monitor */ ${quoted(target.table)}`, [], {
          what: WHAT,
          table: target.shown,
          lockTimeoutMs: LOCK_TIMEOUT_MS,
          statementTimeoutMs: patienceMs ?? 60_000,
        });
        break;
      } catch (error) {
        if (!(error instanceof Problem) || error.code !== 'lock-timeout' || tries === TRIES) throw error;
        await sleep(PAUSE_MS, signal);
      }
    }
    const elapsedMs = performance.now() - began;
    return { deleted: total, how: 'truncate', batches: 1, longestBatchMs: elapsedMs, elapsedMs, cancelled: false };
  } finally {
    await releaseLock(db);
  }
}

/**
 * A session that is saved while the batches run may get to a page that has been gone over. So what is left in the end, little by then,
 * is deleted by one statement, which sees all that is there.
 */
async function inBatches(db: Database, options: DeleteAllOptions): Promise<DeleteAllResult> {
  const swept = await runCleanup(db, options, 'all');
  const { batches, longestBatchMs, elapsedMs, cancelled, problem } = swept;
  const result = { deleted: swept.deleted, how: 'batches', batches, longestBatchMs, elapsedMs, cancelled } as const;
  if (cancelled || problem !== undefined) return { ...result, ...(problem === undefined ? {} : { problem }) };
  const table = quoted(options.table ?? { name: 'django_session' });
  const began = performance.now();
  const [rest] = await db.transaction([{ text: `DELETE /* django-session-monitor */ FROM ${table}` }], {
    what: WHAT,
    settings: { transaction_isolation: 'read committed' },
    statementTimeoutMs: 60_000,
    lockTimeoutMs: 10_000,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const ms = performance.now() - began;
  return {
    ...result,
    deleted: swept.deleted + (rest?.affected ?? 0),
    batches: batches + 1,
    longestBatchMs: Math.max(longestBatchMs, ms),
    elapsedMs: elapsedMs + ms,
  };
}
