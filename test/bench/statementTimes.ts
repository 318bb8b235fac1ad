import type { Client } from 'pg';

/** By what the light reading can be told in pg_stat_statements: the monitor's tag and one of its own names. */
export const LIGHT_MARK = 'django-session-monitor%sample';

export interface StatementTime {
  readonly calls: number;
  /** Milliseconds of one reading, planning and execution, all of its statements together. */
  readonly meanMs: number;
}

export async function forgetStatements(db: Client): Promise<void> {
  await db.query('SELECT pg_stat_statements_reset()');
}

/**
 * A second clock for the same readings: pg_stat_statements (with track_planning), which knows nothing of what goes on around a
 * statement: parsing, the settings of its transaction, sending the rows.
 */
export async function statementTime(db: Client, mark: string): Promise<StatementTime> {
  const { rows } = await db.query<StatementTime>(
    `SELECT coalesce(max(calls), 0)::int AS calls, coalesce(sum(total_plan_time + total_exec_time) / max(calls), 0) AS "meanMs"
       FROM pg_stat_statements JOIN pg_database ON pg_database.oid = dbid
      WHERE datname = current_database() AND query LIKE $1 AND query NOT LIKE '%pg_stat_statements%'`,
    [`%${mark}%`],
  );
  return rows[0] ?? { calls: 0, meanMs: 0 };
}
