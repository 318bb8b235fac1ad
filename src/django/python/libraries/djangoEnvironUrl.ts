import { setKey } from '../values/containers.ts';
import { dict, numberValue, str, unresolved, withOrigin, type Args, type Value } from '../values/values.ts';
import { databaseDict, parseQuery, SCHEMES, splitAuthority, splitUrl, unquote, type Authority } from './databaseUrl.ts';

/** Database URLs as django-environ reads them: Env.db_url_config(). */

const ENGINES: Readonly<Record<string, string>> = {
  ...SCHEMES,
  psql: 'django.db.backends.postgresql',
  'prometheus-postgresql': 'django_prometheus.db.backends.postgresql',
  'prometheus-postgis': 'django_prometheus.db.backends.postgis',
  'prometheus-mysql': 'django_prometheus.db.backends.mysql',
  'prometheus-sqlite': 'django_prometheus.db.backends.sqlite3',
  cockroachdb: 'django_cockroachdb',
  mssql: 'mssql',
  pyodbc: 'sql_server.pyodbc',
};

const POSTGRES_FAMILY = /^(?:postgres|postgresql|psql|pgsql|postgis|prometheus-postgresql|prometheus-postgis)$/;

/** Keys of the query that belong beside NAME instead of in OPTIONS. */
const BASE_OPTIONS = /^(?:CONN_MAX_AGE|ATOMIC_REQUESTS|AUTOCOMMIT|DISABLE_SERVER_SIDE_CURSORS|CONN_HEALTH_CHECKS)$/;

/** Everything but what structures a URL is percent-encoded: how django-environ rescues a '#' in a password. */
function rescued(url: string): string {
  return url.replace(/[^\w.~\-:/?&=@]/gu, (c) =>
    encodeURIComponent(c).replace(/[!'()*]/g, (d) => `%${d.charCodeAt(0).toString(16)}`),
  );
}

/** Several hosts of a cluster: "a:1,b:2" is HOST "a,b" and PORT "1,2". */
function clusterOf(netloc: string): Pick<Authority, 'host' | 'port'> {
  const hosts = unquote(netloc.slice(netloc.lastIndexOf('@') + 1)).split(',');
  const split = hosts.map((host) => /^(\[[^\]]*\]|.*?)(?::(\d+))?$/.exec(host));
  return {
    host: split.map((m) => m?.[1] ?? '').join(','),
    port: split.flatMap((m) => (m?.[2] === undefined ? [] : [m[2]])).join(','),
  };
}

export function environDatabase(url: Value | undefined, engine: Value | undefined, args: Args): Value {
  if (url?.t !== 'str') return url?.t === 'unresolved' ? url : unresolved('a database URL is not a text');
  if (url.v === 'sqlite://:memory:')
    return dict(
      [
        ['ENGINE', str(ENGINES.sqlite ?? '')],
        ['NAME', str(':memory:')],
      ],
      args.at,
    );
  const direct = splitUrl(url.v);
  const parts = direct?.path === '' ? splitUrl(rescued(url.v)) : direct;
  if (parts === undefined) return unresolved('a database URL is not valid');
  const postgres = POSTGRES_FAMILY.test(parts.scheme);
  const hostInfo = unquote(parts.netloc.slice(parts.netloc.lastIndexOf('@') + 1));
  const cluster = postgres && hostInfo.includes(',') ? clusterOf(parts.netloc) : undefined;
  const userInfo = parts.netloc.slice(0, parts.netloc.lastIndexOf('@') + 1);
  const plain = splitAuthority(cluster === undefined ? parts.netloc : userInfo);
  if (plain === undefined)
    return unresolved('a database URL is not valid, perhaps because of a character in its password');
  let authority: Authority = { ...plain, ...cluster, port: cluster === undefined ? plain.port : '' };
  let name = unquote(parts.path.slice(1).replaceAll('+', ' '));
  if (parts.scheme === 'sqlite' && name === '') name = ':memory:';
  if ((postgres || name.includes('cloudsql')) && name.startsWith('/')) {
    // postgres:////var/run/postgresql/name: a unix socket's folder, then the name.
    authority = { ...authority, host: name.slice(0, name.lastIndexOf('/')) };
    name = name.slice(name.lastIndexOf('/') + 1);
  }
  const options = new Map<string, Value>();
  const extra = new Map<string, Value>();
  for (const [key, value] of parseQuery(parts.query)) {
    const converted = /^\d+$/.test(value) ? numberValue(Number(value)) : str(value);
    if (BASE_OPTIONS.test(key.toUpperCase())) extra.set(key.toUpperCase(), converted);
    else options.set(key, converted);
  }
  const wanted = engine?.t === 'str' && engine.v !== '' ? engine.v : parts.scheme;
  const made = databaseDict(ENGINES[wanted] ?? wanted, name, authority, unquote, options, args.at);
  if (cluster !== undefined) setKey(made, str('PORT'), str(cluster.port));
  for (const [key, value] of extra) setKey(made, str(key), value);
  return withOrigin(made, url.origin);
}
