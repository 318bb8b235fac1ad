import path from 'node:path';
import { isMap, isNode, isScalar, parseDocument } from 'yaml';
import { Problem } from '../common/problem.ts';
import { asRecord, composeService, type ComposeService } from './composeService.ts';
import { interpolate, projectNameOf, type Variables } from './composeVariables.ts';

export interface ComposeFile {
  readonly path: string;
  /** Name of the project: top-level `name`, else COMPOSE_PROJECT_NAME, else that of the folder. */
  readonly project: string;
  readonly services: readonly ComposeService[];
  /** Compose files that it takes services from, as written. */
  readonly includes: readonly string[];
  readonly text: string;
  readonly variables: Variables;
}

/**
 * Reads the text of a compose file; relative paths start from its folder unless another is given. Throws a `Problem` when it is
 * not YAML. A file without services has none.
 */
export function parseComposeFile(
  file: string,
  text: string,
  variables: Variables = {},
  folder = path.dirname(path.resolve(file)),
): ComposeFile {
  // Compose merges with <<, which YAML 1.2 has dropped.
  const document = parseDocument(text, { merge: true, uniqueKeys: false, logLevel: 'error' });
  const [error] = document.errors;
  if (error !== undefined) throw invalid(file, error.message.split('\n')[0]?.replace(/:$/u, '.') ?? '', error);
  let content: Readonly<Record<string, unknown>>;
  try {
    content = asRecord(document.toJS());
  } catch (error) {
    // Too many aliases, or one that names nothing.
    throw invalid(file, error instanceof Error ? `${error.message}.` : 'It can’t be read.', error);
  }
  const services = asRecord(content['services']);
  const nodes = document.get('services', true);
  const found: ComposeService[] = [];
  for (const { key, value } of isMap(nodes) ? nodes.items : []) {
    if (!isScalar(key) || typeof key.value !== 'string' || !key.range || !Object.hasOwn(services, key.value)) continue;
    const place = {
      file,
      folder,
      from: key.range[0],
      to: key.range[1],
      replaces: replacing(value),
      ...commandAt(value),
    };
    found.push(composeService(key.value, place, asRecord(services[key.value]), variables));
  }
  const named = content['name'] ?? variables['COMPOSE_PROJECT_NAME'];
  const project =
    typeof named === 'string' && named !== '' ? interpolate(named, variables) : projectNameOf(path.basename(folder));
  const included = content['include'];
  const includes = (Array.isArray(included) ? included : []).flatMap((entry: unknown) => {
    const paths: unknown = typeof entry === 'string' ? entry : asRecord(entry)['path'];
    const all: readonly unknown[] = Array.isArray(paths) ? paths : [paths];
    return all.flatMap((one) => (typeof one === 'string' ? [interpolate(one, variables)] : []));
  });
  return { path: file, project, services: found, includes, text, variables };
}

function commandAt(service: unknown): Pick<ComposeService, 'command'> {
  const node = isMap(service) ? service.get('command', true) : undefined;
  if (!isNode(node) || !node.range) return {};
  const value: unknown = node.toJSON();
  const words = Array.isArray(value) ? value.filter((word): word is string => typeof word === 'string') : [];
  return { command: { value: typeof value === 'string' ? value : words, from: node.range[0], to: node.range[1] } };
}

/** Keys whose value carries a tag that says so. */
function replacing(service: unknown): ReadonlySet<string> {
  if (!isMap(service)) return NONE;
  const tagged = service.items.filter(({ value }) => isNode(value) && /^!(?:override|reset)$/u.test(value.tag ?? ''));
  return new Set(tagged.map(({ key }) => (isScalar(key) ? String(key.value) : '')));
}

const NONE: ReadonlySet<string> = new Set();

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
