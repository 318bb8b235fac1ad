import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates, type ConnectionOptions, type PeerCertificate } from 'node:tls';
import { Problem } from '../common/problem.ts';
import type { Parameters } from './parameters.ts';

/**
 * What libpq's sslmode names mean: what is tried in which order, and what of the server's certificate is checked.
 * @see https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-SSLMODE-STATEMENTS
 */
const MODES = {
  disable: { attempts: ['plain'], verify: 'nothing' },
  allow: { attempts: ['plain', 'tls'], verify: 'nothing' },
  prefer: { attempts: ['tls', 'plain'], verify: 'nothing' },
  require: { attempts: ['tls'], verify: 'nothing' },
  'verify-ca': { attempts: ['tls'], verify: 'authority' },
  'verify-full': { attempts: ['tls'], verify: 'authority and host' },
} as const satisfies Record<string, { attempts: readonly ('plain' | 'tls')[]; verify: Verify }>;

type Verify = 'nothing' | 'authority' | 'authority and host';
type Mode = keyof typeof MODES;

export interface Encryption {
  /** For each attempt in turn what `pg` calls `ssl`. */
  readonly attempts: readonly (false | ConnectionOptions)[];
  readonly negotiation: 'postgres' | 'direct';
}

/** The attempts for these parameters. Throws a Problem 'tls-settings' when they contradict themselves or a file is missing. */
export function encryption(parameters: Parameters): Encryption {
  const mode = parameters['sslmode'] ?? 'prefer';
  if (!isMode(mode)) throw settings(`sslmode "${mode}" is none of ${Object.keys(MODES).join(', ')}.`);
  const direct = parameters['sslnegotiation'] === 'direct';
  const { attempts, verify } = MODES[mode];
  if (direct && attempts.some((kind) => kind === 'plain'))
    throw settings(`sslnegotiation=direct needs sslmode=require or stronger.`);
  // A Unix-domain socket is never encrypted, whatever the mode says.
  if (parameters['host']?.startsWith('/') === true) return { attempts: [false], negotiation: 'postgres' };
  const tls = attempts.some((kind) => kind === 'tls') ? options(parameters, mode, verify) : false;
  return { attempts: attempts.map((kind) => kind === 'tls' && tls), negotiation: direct ? 'direct' : 'postgres' };
}

function isMode(name: string): name is Mode {
  return Object.hasOwn(MODES, name);
}

function options(parameters: Parameters, mode: Mode, asked: Verify): ConnectionOptions {
  const home = (name: string): string => join(homedir(), '.postgresql', name);
  const root = parameters['sslrootcert'] ?? home('root.crt');
  const found = root === 'system' || existsSync(root);
  if (root === 'system' && mode !== 'verify-full') throw settings('sslrootcert=system needs sslmode=verify-full.');
  if (!found && (asked !== 'nothing' || (parameters['sslrootcert'] !== undefined && mode === 'require')))
    throw settings(`The root certificate ${root} does not exist.`);
  // "require" with a root certificate checks like verify-ca: libpq keeps that for old programs' sake.
  const verify = mode === 'require' && found ? 'authority' : asked;
  const certificate = optionalFile(parameters['sslcert'], home('postgresql.crt'));
  const key = optionalFile(parameters['sslkey'], home('postgresql.key'));
  return {
    rejectUnauthorized: verify !== 'nothing',
    ...(verify === 'nothing' ? {} : { ca: root === 'system' ? [...rootCertificates] : read(root) }),
    ...(verify === 'authority and host' ? {} : { checkServerIdentity: anyHost }),
    ...(certificate === undefined || key === undefined ? {} : { cert: read(certificate), key: read(key) }),
    ...(parameters['sslcrl'] === undefined ? {} : { crl: read(parameters['sslcrl']) }),
    ...(parameters['sslpassword'] === undefined ? {} : { passphrase: parameters['sslpassword'] }),
    ...(parameters['hostaddr'] === undefined ? {} : { servername: parameters['host'] ?? '' }),
  };
}

function anyHost(_host: string, _certificate: PeerCertificate): undefined {
  return undefined;
}

function optionalFile(named: string | undefined, standard: string): string | undefined {
  return named ?? (existsSync(standard) ? standard : undefined);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw settings(`The file ${file} cannot be read.`, cause);
  }
}

function settings(why: string, cause?: unknown): Problem {
  return new Problem(
    {
      code: 'tls-settings',
      what: 'Cannot set up TLS',
      why,
      next: 'Correct sslmode, sslrootcert, sslcert or sslkey in the connection string or in OPTIONS of DATABASES.',
      transient: false,
    },
    { cause },
  );
}
