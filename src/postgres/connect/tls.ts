import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { rootCertificates, type ConnectionOptions, type PeerCertificate } from 'node:tls';
import { readSmallFile } from '../../common/fileSystem.ts';
import { Problem } from '../../common/problem.ts';
import { personsFile, surroundings } from '../target/libpqFiles.ts';
import type { Parameters } from '../target/libpqParameters.ts';

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
  const home = (name: string): string => personsFile({ tls: name }, surroundings());
  const root = parameters['sslrootcert'] ?? home('root.crt');
  const found = root === 'system' || existsSync(root);
  if (root === 'system' && mode !== 'verify-full') throw settings('sslrootcert=system needs sslmode=verify-full.');
  if (!found && (asked !== 'nothing' || (parameters['sslrootcert'] !== undefined && mode === 'require')))
    throw settings(`The root certificate ${root} does not exist.`);
  // "require" with a root certificate checks like verify-ca: libpq keeps that for old programs' sake.
  const verify = mode === 'require' && found ? 'authority' : asked;
  const [certificate, key] =
    parameters['sslcertmode'] === 'disable'
      ? []
      : [
          optionalFile(parameters['sslcert'], home('postgresql.crt')),
          optionalFile(parameters['sslkey'], home('postgresql.key')),
        ];
  return {
    rejectUnauthorized: verify !== 'nothing',
    ...(verify === 'nothing' ? {} : { ca: root === 'system' ? [...rootCertificates] : read(root) }),
    ...(verify === 'authority and host' ? {} : { checkServerIdentity: anyHost }),
    ...(certificate === undefined || key === undefined ? {} : { cert: read(certificate), key: read(key) }),
    ...versions(parameters),
    ...revoked(parameters, home('root.crl')),
    ...(parameters['sslpassword'] === undefined ? {} : { passphrase: parameters['sslpassword'] }),
    ...(parameters['hostaddr'] === undefined ? {} : { servername: parameters['host'] ?? '' }),
  };
}

/** The range of TLS versions; by default from 1.2 on, as libpq's. */
function versions(parameters: Parameters): Pick<ConnectionOptions, 'minVersion' | 'maxVersion'> {
  const of = (keyword: string, otherwise: number): number => {
    const value = parameters[keyword];
    const found =
      value === undefined ? otherwise : VERSIONS.findIndex((one) => one.toLowerCase() === value.toLowerCase());
    if (found < 0) throw settings(`${keyword}=${value} is none of ${VERSIONS.join(', ')}.`);
    return found;
  };
  const [min, max] = [of('ssl_min_protocol_version', 2), of('ssl_max_protocol_version', VERSIONS.length - 1)];
  const [minVersion, maxVersion] = [VERSIONS[min], VERSIONS[max]];
  if (min > max || minVersion === undefined || maxVersion === undefined)
    throw settings('ssl_min_protocol_version is higher than ssl_max_protocol_version.');
  return { minVersion, maxVersion };
}

const VERSIONS = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;

/** Lists of revoked certificates: a file, a folder with one or more (as `openssl rehash` names them), by default root.crl. */
function revoked({ sslcrl, sslcrldir }: Parameters, standard: string): Pick<ConnectionOptions, 'crl'> {
  const file = sslcrl ?? (sslcrldir === undefined && existsSync(standard) ? standard : undefined);
  const lists = [...(file === undefined ? [] : [file]), ...(sslcrldir === undefined ? [] : listsIn(sslcrldir))];
  return lists.length === 0 ? {} : { crl: lists.map(read) };
}

function listsIn(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => /^[0-9a-f]{8}\.r\d+$/u.test(name));
  } catch (cause) {
    throw settings(`The folder ${folder} cannot be read.`, cause);
  }
  if (names.length === 0) throw settings(`The folder ${folder} holds no lists of revoked certificates.`);
  return names.map((name) => join(folder, name));
}

function anyHost(_host: string, _certificate: PeerCertificate): undefined {
  return undefined;
}

function optionalFile(named: string | undefined, standard: string): string | undefined {
  return named ?? (existsSync(standard) ? standard : undefined);
}

function read(file: string): string {
  try {
    return readSmallFile(file);
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
      next: 'Correct the parameters that begin with "ssl" in the connection string or in OPTIONS of DATABASES.',
      transient: false,
    },
    { cause },
  );
}
