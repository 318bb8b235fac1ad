import { Problem } from '../common/problem.ts';

/** The row that sessionSql returns; times are milliseconds since 1970, sizes bytes. */
export interface SessionRow {
  /** pg_class.relkind: r table, p partitioned table, v view, m materialized view, f foreign table. */
  readonly relkind: string;
  readonly name: string;
  readonly block: number;
  readonly pages: number;
  readonly indexed: boolean;
  readonly leaves: number;
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
  readonly index_scans: number;
  readonly vacuums: number;
  readonly last_manual_vacuum: number | null;
  readonly last_autovacuum: number | null;
  readonly last_manual_analyze: number | null;
  readonly last_autoanalyze: number | null;
  /** Pages in a stratum; 1: every page was read. */
  readonly width: number;
  /** By page that was read. */
  readonly rows: readonly number[];
  readonly expired: readonly number[];
  readonly bytes: readonly number[];
  readonly fresh: readonly number[];
  readonly stamped: readonly number[];
  readonly saved: readonly number[];
  readonly oldest: number | null;
  /** Count up to the cap and the smallest expire_date; null: not counted. */
  readonly counted: readonly [number, number | null] | null;
  readonly expired_ms: number;
  readonly used: number;
  readonly total: number;
  readonly waiting: number;
  readonly longest: number;
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

/** Every page was read: what was counted is exact. Not so for a partitioned table, which has no pages of its own. */
export function isWhole(row: SessionRow): boolean {
  return row.width === 1 && row.relkind !== 'p';
}
