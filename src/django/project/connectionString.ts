import type { DatabaseSettings } from './project.ts';

/**
 * From an entry of DATABASES to a libpq connection URI, by the rules of Django's postgresql backend
 * (DatabaseWrapper.get_connection_params): OPTIONS first, then NAME, USER, PASSWORD, HOST and PORT where they are not empty.
 */

/** Parameters of libpq that an entry's OPTIONS may carry over. Others are Django's, psycopg's, or set by the monitor itself. */
const CARRIED = new Set([
  'channel_binding',
  'connect_timeout',
  'gssencmode',
  'hostaddr',
  'keepalives',
  'keepalives_count',
  'keepalives_idle',
  'keepalives_interval',
  'krbsrvname',
  'load_balance_hosts',
  'options',
  'passfile',
  'require_auth',
  'service',
  'servicefile',
  'sslcert',
  'sslcrl',
  'sslkey',
  'sslmode',
  'sslnegotiation',
  'sslrootcert',
  'ssl_max_protocol_version',
  'ssl_min_protocol_version',
  'sslsni',
  'target_session_attrs',
  'tcp_user_timeout',
]);

export interface ConnectionParts {
  /** A `postgresql://` URI without a password. */
  readonly connectionString: string;
  readonly password?: string;
}

/** Empty parts are left to libpq: its defaults, its environment variables, its service file. */
export function toConnection(db: DatabaseSettings): ConnectionParts {
  const { options } = db;
  const given = (value: string | undefined, key: string): string =>
    value !== undefined && value !== '' ? value : (options[key] ?? '');
  // OPTIONS may override NAME ({'dbname': NAME, **OPTIONS}), but not the others.
  const name = options.dbname ?? db.name ?? '';
  const user = given(db.user, 'user');
  const password = given(db.password, 'password');
  const host = given(db.host, 'host');
  const port = given(db.port, 'port');

  const query: [string, string][] = [];
  // A socket's folder, a list of hosts and an abstract socket have no place before the path.
  const inAuthority = /^[\w.-]+$/.test(host) || isIPv6(host);
  if (host !== '' && !inAuthority) query.push(['host', host]);
  if (port !== '' && !inAuthority) query.push(['port', port]);
  for (const [key, value] of Object.entries(options)) if (CARRIED.has(key) && value !== '') query.push([key, value]);

  const shownHost = isIPv6(host) ? `[${host}]` : host;
  const authority = inAuthority ? `${shownHost}${port === '' ? '' : `:${port}`}` : '';
  const search = query.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join('&');
  const connectionString = `postgresql://${user === '' ? '' : `${encodeURIComponent(user)}@`}${authority}/${encodeURIComponent(name)}${search === '' ? '' : `?${search}`}`;
  return password === '' ? { connectionString } : { connectionString, password };
}

function isIPv6(host: string): boolean {
  return /^[\da-fA-F]*:[\da-fA-F:.]+$/.test(host) && !host.includes(',');
}
