import { Environment } from '../evaluation/environment.ts';
import type { Evaluation } from '../evaluation/evaluation.ts';
import { bind, unknownArgument } from '../values/callArguments.ts';
import { truth } from '../values/comparison.ts';
import { setKey } from '../values/containers.ts';
import {
  defaultOf,
  dict,
  namespace,
  native,
  numberValue,
  str,
  unresolved,
  withOrigin,
  type Args,
  type ObjectValue,
  type Value,
} from '../values/values.ts';
import { databaseDict, parseQuery, SCHEMES, splitAuthority, splitUrl, unquote } from './databaseUrl.ts';

/** dj-database-url (3.x, and what 0.5 did the same way): config() and parse(). */

const ENGINES: Readonly<Record<string, string>> = {
  ...SCHEMES,
  oraclegis: 'django.contrib.gis.db.backends.oracle',
  mssql: 'sql_server.pyodbc',
  mssqlms: 'mssql',
  cockroach: 'django_cockroachdb',
  timescale: 'timescale.db.backends.postgresql',
  timescalegis: 'timescale.db.backends.postgis',
};

export function djDatabaseUrlModule(it: Evaluation): ObjectValue {
  const config = (args: Args): Value => {
    const bound = bind(args, ['env', 'default', 'engine']);
    const name = bound.env === undefined ? 'DATABASE_URL' : bound.env.t === 'str' ? bound.env.v : undefined;
    if (name === undefined) return unknownArgument(args, 'dj_database_url.config');
    const url = it.environment.get(name) ?? (bound.default && defaultOf(name, bound.default, args));
    // config() then returns {}, with which Django has no database: the missing variable is the thing to tell.
    if (url === undefined || truth(url) === false) return unresolved(Environment.missing(name));
    return parse(url, bound.engine, args);
  };
  return namespace('dj_database_url', {
    DEFAULT_ENV: str('DATABASE_URL'),
    config: native('config', config),
    parse: native('parse', (args) => {
      const { url, engine } = bind(args, ['url', 'engine']);
      return url === undefined ? unknownArgument(args, 'dj_database_url.parse') : parse(url, engine, args);
    }),
  });
}

function parse(url: Value, engine: Value | undefined, args: Args): Value {
  if (url.t !== 'str') {
    return url.t === 'unresolved'
      ? url
      : unresolved(url.t === 'none' && url.why ? url.why : 'a database URL is not a text');
  }
  if (url.v === 'sqlite://:memory:')
    return dict(
      [
        ['ENGINE', str(ENGINES.sqlite ?? '')],
        ['NAME', str(':memory:')],
      ],
      args.at,
    );
  const parts = splitUrl(url.v);
  const authority = parts === undefined ? undefined : splitAuthority(parts.netloc);
  const known = parts !== undefined && Object.hasOwn(ENGINES, parts.scheme) ? ENGINES[parts.scheme] : undefined;
  if (parts === undefined || authority === undefined) {
    return unresolved(
      'a database URL is not valid, perhaps because a character in its password is not percent-encoded',
    );
  }
  if (known === undefined) return unresolved(`the scheme ${parts.scheme} of a database URL is not known`);
  const options = new Map<string, Value>();
  for (const [key, value] of parseQuery(parts.query)) {
    // Only what currentSchema stands for is renamed; libpq's own keywords stay.
    if (key === 'currentSchema') options.set('options', str(`-c search_path=${value}`));
    else options.set(key, /^\d+$/.test(value) ? numberValue(Number(value)) : str(value));
  }
  const sslRequired = args.named.get('ssl_require');
  if (sslRequired !== undefined && truth(sslRequired) === true) options.set('sslmode', str('require'));
  const name = unquote(parts.path.slice(1)) || (parts.scheme === 'sqlite' ? ':memory:' : '');
  const host = unquote(authority.host);
  const chosen = engine?.t === 'str' && engine.v !== '' ? engine.v : known;
  const made = databaseDict(chosen, name, { ...authority, host }, unquote, options, args.at);
  const maxAge = args.named.get('conn_max_age');
  if (maxAge !== undefined) setKey(made, str('CONN_MAX_AGE'), maxAge);
  return withOrigin(made, url.origin);
}
