import { Problem } from '../../common/problem.ts';

/** Connection parameters by libpq's keywords: host, port, dbname, user, password, sslmode, … */
export type Parameters = Readonly<Record<string, string>>;

/**
 * All that libpq 18 takes in a connection string, and what becomes of it here. What protects a connection or chooses where it goes is
 * honoured as by libpq, or the connection is refused: nothing of that kind is passed over in silence.
 * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS
 * @see https://www.postgresql.org/docs/current/libpq-envars.html
 */
interface Parameter {
  /** The environment variable that stands in for it. */
  readonly env?: string;
  /** harmless: passing it over can neither weaken a connection nor lead it elsewhere; the row's comment says why. */
  readonly is: 'honoured' | 'harmless' | 'refused';
  /** The values that libpq knows; undefined: any. */
  readonly values?: readonly string[];
  /** Of what can't be done here: the values that don't ask for it, where it is asked for (undefined: everywhere), and why not. */
  readonly cannot?: {
    readonly unless?: readonly string[];
    readonly where?: (parameters: Parameters) => boolean;
    readonly why: string;
    readonly next: string;
  };
}

const honoured = (env?: string, values?: readonly string[]): Parameter => ({
  is: 'honoured',
  ...(env === undefined ? {} : { env }),
  ...(values === undefined ? {} : { values }),
});
const harmless = (env?: string): Parameter => ({ ...honoured(env), is: 'harmless' });

const SCRAM_KEYS: Parameter = {
  is: 'refused',
  cannot: {
    why: 'Only passwords can be used here, no SCRAM keys.',
    next: 'Leave it out and connect with the password.',
  },
};

