import type { Database } from '../connect/database.ts';

/** Connections that have all of this in common. Null: hidden from this role, or there is none. */
export interface HolderGroup {
  readonly user: string | null;
  readonly application: string | null;
  /** The client's address as the server sees it; null also for a socket of the server's own machine. */
  readonly address: string | null;
  /** To the database that is watched. */
  readonly here: boolean;
  readonly state: string | null;
  readonly waitsForLock: boolean;
  readonly count: number;
  /** How many have been in this state for longer than `STUCK_SECONDS`. */
  readonly stuck: number;
  /** The longest of them: in this state, in a transaction, connected; seconds. */
  readonly stateSeconds: number | null;
  readonly transactionSeconds: number | null;
  readonly connectedSeconds: number | null;
  /** It is this extension's. */
  readonly ours: boolean;
}

export interface ConnectionLimits {
  /** max_connections without what is reserved, as ordinary roles can have. */
  readonly server: number;
  /** ALTER DATABASE … CONNECTION LIMIT and the same of the role that is asked about; null: none. */
  readonly database: number | null;
  readonly role: number | null;
  /** Milliseconds; 0: never. null: before PostgreSQL 14. */
  readonly idleInTransactionMs: number;
  readonly idleSessionMs: number | null;
}

export interface ConnectionHolders {
  readonly groups: readonly HolderGroup[];
  /** Client connections of the whole server, and those of which this role may not see the state. */
  readonly used: number;
  readonly masked: number;
  readonly limits: ConnectionLimits;
}

/** A request that waits for nothing has gone on by then. */
export const STUCK_SECONDS = 5;
/** Groups that are read at most; the counts are of all. */
const MOST_GROUPS = 300;

type Row = HolderGroup & { readonly used: number; readonly maskedInAll: number; readonly limits: ConnectionLimits };

/** @param role of the site, whose limit is asked for @throws Problem */
export async function readConnectionHolders(
  db: Database,
  role: string,
  signal?: AbortSignal,
): Promise<ConnectionHolders> {
  const context = { what: 'Cannot see who holds the connections', settings: { jit: 'off' }, signal };
  const rows = await db.query<Row>(sqlOf(db.server.version), [db.applicationName, role], context);
  const [first] = rows;
  if (first === undefined) throw new Error('The connection that asks is among them.');
  const groups = rows.map(({ used: _used, maskedInAll: _masked, limits: _limits, ...group }): HolderGroup => group);
  return { groups, used: first.used, masked: first.maskedInAll, limits: first.limits };
}

/** As a person would ask for it. */
export const HOLDERS_SQL = `SELECT application_name, usename, client_addr, state, count(*), max(now() - state_change) AS longest
  FROM pg_stat_activity WHERE backend_type = 'client backend' GROUP BY 1, 2, 3, 4 ORDER BY 5 DESC;`;

const AGE = (column: string): string => `extract(epoch FROM clock_timestamp() - ${column})::float8`;

/** $1 our application_name, $2 the role of the site. */
function sqlOf(version: number): string {
  const milliseconds = (name: string): string => `(SELECT setting::float8 FROM pg_settings WHERE name = '${name}')`;
  return `WITH /* django-session-monitor */ client AS MATERIALIZED (
    SELECT usename::text AS "user", nullif(application_name, '') AS application, host(client_addr) AS address, datname IS NOT DISTINCT FROM current_database() AS here,
           state, state_change, xact_start, backend_start, backend_type IS NULL AS masked, application_name IS NOT DISTINCT FROM $1::text AS ours,
           wait_event_type IS NOT DISTINCT FROM 'Lock' AS "waitsForLock"
      FROM pg_stat_activity WHERE backend_type = 'client backend' OR (backend_type IS NULL AND usesysid IS NOT NULL)
  ), limits AS (
    SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int - coalesce(current_setting('reserved_connections', true)::int, 0) AS server,
           (SELECT nullif(datconnlimit, -1) FROM pg_database WHERE datname = current_database()) AS database,
           (SELECT nullif(rolconnlimit, -1) FROM pg_roles WHERE rolname = $2::text) AS role,
           ${milliseconds('idle_in_transaction_session_timeout')} AS "idleInTransactionMs",
           ${version >= 140_000 ? milliseconds('idle_session_timeout') : 'NULL::float8'} AS "idleSessionMs"
  )
SELECT "user", application, address, here, state, ours, "waitsForLock", count(*)::int AS count,
       count(*) FILTER (WHERE clock_timestamp() - state_change > interval '${STUCK_SECONDS} s')::int AS stuck,
       max(${AGE('state_change')}) AS "stateSeconds", max(${AGE('xact_start')}) AS "transactionSeconds", max(${AGE('backend_start')}) AS "connectedSeconds",
       (sum(count(*)) OVER ())::int AS used, (sum(count(*) FILTER (WHERE masked)) OVER ())::int AS "maskedInAll", (SELECT to_jsonb(limits) FROM limits) AS limits
  FROM client GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 8 DESC LIMIT ${MOST_GROUPS}`;
}
