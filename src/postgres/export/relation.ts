import { STATISTICS, TIMES } from '../readings/sessionSql.ts';
import type { SessionTable } from '../table/readings.ts';
import { quoted } from '../table/tableName.ts';

/** The tag that leaves these statements out of what the extension says of the statements on the table. */
export const TAG = '/* django-session-monitor */';

/** A text as SQL, whatever standard_conforming_strings is. */
export function literal(text: string): string {
  const doubled = text.replaceAll("'", "''");
  return doubled.includes('\\') ? `E'${doubled.replaceAll('\\', '\\\\')}'` : `'${doubled}'`;
}

/** The name for the table in SQL, and what it is. */
export function regclass(table: SessionTable): string {
  return `${literal(quoted(table))}::regclass`;
}

/** One row about the table, with `leaves`: the sums over itself, or over its partitions. */
export function relation(table: SessionTable, columns: string): string {
  return `SELECT n.nspname::text AS schemaname, c.relname::text AS relname, c.relkind::text AS relkind, pg_is_in_recovery() AS standby, ${columns}
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace,
         (SELECT current_setting('block_size')::int AS block, current_setting('server_version_num')::int >= 140000 AS ranges) AS b,
         LATERAL (SELECT ${statistics()}, sum(greatest(reltuples, 0))::float8 AS planned
                    FROM (SELECT relid FROM pg_partition_tree(c.oid) WHERE isleaf UNION SELECT c.oid::regclass WHERE c.relkind = 'r') AS leaf
                    JOIN pg_class AS l ON l.oid = relid) AS leaves
   WHERE c.oid = ${regclass(table)} AND c.relkind IN ('r', 'p')`;
}

function statistics(): string {
  return [
    ...Object.entries(STATISTICS).map(([name, value]) => `coalesce(sum(${value('relid')}), 0)::float8 AS ${name}`),
    ...Object.entries(TIMES).map(([name, value]) => `extract(epoch FROM max(${value('relid')}))::float8 AS ${name}`),
  ].join(', ');
}
