import path from 'node:path';
import type { FileSystem } from '../../../common/fileSystem.ts';
import { lookUp } from '../../python/values/containers.ts';
import { str, type Value } from '../../python/values/values.ts';
import type { DjangoProject } from '../project.ts';
import { readWebWorkers, type WebWorkers } from './webWorkers.ts';

/** How the settings have Django keep its connections, and how many processes and threads do so. */
export interface ConnectionUse {
  /** CONN_MAX_AGE in seconds; null: for ever. undefined: not known, see `why`. Django's default is 0. */
  readonly maxAgeSeconds: number | null | undefined;
  readonly why?: string;
  /** Most connections of Django's own pool (OPTIONS['pool'], Django 5.1 and later), of each process; undefined: there is no pool. */
  readonly poolSize?: number;
  /** Users in DATABASES. */
  readonly users: readonly string[];
  /** The entry of DATABASES. */
  readonly place?: { readonly file: string; readonly from: number; readonly to: number; readonly line: number };
  readonly workers?: WebWorkers;
}

/** psycopg_pool.ConnectionPool has min_size=4, and max_size the same where none is given. */
const POOL_SIZE = 4;

/** `alias`: the entry of DATABASES with the session table. undefined: the settings can't be read. */
export async function readConnectionUse(
  fileSystem: FileSystem,
  project: DjangoProject,
  alias = 'default',
): Promise<ConnectionUse | undefined> {
  const databases = await project.reading?.read(fileSystem, ({ frame }) => frame?.names.get('DATABASES'));
  if (databases?.t !== 'dict') return undefined;
  const entry = lookUp(databases, str(alias));
  if (entry?.t !== 'dict') return undefined;
  const users = project.databases.flatMap(({ user }) => (user === undefined || user === '' ? [] : [user]));
  const place = await placeOf(fileSystem, project, alias);
  const poolSize = poolSizeOf(lookUp(entry, str('OPTIONS')));
  const workers = await readWebWorkers(fileSystem, project);
  return {
    ...maxAgeOf(lookUp(entry, str('CONN_MAX_AGE')), entry.open),
    users: [...new Set(users)],
    ...(place === undefined ? {} : { place }),
    ...(poolSize === undefined ? {} : { poolSize }),
    ...(workers === undefined ? {} : { workers }),
  };
}

function maxAgeOf(value: Value | undefined, open: string | undefined): Pick<ConnectionUse, 'maxAgeSeconds' | 'why'> {
  if (value === undefined) return open === undefined ? { maxAgeSeconds: 0 } : { maxAgeSeconds: undefined, why: open };
  if (value.t === 'none') return { maxAgeSeconds: null };
  if (value.t === 'number') return { maxAgeSeconds: value.v };
  return { maxAgeSeconds: undefined, why: value.t === 'unresolved' ? value.why : 'CONN_MAX_AGE is no number' };
}

function poolSizeOf(options: Value | undefined): number | undefined {
  const pool = options?.t === 'dict' ? lookUp(options, str('pool')) : undefined;
  if (pool?.t === 'bool') return pool.v ? POOL_SIZE : undefined;
  if (pool?.t !== 'dict') return undefined;
  const sizes = ['max_size', 'min_size'].map((key) => lookUp(pool, str(key)));
  return sizes.flatMap((size) => (size?.t === 'number' ? [size.v] : []))[0] ?? POOL_SIZE;
}

async function placeOf(
  fileSystem: FileSystem,
  { databases }: DjangoProject,
  alias: string,
): Promise<ConnectionUse['place']> {
  const location = databases.find((database) => database.alias === alias)?.location;
  if (location === undefined || path.extname(location.file) !== '.py') return undefined;
  const text = (await fileSystem.readText(location.file)) ?? '';
  const { file, offset } = location;
  return { file, from: offset, to: offset, line: text.slice(0, offset).split('\n').length - 1 };
}
