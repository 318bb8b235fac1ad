import { dict, numberValue, str, type DictValue, type Place, type Value } from '../values/values.ts';

/**
 * Database URLs as dj-database-url and django-environ read them. Both build on Python's urllib, which differs from WHATWG's
 * URL: the user part ends at the last '@', the password begins at the first ':', and nothing is normalised but the host's case.
 */

export interface UrlParts {
  readonly scheme: string;
  readonly netloc: string;
  readonly path: string;
  readonly query: string;
}

/** Python's urllib.parse.urlsplit. */
export function splitUrl(url: string): UrlParts | undefined {
  const match = /^([A-Za-z][A-Za-z0-9+.-]*):(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#[^]*)?$/.exec(url.trim());
  if (match === null) return undefined;
  const [, scheme = '', netloc = '', path = '', query = ''] = match;
  return { scheme: scheme.toLowerCase(), netloc, path, query };
}

export interface Authority {
  readonly user: string;
  readonly password: string;
  readonly host: string;
  readonly port: string;
}

/** undefined: the port is not a number, which Python refuses. */
export function splitAuthority(netloc: string): Authority | undefined {
  const at = netloc.lastIndexOf('@');
  const userInfo = at === -1 ? '' : netloc.slice(0, at);
  const hostInfo = netloc.slice(at + 1);
  const colon = userInfo.indexOf(':');
  const match = hostInfo.startsWith('[')
    ? /^\[([^\]]*)\](?::(.*))?$/.exec(hostInfo)
    : /^([^:]*)(?::(.*))?$/.exec(hostInfo);
  const port = match?.[2] ?? '';
  if (match === null || (port !== '' && (!/^\d+$/.test(port) || Number(port) > 65_535))) return undefined;
  return {
    user: colon === -1 ? userInfo : userInfo.slice(0, colon),
    password: colon === -1 ? '' : userInfo.slice(colon + 1),
    host: (match[1] ?? '').toLowerCase(),
    port,
  };
}

/** urllib.parse.unquote: a '%' that starts no escape stays. */
export function unquote(text: string): string {
  return text.replace(/(?:%[\dA-Fa-f]{2})+/g, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'));
}

/** urllib.parse.parse_qs, the first value of each key; blank ones are left out. */
export function parseQuery(query: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const pair of query.split('&')) {
    const equals = pair.indexOf('=');
    if (equals === -1 || equals === pair.length - 1) continue;
    const decode = (part: string): string => unquote(part.replaceAll('+', ' '));
    const key = decode(pair.slice(0, equals));
    if (!found.has(key)) found.set(key, decode(pair.slice(equals + 1)));
  }
  return found;
}

/** The dictionary that both make; PORT is a number when there is one. */
export function databaseDict(
  engine: string,
  name: string,
  authority: Authority,
  decode: (text: string) => string,
  options: ReadonlyMap<string, Value>,
  at: Place,
): DictValue {
  const pairs: [string, Value][] = [
    ['ENGINE', str(engine)],
    ['NAME', str(name)],
    ['USER', str(decode(authority.user))],
    ['PASSWORD', str(decode(authority.password))],
    ['HOST', str(authority.host)],
    ['PORT', authority.port === '' ? str('') : numberValue(Number(authority.port))],
  ];
  if (options.size > 0) pairs.push(['OPTIONS', dict(options)]);
  return dict(pairs, at);
}

const POSTGRES = 'django.db.backends.postgresql';
const MYSQL = 'django.db.backends.mysql';

/** Engines by scheme that both know. */
export const SCHEMES: Readonly<Record<string, string>> = {
  postgres: POSTGRES,
  postgresql: POSTGRES,
  pgsql: POSTGRES,
  postgis: 'django.contrib.gis.db.backends.postgis',
  redshift: 'django_redshift_backend',
  mysql: MYSQL,
  mysql2: MYSQL,
  'mysql-connector': 'mysql.connector.django',
  mysqlgis: 'django.contrib.gis.db.backends.mysql',
  oracle: 'django.db.backends.oracle',
  sqlite: 'django.db.backends.sqlite3',
  spatialite: 'django.contrib.gis.db.backends.spatialite',
};
