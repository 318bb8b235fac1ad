import type { Client } from 'pg';
import { IDLE_IN_TRANSACTION } from './sessionGuard.ts';
import type { Answer, Statement } from './statement.ts';

export interface TransactionLimits {
  readonly statementTimeoutMs: number;
  readonly lockTimeoutMs: number;
}

interface TransactionOptions extends TransactionLimits {
  readonly settings?: Readonly<Record<string, string>>;
  /** Name of the prepared statement, when there is but one; undefined: none. */
  readonly name?: string | undefined;
  readonly rollback?: boolean;
}

/**
 * A name without a schema is PostgreSQL's own: who may create in a schema of the role's search_path could make a function or operator
 * that fits a call's types better, and it would be run as this role (CVE-2018-1058). pg_temp is named, for it would come first where
 * it isn't. Two names, not one text in quotes, which would be one name.
 * @see https://www.postgresql.org/docs/current/ddl-schemas.html#DDL-SCHEMAS-PATTERNS
 */
const PIN = 'SET LOCAL search_path = pg_catalog, pg_temp';
/** The role's path is kept for the transaction in a setting of our own, whatever it comes from: RESET would know a part of it. */
const KEPT = `'django_session_monitor.search_path'`;
const KEEP = `SELECT pg_catalog.set_config(${KEPT}, pg_catalog.current_setting('search_path'), true)`;
const RESTORE = `SELECT pg_catalog.set_config('search_path', pg_catalog.current_setting(${KEPT}), true)`;

/**
 * Runs statements in a transaction of their own, in one network round trip: BEGIN with its SET LOCALs, the statements
 * and COMMIT are written together, and `pg`'s pipeline mode sorts the answers.
 *
 * - A statement goes by the extended protocol, which takes one command only: "COMMIT; DELETE …" is a syntax error.
 *   @see https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY
 * - SET LOCAL and a statement without a name leave nothing behind in the session: a pooler in transaction mode may give the
 *   server connection to others afterwards.
 * - They run with nothing but pg_catalog in search_path, but for those that say otherwise; then COMMIT, which has deferred triggers
 *   run, has the role's path too.
 * - A statement that fails makes COMMIT a rollback and those behind it fail too; the first error is what is thrown.
 */
export async function inTransaction(
  client: Client,
  statements: readonly Statement[],
  readOnly: boolean,
  { statementTimeoutMs, lockTimeoutMs, settings = {}, name, rollback = false }: TransactionOptions,
): Promise<Answer[]> {
  const limits = { statement_timeout: String(statementTimeoutMs), lock_timeout: String(lockTimeoutMs) };
  const locals = { ...limits, ...IDLE_IN_TRANSACTION, ...settings };
  const needsPath = statements.some(({ path }) => path === 'role');
  const begin = [
    `BEGIN ${readOnly ? 'READ ONLY' : 'READ WRITE'}`,
    ...Object.entries(locals).map(([name, value]) => `SET LOCAL ${name} = '${value.replaceAll("'", "''")}'`),
    ...(needsPath ? [KEEP] : []),
    PIN,
  ].join('; ');
  const messages = [
    { query: begin, asked: false },
    ...statements.flatMap(({ text, values = [], path }, i) => [
      ...(path === statements[i - 1]?.path ? [] : [{ query: path === 'role' ? RESTORE : PIN, asked: false }]),
      { query: extended(text, values, name), asked: true },
    ]),
    // By themselves: where something has failed COMMIT must come all the same.
    ...(needsPath ? [{ query: RESTORE, asked: false }] : []),
    { query: rollback ? 'ROLLBACK' : 'COMMIT', asked: false },
  ];
  const parts = await Promise.allSettled(messages.map(({ query }) => client.query<Record<string, unknown>>(query)));
  return parts.flatMap((part, i): Answer[] => {
    if (part.status === 'rejected') throw part.reason;
    return messages[i]?.asked === true ? [{ rows: part.value.rows, affected: part.value.rowCount ?? 0 }] : [];
  });
}

/**
 * Runs one statement without a transaction around it, with the path of the role: it names its tables in full and calls nothing. With limits, they are set for the session and put back behind it; each is a
 * message of its own, so that what fails leaves the others their turn.
 */
export async function outsideTransaction(client: Client, text: string, limits?: TransactionLimits): Promise<void> {
  const settings =
    limits === undefined
      ? []
      : Object.entries({ statement_timeout: limits.statementTimeoutMs, lock_timeout: limits.lockTimeoutMs });
  const parts = await Promise.allSettled([
    ...settings.map(([name, ms]) => client.query(`SET ${name} = ${ms}`)),
    client.query(extended(text, [], undefined)),
    ...settings.map(([name]) => client.query(`RESET ${name}`)),
  ]);
  const failed = parts.find((part) => part.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/** `queryMode` makes `pg` use the extended protocol for statements without values too; its types do not know it yet. */
function extended(
  text: string,
  values: readonly unknown[],
  name: string | undefined,
): { text: string; values: unknown[] } {
  const config = { text, values: [...values], queryMode: 'extended', ...(name === undefined ? {} : { name }) };
  return config;
}

/**
 * The server forgot the statement, has another of that name, or can't use its plan any more: what a pooler that hides well,
 * DISCARD ALL or ALTER TABLE lead to. The statement was not run, and may be sent again without a name.
 */
const PLAN_LOST = new Set(['26000', '42P05', '0A000']);

export function isPlanLost(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && PLAN_LOST.has(error.code);
}
