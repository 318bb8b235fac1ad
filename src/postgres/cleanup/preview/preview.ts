import { isKnown, mapMeasured, unknown, type Measured } from '../../../common/measured.ts';
import { Problem } from '../../../common/problem.ts';
import type { Database } from '../../connect/connection.ts';
import { clockBehind, farFuture, graceFor, newestStamp, STAMP } from '../../readings/applicationClock.ts';
import { readSessionMetrics } from '../../readings/sessionMetrics.ts';
import type { SessionMetrics, SessionTable } from '../../table/readings.ts';
import { shown } from '../../table/tableName.ts';
import { placed } from '../../connect/tablePlace.ts';
import { lockHolder, type Holder } from '../obstacles/holder.ts';
import { readActivity } from '../obstacles/obstacleSql.ts';
import { obstacles, type EngineFacts, type Obstacle } from '../obstacles/obstacles.ts';
import { checkOptions } from '../plan/options.ts';
import { LIGHT, planHeaps, type Way } from '../plan/plan.ts';
import { readingOnly } from '../plan/signal.ts';
import { keepsRows, limit, references } from '../plan/sql.ts';
import { cleanupTarget, type CleanupTarget } from '../plan/target.ts';
import type { EarlierRun } from '../run/records.ts';
import { estimateSeconds } from './trial.ts';

export interface PreviewOptions {
  readonly table?: SessionTable;
  /** As for the cleanup. Default 0. */
  readonly graceSeconds?: number;
  /** Count every row for so long, then estimate. Default 3,000: a million rows take some 100 ms. 0: only estimate. */
  readonly countMs?: number;
  readonly engine?: EngineFacts;
  /** An earlier cleanup of this table, to tell how long the next one takes. */
  readonly earlier?: EarlierRun;
  /** As the monitor measured them: where sessions are saved all the time, an old newest save tells of a clock that is behind. */
  readonly savesPerMinute?: number;
}

export interface CleanupPreview {
  readonly at: Date;
  readonly serverTime: Date;
  /** For people. */
  readonly table: string;
  /**
   * Seconds for which expired sessions have to stay: as given, or longer, where the application's clock is behind the database's and it
   * would not cover that. For the cleanup.
   */
  readonly graceSeconds: number;
  /** Seconds by which the application's clock is behind the database's; negative: ahead by at least that. */
  readonly clockBehind: Measured;
  /** What expired before goes; by the server's clock. */
  readonly cutoff: Date;
  readonly total: Measured;
  readonly expired: Measured;
  /** Expired too, and kept by rows of other tables that refer to them: they are not among `expired`. */
  readonly kept: Measured;
  /** Stay: active sessions, those of the grace period, and those that are kept. */
  readonly stay: Measured;
  /** expired ÷ total, 0 to 1. */
  readonly share: Measured;
  /** Expiries of those that go; null: none go. */
  readonly oldest: Measured<Date | null>;
  readonly newest: Measured<Date | null>;
  /** What a vacuum makes reusable afterwards in table and TOAST. No file gets smaller by it. */
  readonly reusableBytes: Measured;
  /** At each pace. */
  readonly seconds: Readonly<Record<'fast' | 'gentle', Measured>>;
  /** How the table (of several: the first) would be gone over. */
  readonly way: Way;
  /** What blocks first; nothing that blocks: it can begin. */
  readonly obstacles: readonly Obstacle[];
  /** Who runs another cleanup; endHolder ends its session, where nobody does any more. */
  readonly holder?: Holder;
}

interface Counted {
  readonly total: number;
  readonly expired: number;
  readonly kept: number;
  readonly oldest: number | null;
  readonly newest: number | null;
  readonly bytes: number;
  /** As in its signature; null: no session has one. */
  readonly newestSave: string | null;
  /** The server's clock, milliseconds since 1970. */
  readonly now: number;
  readonly ms: number;
}

/**
 * What a cleanup would do. Writes nothing: all but the look at the catalogs goes in transactions in which the server refuses to.
 * @throws Problem as checkSessionTable, 'expire-date-type', 'cleanup-option'
 */
export async function previewCleanup(writer: Database, options: PreviewOptions = {}): Promise<CleanupPreview> {
  const { countMs = 3_000, engine, earlier } = options;
  checkOptions({ graceSeconds: options.graceSeconds ?? 0 });
  // It asks, among others, whether this connection may write.
  const target = await cleanupTarget(writer, options.table);
  const db = readingOnly(writer);
  const metrics = await readSessionMetrics(db, { table: target.table, ...LIGHT });
  const activity = await readActivity(db, target.table);
  const holder = await lockHolder(db);
  const { graceSeconds, clockBehind, counted } = await countWithGrace(db, target, options, countMs);
  const counts = counted === undefined ? estimated(metrics, graceSeconds, target) : exact(counted, target);
  const { heaps: plans } = await planHeaps(db, target, { expiredSeconds: graceSeconds }, metrics);
  return {
    at: new Date(),
    serverTime: metrics.serverTime,
    table: shown(target.table),
    graceSeconds,
    clockBehind,
    cutoff: new Date(metrics.serverTime.getTime() - graceSeconds * 1000),
    ...counts,
    share: shareOf(counts.expired, counts.total),
    seconds: await estimateSeconds(db, { plans, target, expired: counts.expired, earlier }),
    way: plans[0]?.way ?? 'pages',
    obstacles: obstacles({ db, target, activity, holder, clockBehind, graceSeconds, engine }),
    ...(holder === undefined ? {} : { holder }),
  };
}

