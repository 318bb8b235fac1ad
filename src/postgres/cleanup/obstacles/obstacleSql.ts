import type { Database } from '../../connect/connection.ts';
import type { SessionTable } from '../../table/readings.ts';
import { quoted } from '../../table/tableName.ts';
import { placed } from '../../connect/tablePlace.ts';
import type { Heap } from '../plan/target.ts';

/** Modes that keep a DELETE (ROW EXCLUSIVE) from a table. @see https://www.postgresql.org/docs/current/explicit-locking.html */
const BLOCKING_MODES = `('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')`;
const THIS_DATABASE = '(SELECT oid FROM pg_database WHERE datname = current_database())';
const WHO = `concat('Process ', l.pid, ' of ', coalesce(nullif(a.application_name, ''), a.usename::text, 'another user'))`;

/** For people: who holds the table as a whole, or waits to and makes everybody else wait; undefined: nobody. */
export async function tableLockHolder(db: Database, heap: Pick<Heap, 'schema' | 'name'>): Promise<string | undefined> {
  const [holder] = await db.query<{ who: string }>(HOLDER, [quoted(heap)], { what: 'Cannot see who holds the table' });
  return holder?.who;
}

const HOLDER = `SELECT /* django-session-monitor */ ${WHO} || ' (' || l.mode || ')' AS who
  FROM pg_locks AS l LEFT JOIN pg_stat_activity AS a USING (pid)
 WHERE l.relation = to_regclass($1::text) AND l.database = ${THIS_DATABASE}
   AND l.mode IN ${BLOCKING_MODES} AND l.pid <> pg_backend_pid() ORDER BY l.granted DESC LIMIT 1`;

/** What goes on in the server that a cleanup has to do with. Lists are for people. */
export interface Activity {
  /** Who holds the table as a whole, or waits to. */
  readonly tableLock: string | null;
  /** Another DELETE by expire_date that runs, such as Django's clearsessions. */
  readonly clearsessions: string | null;
  /** Oldest open transaction, prepared transaction, replication slot or standby that keeps dead rows, and its age. */
  readonly oldestTransaction: string | null;
  readonly oldestSeconds: number | null;
  readonly prepared: number;
  readonly slots: readonly string[];
  readonly standbys: number;
  readonly lagBytes: number | null;
  readonly synchronous: boolean;
}

export async function readActivity(db: Database, table: SessionTable): Promise<Activity> {
  const what = 'Cannot see what goes on in the server';
  const [activity] = await db.query<Activity>(ACTIVITY, [await placed(db, table), table.name], { what });
  if (activity === undefined) throw new Error('A statement without FROM has one row.');
  return activity;
}

const ACTIVITY = `SELECT /* django-session-monitor */
  (${HOLDER.replace('/* django-session-monitor */ ', '')}) AS "tableLock",
  (SELECT concat('Process ', pid, ' of ', coalesce(nullif(application_name, ''), usename::text)) FROM pg_stat_activity
    WHERE state = 'active' AND pid <> pg_backend_pid() AND datname = current_database()
      AND query ~* '^\\s*DELETE\\M' AND strpos(query, $2::text) > 0 AND strpos(query, 'expire_date') > 0
      AND strpos(query, 'django-session-monitor') = 0 LIMIT 1) AS clearsessions,
  oldest.who AS "oldestTransaction", oldest.seconds AS "oldestSeconds",
  (SELECT count(*)::int FROM pg_prepared_xacts WHERE database = current_database()) AS prepared,
  ARRAY(SELECT slot_name::text FROM pg_replication_slots WHERE xmin IS NOT NULL ORDER BY 1) AS slots,
  standby.n AS standbys, standby.lag AS "lagBytes", current_setting('synchronous_standby_names') <> '' AS synchronous
  FROM (SELECT count(*)::int AS n, max(CASE WHEN NOT pg_is_in_recovery() THEN pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn) END)::float8 AS lag
          FROM pg_stat_replication) AS standby
  LEFT JOIN (SELECT concat('Process ', pid, ' of ', coalesce(nullif(application_name, ''), usename::text)) AS who,
                    extract(epoch FROM clock_timestamp() - xact_start)::float8 AS seconds
               FROM pg_stat_activity WHERE backend_xmin IS NOT NULL AND xact_start IS NOT NULL AND pid <> pg_backend_pid()
                AND datname = current_database() ORDER BY xact_start LIMIT 1) AS oldest ON true`;
