import { existsSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Problem } from '../../common/problem.ts';
import type { Parameters } from './libpqParameters.ts';

/**
 * libpq's two files. They are read here and not with `ini` and `pgpass`: in a service file everything behind the first `=`
 * is the value, so that `;`, `#` and quotes may be part of a password, which `ini` would cut off; `pgpass` knows no passfile=
 * and reports nothing.
 */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

export function surroundings(): Surroundings {
  return { env: process.env, home: homedir() };
}

/** @param file undefined: the standard one @see https://www.postgresql.org/docs/current/libpq-pgservice.html */
export function readService(name: string, file: string | undefined, { env, home }: Surroundings): Parameters {
  const files = [
    file ?? join(home, '.pg_service.conf'),
    ...(env['PGSYSCONFDIR'] === undefined ? [] : [join(env['PGSYSCONFDIR'], 'pg_service.conf')]),
  ];
  for (const path of files.filter((path) => existsSync(path))) {
    const found = serviceIn(readFileSync(path, 'utf8'), name);
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

/** Folders in which servers put their Unix-domain socket: Debian's and PostgreSQL's own choice. */
export const SOCKET_FOLDERS = ['/var/run/postgresql', '/tmp'];

/**
 * What passfile= or ~/.pgpass holds for this connection: by host, also where hostaddr says where to connect; the folder of
 * a socket stands for localhost where it is the usual one.
 * @see https://www.postgresql.org/docs/current/libpq-pgpass.html, passwordFromFile() in fe-connect.c
 */
export function readPassfile(parameters: Parameters, { env, home }: Surroundings): PassfileEntry | undefined {
  const standard =
    process.platform === 'win32' ? join(env['APPDATA'] ?? home, 'postgresql', 'pgpass.conf') : join(home, '.pgpass');
  const file = parameters['passfile'] ?? standard;
  const stat = statSync(file, { throwIfNoEntry: false });
  // Like libpq, a file that others can read is passed over.
  if (stat?.isFile() !== true || (process.platform !== 'win32' && (stat.mode & 0o077) !== 0)) return undefined;
  const host = parameters['host'] ?? parameters['hostaddr'] ?? 'localhost';
  const wanted = [
    SOCKET_FOLDERS.includes(host) ? 'localhost' : host,
    parameters['port'],
    parameters['dbname'],
    parameters['user'],
  ];
  for (const line of readFileSync(file, 'utf8').split(/\r?\n/u)) {
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
