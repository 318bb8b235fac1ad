import type { Database } from '../connect/database.ts';
import { placed } from '../connect/tablePlace.ts';
import type { SessionTable, SpaceHolder } from '../table/readings.ts';
import { shown } from '../table/tableName.ts';

/** Something that keeps VACUUM from removing rows that died after it began. */
export interface RowHolder extends SpaceHolder {
  /** Transactions that were begun since: rows that died in them are kept. */
  readonly transactions: number;
  /** What is known of it besides: "idle in transaction, user app". */
  readonly detail: string;
}

export interface HeldRows {
  /** Rows of the session table, as the statistics have them. */
  readonly live: number;
  readonly dead: number;
  /** The oldest first. */
  readonly holders: readonly RowHolder[];
  /** Seconds since the table was vacuumed last; null: never. */
  readonly vacuumedSeconds: number | null;
  readonly standby: boolean;
  /** Backends of this database whose transactions are hidden from this role. */
  readonly masked: number;
}

/** @throws Problem */
export async function readHeldRows(db: Database, table: SessionTable, signal?: AbortSignal): Promise<HeldRows> {
  const name = await placed(db, table, undefined, signal);
  const context = { what: 'Cannot see what keeps dead rows', table: shown(table), signal };
  const [row] = await db.query<HeldRows>(SQL, [name], context);
  if (row === undefined) throw new Error('A statement over a table that was found has one row.');
  return row;
}

/** As a person would ask for it. */
export const ROW_HOLDERS_SQL = `SELECT 'transaction' AS kind, pid::text AS name, age(backend_xmin) AS transactions FROM pg_stat_activity WHERE backend_xmin IS NOT NULL
UNION ALL SELECT 'prepared transaction', gid, age(transaction) FROM pg_prepared_xacts
UNION ALL SELECT 'replication slot', slot_name, age(xmin) FROM pg_replication_slots WHERE xmin IS NOT NULL
UNION ALL SELECT 'standby', application_name, age(backend_xmin) FROM pg_stat_replication WHERE backend_xmin IS NOT NULL;`;

const AGE = (column: string): string => `extract(epoch FROM clock_timestamp() - ${column})::float8`;

/**
 * Those of other databases keep rows of this one only by a slot or a standby (GetOldestNonRemovableTransactionId in procarray.c). A
 * transaction with a number of its own and no snapshot keeps rows too: backend_xid.
 */
const HOLDERS = `SELECT 'transaction' AS kind, concat('process ', pid, ' of ', coalesce(nullif(application_name, ''), usename::text, 'another user')) AS name,
       ${AGE('xact_start')} AS seconds, greatest(age(backend_xmin), age(backend_xid)) AS transactions, concat_ws(', ', state, 'user ' || usename::text) AS detail
  FROM pg_stat_activity WHERE (backend_xmin IS NOT NULL OR backend_xid IS NOT NULL) AND backend_type <> 'walsender' AND pid <> pg_backend_pid() AND datname = current_database()
UNION ALL SELECT 'prepared transaction', gid, ${AGE('prepared')}, age(transaction), 'of ' || owner::text FROM pg_prepared_xacts WHERE database = current_database()
UNION ALL SELECT 'replication slot', slot_name::text, NULL, age(xmin), CASE WHEN active THEN 'in use' ELSE 'used by nobody' END FROM pg_replication_slots WHERE xmin IS NOT NULL
UNION ALL SELECT 'standby', coalesce(nullif(application_name, ''), client_addr::text, pid::text), NULL, age(backend_xmin), 'by hot_standby_feedback' FROM pg_stat_replication WHERE backend_xmin IS NOT NULL`;

const MOST_HOLDERS = 20;

const SQL = `SELECT /* django-session-monitor */ pg_stat_get_live_tuples(oid)::float8 AS live, pg_stat_get_dead_tuples(oid)::float8 AS dead, pg_is_in_recovery() AS standby,
       ${AGE('greatest(pg_stat_get_last_vacuum_time(oid), pg_stat_get_last_autovacuum_time(oid))')} AS "vacuumedSeconds",
       (SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND backend_start IS NULL) AS masked,
       coalesce((SELECT jsonb_agg(h ORDER BY transactions DESC) FROM (SELECT * FROM (${HOLDERS}) AS every ORDER BY transactions DESC LIMIT ${MOST_HOLDERS}) AS h), '[]') AS holders
  FROM pg_class WHERE oid = $1::text::regclass`;
