import type { Database } from '../connect/connection.ts';
import { BACKEND_START } from '../cleanup/obstacles/holder.ts';
import type { BackendFacts, BackendsReading } from './backendFacts.ts';
import { withoutValues } from './withoutValues.ts';

/** Rows that are read at most, those that wait for a lock, and characters of a statement. */
export const MOST_BACKENDS = 300;
const MOST_WAITING = 200;
const STATEMENT_LENGTH = 1_000;

/** As BACKEND_START. */
export const STATEMENT_AT = `to_json(query_start AT TIME ZONE 'UTC') #>> '{}'`;

/** Masked rows tell who waits too: pg_locks hides nothing. */
export const WAITING = `SELECT pid, pg_blocking_pids(pid) AS blockers, relation
    FROM (SELECT DISTINCT ON (pid) pid, relation, database FROM pg_locks WHERE NOT granted AND pid IS NOT NULL LIMIT ${MOST_WAITING}) AS l`;

const age = (column: string): string => `extract(epoch FROM clock_timestamp() - ${column})::float8`;

/** $1 our application_name. Who may signal whom: https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-SIGNAL */
const BACKENDS = `WITH RECURSIVE /* django-session-monitor */ waiting AS MATERIALIZED (
  ${WAITING}
), blocking AS (
  SELECT blocker AS pid FROM waiting AS w JOIN pg_stat_activity AS a USING (pid), unnest(w.blockers) AS blocker WHERE a.datname = current_database()
  UNION SELECT blocker FROM blocking AS b JOIN waiting AS w USING (pid), unnest(w.blockers) AS blocker
), me AS MATERIALIZED (
  SELECT rolsuper, pg_has_role('pg_signal_backend', 'USAGE') AS signals FROM pg_roles WHERE rolname = current_user
)
SELECT a.pid, ${BACKEND_START} AS "startedAt", a.usename::text AS "user", nullif(a.application_name, '') AS application,
       host(a.client_addr) AS address, a.datname::text AS database, a.backend_type AS kind, a.state,
       ${age('a.state_change')} AS "stateSeconds", ${age('a.xact_start')} AS "transactionSeconds", ${age('a.backend_start')} AS "connectedSeconds",
       a.wait_event_type || ': ' || a.wait_event AS "waitsFor", c.relname::text AS "waitsOn",
       ARRAY(SELECT DISTINCT unnest(w.blockers)) AS "blockedBy",
       CASE WHEN a.backend_start IS NOT NULL THEN left(a.query, ${STATEMENT_LENGTH}) END AS statement, ${STATEMENT_AT} AS "statementAt",
       a.backend_start IS NULL AS masked, a.application_name = $1::text AS ours, a.datname IS NOT DISTINCT FROM current_database() AS here,
       coalesce(r.rolsuper, true) AS "isSuperuser",
       coalesce(me.rolsuper OR (NOT r.rolsuper AND (me.signals OR pg_has_role(a.usesysid, 'USAGE'))), false) AS "maySignal",
       count(*) OVER ()::int AS total
  FROM me, pg_stat_activity AS a LEFT JOIN waiting AS w USING (pid) LEFT JOIN pg_roles AS r ON r.oid = a.usesysid
  LEFT JOIN pg_class AS c ON c.oid = w.relation AND a.datname = current_database(),
  LATERAL (SELECT w.pid IS NOT NULL OR a.pid IN (SELECT pid FROM blocking) AS locks) AS chain
 WHERE a.pid <> pg_backend_pid() AND (a.datname = current_database() OR a.backend_type = 'walsender' OR a.pid IN (SELECT pid FROM blocking))
 ORDER BY locks DESC, CASE WHEN a.state = 'active' THEN 0 WHEN a.state LIKE 'idle in%' THEN 1 WHEN a.state IS NULL THEN 2 ELSE 3 END,
          coalesce(a.xact_start, a.state_change), a.pid
 LIMIT ${MOST_BACKENDS}`;

type Row = BackendFacts & { readonly total: number };

/**
 * Who is connected to the database, what they do, and who waits for whom: one statement, of which the cost goes with the connections and
 * not with any table.
 */
export async function readBackends(db: Database, signal?: AbortSignal): Promise<BackendsReading> {
  const context = { what: 'Cannot see who is connected', settings: { jit: 'off' }, signal };
  const rows = await db.query<Row>(BACKENDS, [db.applicationName], context);
  const backends = rows.map(({ total: _total, statement, ...facts }): BackendFacts => {
    const text = statement === null ? '' : withoutValues(statement);
    return { ...facts, statement: text === '' ? null : text };
  });
  return { at: new Date(), backends, total: rows[0]?.total ?? 0 };
}
