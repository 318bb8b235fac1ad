import { Problem } from '../../common/problem.ts';
import type { Database } from '../connect/database.ts';
import type { Statement } from '../connect/statement.ts';
import type { SessionTable } from '../table/readings.ts';
import { DJANGO_SESSION } from '../table/tableName.ts';
import { explainProblem, notRecorded, tooOld, withoutPlan } from './problems.ts';
import { scopedStatement } from './scope.ts';

/** The plan of a statement whose constants are parameters, as the server would choose it without knowing them. */
export interface StatementPlan {
  /** As EXPLAIN prints it in its text format. */
  readonly text: string;
  /** Parameters of the statement ($1, $2, …), which the plan leaves open. */
  readonly parameters: number;
}

/** Planning takes milliseconds; a lock that is waited for by us would make others wait behind it. */
const STATEMENT_TIMEOUT_MS = 2_000;
const LOCK_TIMEOUT_MS = 500;

/** plan_cache_mode is there from PostgreSQL 12 on. */
const OLDEST = 120_000;

/**
 * - force_generic_plan: the plan leaves the parameters open, whatever they are executed with.
 * - enable_partition_pruning: NULL is in no partition, so that all of them would be missing from the plan.
 */
const SETTINGS = {
  plan_cache_mode: 'force_generic_plan',
  enable_partition_pruning: 'off',
};

/** Without "django_session" in it, which is what the statements on the table are found by in pg_stat_statements. */
const NAME = 'dsm_explain';
const TAG = '/* django-session-monitor */';
const DEALLOCATE: Statement = { text: `DEALLOCATE ${NAME}` };

/**
 * The generic plan of one statement as pg_stat_statements keeps it. Nothing of it is executed: EXPLAIN is never given ANALYZE,
 * and runs in a transaction that can't write and is rolled back. Planning alone runs code, too, and anybody who may execute a
 * statement gets one into the list: so it is planned only where that can be nobody's code but PostgreSQL's (`scopedStatement`).
 *
 * The server itself judges what it is given: PREPARE takes a statement of those that have a plan and no other, and by the extended
 * protocol no second one behind it. @see https://www.postgresql.org/docs/current/sql-prepare.html
 *
 * EXPLAIN (GENERIC_PLAN), which PostgreSQL 16 brought, is no way here: the extended protocol wants a value for each parameter and
 * plans with it ("One-Time Filter: false" for NULL), and the simple protocol takes several statements in one text.
 *
 * @param statement from pg_stat_statements, never from a person or a page
 * @param signal its abort ends what runs
 * @throws Problem 'explain-…' for what is refused, here or by the server; others when the connection fails
 */
export async function explainStatement(
  db: Database,
  statement: string,
  table: SessionTable = DJANGO_SESSION,
  signal?: AbortSignal,
): Promise<StatementPlan> {
  if (statement.trim() === '') throw new Problem(notRecorded());
  const { version } = db.server;
  if (version < OLDEST) throw new Problem(tooOld(version));
  const refused = withoutPlan(statement);
  if (refused !== undefined) throw new Problem(refused);
  const scoped = await scopedStatement(db, statement, table, signal);
  try {
    const parameters = await countParameters(db, scoped, signal);
    return { text: await plan(db, scoped, parameters, signal), parameters };
  } catch (error) {
    throw explainProblem(error);
  }
}

/** Has the statement read by the server; nothing is planned yet. */
async function countParameters(db: Database, statement: string, signal?: AbortSignal): Promise<number> {
  const count = `SELECT ${TAG} cardinality(parameter_types) AS parameters FROM pg_prepared_statements WHERE name = $1`;
  const rows = await run(db, [prepare(statement), { text: count, values: [NAME] }, DEALLOCATE], 1, signal);
  return Number(rows[0]?.['parameters'] ?? 0);
}

/** A prepared statement outlives its transaction: it is given back even where EXPLAIN fails, for a pooler may hand the session on. */
async function plan(db: Database, statement: string, parameters: number, signal?: AbortSignal): Promise<string> {
  const values = parameters === 0 ? '' : `(${new Array<string>(parameters).fill('NULL').join(', ')})`;
  const statements = [
    prepare(statement),
    { text: `SAVEPOINT ${NAME}` },
    { text: `EXPLAIN ${TAG} (COSTS, FORMAT TEXT) EXECUTE ${NAME}${values}` },
    { text: `ROLLBACK TO SAVEPOINT ${NAME}` },
    DEALLOCATE,
  ];
  const rows = await run(db, statements, 2, signal);
  return rows.map((row) => String(row['QUERY PLAN'])).join('\n');
}

function prepare(statement: string): Statement {
  return { text: `PREPARE ${TAG} ${NAME} AS ${statement}` };
}

/** Rows of the statement at `wanted`. */
async function run(
  db: Database,
  statements: readonly Statement[],
  wanted: number,
  signal?: AbortSignal,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const answers = await db.transaction(statements, {
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    lockTimeoutMs: LOCK_TIMEOUT_MS,
    settings: SETTINGS,
    rollback: true,
    what: 'The statement could not be explained',
    signal,
  });
  return answers[wanted]?.rows ?? [];
}
