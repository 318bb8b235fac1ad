import type { Client } from 'pg';
import { Problem } from '../../common/problem.ts';
import type { Parameters } from '../target/libpqParameters.ts';
import { wireOf } from './wire.ts';

/**
 * What the server may ask of us before we are in, as libpq's require_auth and channel_binding rule it. The server chooses how a password
 * is asked for; without this, one that was taken over (or someone between) could ask for it in the clear.
 * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-REQUIRE-AUTH
 */
const METHODS = ['password', 'md5', 'gss', 'sspi', 'scram-sha-256', 'oauth', 'none'] as const;
type Method = (typeof METHODS)[number];

export interface AuthenticationRules {
  /** For the Problem: "Cannot connect to shop on db.example.org:5432". */
  readonly what: string;
  readonly allowed: ReadonlySet<Method>;
  /** require_auth as it was given, for people. */
  readonly requireAuth: string | undefined;
  readonly bindChannel: boolean;
}

/** @throws Problem 'connection-parameter' where require_auth can't be read */
export function authenticationRules(parameters: Parameters, what: string): AuthenticationRules {
  const { require_auth: requireAuth, channel_binding: channelBinding } = parameters;
  return { what, requireAuth, allowed: allowedMethods(requireAuth, what), bindChannel: channelBinding === 'require' };
}

/** A list of methods, or of methods with a "!" that are forbidden: then all others are allowed, no authentication among them. */
function allowedMethods(list: string | undefined, what: string): ReadonlySet<Method> {
  if (list === undefined) return new Set(METHODS);
  const parts = list.split(',');
  const names = parts.map((part) => part.replace(/^!/u, ''));
  const negated = parts.filter((part) => part.startsWith('!')).length;
  const known = METHODS.filter((method) => names.includes(method));
  if (known.length !== names.length || (negated !== 0 && negated !== parts.length)) {
    throw new Problem({
      code: 'connection-parameter',
      what,
      why: `require_auth=${list} is no list of ${METHODS.join(', ')}, each once, and either all or none with a "!" before it.`,
      next: 'Correct require_auth (or PGREQUIREAUTH in the environment).',
      transient: false,
    });
  }
  return new Set(negated === 0 ? known : METHODS.filter((method) => !known.includes(method)));
}

/**
 * Watches how the server asks, and closes the connection before anything is answered that the rules don't allow. The Problem is
 * what connecting then fails with. To be called before client.connect(), so that `pg` hears of each message later, and with guardWire.
 */
export function guardAuthentication(client: Client, rules: AuthenticationRules): void {
  const wire = wireOf(client);
  let asked: Method = 'none';
  let [finished, bound] = [false, false];
  const refuse = (why: string, next: string): never => {
    throw new Problem({ code: 'authentication-method', what: rules.what, why, next, transient: false });
  };
  const check = (method: Method, mechanisms: readonly string[] = []): void => {
    asked = method;
    finished = method === 'password' || method === 'md5';
    bound = mechanisms.includes('SCRAM-SHA-256-PLUS');
    if (!rules.allowed.has(method)) refuse(NOT_ALLOWED(ASKS[method], rules), CHANGE(rules));
    else if (UNSUPPORTED.has(method)) refuse(`${ASKS[method]}, which is not supported here.`, OTHER_METHOD);
    else if (rules.bindChannel && !bound) refuse(`${ASKS[method]}, without channel binding. ${NOT_SENT}`, BINDING);
  };
  wire.on('authenticationCleartextPassword', () => check('password'));
  wire.on('authenticationMD5Password', () => check('md5'));
  wire.on('authenticationSASL', ({ mechanisms = [] }) =>
    check(mechanisms.some((name) => name.startsWith('SCRAM-SHA-256')) ? 'scram-sha-256' : 'oauth', mechanisms),
  );
  // It proves that the server knows the password; `pg` checks that, and does not mind when it never comes.
  wire.on('authenticationSASLFinal', () => (finished = true));
  wire.on('authenticationOk', () => {
    if (!rules.allowed.has(asked)) refuse(NOT_ALLOWED(ASKS[asked], rules), CHANGE(rules));
    else if (rules.requireAuth !== undefined && asked !== 'none' && !finished) refuse(NO_PROOF, OTHER_METHOD);
    else if (rules.bindChannel && !(finished && bound)) refuse(`${ASKS[asked]}, without channel binding.`, BINDING);
  });
}

const ASKS: Readonly<Record<Method, string>> = {
  password: 'The server asks for the password in the clear',
  md5: 'The server asks for the password by MD5',
  gss: 'The server asks for a login by GSSAPI (Kerberos)',
  sspi: 'The server asks for a login by SSPI',
  'scram-sha-256': 'The server asks for the password by SCRAM-SHA-256',
  oauth: 'The server asks for a login by OAuth or another mechanism',
  none: 'The server lets anyone in without asking who it is',
};

const UNSUPPORTED: ReadonlySet<Method> = new Set(['gss', 'sspi', 'oauth']);
const NO_PROOF = 'The server let us in without the proof that it knows the password.';
const NOT_SENT = 'No password was sent.';
const NOT_ALLOWED = (asks: string, { requireAuth = '' }: AuthenticationRules): string =>
  `${asks}, and require_auth=${requireAuth} does not allow that. ${NOT_SENT}`;
const CHANGE = ({ requireAuth = '' }: AuthenticationRules): string =>
  `Let the server’s pg_hba.conf ask in a way that require_auth=${requireAuth} allows, or change require_auth.`;
const OTHER_METHOD = 'Ask for scram-sha-256 in the server’s pg_hba.conf for this user.';
const BINDING =
  'channel_binding=require needs sslmode=require or stronger and scram-sha-256 in the server’s pg_hba.conf; leave it out if that can’t be.';
