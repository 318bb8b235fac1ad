import type { Unit } from '../../common/format.ts';
import type { SessionTable } from '../table/readings.ts';

/** A column of what an exported query answers. */
export interface ExportedColumn {
  /** snake_case, in the base unit; that of a counter ends in `_total`, as Prometheus wants it. */
  readonly name: string;
  /** counter: it only grows, until the statistics are reset; rates are made by whoever receives it. */
  readonly kind: 'gauge' | 'counter' | 'label';
  /** 'text' of a label. */
  readonly unit: Extract<Unit, 'count' | 'bytes' | 'seconds' | 'text'>;
  /** One sentence without a full stop. */
  readonly what: string;
  /** Id of the row of the metric table that it is the very figure of. */
  readonly metric?: string;
}

export interface ExportOptions {
  /** Expired sessions are counted up to here, and estimated beyond: one more than the threshold of the alert. */
  readonly countTo?: number;
}

/**
 * A query that another monitoring system asks: one plain statement without parameters, settings or a transaction, for PostgreSQL 13
 * to 18, at a cost that does not grow with the table. A figure that is not known is NULL, never 0.
 */
export interface ExportedQuery {
  readonly id: string;
  /** What the names of its metrics begin with: `<prefix>_<column>`. */
  readonly prefix: string;
  /** One sentence. */
  readonly what: string;
  /** How often it is to be asked. */
  readonly everySeconds: number;
  /** What the role needs beyond being able to connect. 'select': SELECT on the table. 'extension': pg_stat_statements, readable. */
  readonly needs: readonly ('pg_monitor' | 'select' | 'extension')[];
  /** Not every database can answer it: it stands by itself and can be left out. */
  readonly optional?: true;
  readonly columns: readonly ExportedColumn[];
  sql(this: void, table: SessionTable, options?: ExportOptions): string;
}

/** Name of a column's metric outside: django_session_table_heap_bytes. */
export function exportedName(
  { prefix }: Pick<ExportedQuery, 'prefix'>,
  { name }: Pick<ExportedColumn, 'name'>,
): string {
  return `${prefix}_${name}`;
}
