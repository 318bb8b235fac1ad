import type { Statement } from './statement.ts';

/**
 * What ends a session whose other end is gone without a goodbye (a laptop that sleeps, a VPN that fell), so that it doesn't keep for hours
 * what it holds: a place among max_connections, the lock of a cleanup.
 */

/**
 * TCP settings of the server for its end of this connection, by name: after 15 quiet seconds it asks every 5 s, three times; and it waits
 * half a minute for data to be acknowledged. Without effect on Unix-domain sockets. A session's own: not for poolers.
 * @see https://www.postgresql.org/docs/current/runtime-config-connection.html#RUNTIME-CONFIG-TCP-SETTINGS
 */
const KEEPALIVES: readonly (readonly [name: string, value: string, since: number])[] = [
  ['tcp_keepalives_idle', '15', 0],
  ['tcp_keepalives_interval', '5', 0],
  ['tcp_keepalives_count', '3', 0],
  ['tcp_user_timeout', '30000', 120_000],
];

/** An expression that sets them where the condition, also an expression, holds. */
export function keepalivesWhere(condition: string): string {
  const each = KEEPALIVES.map(
    ([name, value, since]) =>
      `CASE WHEN current_setting('server_version_num')::int >= ${since} THEN set_config('${name}', '${value}', false) END`,
  );
  return `CASE WHEN ${condition} THEN ARRAY[${each.join(', ')}] END`;
}

/** Settings of each transaction: one whose statements arrived in part only ends after this time, and gives back its locks. */
export const IDLE_IN_TRANSACTION = { idle_in_transaction_session_timeout: '5000' };

/**
 * Has the server end this session when it has sent nothing for so many milliseconds; undefined: never, as before. It also finds what
 * keepalives don't: a proxy or pooler between that lives while this side is gone. So whoever holds a lock for a session sends this along
 * with it, then sends something more often, and sends it with undefined as the lock is given back. For direct connections.
 * @returns undefined where the server (before PostgreSQL 14) knows no such limit
 */
export function endWhenIdle(version: number, ms: number | undefined): Statement | undefined {
  if (version < 140_000) return undefined;
  return ms === undefined
    ? { text: 'RESET idle_session_timeout' }
    : { text: `SELECT set_config('idle_session_timeout', $1::text, false)`, values: [String(ms)] };
}
