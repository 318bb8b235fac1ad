import type { SessionTable } from '../table/readings.ts';
import { quoted } from '../table/tableName.ts';

/** The name that the exported files use; it may be another. */
export const EXPORTER_ROLE = 'django_session_exporter';

/** What a superuser runs once, so that an exporter can ask the exported queries and nothing more. */
export function exporterRoleSql(table: SessionTable, database: string): string {
  return [
    `CREATE ROLE ${EXPORTER_ROLE} LOGIN;`,
    `-- Its password is asked for: \\password ${EXPORTER_ROLE}`,
    `GRANT pg_monitor TO ${EXPORTER_ROLE};`,
    `GRANT CONNECT ON DATABASE ${quoted({ name: database })} TO ${EXPORTER_ROLE};`,
    ...(table.schema === undefined
      ? []
      : [`GRANT USAGE ON SCHEMA ${quoted({ name: table.schema })} TO ${EXPORTER_ROLE};`]),
    `GRANT SELECT ON ${quoted(table)} TO ${EXPORTER_ROLE};`,
    `-- No query takes long; one that waits must not pile up.`,
    `ALTER ROLE ${EXPORTER_ROLE} SET statement_timeout = '10s';`,
    // Before PostgreSQL 14 the planner takes the sample for dear: compiling it would take longer than running it.
    `ALTER ROLE ${EXPORTER_ROLE} SET jit = off;`,
    `ALTER ROLE ${EXPORTER_ROLE} SET lock_timeout = '1s';`,
    `ALTER ROLE ${EXPORTER_ROLE} SET default_transaction_read_only = on;`,
  ].join('\n');
}
