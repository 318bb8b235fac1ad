import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { choosePassword, type Borrow, type PasswordSources } from './borrowedPassword.ts';
import { isOnWindows, readService, SOCKET_FOLDERS, surroundings, type Surroundings } from './libpqFiles.ts';
import { PARAMETERS } from './libpqParameters.ts';
import type { Parameters } from './libpqParameters.ts';
import { invalid, parseConnectionString } from './parameters.ts';
import { eachHost } from './severalHosts.ts';
import type { TargetKey } from './targetKey.ts';

/** Where a connection goes, with all that libpq would add to it. Holds the password: never to be shown or logged. */
export interface Target {
  /** A host name, an address, or the folder of a Unix-domain socket (begins with '/'). */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** For people and logs, without the password: "shop on db.example.org:5432", with " at 10.0.0.1" where hostaddr says so. */
  readonly description: string;
  readonly parameters: Parameters;
  /** Whom a password is for. */
  readonly key: TargetKey;
  /** Each of several hosts; what is said of the target itself is of the first of them, but for its name and key. */
  readonly alternatives?: readonly Target[];
  /** Where a password was found that is not given to this server: "PGPASSWORD". */
  readonly withheld?: string;
}

/**
 * Completes a connection string as libpq does: what it says itself, then the service file, the environment, the defaults;
 * the password last from the passfile. @see https://www.postgresql.org/docs/current/libpq-connect.html
 * @throws Problem 'connection-string', 'service-missing'
 */
export function resolveTarget(
  connectionString: string,
  password?: string,
  from: Surroundings = surroundings(),
  borrow: Borrow = 'any',
): Target {
  const own: Parameters = {
    ...parseConnectionString(connectionString),
    ...(password === undefined ? {} : { password }),
  };
  const environment = fromEnvironment(from);
  const { service: serviceName, servicefile } = { ...environment, ...own };
  const service = serviceName === undefined ? {} : readService(serviceName, servicefile, from);
  const { password: _, ...found }: Record<string, string> = { ...environment, ...service, ...own };
  const complete = (one: Readonly<Record<string, string>>): Target =>
    completed(one, { own, service, environment }, from, borrow);
  const [first, ...more] = (eachHost(found) ?? [found]).map(complete);
  if (first === undefined || more.length === 0) return first ?? complete(found);
  const alternatives = [first, ...more];
  const { host = '', hostaddr = '', port = '5432' } = found;
  const description = `${first.database} on ${alternatives.map(placeOf).join(' or ')}`;
  return { ...first, description, key: { ...first.key, host, hostaddr, port }, alternatives };
}

function completed(
  found: Readonly<Record<string, string>>,
  sources: Omit<PasswordSources, 'resolved'>,
  from: Surroundings,
  borrow: Borrow,
): Target {
  const port = Number(found['port'] ?? 5432);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw invalid(`The port is not a number from 1 to 65535.`);
  const host = found['host'] ?? found['hostaddr'] ?? defaultHost(port, from);
  const user = found['user'] ?? from.env['USER'] ?? userInfo().username;
  const database = found['dbname'] ?? user;
  const resolved = { ...found, host, port: String(port), user, dbname: database };
  const chosen = choosePassword({ ...sources, resolved }, from, borrow);
  return {
    host,
    port,
    database,
    user,
    description: describe(host, port, database, found['hostaddr']),
    parameters: { ...resolved, ...(chosen.password === undefined ? {} : { password: chosen.password }) },
    // As it was said, and not where the socket happens to be: a server that is down is no other server.
    key: { host: found['host'] ?? '', hostaddr: found['hostaddr'] ?? '', port: String(port), database, user },
    ...(chosen.withheld === undefined ? {} : { withheld: chosen.withheld }),
  };
}

/** The password-free description of a connection string: "shop on db.example.org:5432". */
export function connectionTarget(connectionString: string): string {
  return resolveTarget(connectionString).description;
}

/** hostaddr is where the connection goes, whatever the host is called. */
function describe(host: string, port: number, database: string, hostaddr = host): string {
  return `${database} on ${placeOf({ host, port })}${hostaddr === host ? '' : ` at ${hostaddr}`}`;
}

function placeOf({ host, port }: Pick<Target, 'host' | 'port'>): string {
  return host.startsWith('/') ? `${host}/.s.PGSQL.${port}` : `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function fromEnvironment({ env }: Surroundings): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [keyword, { env: variable }] of Object.entries(PARAMETERS)) {
    const value = variable === undefined ? undefined : env[variable];
    if (value !== undefined && value !== '') found[keyword] = value;
  }
  return found;
}

/** libpq's default is the Unix-domain socket where there are such; its folder is fixed when libpq is built, here it is looked for. */
function defaultHost(port: number, from: Surroundings): string {
  if (isOnWindows(from)) return 'localhost';
  const folder = SOCKET_FOLDERS.find((path) => existsSync(`${path}/.s.PGSQL.${port}`));
  return folder ?? 'localhost';
}
