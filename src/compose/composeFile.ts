import path from 'node:path';
import { isMap, isScalar, parseDocument } from 'yaml';
import { Problem } from '../common/problem.ts';
import { interpolate, projectNameOf, type Variables } from './composeVariables.ts';

/** One service as a compose file describes it; what it does not say is undefined. */
export interface ComposeService {
  readonly name: string;
  /** Where its name stands in the file, in UTF-16 units. */
  readonly from: number;
  readonly to: number;
  readonly containerName?: string;
  /** Words of `entrypoint` and `command`, as written. */
  readonly words: readonly string[];
  readonly image?: string;
  /** Folder that its image is built from, relative to the compose file. */
  readonly buildContext?: string;
  readonly extends?: { readonly service: string; readonly file?: string };
}

export interface ComposeFile {
  readonly path: string;
  /** Name of the project: top-level `name`, else COMPOSE_PROJECT_NAME, else that of the folder. */
  readonly project: string;
  readonly services: readonly ComposeService[];
}

type Json = Readonly<Record<string, unknown>>;

const asRecord = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};

/** Reads the text of a compose file. Throws a `Problem` when it is not YAML. A file without services has none. */
export function parseComposeFile(file: string, text: string, variables: Variables = {}): ComposeFile {
  // Compose merges with <<, which YAML 1.2 has dropped.
  const document = parseDocument(text, { merge: true, uniqueKeys: false, logLevel: 'error' });
  const [error] = document.errors;
  if (error !== undefined) throw invalid(file, error.message.split('\n')[0]?.replace(/:$/u, '.') ?? '', error);
  let content: Json;
  try {
    content = asRecord(document.toJS());
  } catch (error) {
    // Too many aliases, or one that names nothing.
    throw invalid(file, error instanceof Error ? `${error.message}.` : 'It can’t be read.', error);
  }
  const services = asRecord(content['services']);
  const nodes = document.get('services', true);
  const found: ComposeService[] = [];
  for (const { key } of isMap(nodes) ? nodes.items : []) {
    if (!isScalar(key) || typeof key.value !== 'string' || !key.range) continue;
    const place = { from: key.range[0], to: key.range[1] };
    if (key.value in services) found.push(service(key.value, place, asRecord(services[key.value]), variables));
  }
  const named = content['name'] ?? variables['COMPOSE_PROJECT_NAME'];
  const project =
    typeof named === 'string' && named !== ''
      ? interpolate(named, variables)
      : projectNameOf(path.basename(path.dirname(path.resolve(file))));
  return { path: file, project, services: found };
}

function service(name: string, place: { from: number; to: number }, json: Json, variables: Variables): ComposeService {
  const text = (value: unknown): string | undefined =>
    typeof value === 'string' && value !== '' ? interpolate(value, variables) : undefined;
  const words = [...wordsOf(json['entrypoint']), ...wordsOf(json['command'])];
  const containerName = text(json['container_name']);
  const image = text(json['image']);
  const buildContext = text(json['build']) ?? text(asRecord(json['build'])['context']);
  const base = asRecord(json['extends']);
  const extended = text(json['extends']) ?? text(base['service']);
  const file = text(base['file']);
  return {
    name,
    ...place,
    words: words.map((word) => interpolate(word, variables)),
    ...(containerName === undefined ? {} : { containerName }),
    ...(image === undefined ? {} : { image }),
    ...(buildContext === undefined ? {} : { buildContext }),
    ...(extended === undefined ? {} : { extends: { service: extended, ...(file === undefined ? {} : { file }) } }),
  };
}

function wordsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((word): word is string => typeof word === 'string') : [];
}

function invalid(file: string, why: string, cause: unknown): Problem {
  return new Problem(
    {
      code: 'compose-file-invalid',
      what: `${path.basename(file)} can’t be read`,
      why: /[.!?]$/u.test(why) ? why : `${why}.`,
      next: 'Correct the file, or name the container of the cleanup service in the settings.',
      transient: false,
    },
    { cause },
  );
}