export const PARAMETERS: Readonly<Record<string, Parameter>> = {
  service: honoured('PGSERVICE'),
  servicefile: honoured('PGSERVICEFILE'),
  host: honoured('PGHOST'),
  hostaddr: honoured('PGHOSTADDR'),
  port: honoured('PGPORT'),
  dbname: honoured('PGDATABASE'),
  user: honoured('PGUSER'),
  password: honoured('PGPASSWORD'),
  passfile: honoured('PGPASSFILE'),
  connect_timeout: honoured('PGCONNECT_TIMEOUT'),
  options: honoured('PGOPTIONS'),
  require_auth: honoured('PGREQUIREAUTH'),
  channel_binding: honoured('PGCHANNELBINDING', ['disable', 'prefer', 'require']),
  target_session_attrs: honoured('PGTARGETSESSIONATTRS', [
    'any',
    'read-write',
    'read-only',
    'primary',
    'standby',
    'prefer-standby',
  ]),
  sslmode: honoured('PGSSLMODE'),
  sslnegotiation: honoured('PGSSLNEGOTIATION', ['postgres', 'direct']),
  sslrootcert: honoured('PGSSLROOTCERT'),
  sslcert: honoured('PGSSLCERT'),
  sslkey: honoured('PGSSLKEY'),
  sslpassword: honoured(),
  sslcrl: honoured('PGSSLCRL'),
  sslcrldir: honoured('PGSSLCRLDIR'),
  ssl_min_protocol_version: honoured('PGSSLMINPROTOCOLVERSION'),
  ssl_max_protocol_version: honoured('PGSSLMAXPROTOCOLVERSION'),
  sslcertmode: {
    ...honoured('PGSSLCERTMODE', ['disable', 'allow', 'require']),
    cannot: {
      unless: ['disable', 'allow'],
      why: 'Whether the server asked for the client’s certificate can’t be seen here.',
      next: 'Leave it out; clientcert=verify-full in the server’s pg_hba.conf asks for the certificate all the same.',
    },
  },
  sslsni: {
    ...honoured('PGSSLSNI', ['0', '1']),
    cannot: {
      unless: ['1'],
      why: 'The name of the host is always part of the TLS handshake here.',
      next: 'Leave it out, or give the address of the server in place of its name.',
    },
  },
  gssencmode: {
    ...honoured('PGGSSENCMODE', ['disable', 'prefer', 'require']),
    cannot: {
      unless: ['disable', 'prefer'],
      why: 'Encryption by GSSAPI (Kerberos) is not supported here.',
      next: 'Leave it out and encrypt by TLS: sslmode=verify-full.',
    },
  },
  requirepeer: {
    ...honoured('PGREQUIREPEER'),
    cannot: {
      // libpq passes it over on TCP connections too.
      where: ({ host }) => host?.startsWith('/') === true,
      why: 'Who owns the server process behind a Unix-domain socket can’t be seen here.',
      next: 'Connect by TCP with TLS, or leave it out if only trusted users can make files in that folder.',
    },
  },
  min_protocol_version: {
    ...honoured('PGMINPROTOCOLVERSION', ['3.0', '3.2', 'latest']),
    cannot: { unless: ['3.0'], why: 'Only version 3.0 of the protocol is spoken here.', next: 'Leave it out.' },
  },
  replication: {
    is: 'refused',
    cannot: {
      unless: ['false', 'off', 'no', '0'],
      why: 'A replication connection answers no readings.',
      next: 'Leave it out.',
    },
  },
  scram_client_key: SCRAM_KEYS,
  scram_server_key: SCRAM_KEYS,
  // Of before PostgreSQL 10; who still says it wants encryption.
  requiressl: {
    env: 'PGREQUIRESSL',
    is: 'refused',
    values: ['0', '1'],
    cannot: { unless: ['0'], why: 'PostgreSQL does not know it any more.', next: 'Say sslmode=require in its place.' },
  },
  // Protocol 3.0, which is spoken here, is within every maximum.
  max_protocol_version: harmless('PGMAXPROTOCOLVERSION'),
  // One host is all that is taken, and its addresses are tried one after the other.
  load_balance_hosts: { ...harmless('PGLOADBALANCEHOSTS'), values: ['disable', 'random'] },
  // What the monitor calls itself, and how texts come, is its own; so are the keepalives (see sessionGuard.ts).
  application_name: harmless('PGAPPNAME'),
  fallback_application_name: harmless(),
  client_encoding: harmless('PGCLIENTENCODING'),
  keepalives: harmless(),
  keepalives_idle: harmless(),
  keepalives_interval: harmless(),
  keepalives_count: harmless(),
  tcp_user_timeout: harmless(),
  // Compression is never used, by libpq neither; and nobody writes the keys of this connection to a file.
  sslcompression: harmless('PGSSLCOMPRESSION'),
  sslkeylogfile: harmless(),
  // Of GSSAPI and OAuth. Servers that ask for either are refused with that reason.
  krbsrvname: harmless('PGKRBSRVNAME'),
  gsslib: harmless('PGGSSLIB'),
  gssdelegation: harmless('PGGSSDELEGATION'),
  oauth_issuer: harmless(),
  oauth_client_id: harmless(),
  oauth_client_secret: harmless(),
  oauth_scope: harmless(),
  oauth_ca_file: harmless('PGOAUTHCAFILE'),
};

/**
 * Refuses what can't be honoured, whether the connection string, the service file or the environment says it.
 * @param what for the Problem: "Cannot connect to shop on db.example.org:5432"
 * @throws Problem 'connection-parameter'; never with a value in it that may be a secret
 */
export function requireHonoured(parameters: Parameters, what: string): void {
  for (const [keyword, value] of Object.entries(parameters)) {
    const row = Object.hasOwn(PARAMETERS, keyword) ? PARAMETERS[keyword] : undefined;
    if (row === undefined)
      throw notHonoured(what, `"${keyword}" is no connection parameter.`, 'Correct its name or leave it out.');
    const { values, cannot, env } = row;
    if (values?.includes(value) === false) {
      throw notHonoured(
        what,
        `${keyword}=${value} is none of ${values.join(', ')}.`,
        `Correct ${nameOf(keyword, env)}.`,
      );
    }
    if (cannot === undefined || cannot.unless?.includes(value) === true || cannot.where?.(parameters) === false)
      continue;
    const shown = cannot.unless === undefined ? keyword : `${keyword}=${value}`;
    throw notHonoured(what, `${nameOf(shown, env)} can’t be honoured: ${cannot.why}`, cannot.next);
  }
}

function nameOf(shown: string, env: string | undefined): string {
  return env === undefined ? shown : `${shown} (or ${env} in the environment)`;
}

function notHonoured(what: string, why: string, next: string): Problem {
  return new Problem({ code: 'connection-parameter', what, why, next, transient: false });
}
