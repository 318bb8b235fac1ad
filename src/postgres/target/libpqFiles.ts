import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { readSmallFile } from '../../common/fileSystem.ts';
import { Problem } from '../../common/problem.ts';
import { isFile } from '../../common/programFile.ts';
import type { Parameters } from './libpqParameters.ts';

/**
 * libpq's two files. They are read here and not with `ini` and `pgpass`: in a service file everything behind the first `=`
 * is the value, so that `;`, `#` and quotes may be part of a password, which `ini` would cut off; `pgpass` knows no passfile=
 * and reports nothing.
 */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** Default: of this machine. */
  readonly platform?: NodeJS.Platform;
}

export function surroundings(): Surroundings {
  return { env: process.env, home: homedir() };
}

export function isOnWindows({ platform = process.platform }: Surroundings): boolean {
  return platform === 'win32';
}

/**
 * Where libpq looks for the files of a person. Windows has a folder for all of them, and no dots before their names but for the service
 * file's. @see pqGetHomeDirectory() in fe-connect.c, and its callers
 */
export function personsFile(kind: 'service' | 'passfile' | { readonly tls: string }, from: Surroundings): string {
  const { env, home } = from;
  const isWindows = isOnWindows(from);
  const paths = isWindows ? path.win32 : path.posix;
  const folder = isWindows ? paths.join(env['APPDATA'] ?? home, 'postgresql') : home;
  if (kind === 'service') return paths.join(folder, '.pg_service.conf');
  if (kind === 'passfile') return paths.join(folder, isWindows ? 'pgpass.conf' : '.pgpass');
  return isWindows ? paths.join(folder, kind.tls) : paths.join(folder, '.postgresql', kind.tls);
}

/** @param file undefined: the standard one @see https://www.postgresql.org/docs/current/libpq-pgservice.html */
export function readService(name: string, file: string | undefined, from: Surroundings): Parameters {
  const system = from.env['PGSYSCONFDIR'];
  const files = [
    file ?? personsFile('service', from),
    ...(system === undefined ? [] : [path.join(system, 'pg_service.conf')]),
  ];
  for (const one of files.filter((one) => isFile(one))) {
    const found = serviceIn(readSmallFile(one).replace(/^\uFEFF/u, ''), name);
    if (found !== undefined) return found;
  }
  throw new Problem({
    code: 'service-missing',
    what: `Cannot find the connection service "${name}"`,
    why: `No section [${name}] was found in ${files.join(' or ')}.`,
    next: 'Add the section, or name the file in the environment variable PGSERVICEFILE.',
    transient: false,
  });
}

function serviceIn(text: string, name: string): Parameters | undefined {
  let found: Record<string, string> | undefined;
  for (const line of text.split(/\r?\n/u).map((raw) => raw.trim())) {
    if (line.startsWith('[')) {
      if (found !== undefined) return found;
      if (line === `[${name}]`) found = {};
      continue;
    }
    const equals = line.indexOf('=');
    if (found === undefined || line.startsWith('#') || equals < 0) continue;
    found[line.slice(0, equals).trim()] = line.slice(equals + 1).trim();
  }
  return found;
}

export interface PassfileEntry {
  readonly password: string;
  /** Its line says "*" for the host, so it would fit any. */
  readonly anyHost: boolean;
}

/** Folders in which servers put their Unix-domain socket: Debian's and PostgreSQL's own choice. libpq for Windows has none. */
export const SOCKET_FOLDERS = ['/var/run/postgresql', '/tmp'];

/**
 * What passfile= or ~/.pgpass holds for this connection: by host, also where hostaddr says where to connect; the folder of
 * a socket stands for localhost where it is the usual one.
 * @see https://www.postgresql.org/docs/current/libpq-pgpass.html, passwordFromFile() in fe-connect.c
 */
export function readPassfile(parameters: Parameters, from: Surroundings): PassfileEntry | undefined {
  const file = parameters['passfile'] ?? personsFile('passfile', from);
  const stat = statSync(file, { throwIfNoEntry: false });
  // Like libpq, a file that others can read is passed over; on Windows that is not said by a mode.
  if (stat?.isFile() !== true || (!isOnWindows(from) && (stat.mode & 0o077) !== 0)) return undefined;
  const host = parameters['host'] ?? parameters['hostaddr'] ?? 'localhost';
  const wanted = [
    SOCKET_FOLDERS.includes(host) ? 'localhost' : host,
    parameters['port'],
    parameters['dbname'],
    parameters['user'],
  ];
  for (const line of readSmallFile(file).split(/\r?\n/u)) {
    if (line.startsWith('#')) continue;
    const fields = [...line.matchAll(/((?:[^:\\]|\\.)*)(?::|$)/gu)].map((match) =>
      (match[1] ?? '').replace(/\\(.)/gu, '$1'),
    );
    const raw = line.split(/(?<!\\):/u);
    const [, , , , password] = fields;
    if (password !== undefined && wanted.every((value, i) => raw[i] === '*' || fields[i] === value))
      return { password, anyHost: raw[0] === '*' };
  }
  return undefined;
}
