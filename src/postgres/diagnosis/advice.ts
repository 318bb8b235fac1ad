import { formatBytes } from '../../common/format.ts';

/** What people are told to have run, as SQL. */

export const END_IDLE_TRANSACTIONS = `ALTER ROLE … SET idle_in_transaction_session_timeout = '30s'; ends those that forget.`;

export const LIMIT_ROLE = 'ALTER ROLE … CONNECTION LIMIT n;';

export const LIMIT_OF: Readonly<Record<'role' | 'database' | 'server', string>> = {
  role: LIMIT_ROLE,
  database: 'ALTER DATABASE … CONNECTION LIMIT n;',
  server: 'ALTER SYSTEM SET max_connections = n; and a restart of the server',
};

export function raiseMaxWalSize(bytes: number): string {
  const size = formatBytes(bytes).replace(/\.\d+/u, '').replaceAll(/\s/gu, '');
  return `ALTER SYSTEM SET max_wal_size = '${size}'; SELECT pg_reload_conf();`;
}

export const BY_DATABASE = 'SELECT datname, active_time FROM pg_stat_database ORDER BY 2 DESC; twice, and compare.';
