import { Problem } from '../../common/problem.ts';

/**
 * What sessionSql counts on each page, in this order; `fresh` are rows that may have been saved in the last hour, `stamped` those of
 * them that tell when they were, `saved` those that were, and `recent` those of which the index on expire_date supposes it.
 */
export const PER_PAGE = ['i', 'rows', 'expired', 'oldest', 'bytes', 'fresh', 'stamped', 'saved', 'recent'] as const;

/** The row that sessionSql returns; times are milliseconds since 1970, sizes bytes. */
export interface SessionRow {
  /** pg_class.relkind: r table, p partitioned table, v view, m materialized view, f foreign table. */
  readonly relkind: string;
  readonly name: string;
  readonly block: number;
  readonly pages: number;
  readonly leaves: number;
  /** Scans of all indexes (of a partitioned table: null), and how many of them can give expire_date in order. */
  readonly indexes: readonly [number | null, number] | null;
  readonly heap_bytes: number;
  readonly index_bytes: number;
  readonly toast_bytes: number;
  readonly total_bytes: number;
  readonly live: number;
  readonly dead: number;
  readonly inserted: number;
  readonly updated: number;
  readonly hot_updated: number;
  readonly deleted: number;
  readonly sequential_scans: number;
  readonly vacuums: number;
  readonly last_manual_vacuum: number | null;
  readonly last_autovacuum: number | null;
  readonly last_manual_analyze: number | null;
  readonly last_autoanalyze: number | null;
  /** Pages in a stratum; 1: every page was read; null: there are no pages. */
  readonly width: number | null;
  /** By page that was read: its number in the sample, then what PER_PAGE names. */
  readonly sample: readonly (readonly (number | null)[])[] | null;
  /** Up to which expired rows were counted by the index. */
  readonly cap: number;
  /** Count up to the cap and the smallest expire_date; null: not counted. */
  readonly counted: readonly [number, number | null] | null;
  readonly expired_ms: number;
  /** Rows of the index on expire_date that are supposed to have been saved in the last hour; −1: they may not be counted; null: not now. */
  readonly recent: number | null;
  readonly recent_ms: number;
  /** Of pages that were read, when their newest session was saved and expires, see SavesMemory; null: not now. */
  readonly newest: readonly (string | null)[] | null;
  readonly used: number | null;
  readonly waiting: number | null;
  readonly longest: number | null;
  readonly by_state: Readonly<Record<string, number>>;
  readonly commits: number;
  readonly rollbacks: number;
  readonly blocks_hit: number;
  readonly blocks_read: number;
  readonly temp_files: number;
  readonly temp_bytes: number;
  readonly reset_at: number | null;
  readonly version: number;
  readonly database: string;
  readonly user: string;
  readonly started_at: number;
  readonly in_recovery: boolean;
  readonly max_connections: number;
  readonly server_time: number;
  readonly server_ms: number;
}

export function rowOf(row: Record<string, unknown> | undefined): SessionRow {
  if (row !== undefined) return row as unknown as SessionRow; // the statement is ours and constant: its columns are these
  throw new Problem({
    code: 'table-missing',
    what: 'Cannot read the session metrics',
    why: 'The table was dropped while it was read.',
    next: 'Run "python manage.py migrate" if it does not come back.',
    transient: true,
  });
}

/** What was counted on the pages of the sample, in the order of the pages, and how the sample was taken. */
export interface PageSample extends Readonly<
  Record<Exclude<(typeof PER_PAGE)[number], 'i' | 'oldest'>, readonly number[]>
> {
  /** Smallest expire_date of all. */
  readonly oldest: number | null;
  readonly width: number;
  /** Pages of the table. */
  readonly pages: number;
  /** Pages that were read. */
  readonly read: number;
  /** Every page was read: what was counted is exact. Never so for a partitioned table, which has no pages of its own. */
  readonly whole: boolean;
}

/** @param byPage what was counted on each page, in the order of the pages */
export function sampleOf(row: SessionRow, byPage: readonly (readonly (number | null)[])[]): PageSample {
  const column = (name: (typeof PER_PAGE)[number]): number[] => byPage.map((page) => page[PER_PAGE.indexOf(name)] ?? 0);
  const expiries = byPage.map((page) => page[PER_PAGE.indexOf('oldest')] ?? Infinity);
  const oldest = Math.min(Infinity, ...expiries);
  const width = row.width ?? 1;
  return {
    rows: column('rows'),
    expired: column('expired'),
    bytes: column('bytes'),
    fresh: column('fresh'),
    stamped: column('stamped'),
    saved: column('saved'),
    recent: column('recent'),
    oldest: oldest === Infinity ? null : oldest,
    width,
    pages: row.pages,
    read: byPage.length,
    whole: width === 1 && row.relkind !== 'p',
  };
}

export function canCountExpired(row: SessionRow): boolean {
  return (row.indexes?.[1] ?? 0) > 0;
}
