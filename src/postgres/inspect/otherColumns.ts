import type { Database } from '../connect/connection.ts';
import { placed } from '../connect/tablePlace.ts';
import type { SessionTable } from '../table/readings.ts';
import { shown } from '../table/tableName.ts';

/** A column that a model has beside Django's three: django-user-sessions has user_id, ip, user_agent, last_activity. */
export interface OtherColumn {
  /** As SQL. */
  readonly name: string;
  readonly label: string;
  /** As SQL, domains resolved: "bigint", "uuid". */
  readonly type: string;
  /** pg_type.typcategory: N number, S string, U other. */
  readonly category: string;
}

const COLUMNS = `SELECT /* django-session-monitor */ quote_ident(a.attname) AS name, a.attname::text AS label, t.typcategory AS category,
       format_type(CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END, NULL) AS type
  FROM pg_attribute AS a JOIN pg_type AS t ON t.oid = a.atttypid
 WHERE a.attrelid = to_regclass($1::text) AND a.attnum > 0 AND NOT a.attisdropped
   AND a.attname NOT IN ('session_key', 'session_data', 'expire_date') AND has_column_privilege(a.attrelid, a.attnum, 'SELECT')
 ORDER BY a.attnum LIMIT 50`;

export async function otherColumns(db: Database, table: SessionTable, signal?: AbortSignal): Promise<OtherColumn[]> {
  const context = { what: `Cannot look at the columns of ${shown(table)}`, table: shown(table), signal };
  return db.query<OtherColumn>(COLUMNS, [await placed(db, table, undefined, signal)], context);
}
