import type { Database } from '../connect/connection.ts';

/** Bytes of WAL that the server has written since it was made; null on a standby, which writes none, or where the role may not ask. */
export async function walPosition(db: Database, signal?: AbortSignal): Promise<number | null> {
  const [row] = await db.query<{ bytes: number | null }>(POSITION, [], {
    what: 'Cannot read the WAL position',
    signal,
  });
  return row?.bytes ?? null;
}

const POSITION = `SELECT /* django-session-monitor */ CASE WHEN NOT pg_is_in_recovery() AND has_function_privilege('pg_current_wal_insert_lsn()', 'EXECUTE')
            THEN pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 END AS bytes`;
