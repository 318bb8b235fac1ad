import { unknown, type Measured } from '../../common/measured.ts';
import type { Database } from '../connect/connection.ts';
import { placed } from '../connect/tablePlace.ts';
import type { SessionTable, SessionTableFacts } from '../table/readings.ts';
import { SERVER_MS, spend, type Spent } from '../table/spent.ts';
import { DJANGO_SESSION, shown } from '../table/tableName.ts';

/** Names under which sessions are kept: Django's own, django-user-sessions', django-qsessions'. */
const NAMES = [DJANGO_SESSION.name, 'user_sessions_session', 'qsessions_session'];
/** A schema per tenant makes as many tables as there are tenants: so many are looked at. */
export const MOST_TABLES = 1_000;

/** Found by their names, for which pg_class has an index; a partition is a part of its table. The watched one comes first. */
const TABLES = `SELECT /* django-session-monitor */ n.nspname::text AS schema, c.relname::text AS name,
       CASE WHEN c.reltuples >= 0 THEN c.reltuples::float8 END AS rows, pg_total_relation_size(c.oid)::float8 AS bytes,
       (pg_stat_get_tuples_inserted(c.oid) + pg_stat_get_tuples_updated(c.oid))::float8 AS writes,
       c.oid IS NOT DISTINCT FROM to_regclass($1::text)::oid AS watched, ${SERVER_MS}
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
 WHERE c.relname = ANY ($2::text[]) AND c.relkind IN ('r', 'p') AND NOT c.relispartition
   AND 3 = (SELECT count(*) FROM pg_attribute WHERE attrelid = c.oid AND attname IN ('session_key', 'session_data', 'expire_date'))
 ORDER BY 6 DESC, c.relpages DESC, 1, 2 LIMIT ${MOST_TABLES}`;

type Row = SessionTableFacts & { readonly server_ms: number };

/** All session tables of the database, in whatever schema, with their sizes: one statement. */
export async function readSessionTables(
  db: Database,
  table: SessionTable,
  spent: Spent,
): Promise<Measured<readonly SessionTableFacts[]>> {
  const context = { what: 'Cannot look for session tables', table: shown(table) };
  const names = [...new Set([table.name, ...NAMES])];
  const rows = await db.query<Row>(TABLES, [await placed(db, table, spent), names], context);
  spend(spent, rows);
  if (rows.length === 0) return unknown('No session table was found.');
  const value = rows.map(({ server_ms: _cost, ...facts }) => facts);
  const at = new Date();
  if (rows.length < MOST_TABLES) return { how: 'exact', value, at };
  return { how: 'atLeast', value, at, note: `the largest ${MOST_TABLES} tables` };
}
