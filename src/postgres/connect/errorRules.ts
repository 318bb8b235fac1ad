import { MOST_MEGABYTES, MOST_ROWS, RESULT_TOO_LARGE } from './wire.ts';

/** Whom and what an error was about. Never a password. */
export interface ErrorContext {
  /** What failed, for people: "Cannot connect to shop on db.example.org:5432". */
  readonly what: string;
  readonly user: string;
  readonly database: string;
  readonly host: string;
  readonly port: number;
  /** The table that is watched, when a statement was about it. */
  readonly table?: string;
}

export interface ErrorRule {
  /** SQLSTATE (5 characters), errno of Node or OpenSSL, or a part of the message where there is no code. */
  readonly when: readonly (string | RegExp)[];
  readonly code: string;
  /** @param said the server's own words */
  readonly why: (c: ErrorContext, said: string) => string;
  readonly next: (c: ErrorContext, said: string) => string;
  readonly transient: boolean;
  /** Only where the failed statement was about the session table. */
  readonly aboutTable?: true;
}

/** "permission denied for view pg_stat_activity": nothing of the site's. In another language it falls to the rule of all that is denied. */
const SERVERS_OWN = /^permission denied for (view|function|table) (pg_\w+)/u;
const ownName = (said: string): string => SERVERS_OWN.exec(said)?.[2] ?? 'what it asked';
const grantOf = (said: string): string =>
  SERVERS_OWN.exec(said)?.[1] === 'function'
    ? `GRANT EXECUTE ON FUNCTION ${ownName(said)}`
    : `GRANT SELECT ON ${ownName(said)}`;

