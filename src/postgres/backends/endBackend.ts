import { Problem } from '../../common/problem.ts';
import { rest } from '../cleanup/plan/pause.ts';
import { BACKEND_START } from '../cleanup/obstacles/holder.ts';
import type { Database } from '../connect/connection.ts';
import type { BackendEnding, BackendFacts } from './backendFacts.ts';
import { STATEMENT_AT, WAITING } from './readBackends.ts';
import { refusalOf } from './refusals.ts';

/**
 * - ended: it is gone, or its statement is
 * - notEnded: it was told to, and was still there when waiting ended
 * - gone: there was nothing to end any more, and nobody was told anything
 */
export interface BackendEnded {
  readonly outcome: 'ended' | 'notEnded' | 'gone';
  /** From the request to the end, or to the last look. */
  readonly elapsedMs: number;
  /** Backends that waited for a lock of it, and of those the ones that wait for no lock any more. */
  readonly waited: number;
  readonly freed: number;
  /** What it is in now; null: it is gone. */
  readonly stateAfter: string | null;
}

const WHAT: Readonly<Record<BackendEnding, string>> = {
  cancel: 'The statement was not cancelled',
  terminate: 'The connection was not terminated',
};
const SIGNALS: Readonly<Record<BackendEnding, string>> = {
  cancel: 'pg_cancel_backend',
  terminate: 'pg_terminate_backend',
};

/** The very backend that was looked at: process ids are used again. */
const IT = `pid = $1::int AND ${BACKEND_START} = $2::text`;

/** What must not be hit is left out here as well, whatever has changed since it was looked at. $3 our application_name, $4 the statement. */
const signalSql = (
  ending: BackendEnding,
): string => `SELECT /* django-session-monitor */ ${SIGNALS[ending]}(pid) AS sent
  FROM (SELECT pid FROM pg_stat_activity
         WHERE ${IT} AND backend_type = 'client backend' AND datname = current_database() AND application_name <> $3::text
           AND pid <> pg_backend_pid() AND ${ending === 'cancel' ? `${STATEMENT_AT} IS NOT DISTINCT FROM $4::text AND state NOT LIKE 'idle%'` : '$4::text IS NULL'} OFFSET 0) AS it`;

const LOOK = `SELECT /* django-session-monitor */ state, ${STATEMENT_AT} AS statement FROM pg_stat_activity WHERE ${IT}`;
const WAITERS = `SELECT /* django-session-monitor */ pid FROM (${WAITING}) AS w WHERE $1::int = ANY (blockers) OR pid = ANY ($2::int[])`;

/** A backend looks for signals at every turn of its work; one that is in a call of the operating system does not. Milliseconds. */
const END_MS = 10_000;
const LOOK_MS = 50;

/**
 * Cancels the statement of a backend or terminates it, and waits until that is so. Asking first is the caller's.
 * @param signal ends the waiting; what was asked of the server stays asked
 * @throws Problem 'backend-…', before anything is done
 */
export async function endBackend(
  db: Database,
  backend: BackendFacts,
  ending: BackendEnding,
  signal?: AbortSignal,
): Promise<BackendEnded> {
  const what = WHAT[ending];
  const refusal = refusalOf(backend, ending);
  if (refusal !== undefined) throw new Problem({ ...refusal, what, transient: false });
  const { pid, startedAt } = backend;
  const waited = await waiters(db, pid, []);
  const began = performance.now();
  const values = [pid, startedAt, db.applicationName, ending === 'cancel' ? backend.statementAt : null];
  const [sent] = await db.query<{ sent: boolean }>(signalSql(ending), values, { what }).catch((error: unknown) => {
    throw notAllowed(error, what, backend);
  });
  const done = (outcome: BackendEnded['outcome'], freed: number, stateAfter: string | null): BackendEnded => {
    return { outcome, elapsedMs: performance.now() - began, waited: waited.length, freed, stateAfter };
  };
  if (sent?.sent !== true) return done('gone', 0, null);
  for (;;) {
    const [now] = await db.query<{ state: string | null; statement: string | null }>(LOOK, [pid, startedAt], { what });
    const isOver =
      now === undefined ||
      (ending === 'cancel' && (now.statement !== backend.statementAt || now.state?.startsWith('idle') === true));
    const isLate = performance.now() - began > END_MS || signal?.aborted === true;
    if (isOver || isLate) {
      const still = new Set(await waiters(db, now === undefined ? 0 : pid, waited));
      const freed = waited.filter((one) => !still.has(one)).length;
      return done(isOver ? 'ended' : 'notEnded', freed, now?.state ?? null);
    }
    await rest(LOOK_MS, signal);
  }
}

/** Who waits for a lock of it, and who of `others` waits for any. */
async function waiters(db: Database, pid: number, others: readonly number[]): Promise<readonly number[]> {
  const rows = await db.query<{ pid: number }>(WAITERS, [pid, others], { what: 'Cannot see who waits' });
  return rows.map((row) => row.pid);
}

/** The server says it in its own words, which our rules for readings take for a table that may not be read. */
function notAllowed(error: unknown, what: string, { user }: BackendFacts): unknown {
  if (!(error instanceof Problem) || error.code !== 'permission-denied') return error;
  return new Problem(
    {
      code: 'backend-not-allowed',
      what,
      why: `The server lets this role end no backend of user ${user ?? 'hidden'}.`,
      next: 'Grant pg_signal_backend to the role, or connect as that user.',
      transient: false,
    },
    { cause: error },
  );
}
