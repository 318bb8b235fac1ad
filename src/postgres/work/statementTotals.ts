import type { Measured } from '../../common/measured.ts';
import type { Database } from '../connect/connection.ts';
import { findExtension, hiddenStatements, notCreated, notReadable, type Extension } from '../readings/statements.ts';
import type { SessionTable } from '../table/readings.ts';

/** What the statements of this database have come to since pg_stat_statements counts; this monitor's own are left out. */
export interface StatementTotal {
  readonly queryId: string;
  readonly calls: number;
  readonly totalMs: number;
  /** Its text names the session table. */
  readonly ofTable: boolean;
  /**
   * BEGIN, COMMIT, SET, what opens a connection: no query of a page, by Django's own count neither. This monitor's own of this kind
   * can't be told from others'.
   */
  readonly ofSession: boolean;
  /** With placeholders for values; only of those that read or write rows (others may hold a value as it was sent), and only if asked for. */
  readonly query: string | null;
}

export async function readStatementTotals(
  db: Database,
  { name }: SessionTable,
  withTexts: boolean,
  signal?: AbortSignal,
): Promise<Measured<readonly StatementTotal[]>> {
  const extension = await findExtension(db, { statements: 0, serverMs: 0 }, signal);
  if (extension === undefined || extension.schema === null) return notCreated(extension);
  type Row = { readonly [K in keyof StatementTotal]: StatementTotal[K] | null } & { readonly hidden: number };
  try {
    const context = { what: 'Cannot read pg_stat_statements', signal };
    const rows = await db.query<Row>(totalsSql(extension, extension.schema), [name, withTexts], context);
    const hidden = rows[0]?.hidden ?? 0;
    if (hidden > 0) return hiddenStatements(hidden, extension);
    const value = rows.filter((row): row is StatementTotal & { hidden: number } => row.queryId !== null);
    return { how: 'exact', value, at: new Date() };
  } catch (error) {
    const why = notReadable(error, extension);
    if (why === undefined) throw error;
    return why;
  }
}

function totalsSql({ new_names }: Extension, schema: string): string {
  const total = new_names ? 'total_exec_time' : 'total_time';
  return `WITH /* django-session-monitor */ entry AS MATERIALIZED (
  SELECT queryid, query, calls, ${total} AS ms FROM ${schema}.pg_stat_statements(true)
   WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
), hidden AS (SELECT count(*)::float8 AS hidden FROM entry WHERE queryid IS NULL)
SELECT * FROM hidden LEFT JOIN (
  SELECT queryid::text AS "queryId", sum(calls)::float8 AS calls, sum(ms)::float8 AS "totalMs",
         bool_or(strpos(query, $1::text) > 0) AS "ofTable", bool_or(query ~* '${OF_SESSION}') AS "ofSession",
         min(CASE WHEN $2::boolean AND query ~* '^\\s*(select|insert|update|delete|with)\\M' THEN left(query, ${LONGEST}) END) AS query
    FROM entry WHERE queryid IS NOT NULL AND strpos(query, 'django-session-monitor') = 0 GROUP BY queryid) AS found ON true`;
}

const OF_SESSION = String.raw`^\s*(begin|commit|rollback|start|end|abort|set|reset|show|discard|select (pg_catalog\.)?set_config)\M`;
/** Characters of a text that are kept. */
const LONGEST = 400;
