import { ORDERS_BY_EXPIRE_DATE } from '../readings/sessionSql.ts';
import type { SessionTable } from '../table/readings.ts';
import { relation, TAG } from './relation.ts';

/** Sizes, counters and vacuums of the table: of functions and the catalog only, so that it takes no right on the table. */
export function tableSql(table: SessionTable): string {
  const onPrimary = (value: string): string => `CASE WHEN NOT standby THEN ${value} END`;
  return `WITH ${TAG} rel AS MATERIALIZED (
  ${relation(
    table,
    `leaves.*, (SELECT count(*) FILTER (WHERE ${ORDERS_BY_EXPIRE_DATE}) FROM pg_index WHERE indrelid = c.oid) AS ordered`,
  )}
)
SELECT current_database()::text AS datname, schemaname, relname, heap_bytes, index_bytes, toast_bytes, total_bytes AS size_bytes,
       CASE WHEN NOT standby AND live + dead >= planned / 2 THEN dead END AS dead_tuples,
       ${onPrimary('inserted')} AS inserted_total, ${onPrimary('updated')} AS updated_total,
       ${onPrimary('hot_updated')} AS hot_updated_total, ${onPrimary('deleted')} AS deleted_total,
       ${onPrimary('greatest(last_manual_vacuum, last_autovacuum)')} AS last_vacuum_timestamp_seconds,
       ${onPrimary('last_autovacuum')} AS last_autovacuum_timestamp_seconds,
       ${onPrimary('greatest(last_manual_analyze, last_autoanalyze)')} AS last_analyze_timestamp_seconds,
       (ordered > 0)::int::float8 AS expire_index
  FROM rel`;
}
