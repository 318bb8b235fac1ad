import { unknown, type Measured, type Unknown } from '../../common/measured.ts';
import { Problem } from '../../common/problem.ts';
import type { Database } from '../connect/connection.ts';
import type { SessionTable, StatementMetrics } from '../table/readings.ts';
import { SERVER_MS, spend, type Spent } from '../table/spent.ts';

/** Texts are read once in so many readings; between them the numbers of the statements that matter are enough. */
const TEXTS_EVERY = 10;
/** Statements that are shown: those that took most time. */
const MOST = 50;
/** Entries that a project of many statement shapes may have for one table, before the rest is left out. */
const KNOWN = 1_000;

/** Which statements touch the table, remembered between readings of one connection. */
export class StatementMemory {
  readings = 0;
  /** Text by query id. */
  texts: ReadonlyMap<string, string> = new Map();
  /** Where pg_stat_statements is installed; undefined: not looked for yet. */
  extension: Extension | undefined;
}

export interface Extension {
  /** Quoted; null: the extension was not created in this database. */
  readonly schema: string | null;
  readonly available: boolean;
  /** Null: the role may not see the setting. */
  readonly preloaded: boolean | null;
  /** The role may see other roles' texts. */
  readonly reads_all: boolean;
  /** The columns are called total_exec_time rather than total_time (extension 1.8, PostgreSQL 13). */
  readonly new_names: boolean;
  readonly role: string;
}

/** The extension's version is asked for and not the server's: after pg_upgrade it stays old until ALTER EXTENSION … UPDATE. */
const EXTENSION = `SELECT /* django-session-monitor */ quote_ident(n.nspname) AS schema, EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_stat_statements') AS available,
       CASE WHEN pg_has_role('pg_read_all_settings', 'USAGE')
            THEN current_setting('shared_preload_libraries', true) LIKE '%pg_stat_statements%' END AS preloaded,
       pg_has_role('pg_read_all_stats', 'USAGE') AS reads_all,
       coalesce(string_to_array(e.extversion, '.')::int[] >= ARRAY[1, 8], false) AS new_names,
       quote_ident(current_user) AS role, ${SERVER_MS}
  FROM (SELECT 1) AS one LEFT JOIN pg_extension AS e ON e.extname = 'pg_stat_statements' LEFT JOIN pg_namespace AS n ON n.oid = e.extnamespace`;

export async function readStatements(
  db: Database,
  table: SessionTable,
  memory: StatementMemory,
  spent: Spent,
): Promise<Measured<readonly StatementMetrics[]>> {
  const withTexts = memory.readings % TEXTS_EVERY === 0;
  if (memory.extension === undefined || withTexts) {
    memory.extension = await findExtension(db, spent);
  }
  const extension = memory.extension;
  if (extension === undefined || extension.schema === null) return notCreated(extension);
  try {
    return await readRows(db, table, memory, extension, extension.schema, withTexts, spent);
  } catch (error) {
    memory.extension = undefined;
    const why = notReadable(error, extension);
    if (why === undefined) throw error;
    return why;
  }
}

/** Where the extension is, and what the role may see of it. */
export async function findExtension(db: Database, spent: Spent, signal?: AbortSignal): Promise<Extension | undefined> {
  const found = await db.query<Extension & { server_ms: number }>(EXTENSION, [], { what: WHAT, signal });
  spend(spent, found);
  return found[0];
}

/** Why it can't be read; undefined: for another reason than its own. */
export function notReadable(error: unknown, extension: Extension): Unknown | undefined {
  // 55000: "pg_stat_statements must be loaded via shared_preload_libraries"; 42501: EXECUTE was revoked; 42P01: dropped meanwhile.
  const state = error instanceof Problem ? (error.cause as { code?: unknown } | undefined)?.code : undefined;
  if (state === '55000') return NOT_LOADED;
  if (state === '42501') return unknown('The role may not read pg_stat_statements.', grant(extension));
  return state === '42883' || state === '42P01' ? notCreated(extension) : undefined;
}

