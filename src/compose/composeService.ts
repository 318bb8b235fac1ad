import path from 'node:path';
import { interpolate, type Variables } from './composeVariables.ts';
import { portMappings, type PortMapping } from './ports.ts';

/** A value of `environment`, its variables resolved. */
export interface ServiceVariable {
  /** undefined: it is taken from the environment of `docker compose`, which has none. */
  readonly value?: string;
  /** Variables that it is made from and that are not set: then its value is not known here. */
  readonly missing: readonly string[];
  /** The compose file. */
  readonly file: string;
}

export interface EnvFile {
  readonly path: string;
  /** Whether Compose refuses to start without it. */
  readonly required: boolean;
  /** `format: raw`: as it stands, without quotes and variables. */
  readonly raw: boolean;
}

/** One service as a compose file describes it; what it does not say is undefined. */
export interface ComposeService {
  readonly name: string;
  /** The compose file. */
  readonly file: string;
  /** Where its name stands in the file, in UTF-16 units. */
  readonly from: number;
  readonly to: number;
  readonly containerName?: string;
  /** Words of `entrypoint` and `command`, as written. */
  readonly words: readonly string[];
  /** `command` as written, before variables are put in, and where it stands. */
  readonly command?: { readonly value: string | readonly string[]; readonly from: number; readonly to: number };
  readonly image?: string;
  /** Folder that its image is built from, relative to the compose file. */
  readonly buildContext?: string;
  /** The same, absolute, and the file and stage that it is built by. */
  readonly build?: { readonly context: string; readonly dockerfile?: string; readonly target?: string };
  readonly extends?: { readonly service: string; readonly file?: string };
  readonly environment: ReadonlyMap<string, ServiceVariable>;
  /** Absolute, a later one wins. */
  readonly envFiles: readonly EnvFile[];
  readonly ports: readonly PortMapping[];
  /** Names that networks give it besides its own. */
  readonly aliases: readonly string[];
  /** By other names for other services: alias → service. */
  readonly links: ReadonlyMap<string, string>;
  /** Names that it knows addresses of by itself. */
  readonly extraHosts: ReadonlyMap<string, string>;
  readonly networkMode?: string;
  readonly volumes: readonly string[];
  /** Where it has some, it is started only with one of them. */
  readonly profiles: readonly string[];
  /** Keys that replace what another file says (`!override`, `!reset`). */
  readonly replaces: ReadonlySet<string>;
}

type Json = Readonly<Record<string, unknown>>;

export const asRecord = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};

const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];

/** A scalar of YAML as the text that Compose makes of it. */
const scalar = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;

export interface ServicePlace {
  readonly file: string;
  /** Folder that relative paths start from: that of the first file. */
  readonly folder: string;
  readonly from: number;
  readonly to: number;
  readonly replaces: ReadonlySet<string>;
  readonly command?: NonNullable<ComposeService['command']>;
}

export function composeService(name: string, place: ServicePlace, json: Json, variables: Variables): ComposeService {
  const { folder, ...standing } = place;
  const resolve = (text: string): string => interpolate(text, variables);
  const text = (value: unknown): string | undefined =>
    typeof value === 'string' && value !== '' ? resolve(value) : undefined;
  const optional = <K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> =>
    value === undefined ? {} : ({ [key]: value } as Record<K, string>);
  const build = asRecord(json['build']);
  const buildContext = text(json['build']) ?? text(build['context']) ?? (json['build'] ? '.' : undefined);
  const base = asRecord(json['extends']);
  const extended = text(json['extends']) ?? text(base['service']);
  return {
    name,
    ...standing,
    words: [...wordsOf(json['entrypoint']), ...wordsOf(json['command'])].map(resolve),
    ...optional('containerName', text(json['container_name'])),
    ...optional('image', text(json['image'])),
    ...optional('buildContext', buildContext),
    ...(buildContext === undefined
      ? {}
      : {
          build: {
            context: path.resolve(folder, buildContext),
            ...optional('dockerfile', text(build['dockerfile'])),
            ...optional('target', text(build['target'])),
          },
        }),
    ...(extended === undefined ? {} : { extends: { service: extended, ...optional('file', text(base['file'])) } }),
    environment: environmentOf(json['environment'], place.file, variables),
    envFiles: listOf(json['env_file']).flatMap((entry) => {
      const file = text(entry) ?? text(asRecord(entry)['path']);
      return file === undefined
        ? []
        : [
            {
              path: path.resolve(folder, file),
              raw: asRecord(entry)['format'] === 'raw',
              required: asRecord(entry)['required'] !== false,
            },
          ];
    }),
    ports: portMappings(json['ports'], resolve),
    aliases: Object.values(asRecord(json['networks'])).flatMap((network) =>
      listOf(asRecord(network)['aliases']).flatMap((alias) => text(alias) ?? []),
    ),
    links: new Map(
      listOf(json['links']).flatMap((link): [string, string][] => {
        const [service = '', alias = service] = (text(link) ?? '').split(':');
        return service === '' ? [] : [[alias, service]];
      }),
    ),
    extraHosts: pairsOf(json['extra_hosts'], /[=:]/u, resolve),
    ...optional('networkMode', text(json['network_mode'])),
    volumes: listOf(json['volumes']).flatMap((volume) => text(volume) ?? text(asRecord(volume)['target']) ?? []),
    profiles: listOf(json['profiles']).flatMap((profile) => text(profile) ?? []),
  };
}

