import { isKnown, unknown, type Measured } from '../../../common/measured.ts';
import { Problem } from '../../../common/problem.ts';
import type { Database } from '../../connect/connection.ts';
import { placed } from '../../connect/tablePlace.ts';
import { readSessionMetrics } from '../../readings/sessionMetrics.ts';
import type { SessionMetrics, SessionTable } from '../../table/readings.ts';
import { LIGHT } from '../plan/plan.ts';
import { condition, keepsRows, type Which } from '../plan/sql.ts';
import type { CleanupTarget } from '../plan/target.ts';
import type { CleanupCounts, CleanupResult } from '../plan/types.ts';
import { isLost } from './cleanupConnection.ts';

/** What the sweeps know of what they left. */
export interface Remaining {
  /** Rows that somebody held locked to the end. */
  readonly locked: number;
  readonly sweeps: number;
  /** The server may have crashed, and brought back rows that lie anywhere. */
  readonly interrupted: boolean;
}

export interface Found {
  readonly remaining: Measured;
  readonly reasons: readonly string[];
  readonly after: CleanupCounts | undefined;
}

export function countsOf({ sessions, table }: SessionMetrics): CleanupCounts {
  const { total, expired, active } = sessions;
  const { deadTuples, reusableBytes, totalBytes } = table;
  return { total, expired, active, deadTuples, reusableBytes, totalBytes };
}

export interface About {
  readonly target: CleanupTarget;
  readonly which: Which;
  readonly left: Remaining;
  readonly outcome: CleanupResult['outcome'];
}

/** How long counting may take, in milliseconds. */
export interface RemainingLimits {
  /** Where a page sample would do instead. Default: as long as it may at all. */
  readonly quickMs?: number;
  readonly longestMs?: number;
}

/**
 * What is left, counted. Right after a cleanup that can be dear: every page has to be looked at, and an index is full of entries of
 * deleted rows. So where nothing should be left and a count takes too long, a page sample is asked whether that is true.
 */
export async function remainingOf(db: Database, about: About, limits: RemainingLimits): Promise<Found> {
  const { target, which, left, outcome } = about;
  const { longestMs = COUNT_TIMEOUT_MS, quickMs = longestMs } = limits;
  try {
    const [, after] = await Promise.all([
      flush(db),
      // Without a count by the index, whose first entries are those of the rows that have just been deleted.
      readSessionMetrics(db, { table: target.table, ...LIGHT, expiredCap: 0 }),
    ]);
    const sampled = outcome === 'done' ? fromSample(after, target, which, left) : undefined;
    let remaining = await counted(db, target.table, which, sampled === undefined ? longestMs : quickMs);
    if (!isKnown(remaining)) remaining = sampled ?? remaining;
    return { remaining, reasons: reasonsFor(remaining, about), after: countsOf(after) };
  } catch (error) {
    if (isLost(error)) throw error;
    return notLookedAt(about)(error);
  }
}

/** For a Problem that kept it from being looked at. What else is thrown is thrown on. */
export function notLookedAt(about: About): (error: unknown) => Found {
  return (error) => {
    if (!(error instanceof Problem)) throw error;
    const remaining = unknown(error.why, 'Count again when the database answers.');
    return { remaining, reasons: reasonsFor(remaining, about), after: undefined };
  };
}

/** The statistics of this backend first, so that the reading knows what has been deleted. */
async function flush(db: Database): Promise<void> {
  if (db.server.version < 150_000) return;
  const text = 'SELECT /* django-session-monitor */ pg_stat_force_next_flush()';
  await db.query(text, [], { what: 'Cannot bring the statistics up to date' });
}

function fromSample(after: SessionMetrics, target: CleanupTarget, which: Which, left: Remaining): Measured | undefined {
  const { expired } = after.sessions;
  const sampled =
    which !== 'all' && which.expiredSeconds === 0 && !left.interrupted && !mayKeep(target) && target.heaps.length === 1;
  if (!sampled || !isKnown(expired)) return undefined;
  if (expired.how === 'exact') return expired;
  if (expired.value > left.locked) return undefined;
  const note = `nothing else was found in a page sample (${expired.note ?? 'in part'})`;
  const { at, tookMs } = expired;
  return { how: 'estimated', value: left.locked, at, ...(tookMs === undefined ? {} : { tookMs }), note };
}

/** Something on the table may keep rows that the condition lets go. */
function mayKeep({ keys, triggers, rules, rowSecurity }: CleanupTarget): boolean {
  return keys.length + triggers.length + rules.length > 0 || rowSecurity;
}

const COUNT_TIMEOUT_MS = 30_000;

export async function counted(
  db: Database,
  table: SessionTable,
  which: Which,
  statementTimeoutMs = COUNT_TIMEOUT_MS,
): Promise<Measured> {
  const text = `SELECT /* django-session-monitor */ count(*)::float8 AS n FROM ${await placed(db, table)} WHERE ${condition(which)}`;
  const settings = { max_parallel_workers_per_gather: '0' };
  const what = 'Cannot count what is left';
  try {
    const [row] = await db.query<{ n: number }>(text, [], {
      what,
      settings,
      statementTimeoutMs: Math.ceil(statementTimeoutMs),
    });
    return { how: 'exact', value: row?.n ?? 0, at: new Date() };
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'statement-timeout') throw error;
    return unknown('Counting what is left took too long.', 'Count exactly when the database has less to do.');
  }
}

function reasonsFor(remaining: Measured, { target, left, outcome }: About): string[] {
  if (remaining.value === 0) return [];
  const kept = target.keys.filter(keepsRows).map(({ table }) => table);
  const foreign = target.heaps.filter(({ kind }) => kind === 'f').map(({ name }) => name);
  const rows: readonly (readonly [boolean, string])[] = [
    [outcome !== 'done', 'It ended before all was cleared.'],
    [left.locked > 0, `Other transactions hold ${left.locked} of them locked.`],
    [kept.length > 0, `Rows of ${kept.join(', ')} refer to some of them and keep them.`],
    [target.triggers.length > 0, `Triggers may keep some of them: ${target.triggers.join(', ')}.`],
    [target.rules.length > 0, `Rules on DELETE may keep some of them: ${target.rules.join(', ')}.`],
    [target.rowSecurity, 'Row-level security may hide some of them from DELETE.'],
    [foreign.length > 0, `Foreign tables are not cleared: ${foreign.join(', ')}.`],
    [left.sweeps > 1, 'Rows were written as expired, or expired, faster than they were cleared.'],
  ];
  return rows.filter(([holds]) => holds).map(([, text]) => text);
}