/** The texts, and the ids, of statements of other roles are hidden. */
export function hiddenStatements(hidden: number, extension: Extension): Unknown {
  return unknown(`The texts of ${hidden} statements of other roles are hidden from this one.`, grant(extension));
}

const WHAT = 'Cannot read pg_stat_statements';

interface Row {
  readonly queryId: string | null;
  readonly query: string | null;
  readonly calls: number;
  readonly totalMs: number;
  readonly rows: number;
  readonly hidden: number;
  readonly server_ms: number;
}

async function readRows(
  db: Database,
  { name }: SessionTable,
  memory: StatementMemory,
  extension: Extension,
  schema: string,
  withTexts: boolean,
  spent: Spent,
): Promise<Measured<readonly StatementMetrics[]>> {
  const total = extension.new_names ? 'total_exec_time' : 'total_time';
  const sums = `queryid::text AS "queryId", sum(calls)::float8 AS calls, sum(${total})::float8 AS "totalMs", sum(rows)::float8 AS rows`;
  const from = `${schema}.pg_stat_statements($2::boolean) WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())`;
  // One statement has an entry for each role that sent it. Its text is searched with strpos: in LIKE the name's underscore would be a wildcard.
  const text = `WITH /* django-session-monitor */ entry AS MATERIALIZED (SELECT * FROM ${from}), hidden AS (SELECT count(*)::float8 AS hidden FROM entry WHERE queryid IS NULL)
SELECT *, ${SERVER_MS} FROM hidden LEFT JOIN (
  SELECT ${sums}, min(query) AS query FROM entry
   WHERE CASE WHEN $2::boolean THEN strpos(query, $1::text) > 0 AND strpos(query, 'django-session-monitor') = 0
              ELSE queryid::text = ANY ($3::text[]) END
   GROUP BY queryid ORDER BY sum(${total}) DESC LIMIT ${KNOWN}) AS found ON true`;
  const answer = await db.query<Row>(text, [name, withTexts, [...memory.texts.keys()]], { what: WHAT });
  spend(spent, answer);
  memory.readings++;
  const found = answer.filter((row): row is Row & { queryId: string } => row.queryId !== null);
  if (withTexts) memory.texts = new Map(found.map((row) => [row.queryId, row.query ?? '']));
  const hidden = answer[0]?.hidden ?? 0;
  if (found.length === 0 && hidden > 0) return hiddenStatements(hidden, extension);
  const value = found.slice(0, MOST).map(({ queryId, calls, totalMs, rows }): StatementMetrics => {
    return {
      queryId,
      query: memory.texts.get(queryId) ?? '',
      calls,
      totalMs,
      meanMs: calls > 0 ? totalMs / calls : 0,
      rows,
    };
  });
  const note = hidden > 0 ? { note: `${hidden} statements of other roles are hidden from this one` } : {};
  return { how: 'exact', value, at: new Date(), ...note };
}

function grant({ role }: Extension): string {
  return `Let a superuser run: GRANT pg_read_all_stats TO ${role};`;
}

const PRELOAD =
  "Let a superuser run: ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'; (keep what it lists already), restart the server";

const NOT_LOADED = unknown(
  'The extension pg_stat_statements exists, but the server was started without its library.',
  `${PRELOAD}.`,
);

export function notCreated(extension: Extension | undefined): Unknown {
  const create = 'CREATE EXTENSION pg_stat_statements; in this database';
  if (extension?.available === false) {
    return unknown(
      'The extension pg_stat_statements is not installed on the server.',
      'Install PostgreSQL’s contrib package there.',
    );
  }
  return extension?.preloaded === true
    ? unknown('The extension pg_stat_statements was not created in this database.', `Let a superuser run: ${create}.`)
    : unknown('The extension pg_stat_statements is not set up.', `${PRELOAD}, and run: ${create}.`);
}
