import { Problem } from '../../common/problem.ts';
import type { Database } from '../connect/database.ts';
import type { QueryOptions } from '../connect/statement.ts';
import { readScope } from '../explain/scope.ts';
import type { SessionTable } from '../table/readings.ts';
import { shown } from '../table/tableName.ts';
import { judgeQuery, type QueryNames } from './judgeQuery.ts';
import { foreignQuery, noQuery, NOT_RUN, queryProblem, roleTooPowerful, tooLong } from './queryProblems.ts';

/** What a statement gave, as far as it is shown: texts as PostgreSQL's row_to_json has them. */
export interface QueryResult {
  /** Empty where there are no rows, which are what the names come with. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
  /** There are more rows, which were not read. */
  readonly hasMore: boolean;
  /** Milliseconds until the answer was there. */
  readonly tookMs: number;
  /** What a person should know about it, each a sentence. */
  readonly notes: readonly string[];
}

export const MOST_SHOWN_ROWS = 200;
const MOST_COLUMNS = 40;
/** Of each value. Cut by the server, so that a large one is not sent. */
const MOST_CHARACTERS = 300;
export const MOST_STATEMENT = 4_000;

const STATEMENT_TIMEOUT_MS = 10_000;
const LOCK_TIMEOUT_MS = 500;
/** A query beside the site's own work takes one core at most. */
const SETTINGS = { jit: 'off', max_parallel_workers_per_gather: '0' };

const EXTENSION = `SELECT /* django-session-monitor */ n.nspname AS schema FROM pg_extension AS e
  JOIN pg_namespace AS n ON n.oid = e.extnamespace WHERE e.extname = 'pg_stat_statements'`;

/** Numbers of rows, columns and characters are constants of ours. The names come with each row: a value alone has none. */
const wrapped = (query: string): string => `SELECT /* django-session-monitor */
  ARRAY(SELECT left(key, 63) FROM json_each_text(j) WITH ORDINALITY AS c (key, value, n) ORDER BY n LIMIT ${MOST_COLUMNS}) AS names,
  ARRAY(SELECT left(value, ${MOST_CHARACTERS + 1}) FROM json_each_text(j) WITH ORDINALITY AS c (key, value, n) ORDER BY n LIMIT ${MOST_COLUMNS}) AS "values"
  FROM (SELECT row_to_json(q) AS j FROM (
${query}
) AS q LIMIT ${MOST_SHOWN_ROWS + 1}) AS r`;

/**
 * Runs one statement that stands in a file, which nobody has to have read: in a transaction that can't write and is rolled back, with
 * limits of rows, bytes and time. READ ONLY keeps no function from ending a backend or running a program: so the statement may name what is
 * PostgreSQL's own and harmless and the session table, as one that is planned may (`scopedStatement`), and nothing is run for a role
 * that could do harm.
 *
 * @param db a connection that can only read
 * @param signal its abort ends the statement on the server
 * @throws Problem 'query-…' for what is refused, here or by the server; others when the connection fails
 */
export async function runQuery(
  db: Database,
  statement: string,
  table: SessionTable,
  signal?: AbortSignal,
): Promise<QueryResult> {
  if (statement.length > MOST_STATEMENT) throw new Problem(tooLong(MOST_STATEMENT));
  const { schema, powers, foreign } = await readScope(db, table, NOT_RUN, signal);
  if (powers.length > 0) throw new Problem(roleTooPowerful(db.server.user, powers));
  if (foreign.length > 0)
    throw new Problem(foreignQuery(`${shown(table)} has parts that are not PostgreSQL’s own: ${foreign.join(', ')}.`));
  const judged = judgeQuery(statement, await namesFor(db, { schema: schema ?? '', name: table.name }, signal));
  if ('why' in judged) throw new Problem((judged.kind === 'utility' ? noQuery : foreignQuery)(judged.why));
  const { kind, text, notes } = judged;
  const options: QueryOptions = {
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    lockTimeoutMs: LOCK_TIMEOUT_MS,
    settings: SETTINGS,
    rollback: true,
    what: NOT_RUN,
    signal,
  };
  const from = performance.now();
  try {
    const [answer] = await db.transaction([{ text: kind === 'rows' ? wrapped(text) : text }], options);
    const rows = answer?.rows ?? [];
    return { ...(kind === 'rows' ? tableOf(rows) : planOf(rows)), tookMs: performance.now() - from, notes };
  } catch (error) {
    throw queryProblem(error);
  }
}

async function namesFor(db: Database, table: QueryNames['table'], signal?: AbortSignal): Promise<QueryNames> {
  const [found] = await db.query<{ schema: string }>(EXTENSION, [], { what: NOT_RUN, signal });
  const names = { table, database: db.server.database };
  return found === undefined ? names : { ...names, statements: { schema: found.schema, name: 'pg_stat_statements' } };
}

type Rows = readonly Readonly<Record<string, unknown>>[];
type Shown = Pick<QueryResult, 'columns' | 'rows' | 'hasMore'>;

function tableOf(rows: Rows): Shown {
  const [first] = rows as readonly { readonly names: readonly string[] }[];
  const values = (rows as readonly { readonly values: readonly (string | null)[] }[]).map((row) => row.values.map(cut));
  return {
    columns: first?.names ?? [],
    rows: values.slice(0, MOST_SHOWN_ROWS),
    hasMore: values.length > MOST_SHOWN_ROWS,
  };
}

const cut = (value: string | null): string | null =>
  value !== null && value.length > MOST_CHARACTERS ? `${value.slice(0, MOST_CHARACTERS)}…` : value;

function planOf(rows: Rows): Shown {
  const lines = rows.map((row) => [String(row['QUERY PLAN'])]);
  return { columns: ['QUERY PLAN'], rows: lines.slice(0, MOST_SHOWN_ROWS), hasMore: lines.length > MOST_SHOWN_ROWS };
}