/** Counts, and once more with a longer grace where that shows that the application's clock is behind. */
async function countWithGrace(
  db: Database,
  target: CleanupTarget,
  { graceSeconds = 0, savesPerMinute }: PreviewOptions,
  countMs: number,
): Promise<Pick<CleanupPreview, 'graceSeconds' | 'clockBehind'> & { readonly counted: Counted | undefined }> {
  const counted = countMs > 0 ? await count(db, target, graceSeconds, countMs) : undefined;
  if (counted === undefined) {
    const why = 'The sessions were not counted, and so their newest save is not known.';
    return { graceSeconds, clockBehind: unknown(why), counted };
  }
  const behind = clockBehind(counted.newestSave, counted.now, savesPerMinute);
  const needed = graceFor(behind);
  if (needed <= graceSeconds) return { graceSeconds, clockBehind: behind, counted };
  return {
    graceSeconds: needed,
    clockBehind: behind,
    counted: await count(db, target, needed, countMs),
  };
}

type Counts = Pick<CleanupPreview, 'total' | 'expired' | 'kept' | 'stay' | 'oldest' | 'newest' | 'reusableBytes'>;

/** A tuple's header with its padding, and its line pointer: HeapTupleHeaderData, ItemIdData; expire_date itself. */
const ROW_OVERHEAD = 24 + 4 + 8;

async function count(
  db: Database,
  target: CleanupTarget,
  graceSeconds: number,
  countMs: number,
): Promise<Counted | undefined> {
  const size = `pg_column_size(session_key) + pg_column_size(session_data) + ${ROW_OVERHEAD}`;
  const { table } = target;
  const kept = references(target).join(' OR ') || 'false';
  const text = `SELECT /* django-session-monitor */ count(*)::float8 AS total, count(*) FILTER (WHERE gone)::float8 AS expired,
       count(*) FILTER (WHERE old AND NOT gone)::float8 AS kept,
       extract(epoch FROM min(expire_date) FILTER (WHERE gone))::float8 * 1000 AS oldest,
       extract(epoch FROM max(expire_date) FILTER (WHERE gone))::float8 * 1000 AS newest,
       coalesce(sum(CASE WHEN gone THEN ${size} END), 0)::float8 AS bytes,
       ${newestStamp('$1')} AS "newestSave", extract(epoch FROM clock_timestamp())::float8 * 1000 AS now,
       extract(epoch FROM clock_timestamp() - now())::float8 * 1000 AS ms
  FROM (SELECT *, old AND NOT CASE WHEN old THEN ${kept} ELSE false END AS gone
          FROM (SELECT *, ${STAMP}, expire_date < ${limit(graceSeconds)} AS old FROM ${await placed(db, table)} OFFSET 0) AS s OFFSET 0) AS s`;
  const context = { what: 'Cannot count the sessions', table: shown(table), statementTimeoutMs: countMs };
  try {
    const before = farFuture(Date.now() + db.server.clockAheadMs);
    return (await db.query<Counted>(text, [before], context))[0];
  } catch (error) {
    if (error instanceof Problem && error.code === 'statement-timeout') return undefined;
    throw error;
  }
}

function exact({ total, expired, kept, oldest, newest, bytes, ms }: Counted, { keys }: CleanupTarget): Counts {
  const known = <T>(value: T): Measured<T> => ({ how: 'exact', value, at: new Date(), tookMs: ms });
  const date = (time: number | null): Measured<Date | null> =>
    // '-infinity' is older than any date that can be shown.
    known(time === null ? null : new Date(Math.max(time, -8.64e15)));
  const note = 'what the rows take in table and TOAST; a vacuum makes it reusable and gives none of it back';
  return {
    total: known(total),
    expired: known(expired),
    kept: keys.some((key) => keepsRows(key) && !key.maySelect) ? notSeen(keys) : known(kept),
    stay: known(total - expired),
    oldest: date(oldest),
    newest: date(newest),
    reusableBytes: { how: 'estimated', value: bytes, at: new Date(), tookMs: ms, note },
  };
}

function estimated({ sessions, table }: SessionMetrics, graceSeconds: number, { keys }: CleanupTarget): Counts {
  const { total, expired, active, oldestExpired } = sessions;
  const grace =
    graceSeconds > 0 ? unknown('Those of the grace period were not counted.', 'Allow more time to count.') : undefined;
  const stored = (table.heapBytes.value ?? 0) + (table.toastBytes.value ?? 0);
  const bytes = Math.max(0, stored - (table.reusableBytes.value ?? 0));
  return {
    total,
    expired: grace ?? expired,
    kept: keys.some(keepsRows)
      ? unknown('Those that rows of other tables refer to were not counted.', 'Allow more time to count.')
      : { how: 'exact', value: 0, at: new Date() },
    stay: grace ?? active,
    oldest: oldestExpired,
    newest: unknown('Counting took too long.', 'Allow more time to count.'),
    reusableBytes: mapMeasured(
      shareOf(grace ?? expired, total),
      (share) => share * bytes,
      (share) => share * bytes,
    ),
  };
}

function notSeen(keys: CleanupTarget['keys']): Measured {
  const tables = keys.filter((key) => keepsRows(key) && !key.maySelect).map(({ table }) => table);
  return unknown(`This user may not read ${tables.join(', ')}.`, `Grant SELECT on it, or run Django's clearsessions.`);
}

function shareOf(expired: Measured, total: Measured): Measured {
  if (!isKnown(total)) return total;
  const of = (value: number): number => (total.value === 0 ? 0 : value / total.value);
  return mapMeasured(expired, (value) => Math.min(1, of(value)), of);
}
