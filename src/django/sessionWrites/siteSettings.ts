import type { FileSystem } from '../../common/fileSystem.ts';
import { middlewareOf } from '../project/middlewareValue.ts';
import type { DjangoProject } from '../project/project.ts';
import type { Place, Value } from '../python/values/values.ts';

/** What of the settings says which code runs at a request, and what Django itself keeps in sessions. */
export interface SiteSettings {
  /** Dotted paths, as far as they are known; so are the others. */
  readonly middleware: readonly string[];
  readonly contextProcessors: readonly string[];
  readonly apps: readonly string[];
  /** Settings that are texts: constants that name an entry are often among them. */
  readonly texts: ReadonlyMap<string, string>;
  /** Settings that are True or False. */
  readonly flags: ReadonlyMap<string, boolean>;
  /** Where settings are set last. */
  readonly places: ReadonlyMap<string, Place>;
}

export async function readSiteSettings(fileSystem: FileSystem, project: DjangoProject): Promise<SiteSettings> {
  const found = await project.reading?.read(fileSystem, ({ it, frame }): SiteSettings | undefined => {
    if (frame === undefined) return undefined;
    const names = [...frame.names];
    return {
      middleware: middlewareOf(it, frame).entries.map((entry) => entry.path),
      contextProcessors: contextProcessors(frame.names.get('TEMPLATES')),
      apps: strings(frame.names.get('INSTALLED_APPS')),
      texts: new Map(names.flatMap(([name, value]) => (isPublic(name) && value.t === 'str' ? [[name, value.v]] : []))),
      flags: new Map(names.flatMap(([name, value]) => (isPublic(name) && value.t === 'bool' ? [[name, value.v]] : []))),
      places: frame.places ?? NOTHING.places,
    };
  });
  return found ?? NOTHING;
}

const NOTHING: SiteSettings = {
  middleware: [],
  contextProcessors: [],
  apps: [],
  texts: new Map(),
  flags: new Map(),
  places: new Map<string, Place>(),
};

/** What is secret is no name of an entry. */
function isPublic(name: string): boolean {
  return /^[A-Z]/.test(name) && !/SECRET|PASSWORD|TOKEN|(?:^|_)API_|CREDENTIAL|_URL$|_DSN$/.test(name);
}

function strings(value: Value | undefined): string[] {
  if (value?.t !== 'list' && value?.t !== 'tuple' && value?.t !== 'set') return [];
  return value.items.flatMap((item) => (item.t === 'str' ? [item.v] : []));
}

function contextProcessors(templates: Value | undefined): string[] {
  if (templates?.t !== 'list' && templates?.t !== 'tuple') return [];
  return templates.items.flatMap((engine) => strings(entry(entry(engine, 'OPTIONS'), 'context_processors')));
}

function entry(value: Value | undefined, key: string): Value | undefined {
  return value?.t === 'dict' ? value.entries.get(`s:${key}`)?.value : undefined;
}
