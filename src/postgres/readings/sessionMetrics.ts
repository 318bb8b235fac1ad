import { Problem } from '../../common/problem.ts';
import type { Database } from '../connect/connection.ts';
import { placed } from '../connect/tablePlace.ts';
import { RotatingSample } from '../sample/rotatingSample.ts';
import { rowOf, sampleOf, type SessionRow } from '../sample/sessionRow.ts';
import type { SessionMetrics, SessionTable } from '../table/readings.ts';
import { DJANGO_SESSION, quoted, shown } from '../table/tableName.ts';
import { checkSessionTable, notATable } from './checkTable.ts';
import { CountLimits } from './countLimits.ts';
import { MOST_RECENT, SavesMemory } from './savedLately.ts';
import { sessionCounts } from './sessionCounts.ts';
import { sessionSql } from './sessionSql.ts';
import { connectionMetrics, databaseCounters, tableCounters, tableMetrics } from './tableMetrics.ts';

export interface SessionMetricsOptions {
  readonly table?: SessionTable;
  /** Expired rows are counted exactly up to here. Default 1,001: one more than the alert's threshold. */
  readonly expiredCap?: number;
  /**
   * Pages of the heap that are read, 2 to 256. Default 192, some 5,000 sessions; see test/postgres/estimates.test.ts for the
   * errors, which go with one through the square root of it.
   */
  readonly samplePages?: number;
  /** Look at every page of the sample, also when an eighth would do: after something has been done to the table. */
  readonly fresh?: boolean;
  /** What is remembered from one reading to the next. Default: of this connection and table. */
  readonly memory?: LightMemory;
}

export const DEFAULT_CAP = 1_001;
export const DEFAULT_PAGES = 192;
/** Pages where PostgreSQL (before 14) can't scan a TID range and every line pointer has to be asked for. */
export const PAGES_WITHOUT_RANGES = 24;

/** What is remembered of a table from one reading to the next. */
export class LightMemory {
  readonly rotating = new RotatingSample();
  readonly counting = new CountLimits();
  readonly saves = new SavesMemory();
  /** It is known to be partitioned. */
  partitioned = false;
}

/** By connection and table, where nobody else has one: a new connection begins anew. */
const memories = new WeakMap<Database, Map<string, LightMemory>>();

/**
 * For this statement alone. The index scan has to be one, whatever the planner's statistics say (they may be missing or old);
 * compiling the statement would take longer than running it; and no value of a parameter makes another plan better.
 */
function settings(version: number): Readonly<Record<string, string>> {
  return {
    enable_seqscan: 'off',
    enable_bitmapscan: 'off',
    enable_sort: 'off',
    ...(version >= 110_000 ? { jit: 'off' } : {}),
    ...(version >= 120_000 ? { plan_cache_mode: 'force_generic_plan' } : {}),
  };
}

/**
 * The light reading: one statement, one round trip, at a cost that does not grow with the table. Another one goes before the first of
 * a connection where the table has no schema and nobody (checkSessionTable) has looked for it yet.
 * @throws Problem, among others 'table-missing', 'not-a-table', 'not-djangos-table', 'permission-denied', 'lock-timeout'
 */
export async function readSessionMetrics(db: Database, options: SessionMetricsOptions = {}): Promise<SessionMetrics> {
  const table = options.table ?? DJANGO_SESSION;
  const ranges = db.server.version >= 140_000;
  const pages = options.samplePages ?? DEFAULT_PAGES;
  const strata = Math.min(pages, ranges ? 256 : PAGES_WITHOUT_RANGES);
  const began = performance.now();
  const spent = { statements: 1, serverMs: 0 };
  const name = await placed(db, table, spent);
  const memory = options.memory ?? memoryOf(db, table);
  const { rotating, counting } = memory;
  const cap = options.expiredCap ?? DEFAULT_CAP;
  const { maxDead, maxDeleted, costlyAtVacuum } = counting.next();
  const known = rotating.next(options.fresh === true);
  // Once in a turn of the sample, and where all of it is looked at.
  const saves = memory.saves.next(known.width === null || known.turn === 0, Date.now() + db.server.clockAheadMs);
  const values = [
    ...[name, strata, rotating.places, cap, maxDead, maxDeleted, costlyAtVacuum, db.applicationName, saves.hourAgo],
    ...[known.width, known.strata, known.turn, known.changes],
    ...[saves.from, saves.to, pages < DEFAULT_PAGES ? 0 : MOST_RECENT, saves.due],
    ...[saves.maxDead, saves.maxDeleted, saves.costlyAtVacuum],
  ];
  const row = await queryRow(db, table, sessionSql(name, db.server.version, memory.partitioned), values);
  const roundTripMs = performance.now() - began;
  if (row.relkind !== 'r' && row.relkind !== 'p') throw notATable(table, row.relkind);
  if (row.relkind === 'p' && !memory.partitioned) {
    // Only the first reading of a partitioned table takes a second round trip.
    memory.partitioned = true;
    const second = await readSessionMetrics(db, options);
    const { statements, serverMs, roundTripMs: secondMs } = second.cost;
    const cost = {
      statements: statements + spent.statements,
      serverMs: serverMs + spent.serverMs + row.server_ms,
      roundTripMs: secondMs + roundTripMs,
    };
    return { ...second, cost };
  }
  const sample = sampleOf(row, rotating.complete(row));
  const { counted, mistaken } = memory.saves.learn(row);
  if (mistaken) rotating.forget();
  if (row.counted !== null) counting.learn(row.expired_ms, row.deleted, row.vacuums);
  const at = new Date();
  const reading = { at, tookMs: row.server_ms };
  const sessions = sessionCounts(row, sample, { saves: counted, known: reading });
  return {
    at,
    serverTime: new Date(row.server_time),
    server: {
      version: row.version,
      database: row.database,
      user: row.user,
      startedAt: new Date(row.started_at),
      inRecovery: row.in_recovery,
    },
    sessions,
    table: tableMetrics(row, sample, sessions.total, reading),
    counters: tableCounters(row),
    connections: connectionMetrics(row, reading),
    database: databaseCounters(row),
    cost: { statements: spent.statements, serverMs: spent.serverMs + row.server_ms, roundTripMs },
  };
}

async function queryRow(db: Database, table: SessionTable, text: string, values: unknown[]): Promise<SessionRow> {
  try {
    const context = {
      what: 'Cannot read the session metrics',
      table: shown(table),
      settings: settings(db.server.version),
      keepPlan: true,
    };
    const [row] = await db.query(text, values, context);
    return rowOf(row);
  } catch (error) {
    // Its name may be that of a view, or its columns may be others: one more statement finds out what to tell the person.
    if (error instanceof Problem && WORTH_A_LOOK.has(error.code)) await checkSessionTable(db, table);
    throw error;
  }
}

const WORTH_A_LOOK = new Set(['table-missing', 'not-djangos-table', 'permission-denied', 'database-error']);

function memoryOf(db: Database, table: SessionTable): LightMemory {
  const ofConnection = memories.get(db) ?? new Map<string, LightMemory>();
  memories.set(db, ofConnection);
  const memory = ofConnection.get(quoted(table)) ?? new LightMemory();
  ofConnection.set(quoted(table), memory);
  return memory;
}
