import { FIRST_DEAD } from '../readings/countLimits.ts';
import { IN_TOAST } from '../readings/space.ts';
import { BY_RANGE, BY_TIDS, ORDERS_BY_EXPIRE_DATE, TOAST_POINTER } from '../readings/sessionSql.ts';
import { DEFAULT_CAP, DEFAULT_PAGES, PAGES_WITHOUT_RANGES } from '../readings/sessionMetrics.ts';
import { PAGE_HEADER } from '../readings/tableMetrics.ts';
import type { SessionTable } from '../table/readings.ts';
import { quoted } from '../table/tableName.ts';
import type { ExportOptions } from './exportRow.ts';
import { relation, TAG } from './relation.ts';

/**
 * The facts of sessionSql.ts in statements that need nothing around them. What that one has from outside is put in here: the server's
 * own random places and clock, and instead of the settings that keep the planner from scanning the table, forms that leave it no
 * other way, whatever its statistics say.
 */

/** Rounded up to a power of 1.25, as the extension has it, so that both look at as many pages. */
const WIDTH = `CASE WHEN pages <= most THEN 1 ELSE power(1.25::float8, ceil(ln(pages / most) / ln(1.25::float8))) END`;

/** Digits of a time in a signature of Django, an hour ago: see signatureTime. */
const HOUR_AGO = `(SELECT string_agg(substr('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz', (seconds / (62::numeric ^ digit)::bigint % 62)::int + 1, 1), '' ORDER BY digit DESC)
          FROM generate_series(0, 5) AS digit, (SELECT floor(extract(epoch FROM now()) - 3600)::bigint AS seconds) AS hour)`;

/** '-infinity' is older than any age that can be shown. */
const OLDEST_SECONDS = '8.64e12';

/** More rows than a page of any size has: with it the planner does not take a page for a two-hundredth of the table, and compile the statement. */
const MOST_OF_PAGE = 1_200;

export function sessionsSql(table: SessionTable, { countTo = DEFAULT_CAP }: ExportOptions = {}): string {
  const name = quoted(table);
  const page = `SELECT expire_date, session_data, session_key FROM ONLY ${name}`;
  return `WITH ${TAG} rel AS MATERIALIZED (
  ${relation(
    table,
    `block, ranges, heap_bytes, live, dead, CASE WHEN ranges THEN ${DEFAULT_PAGES} ELSE ${PAGES_WITHOUT_RANGES} END::float8 AS most,
         CASE WHEN c.relkind = 'r' THEN pg_relation_size(c.oid) / block ELSE 0 END::float8 AS pages,
         EXISTS (SELECT FROM pg_index WHERE indrelid = c.oid AND ${ORDERS_BY_EXPIRE_DATE}) AS ordered`,
  )}
), strata AS MATERIALIZED (
  SELECT i, width, least(width, pages - i * width) AS weight, floor(i * width + random() * least(width, pages - i * width))::bigint AS page
    FROM (SELECT pages, ${WIDTH} AS width FROM rel) AS w, generate_series(0, ceil(pages / width)::int - 1) AS i LIMIT ${DEFAULT_PAGES}
), sample AS MATERIALIZED (
  SELECT weight, width, c.*
    FROM strata CROSS JOIN LATERAL (
      SELECT count(*)::float8 AS rows, count(*) FILTER (WHERE expire_date < now())::float8 AS expired,
             extract(epoch FROM min(expire_date) FILTER (WHERE expire_date < now()))::float8 AS oldest,
             coalesce(sum(((32 + bytes) & -8) + 12), 0)::float8 AS bytes, count(stamp)::float8 AS fresh,
             count(*) FILTER (WHERE length(stamp) = 6)::float8 AS stamped,
             count(*) FILTER (WHERE length(stamp) = 6 AND stamp COLLATE "C" >= ${HOUR_AGO})::float8 AS saved
        FROM (SELECT expire_date, pg_column_size(session_key) + CASE WHEN pg_column_size(session_data) > ${IN_TOAST} THEN ${TOAST_POINTER} ELSE pg_column_size(session_data) END AS bytes,
                     CASE WHEN expire_date < now() - interval '1 hour' THEN NULL
                          WHEN pg_column_size(session_data) > 2048 THEN ''
                          ELSE split_part(session_data, ':', 2) END AS stamp
                FROM ((${page} WHERE (SELECT ranges FROM rel) AND ${BY_RANGE} LIMIT ${MOST_OF_PAGE})
                      UNION ALL
                      (${page} WHERE NOT (SELECT ranges FROM rel) AND ${BY_TIDS} LIMIT ${MOST_OF_PAGE})) AS r OFFSET 0) AS r) AS c
), whole AS (
  SELECT relkind = 'r' AND NOT EXISTS (SELECT FROM strata WHERE width > 1) AS whole FROM rel
), counted AS MATERIALIZED (
  SELECT CASE WHEN (SELECT ordered AND dead <= ${FIRST_DEAD} AND (relkind = 'p' OR pages > most) FROM rel) THEN (
           SELECT ARRAY[count(*), extract(epoch FROM min(expire_date))]::float8[]
             FROM (SELECT expire_date FROM ${name} WHERE expire_date < (SELECT now()) ORDER BY expire_date LIMIT ${countTo}) AS first) END AS c
), summed AS (
  SELECT coalesce(sum(weight * rows), 0) AS rows, coalesce(sum(weight * expired), 0) AS expired, min(oldest) AS oldest, count(*) AS read,
         coalesce(sum(weight * saved), 0) AS saved, coalesce(sum(fresh), 0) AS fresh, coalesce(sum(stamped), 0) AS stamped, sum(bytes) / nullif(sum(rows), 0) AS row
    FROM sample
), figures AS (
  SELECT CASE WHEN relkind = 'r' THEN summed.rows WHEN live > 0 OR heap_bytes = 0 THEN live END AS rows,
         CASE WHEN whole THEN summed.expired WHEN c[1] < ${countTo} OR relkind = 'p' THEN c[1] ELSE greatest(summed.expired, c[1]) END AS expired,
         CASE WHEN whole OR c[1] < ${countTo} THEN NULL WHEN relkind = 'r' THEN summed.rows - summed.expired ELSE 'NaN' END AS unexpired,
         CASE WHEN c IS NOT NULL THEN coalesce(extract(epoch FROM now())::float8 - c[2], 0)
              WHEN whole OR (read > 0 AND oldest IS NULL) THEN coalesce(extract(epoch FROM now())::float8 - oldest, 0) END AS age,
         CASE WHEN relkind = 'r' AND (fresh = 0 OR stamped > 0) THEN saved * coalesce(fresh / nullif(stamped, 0), 1) END AS saved,
         CASE WHEN relkind = 'r' THEN least(heap_bytes, (
           SELECT coalesce(sum(weight * floor(greatest(0, block - ${PAGE_HEADER} - bytes) / used) * used), 0)
             FROM sample, (SELECT coalesce(summed.row, block - ${PAGE_HEADER}) AS used) AS u)) END AS reusable
    FROM rel, whole, counted, summed
)
SELECT current_database()::text AS datname, schemaname, relname, round(rows)::float8 AS rows,
       nullif(greatest(0, round(coalesce(unexpired, rows - expired))), 'NaN')::float8 AS active, round(expired)::float8 AS expired,
       least(age, ${OLDEST_SECONDS})::float8 AS oldest_expired_age_seconds, round(saved)::float8 AS saved_last_hour, round(reusable)::float8 AS heap_reusable_bytes
  FROM rel, figures`;
}