/**
 * Whether Compose starts it when nothing but COMPOSE_PROFILES says which profiles are wanted.
 * @see https://docs.docker.com/compose/how-tos/profiles/
 */
export function isActive({ profiles }: Pick<ComposeService, 'profiles'>, variables: Variables): boolean {
  if (profiles.length === 0) return true;
  const wanted = (variables['COMPOSE_PROFILES'] ?? '').split(',').map((name) => name.trim());
  return wanted.includes('*') || profiles.some((name) => wanted.includes(name));
}

function wordsOf(value: unknown): string[] {
  return listOf(value).filter((word): word is string => typeof word === 'string');
}

/** A map, or a list of "NAME=value" and "NAME", which is what the environment of `docker compose` has. */
function environmentOf(value: unknown, file: string, variables: Variables): Map<string, ServiceVariable> {
  const found = new Map<string, ServiceVariable>();
  const add = (name: string, raw: string | undefined): void => {
    const missing = new Set<string>();
    const known = raw === undefined ? variables[name] : interpolate(raw, variables, missing);
    if (raw === undefined && known === undefined) missing.add(name);
    found.set(name, { ...(known === undefined ? {} : { value: known }), missing: [...missing], file });
  };
  if (Array.isArray(value)) {
    for (const entry of value) {
      const text = scalar(entry) ?? '';
      const equals = text.indexOf('=');
      if (text !== '')
        add(equals === -1 ? text : text.slice(0, equals), equals === -1 ? undefined : text.slice(equals + 1));
    }
  } else for (const [name, raw] of Object.entries(asRecord(value))) add(name, scalar(raw));
  return found;
}

function pairsOf(value: unknown, separator: RegExp, resolve: (text: string) => string): Map<string, string> {
  const pairs = Array.isArray(value)
    ? value.map((entry) => {
        const text = scalar(entry) ?? '';
        const at = text.search(separator);
        return [text.slice(0, Math.max(at, 0)), text.slice(at + 1)] as const;
      })
    : Object.entries(asRecord(value)).map(([name, one]) => [name, scalar(one) ?? ''] as const);
  return new Map(pairs.filter(([name]) => name !== '').map(([name, one]) => [name, resolve(one)]));
}

/** What `over` says goes before what `base` says: scalars replace, maps merge, lists grow. The place is that of `over`. */
export function mergeServices(base: ComposeService, over: ComposeService): ComposeService {
  const kept = (key: string): boolean => !over.replaces.has(key);
  const lists = <T>(key: string, one: readonly T[], other: readonly T[]): readonly T[] =>
    kept(key) ? [...one, ...other] : other;
  const maps = <T>(key: string, one: ReadonlyMap<string, T>, other: ReadonlyMap<string, T>): ReadonlyMap<string, T> =>
    kept(key) ? new Map([...one, ...other]) : other;
  return {
    ...base,
    ...over,
    words: over.words.length > 0 ? over.words : base.words,
    environment: maps('environment', base.environment, over.environment),
    envFiles: lists('env_file', base.envFiles, over.envFiles),
    ports: lists('ports', base.ports, over.ports),
    aliases: lists('networks', base.aliases, over.aliases),
    links: maps('links', base.links, over.links),
    extraHosts: maps('extra_hosts', base.extraHosts, over.extraHosts),
    volumes: lists('volumes', base.volumes, over.volumes),
    profiles: lists('profiles', base.profiles, over.profiles),
  };
}
