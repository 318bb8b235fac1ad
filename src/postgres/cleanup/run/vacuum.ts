import { Problem } from '../../../common/problem.ts';
import type { Database } from '../../connect/connection.ts';
import { placed } from '../../connect/tablePlace.ts';
import type { SessionTable } from '../../table/readings.ts';
import { shown } from '../../table/tableName.ts';
import { rest } from '../plan/pause.ts';
import { cleanupTarget, requirePrimary } from '../plan/target.ts';

export interface VacuumOptions {
  readonly table?: SessionTable;
  /** Its abort cancels the VACUUM; what it has freed so far stays free. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: VacuumProgress) => void;
  /** Milliseconds between two looks at its progress, by a connection of its own. Default 500. */
  readonly everyMs?: number;
}

/** A row of pg_stat_progress_vacuum. */
export interface VacuumProgress {
  /** PostgreSQL's own word: "scanning heap", "vacuuming indexes", "truncating heap" … */
  readonly phase: string;
  /** 0 to 1: of the heap's pages those that are scanned. */
  readonly scanned: number;
}

export interface VacuumResult {
  readonly elapsedMs: number;
  readonly cancelled: boolean;
  /** pg_total_relation_size before and after: smaller only by free pages at the end of the table. */
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  /** Dead rows by the statistics; after it more than 0 where a transaction still sees them. */
  readonly deadBefore: number;
  readonly deadAfter: number;
}

/** What a plain VACUUM does, for the question whether to run one. */
export const ABOUT_VACUUM =
  'VACUUM makes the space of deleted sessions reusable for new ones, and lets saves and counts skip them. It runs beside reads and writes. ' +
  'It does not make the files smaller, but for free pages at the end of the table; only VACUUM FULL does, which locks the table and is not offered here.';

/** It may take long on a large table, and wait for whoever changes the table's definition: two hours. */
const LIMIT_MS = 7_200_000;

/**
 * Plain VACUUM of the table, on this connection. @throws Problem, 'in-recovery', 'vacuum-not-allowed' where PostgreSQL would only warn
 * and do nothing
 */
export async function vacuumSessions(db: Database, options: VacuumOptions = {}): Promise<VacuumResult> {
  const target = await cleanupTarget(db, options.table);
  const what = `Cannot vacuum ${shown(target.table)}`;
  requirePrimary(db, target, what);
  if (!target.mayVacuum) throw notAllowed(db, shown(target.table));
  const before = await sizes(db, target.table);
  const began = performance.now();
  const watch = options.onProgress === undefined ? undefined : watchProgress(db, options, options.onProgress);
  let cancelled = false;
  try {
    await db.query(`VACUUM /* django-session-monitor */ ${target.name}`, [], {
      what,
      table: shown(target.table),
      outsideTransaction: true,
      statementTimeoutMs: LIMIT_MS,
      lockTimeoutMs: LIMIT_MS,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'cancelled') throw error;
    cancelled = true;
  } finally {
    await watch?.();
  }
  const elapsedMs = performance.now() - began;
  const after = await sizes(db, target.table);
  return {
    elapsedMs,
    cancelled,
    bytesBefore: before.bytes,
    bytesAfter: after.bytes,
    deadBefore: before.dead,
    deadAfter: after.dead,
  };
}

async function sizes(db: Database, table: SessionTable): Promise<{ bytes: number; dead: number }> {
  const text = `WITH RECURSIVE /* django-session-monitor */ tree AS (
  SELECT to_regclass($1::text)::oid AS oid UNION ALL SELECT inhrelid FROM pg_inherits JOIN tree ON inhparent = tree.oid)
SELECT sum(pg_total_relation_size(oid))::float8 AS bytes, sum(pg_stat_get_dead_tuples(oid))::float8 AS dead FROM tree`;
  const [row] = await db.query<{ bytes: number; dead: number }>(text, [await placed(db, table)], {
    what: 'Cannot see its size',
  });
  return row ?? { bytes: 0, dead: 0 };
}

const PROGRESS = `SELECT /* django-session-monitor */ phase,
       CASE WHEN heap_blks_total > 0 THEN heap_blks_scanned::float8 / heap_blks_total ELSE 1 END AS scanned
  FROM pg_stat_progress_vacuum WHERE pid = $1::int`;

/** Looks by another connection until it is told to end. Progress is a comfort: without a second connection there is none. */
function watchProgress(
  db: Database,
  { everyMs = 500 }: VacuumOptions,
  tell: (progress: VacuumProgress) => void,
): () => Promise<void> {
  const ended = new AbortController();
  const watching = (async (): Promise<void> => {
    if (!db.direct) return;
    const second = await db.reopen();
    try {
      while (!ended.signal.aborted) {
        const [row] = await second.query<VacuumProgress>(PROGRESS, [db.server.pid], {
          what: 'Cannot see the progress',
        });
        if (row !== undefined) tell(row);
        await rest(everyMs, ended.signal);
      }
    } finally {
      await second.close();
    }
  })();
  return async () => {
    ended.abort();
    await watching.catch((error: unknown) => {
      if (!(error instanceof Problem)) throw error;
    });
  };
}

function notAllowed(db: Database, table: string): Problem {
  return new Problem({
    code: 'vacuum-not-allowed',
    what: `Cannot vacuum ${table}`,
    why: `User ${db.server.user} is not the owner of the table.`,
    next: 'Connect as its owner, let the owner grant MAINTAIN (PostgreSQL 17 and later), or leave it to autovacuum.',
    transient: false,
  });
}
