import type { Database } from '../connect/connection.ts';

/**
 * An idle backend tells what it has counted 10 s after its transaction at the latest (PostgreSQL 15 and later: PGSTAT_IDLE_INTERVAL in
 * src/backend/utils/activity/pgstat.c), one that ends at its end. Before 15 an idle one may keep it to itself until its next
 * transaction.
 */
const IDLE_INTERVAL_MS = 10_000;
const FIRST_THAT_TELLS = 150_000;

/**
 * How many backends of this database may have counted something that the statistics don't have yet.
 *
 * @param since time of the server, milliseconds since 1970: what was counted before does not matter
 */
export async function untoldBackends(db: Database, since: number, signal?: AbortSignal): Promise<number> {
  const tells = db.server.version >= FIRST_THAT_TELLS;
  const [row] = await db.query<{ untold: number }>(
    UNTOLD,
    [db.applicationName, since, tells ? IDLE_INTERVAL_MS : 1e12],
    {
      what: 'Cannot see who works in the database',
      signal,
    },
  );
  return row?.untold ?? 0;
}

/** Of masked rows it is not known when they did something: they count. */
const UNTOLD = `SELECT /* django-session-monitor */ count(*)::float8 AS untold FROM pg_stat_get_activity(NULL)
 WHERE datid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND pid <> pg_backend_pid()
   AND application_name IS DISTINCT FROM $1::text AND (backend_type = 'client backend' OR (backend_type IS NULL AND usesysid IS NOT NULL))
   AND (state IS DISTINCT FROM 'idle' OR extract(epoch FROM state_change) * 1000 >= greatest($2::float8, extract(epoch FROM clock_timestamp()) * 1000 - $3::float8))`;
