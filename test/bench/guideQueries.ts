import type { Database } from '../../src/postgres/connect/connection.ts';
import type { ReadingCost } from '../../src/postgres/table/readings.ts';

/** Questions of the guide; the name is the alias by which pg_stat_statements can tell their statements. */
export interface GuideQueries {
  readonly alias: string;
  readonly queries: readonly string[];
}

/** "Session Table Size" of the guide: what it asks first and most often. */
export const SESSION_TABLE_SIZE: GuideQueries = {
  alias: 'guide_size',
  queries: [
    'SELECT COUNT(*) FROM django_session',
    'SELECT COUNT(*) FROM django_session WHERE expire_date < NOW()',
    `SELECT pg_size_pretty(pg_total_relation_size('django_session')) as size`,
  ],
};

/** The guide's further queries whose answers the light reading has too; the one in Python as the SQL that Django sends. */
export const FURTHER: GuideQueries = {
  alias: 'guide_further',
  queries: [
    `SELECT COUNT(*) as total_sessions,
          COUNT(*) FILTER (WHERE expire_date < NOW()) as expired_sessions,
          COUNT(*) FILTER (WHERE expire_date >= NOW()) as active_sessions
     FROM django_session`,
    `SELECT COUNT(*) FROM django_session WHERE expire_date >= NOW() AND expire_date <= NOW() + interval '1 hour'`,
    'SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()',
    'SELECT state, count(*) FROM pg_stat_activity WHERE datname = current_database() GROUP BY state',
    'SELECT * FROM pg_stat_database WHERE datname = current_database()',
  ],
};

/**
 * Runs the queries one after the other, each as a subquery that is otherwise untouched, so that the server's clock can be read
 * when its last row is there: now() is when the statement arrived. The light reading is timed in the same way.
 */
export async function runGuide(db: Database, { alias, queries }: GuideQueries): Promise<ReadingCost> {
  let serverMs = 0;
  const began = performance.now();
  for (const query of queries) {
    const rows = await db.query<{ server_ms: number }>(
      `SELECT *, extract(epoch FROM clock_timestamp() - now())::float8 * 1000 AS server_ms FROM (${query}) AS ${alias}`,
    );
    serverMs += rows.at(-1)?.server_ms ?? 0;
  }
  return { statements: queries.length, serverMs, roundTripMs: performance.now() - began };
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Parallel Aware': boolean;
  readonly Plans?: readonly PlanNode[];
}

/** How the server reads the table for the guide's first query: "Parallel Index Only Scan". */
export async function scanOfCount(db: Database): Promise<string> {
  const [count = ''] = SESSION_TABLE_SIZE.queries;
  const rows = await db.query<{ 'QUERY PLAN': readonly { readonly Plan: PlanNode }[] }>(
    `EXPLAIN (FORMAT JSON) ${count}`,
  );
  let node = rows[0]?.['QUERY PLAN'][0]?.Plan;
  for (let next = node; next !== undefined; next = next.Plans?.[0]) node = next;
  return node === undefined ? 'unknown' : `${node['Parallel Aware'] ? 'Parallel ' : ''}${node['Node Type']}`;
}
