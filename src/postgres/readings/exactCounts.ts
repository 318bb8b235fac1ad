import type { Database } from '../connect/connection.ts';
import type { ExactCounts, SessionTable } from '../table/readings.ts';
import { DJANGO_SESSION, shown } from '../table/tableName.ts';
import { placed } from '../connect/tablePlace.ts';

export interface ExactCountsOptions {
  readonly table?: SessionTable;
  /** Default 60,000: counting five million rows took 0.4 s from memory, and takes a minute from a slow disk. */
  readonly timeoutMs?: number;
}

/** Counts every row: the cost grows with the table. One statement. @throws Problem, 'statement-timeout' after `timeoutMs` */
export async function readExactCounts(db: Database, options: ExactCountsOptions = {}): Promise<ExactCounts> {
  const table = options.table ?? DJANGO_SESSION;
  const began = performance.now();
  const spent = { statements: 1, serverMs: 0 };
  const name = await placed(db, table, spent);
  const text = `SELECT /* django-session-monitor */ total::float8, expired::float8, extract(epoch FROM clock_timestamp() - now())::float8 * 1000 AS server_ms
  FROM (SELECT count(*) AS total, count(*) FILTER (WHERE expire_date < now()) AS expired FROM ${name}) AS counts`;
  const [row] = await db.query<{ total: number; expired: number; server_ms: number }>(text, [], {
    what: 'Cannot count the sessions',
    table: shown(table),
    statementTimeoutMs: options.timeoutMs ?? 60_000,
  });
  const roundTripMs = performance.now() - began;
  const { total = 0, expired = 0, server_ms: serverMs = 0 } = row ?? {};
  return {
    at: new Date(),
    total,
    active: total - expired,
    expired,
    cost: { statements: spent.statements, serverMs: spent.serverMs + serverMs, roundTripMs },
  };
}
