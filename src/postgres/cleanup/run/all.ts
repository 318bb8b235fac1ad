import { unknown, type Measured } from '../../../common/measured.ts';
import { Problem } from '../../../common/problem.ts';
import type { Database } from '../../connect/connection.ts';
import { readExactCounts } from '../../readings/exactCounts.ts';
import type { SessionSample, SessionTable } from '../../table/readings.ts';
import { quoted, shown } from '../../table/tableName.ts';
import { CleanupMeter } from '../plan/meter.ts';
import { rest } from '../plan/pause.ts';
import { TIME_ONLY } from '../plan/probe.ts';
import { readingOnly } from '../plan/signal.ts';
import { LOCK } from '../plan/sql.ts';
import type { EngineFacts } from '../obstacles/obstacles.ts';
import { cleanupTarget, requireWritable, type CleanupTarget } from '../plan/target.ts';
import type { CleanupOptions, DeletedHow } from '../plan/types.ts';
import { BatchRunner, cancelledWhile } from './batch.ts';
import { CleanupConnection } from './cleanupConnection.ts';
import { PATIENCE_MS, runCleanup } from './run.ts';

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
  readonly deletedHow: DeletedHow;
  readonly how: HowToDelete;
  readonly batches: number;
  readonly longestBatchMs: number;
  readonly elapsedMs: number;
  readonly cancelled: boolean;
  /** What ended it before all were deleted. */
  readonly problem?: Problem;
}

/** Whom it would log out. Writes nothing. @param sample of session data, from the detail reading */
export async function previewDeleteAll(
  db: Database,
  options: { table?: SessionTable; sample?: SessionSample; engine?: EngineFacts } = {},
): Promise<DeleteAllPreview> {
  const target = await cleanupTarget(db, options.table);
  const { total, active } = await readExactCounts(readingOnly(db), { table: target.table });
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
      ...(options.engine?.cached === true
        ? ['SESSION_ENGINE is made on cached_db: sessions live on in the cache until that is cleared too.']
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

async function truncate(db: Database, options: DeleteAllOptions): Promise<DeleteAllResult> {
  const { signal, patienceMs = PATIENCE_MS } = options;
  const connection = new CleanupConnection(db, patienceMs, signal);
  const meter = new CleanupMeter(options.onProgress);
  const runner = new BatchRunner(connection, meter, {
    patienceMs,
    lockTimeoutMs: LOCK_TIMEOUT_MS,
    probe: TIME_ONLY,
    signal,
  });
  try {
    const target = await cleanupTarget(connection.db, options.table);
    requireWritable(connection.db, target);
    const why = truncateProblem(connection.db, target);
    if (why !== undefined) {
      const next = 'Delete in batches instead.';
      throw new Problem({ code: 'truncate-not-possible', what: WHAT, why, next, transient: false });
    }
    await connection.lock();
    const before = await runner.call((on) => contents(on, target));
    await runner.call(async (on) => {
      // Where the connection broke, it may have been done: TRUNCATE gives the table a new file.
      if (connection.reconnects === 0 || (await contents(on, target)).files === before.files) {
        await truncateNow(on, target, { signal, patienceMs });
      }
    });
    const { elapsedMs } = meter;
    const figures = { batches: 1, longestBatchMs: elapsedMs, elapsedMs, cancelled: false };
    return { deleted: before.total, deletedHow: 'estimated', how: 'truncate', ...figures };
  } finally {
    await connection.close();
  }
}

interface Contents {
  readonly total: number;
  /** Numbers of the files that hold the rows. */
  readonly files: string;
}

async function contents(db: Database, { table, heaps }: CleanupTarget): Promise<Contents> {
  const text = `SELECT /* django-session-monitor */ string_agg(pg_relation_filenode(to_regclass(name))::text, ' ' ORDER BY name) AS files
  FROM unnest($1::text[]) AS name`;
  const [{ total }, [row]] = await Promise.all([
    readExactCounts(db, { table }),
    db.query<{ files: string | null }>(text, [heaps.map(quoted)], { what: WHAT }),
  ]);
  return { total, files: row?.files ?? '' };
}

async function truncateNow(
  db: Database,
  target: CleanupTarget,
  { signal, patienceMs }: { signal: AbortSignal | undefined; patienceMs: number },
): Promise<void> {
  for (let tries = 1; ; tries++) {
    if (signal?.aborted === true) throw cancelledWhile('it was waiting for the table');
    try {
      await db.transaction([LOCK, { text: `TRUNCATE /* django-session-monitor */ ${target.name}`, path: 'role' }], {
        what: WHAT,
        table: target.shown,
        lockTimeoutMs: LOCK_TIMEOUT_MS,
        statementTimeoutMs: patienceMs,
      });
      return;
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'lock-timeout' || tries === TRIES) throw error;
      await rest(PAUSE_MS, signal);
    }
  }
}

async function inBatches(db: Database, options: DeleteAllOptions): Promise<DeleteAllResult> {
  const { deleted, deletedHow, batches, longestBatchMs, elapsedMs, cancelled, problem } = await runCleanup(
    db,
    options,
    'all',
  );
  const figures = { batches, longestBatchMs, elapsedMs, cancelled };
  return { deleted, deletedHow, how: 'batches', ...figures, ...(problem === undefined ? {} : { problem }) };
}
