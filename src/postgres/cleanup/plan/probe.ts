import type { Statement } from '../../connect/statement.ts';
import { SLOW_SAVE_MS, type Pressure } from './pace.ts';

/** What the last statement of a batch's transaction tells. */
export interface Probe extends Pressure {
  /** Milliseconds since BEGIN by the server's clock. */
  readonly ms: number;
}

const MS = 'extract(epoch FROM clock_timestamp() - now())::float8 * 1000 AS ms';

/** For the fast pace: the time only. */
export const TIME_ONLY: Statement = {
  text: `SELECT /* django-session-monitor */ ${MS}, 0 AS waiting, 0 AS slow, NULL::float8 AS "lagBytes"`,
};

/**
 * For the gentle pace, while the batch still holds its locks: who waits for them, whose saves take long, how far standbys are behind.
 * Without pg_read_all_stats other roles are not seen in it; the role that Django has sees Django's.
 *
 * @param table the table's own name
 */
export function pressureProbe(table: string): Statement {
  return {
    text: `SELECT /* django-session-monitor */ ${MS}, waiting, slow, (
  SELECT max(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn))::float8 FROM pg_stat_replication WHERE state = 'streaming') AS "lagBytes"
  FROM (SELECT count(CASE WHEN wait_event_type = 'Lock' AND pg_backend_pid() = ANY (pg_blocking_pids(pid)) THEN 1 END)::int AS waiting,
               count(CASE WHEN strpos(query, $1::text) > 0 AND query ~* '^\\s*(INSERT|UPDATE)\\M'
                           AND clock_timestamp() - query_start > interval '${SLOW_SAVE_MS} ms' THEN 1 END)::int AS slow
          FROM pg_stat_get_activity(NULL)
         WHERE state = 'active' AND pid <> pg_backend_pid()
           AND datid = (SELECT oid FROM pg_database WHERE datname = current_database())) AS others`,
    values: [table],
  };
}

export function probeOf(row: Readonly<Record<string, unknown>> | undefined): Probe {
  const { ms, waiting, slow, lagBytes } = row ?? {};
  return {
    ms: Number(ms ?? 0),
    waiting: Number(waiting ?? 0),
    slow: Number(slow ?? 0),
    lagBytes: lagBytes === null || lagBytes === undefined ? null : Number(lagBytes),
  };
}