/**
 * The first row that fits wins.
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export const ERROR_RULES: readonly ErrorRule[] = [
  {
    when: ['28P01', /password authentication failed/u],
    code: 'wrong-password',
    why: (c) => `The server refused the password of user ${c.user}.`,
    next: () => 'Check the password (PASSWORD in DATABASES), or enter another.',
    transient: false,
  },
  {
    when: [/client password must be a(?: non-empty)? string/u, /no password supplied/u],
    code: 'password-missing',
    why: (c) => `The server asks for a password for user ${c.user}, and none is known.`,
    next: () => 'Set PASSWORD in DATABASES, add a line to ~/.pgpass, or connect with a password.',
    transient: false,
  },
  {
    when: [/Unknown authenticationOk message type/u],
    code: 'authentication-method',
    why: () => 'The server asks for a login by GSSAPI (Kerberos), SSPI or in another way that is not supported here.',
    next: () => 'Ask for scram-sha-256 in the server’s pg_hba.conf for this user.',
    transient: false,
  },
  {
    when: [RESULT_TOO_LARGE],
    code: 'answer-too-large',
    why: ({ table }) =>
      `The answer went on after ${MOST_ROWS.toLocaleString('en-US')} rows or ${MOST_MEGABYTES} MB, more than any reading has; the connection was closed.` +
      (table === undefined ? '' : ` Something else may stand in the place of ${table}.`),
    next: () => 'Look whether it is a table of Django’s and not a view or a rule, and connect again.',
    transient: false,
  },
  {
    when: [/role ".*" does not exist/u, /no such user/u],
    code: 'role-missing',
    why: (c) => `The server knows no role ${c.user}.`,
    next: () => 'Check USER in DATABASES, or create the role.',
    transient: false,
  },
  {
    when: [/no pg_hba\.conf entry/u, /pg_hba\.conf rejects/u, '28000'],
    code: 'access-refused',
    why: (c) =>
      `The server’s pg_hba.conf does not let user ${c.user} into database ${c.database} from here in this way.`,
    next: () => 'Ask for a line in pg_hba.conf, or try another sslmode if it wants encryption.',
    transient: false,
  },
  {
    when: ['3D000', /no such database/u],
    code: 'database-missing',
    why: (c) => `The server has no database ${c.database}.`,
    next: () => 'Check NAME in DATABASES, or create the database.',
    transient: false,
  },
  {
    when: ['ENOTFOUND', 'EAI_NODATA', 'EAI_NONAME'],
    code: 'unknown-host',
    why: (c) => `The name ${c.host} has no address.`,
    next: () =>
      'Check HOST in DATABASES (a name of a container is known only to other containers) and the network or VPN; the monitor tries again by itself.',
    // It may have one as soon as the VPN is up or the container runs.
    transient: true,
  },
  {
    when: ['EAI_AGAIN'],
    code: 'host-lookup',
    why: (c) => `The address of ${c.host} could not be looked up.`,
    next: () => 'Check HOST in DATABASES and the network; the monitor tries again by itself.',
    transient: true,
  },
  {
    when: ['ENETUNREACH', 'EHOSTUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL'],
    code: 'host-unreachable',
    why: (c) => `The network does not reach ${c.host} at present.`,
    next: () => 'Check the network or VPN; the monitor tries again by itself.',
    transient: true,
  },
  {
    when: ['ECONNREFUSED', 'ENOENT'],
    code: 'connection-refused',
    why: (c) => `Nothing listens on port ${c.port} of ${c.host}.`,
    next: () => 'Start the server, or check HOST and PORT in DATABASES.',
    transient: true,
  },
  {
    when: ['EACCES', 'EPERM'],
    code: 'connection-forbidden',
    why: (c) => `The system does not let this program connect to ${c.host}.`,
    next: () => 'Check the rights of the socket file, or connect over the network.',
    transient: false,
  },
  {
    when: ['ETIMEDOUT', /timeout expired/u],
    code: 'connect-timeout',
    why: (c) => `${c.host} did not answer in time.`,
    next: () => 'Check HOST and PORT and whether a firewall is between; the monitor tries again by itself.',
    transient: true,
  },
  {
    when: [/does not support SSL/u],
    code: 'tls-unsupported',
    why: () => 'The server does not speak TLS, and sslmode asks for it.',
    next: () => 'Set up TLS on the server, or choose sslmode=prefer or disable if the network is trusted.',
    transient: false,
  },
  {
    when: [/^ERR_TLS_CERT_ALTNAME/u],
    code: 'tls-host-mismatch',
    why: (c) => `The server’s certificate was not made for ${c.host}.`,
    next: () => 'Use the host name that is in the certificate, or sslmode=verify-ca.',
    transient: false,
  },
  {
    when: ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'],
    code: 'tls-certificate-expired',
    why: () => 'The server’s certificate is not valid at this date.',
    next: () => 'Renew the certificate of the server, or check this machine’s clock.',
    transient: false,
  },
  {
    when: [/SELF_SIGNED|UNABLE_TO_|^CERT_|INVALID_CA|PATH_LENGTH/u],
    code: 'tls-certificate',
    why: () => 'The server’s certificate is not signed by an authority that is trusted here.',
    next: () => 'Name the right root certificate in sslrootcert.',
    transient: false,
  },
  {
    when: [/^ERR_(?:SSL|TLS|OSSL)|^EPROTO$/u, /error establishing an SSL connection/u],
    code: 'tls-failed',
    why: () => 'The TLS handshake with the server failed.',
    next: () => 'Check sslmode, sslcert and sslkey, and which TLS versions the server allows.',
    transient: false,
  },
  {
    when: ['53300', /too many (?:clients|connections)/u, /no more connections allowed/u, /remaining connection slots/u],
    code: 'too-many-connections',
    why: () => 'The server has no connection left for this role.',
    next: () => 'Close connections or raise max_connections or the role’s limit; the monitor tries again by itself.',
    transient: true,
  },
  {
    when: [
      '57P03',
      '57P01',
      '57P02',
      /server is (?:starting up|shutting down)/u,
      /server_login_retry|pgbouncer cannot connect/u,
    ],
    code: 'server-unavailable',
    why: () => 'The server is starting up, shutting down or not accepting connections.',
    next: () => 'Wait until it is back; the monitor tries again by itself.',
    transient: true,
  },
  {
    when: [/bouncer config error/u],
    code: 'pooler-configuration',
    why: (c) => `The connection pooler does not know database ${c.database} or user ${c.user}.`,
    next: () => 'Check NAME and USER in DATABASES, or the pooler’s list of databases and users.',
    transient: false,
  },
  {
    when: [/unsupported startup parameter/u],
    code: 'pooler-parameter',
    why: () => 'The connection pooler accepts no start-up options.',
    next: () => 'Leave "options" out of the connection, or add it to PgBouncer’s ignore_startup_parameters.',
    transient: false,
  },
  {
    when: [/not allowed in statement pooling mode/u],
    code: 'pooler-statement-mode',
    why: () =>
      'The connection pooler is in statement mode, which takes no transactions; what is read here is read in some that cannot write.',
    next: () =>
      'Set pool_mode = transaction for this database in PgBouncer (Django’s atomic() needs it too), or connect to the server itself.',
    transient: false,
  },
  {
    when: ['42P01', '3F000'],
    code: 'table-missing',
    why: (c) => `The database ${c.database} has no table ${c.table} that user ${c.user} can find.`,
    next: () => 'Run "python manage.py migrate", or set the table and its schema in the settings of this extension.',
    transient: false,
    aboutTable: true,
  },
  {
    when: ['42703', '42883', '42804', '42846'],
    code: 'not-djangos-table',
    why: (c) => `${c.table} has not the columns session_key, session_data and expire_date of Django’s.`,
    next: () => 'Set the table of your session model in the settings of this extension.',
    transient: false,
    aboutTable: true,
  },
  {
    when: [SERVERS_OWN],
    code: 'built-in-denied',
    why: (c, said) =>
      `User ${c.user} may not use ${ownName(said)}, PostgreSQL’s own, which everybody may who is not kept from it.`,
    next: (c, said) => `Let a superuser run: ${grantOf(said)} TO ${c.user}; (and the same for others like it).`,
    transient: false,
  },
  {
    when: ['42501'],
    code: 'permission-denied',
    why: (c) => `User ${c.user} may not read ${c.table ?? 'this'}.`,
    next: (c) => `Let the owner run: GRANT SELECT ON ${c.table ?? 'django_session'} TO ${c.user}.`,
    transient: false,
  },
  {
    when: ['25006'],
    code: 'read-only',
    why: () => 'The connection is read only, and the statement would write.',
    next: () => 'Nothing was changed; writing goes through an action that asks first.',
    transient: false,
  },
  {
    when: ['55P03'],
    code: 'lock-timeout',
    why: (c) => `Another session holds ${c.table ?? 'the table'} locked.`,
    next: () => 'Wait until it is done (VACUUM FULL, ALTER TABLE, REINDEX); the monitor tries again by itself.',
    transient: true,
  },
  {
    when: ['57014'],
    code: 'statement-timeout',
    why: () => 'The server ended the statement because it took too long.',
    next: () =>
      'The monitor tries again by itself; if it stays, raise the statement timeout or look for load on the server.',
    transient: true,
  },
  {
    when: ['40001', '40P01', '72000', '58000', '53100', '53200', '53400', 'XX000', '55000'],
    code: 'server-error',
    why: () => 'The server could not do it now.',
    next: () => 'Look into the server’s log; the monitor tries again by itself.',
    transient: true,
  },
  {
    when: ['STALLED'],
    code: 'server-stalled',
    why: (c) => `${c.host} did not answer in time.`,
    next: () => 'Look at the load of the server; the monitor connects again by itself.',
    transient: true,
  },
  {
    when: [
      /^08/u,
      'ECONNRESET',
      'EPIPE',
      'ECONNABORTED',
      /Connection terminated/u,
      /not queryable/u,
      /Connection ended/u,
    ],
    code: 'connection-lost',
    why: () => 'The connection to the server broke.',
    next: () => 'The monitor connects again by itself.',
    transient: true,
  },
];
