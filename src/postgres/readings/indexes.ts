import { unknown, type Measured } from '../../common/measured.ts';
import type { Database } from '../connect/connection.ts';
import type { IndexMetrics, SessionTable } from '../table/readings.ts';
import { SERVER_MS, spend, type Spent } from '../table/spent.ts';
import { shown } from '../table/tableName.ts';
import { placed } from '../connect/tablePlace.ts';

type Row = IndexMetrics & { readonly server_ms: number };

const INDEXES = `SELECT /* django-session-monitor */ c.relname::text AS name, pg_get_indexdef(i.indexrelid) AS definition, pg_relation_size(i.indexrelid)::float8 AS bytes,
       pg_stat_get_numscans(i.indexrelid)::float8 AS scans, i.indisvalid AND i.indisready AS valid, i.indisunique AS "unique", ${SERVER_MS}
  FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
 WHERE i.indrelid = $1::text::regclass ORDER BY c.relname`;

/** The table's indexes; of a partitioned table those of the parent, whose sizes and scans PostgreSQL keeps in the leaves. */
export async function readIndexes(
  db: Database,
  table: SessionTable,
  spent: Spent,
): Promise<Measured<readonly IndexMetrics[]>> {
  const context = { what: 'Cannot read the indexes', table: shown(table) };
  const rows = await db.query<Row>(INDEXES, [await placed(db, table, spent)], context);
  spend(spent, rows);
  if (rows.length === 0)
    return unknown('The table has no index.', 'Run "python manage.py migrate": Django makes three.');
  const value = rows.map(({ server_ms: _cost, ...index }) => index);
  return { how: 'exact', value, at: new Date() };
}
