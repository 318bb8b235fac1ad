import type { Backend } from '../cleanup/obstacles/holder.ts';

/** One row of pg_stat_activity as this role may see it. Null: hidden from it, or the backend has none. */
export interface BackendFacts extends Backend {
  readonly user: string | null;
  readonly application: string | null;
  /** The client's address as the server sees it: through a pooler the pooler's; null also for a socket of the server's own machine. */
  readonly address: string | null;
  readonly database: string | null;
  /** pg_stat_activity.backend_type: 'client backend', 'walsender', … */
  readonly kind: string | null;
  readonly state: string | null;
  /** Since it came into this state, since its transaction began, since it connected. */
  readonly stateSeconds: number | null;
  readonly transactionSeconds: number | null;
  readonly connectedSeconds: number | null;
  /** pg_stat_activity.wait_event_type and wait_event: "Lock: transactionid". */
  readonly waitsFor: string | null;
  /** The table of the lock that it waits for, where that is one of this database. */
  readonly waitsOn: string | null;
  /** Process ids by pg_blocking_pids(), each once; 0: a prepared transaction. */
  readonly blockedBy: readonly number[];
  /** With what stands in quotes left out, see withoutValues(). */
  readonly statement: string | null;
  /** pg_stat_activity.query_start as `startedAt`: tells one statement of a backend from its next. */
  readonly statementAt: string | null;
  /** Address, times, state and statement are hidden from this role, which is not a member of pg_read_all_stats. */
  readonly masked: boolean;
  /** It is this extension's, in whichever window or on whichever machine. */
  readonly ours: boolean;
  /** Connected to the database that is watched. */
  readonly here: boolean;
  readonly isSuperuser: boolean;
  /** The server lets this role cancel and terminate it. */
  readonly maySignal: boolean;
}

/** What one look at the server's backends gave. */
export interface BackendsReading {
  /** By this machine's clock. */
  readonly at: Date;
  /** Those of this database, senders of WAL, and who blocks one of them from elsewhere; what blocks, waits or works first. */
  readonly backends: readonly BackendFacts[];
  /** How many there are; more than `backends` where that is cut off. */
  readonly total: number;
}

export type BackendEnding = 'cancel' | 'terminate';
