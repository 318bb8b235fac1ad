import { isKnown, type Measured } from '../../../common/measured.ts';
import type { Database } from '../../connect/connection.ts';
import { readSessionMetrics } from '../../readings/sessionMetrics.ts';
import type { SessionMetrics } from '../../table/readings.ts';
import { BatchSql, type Which } from './sql.ts';
import type { CleanupTarget, Heap } from './target.ts';

/**
 * pages: by ranges of pages, each page once, whatever is on it. index: by the index on expire_date, which touches only what has
 * expired, in no order on the disk.
 */
export type Way = 'pages' | 'index';

/** One heap with its statements, and what the planning knows of it. */
export interface Sweepable {
  readonly heap: Heap;
  readonly sql: BatchSql;
  readonly rowsPerPage: number;
}

export interface HeapPlan extends Sweepable {
  readonly way: Way;
  /** Rows that will go; undefined: not known. */
  readonly expected: number | undefined;
  /** Share of the work, in units of its own. */
  readonly weight: number;
}

export interface Plan {
  readonly heaps: readonly HeapPlan[];
  readonly expected: number | undefined;
}

/** Up to this share of expired rows the index is the shorter way. */
export const INDEX_SHARE = 0.02;

/** Enough to choose a way and to tell a share; fewer pages than the monitor reads, because it waits for it. */
export const LIGHT = { samplePages: 64, fresh: true } as const;

/** How to go over each heap, from a light reading of each. @param known a reading of the table, just taken */
export async function planHeaps(
  db: Database,
  target: CleanupTarget,
  which: Which,
  known?: SessionMetrics,
): Promise<Plan> {
  const whole = target.heaps.length === 1 ? known : undefined;
  const heaps: HeapPlan[] = [];
  for (const heap of target.heaps) {
    if (heap.kind !== 'r') continue;
    const table = { schema: heap.schema, name: heap.name };
    const { sessions } = whole ?? (await readSessionMetrics(db, { table, ...LIGHT }));
    const [total, expired] = [numberOf(sessions.total), numberOf(sessions.expired)];
    const expected = which === 'all' ? total : expired;
    heaps.push({
      heap,
      sql: new BatchSql(heap, target, db.server.version, which),
      rowsPerPage: total === undefined || heap.pages === 0 ? 1 : total / heap.pages,
      way: which === 'all' ? 'pages' : wayOf(heap, total, expired, db.server.version),
      expected,
      weight: heap.pages + 1,
    });
  }
  const sure = heaps.every(({ expected }) => expected !== undefined);
  return { heaps, expected: sure ? heaps.reduce((sum, { expected }) => sum + (expected ?? 0), 0) : undefined };
}

function wayOf(heap: Heap, total: number | undefined, expired: number | undefined, version: number): Way {
  if (!heap.indexed) return 'pages';
  // Before PostgreSQL 14 a range of pages can't be scanned: each line pointer has to be asked for, which takes several times as long.
  if (version < 140_000) return 'index';
  return total !== undefined && expired !== undefined && expired <= total * INDEX_SHARE ? 'index' : 'pages';
}

function numberOf(measured: Measured): number | undefined {
  return isKnown(measured) ? measured.value : undefined;
}
