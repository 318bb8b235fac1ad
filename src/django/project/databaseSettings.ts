import { keyOf } from '../python/values/comparison.ts';
import { lookUp } from '../python/values/containers.ts';
import { pythonStr } from '../python/values/pythonStr.ts';
import { str, unresolved, type DictValue, type ValueOrigin, type Place, type Value } from '../python/values/values.ts';
import type { DatabaseSettings } from './project.ts';

/** From the value of DATABASES to the entries as the rest of the extension knows them. */

/** First match wins. An engine that wraps another says so in its dotted path, which is how it is recognised. */
const KINDS: readonly (readonly [RegExp, DatabaseSettings['kind']])[] = [
  [/redshift|cockroach/i, 'other'],
  [/postgres|postgis|psqlextra|timescale/i, 'postgresql'],
  [/sqlite|spatialite/i, 'sqlite'],
  [/mysql|mariadb/i, 'mysql'],
  [/oracle/i, 'oracle'],
];

/**
 * PostgreSQL behind another name: PostGIS, django-tenants, django-prometheus, psqlextra, timescale and the connection
 * pools all have it in their path ('django_tenants.postgresql_backend', 'dj_db_conn_pool.backends.postgresql').
 */
export function engineKind(engine: string): DatabaseSettings['kind'] {
  return KINDS.find(([pattern]) => pattern.test(engine))?.[1] ?? 'other';
}

const FIELDS = { NAME: 'name', USER: 'user', PASSWORD: 'password', HOST: 'host', PORT: 'port' } as const;

type Draft = { -readonly [K in keyof DatabaseSettings]: DatabaseSettings[K] } & {
  unresolved: Record<string, string>;
  origins: Record<string, ValueOrigin>;
};

/** Entries in the order of DATABASES; one whose whole value is unknown has kind 'other' and `unresolved.ENGINE`. */
export function databasesOf(databases: DictValue, fallback: Place): DatabaseSettings[] {
  return [...databases.entries.values()].flatMap(({ key, value }) =>
    key.t === 'str' ? [databaseOf(key.v, value, databases.at ?? fallback)] : [],
  );
}

function databaseOf(alias: string, value: Value, fallback: Place): DatabaseSettings {
  const at = value.t === 'dict' ? (value.at ?? fallback) : fallback;
  const draft: Draft = {
    alias,
    engine: '',
    kind: 'other',
    options: {},
    unresolved: {},
    origins: {},
    location: { file: at.file, offset: at.from },
  };
  if (value.t !== 'dict') {
    draft.unresolved.ENGINE = value.t === 'unresolved' ? value.why : 'the entry is not a dictionary';
    return draft;
  }
  const engine = lookUp(value, str('ENGINE'));
  const text = textOf(engine);
  if (engine !== undefined && text.why !== undefined) draft.unresolved.ENGINE = text.why;
  draft.engine = text.value ?? '';
  draft.kind = engineKind(draft.engine);
  for (const [key, field] of Object.entries(FIELDS)) {
    const found = lookUp(value, str(key));
    const { value: known, why } = textOf(found);
    const origin = (found?.t === 'str' ? found.origin : undefined) ?? (found === undefined ? undefined : value.origin);
    if (why === undefined && origin !== undefined && known !== '') draft.origins[key] = origin;
    if (why !== undefined) draft.unresolved[key] = why;
    else if (known !== undefined) draft[field] = known;
    // Django connects to the database 'postgres' when NAME is None, and refuses to when it is ''.
    else if (key === 'NAME' && found?.t === 'none' && draft.kind === 'postgresql') draft.name = 'postgres';
  }
  readOptions(draft, lookUp(value, str('OPTIONS')));
  return draft;
}

function readOptions(draft: Draft, value: Value | undefined): void {
  if (value === undefined || value.t === 'none') return;
  if (value.t !== 'dict') {
    draft.unresolved.OPTIONS = value.t === 'unresolved' ? value.why : 'OPTIONS is not a dictionary';
    return;
  }
  if (value.open !== undefined) draft.unresolved.OPTIONS = value.open;
  const options: Record<string, string> = {};
  for (const { key, value: option } of value.entries.values()) {
    if (key.t !== 'str') continue;
    const { value: known, why } = textOf(option);
    if (why !== undefined) draft.unresolved[`OPTIONS.${key.v}`] = why;
    // Dictionaries and objects are for Django (pool, cursor_factory), not for libpq.
    else if (known !== undefined) options[key.v] = known;
  }
  draft.options = options;
}

/** What a connection parameter is as a text; neither: absent, None, or nothing that a parameter can be. */
function textOf(value: Value | undefined): { readonly value?: string; readonly why?: string } {
  if (value === undefined) return {};
  if (value.t === 'unresolved') return { why: value.why };
  if (value.t === 'none') return value.why === undefined ? {} : { why: value.why };
  const text = pythonStr(value);
  return text === undefined ? {} : { value: text };
}

/** What `manage.py` answered as JSON, as values: so that both ways to DATABASES end in the same code. */
export function valueOfJson(json: unknown, at: Place): Value {
  if (json === null) return { t: 'none' };
  if (typeof json === 'string') return str(json);
  if (typeof json === 'number') return { t: 'number', v: json };
  if (typeof json === 'boolean') return { t: 'bool', v: json };
  if (Array.isArray(json)) return { t: 'list', items: json.map((item) => valueOfJson(item, at)) };
  if (typeof json !== 'object') return unresolved('Django gave something that is not JSON');
  const entries: DictValue['entries'] = new Map();
  for (const [key, value] of Object.entries(json)) {
    const name = str(key);
    entries.set(keyOf(name) ?? key, { key: name, value: valueOfJson(value, at) });
  }
  return { t: 'dict', entries, at };
}
