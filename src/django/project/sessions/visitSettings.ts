import type { FileSystem } from '../../../common/fileSystem.ts';
import type { Place, Value } from '../../python/values/values.ts';
import type { DjangoProject } from '../project.ts';

type Setting = string | number | boolean | null | readonly string[];

/** A setting as the text leaves it. */
export interface ReadSetting {
  /** undefined: see `why`. Of a list the texts in it; null is None. */
  readonly value?: Setting;
  /** Why it isn't known, half a sentence. */
  readonly why?: string;
  /** Where it is set last; undefined: nowhere, so that it is Django's default. */
  readonly place?: Place;
}

/** What decides how long a session lasts and whether its cookie comes back. */
export type VisitSettings = Readonly<Record<VisitSetting, ReadSetting>>;

/** Django's own. @see django/conf/global_settings.py */
const DEFAULTS = {
  SESSION_ENGINE: 'django.contrib.sessions.backends.db',
  SESSION_CACHE_ALIAS: 'default',
  SESSION_SERIALIZER: 'django.contrib.sessions.serializers.JSONSerializer',
  SESSION_COOKIE_NAME: 'sessionid',
  SESSION_COOKIE_AGE: 1_209_600,
  SESSION_COOKIE_DOMAIN: null,
  SESSION_COOKIE_PATH: '/',
  SESSION_COOKIE_SECURE: false,
  SESSION_COOKIE_SAMESITE: 'Lax',
  SESSION_EXPIRE_AT_BROWSER_CLOSE: false,
  SESSION_SAVE_EVERY_REQUEST: false,
  ALLOWED_HOSTS: [],
} as const satisfies Readonly<Record<string, Setting>>;

export type VisitSetting = keyof typeof DEFAULTS | 'SESSION_CACHE_BACKEND';

/** Django's own where there is no cache of that name. */
const NO_CACHE = 'django.core.cache.backends.locmem.LocMemCache';

/** undefined: the settings are not a file of the project, or were not read from their text. */
export async function readVisitSettings(
  fileSystem: FileSystem,
  project: DjangoProject,
): Promise<VisitSettings | undefined> {
  return await project.reading?.read(fileSystem, ({ frame }): VisitSettings | undefined => {
    if (frame === undefined) return undefined;
    const read = (name: string, fallback: Setting): ReadSetting => {
      const value = frame.names.get(name);
      const place = frame.places?.get(name);
      return {
        ...(value === undefined ? { value: fallback } : plain(value)),
        ...(place === undefined ? {} : { place }),
      };
    };
    const all = Object.entries(DEFAULTS).map(([name, fallback]) => [name, read(name, fallback)] as const);
    const settings = Object.fromEntries(all) as Record<keyof typeof DEFAULTS, ReadSetting>;
    const caches = frame.names.get('CACHES');
    const place = frame.places?.get('CACHES');
    const cache = cacheOf(caches, settings.SESSION_CACHE_ALIAS.value);
    return { ...settings, SESSION_CACHE_BACKEND: { ...cache, ...(place === undefined ? {} : { place }) } };
  });
}

function plain(value: Value): ReadSetting {
  switch (value.t) {
    case 'str':
    case 'number':
    case 'bool':
      return { value: value.v };
    case 'none':
      return { value: null };
    case 'list':
    case 'tuple':
    case 'set': {
      if (value.open !== undefined) return { why: value.open };
      const items = value.items.map((item) => (item.t === 'str' ? item.v : undefined));
      return items.includes(undefined) ? { why: 'not all of it is known' } : { value: items as string[] };
    }
    case 'unresolved':
      return { why: value.why };
    default:
      return { why: 'it is of another type' };
  }
}

function cacheOf(caches: Value | undefined, alias: Setting | undefined): ReadSetting {
  if (caches === undefined) return { value: NO_CACHE };
  if (caches.t !== 'dict') return { why: caches.t === 'unresolved' ? caches.why : 'CACHES is not a dictionary' };
  const entry = caches.entries.get(`s:${String(alias)}`)?.value;
  const backend = entry?.t === 'dict' ? entry.entries.get('s:BACKEND')?.value : undefined;
  return backend === undefined ? { why: `CACHES has no ${String(alias)} that is known` } : plain(backend);
}
