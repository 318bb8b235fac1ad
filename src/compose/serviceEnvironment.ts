import path from 'node:path';
import type { FileSystem } from '../common/fileSystem.ts';
import type { ComposeModel } from './composeModel.ts';
import type { ComposeService } from './composeService.ts';
import { interpolate, readEnvFile, type Variables } from './composeVariables.ts';
import { readDockerfile, type ImageFacts } from './dockerfile.ts';

/** A variable that a container has when its program starts. */
export interface ContainerVariable {
  readonly value: string;
  readonly file: string;
  /** 1-based; undefined: the service of the compose file says it. */
  readonly line?: number;
}

export interface ServiceEnvironment {
  readonly variables: ReadonlyMap<string, ContainerVariable>;
  /** Names whose value depends on variables that are not set here. */
  readonly unknown: ReadonlySet<string>;
  /** Files that it names and that are not there. */
  readonly missing: readonly string[];
  /** What was read for it, besides the compose files. */
  readonly files: readonly string[];
}

/**
 * What the program of a service finds in its environment, in the order of Compose: `environment` goes before `env_file`, of which
 * a later file goes before an earlier one, and both before ENV of the image; what the entrypoint's script exports is added last,
 * where nothing of this names it already.
 * @see https://docs.docker.com/compose/how-tos/environment-variables/envvars-precedence/
 */
export async function readServiceEnvironment(
  fs: FileSystem,
  { variables: own }: ComposeModel,
  service: ComposeService,
): Promise<ServiceEnvironment> {
  const variables = new Map<string, ContainerVariable>();
  const unknown = new Set<string>();
  const missing: string[] = [];
  const files: string[] = [];
  const read = async (file: string): Promise<string | undefined> => {
    const text = await fs.readText(file);
    if (text !== undefined) files.push(file);
    return text;
  };
  const image = await readImage(read, service);
  if (image !== undefined)
    for (const [name, { value, line }] of image.facts.environment)
      variables.set(name, { value, file: image.file, line });
  for (const { path: file, raw, required } of service.envFiles) {
    const text = await read(file);
    if (text === undefined && required) missing.push(file);
    if (text !== undefined)
      for (const [name, { value, line, missing: without }] of readEnvFile(text, own, raw)) {
        variables.set(name, { value, file, line });
        if (without.length > 0) unknown.add(name);
        else unknown.delete(name);
      }
  }
  for (const [name, { value, missing: without, file }] of service.environment) {
    // A variable that is passed on and that nobody sets is not there in the container.
    if (value === undefined) continue;
    variables.set(name, { value, file });
    if (without.length > 0) unknown.add(name);
    else unknown.delete(name);
  }
  for (const script of await readScripts(read, service, image?.facts))
    for (const [name, exported] of exportsOf(script.text, script.file, variables))
      if (!variables.has(name)) variables.set(name, exported);
  for (const [name, value] of saidInCommand(service)) variables.set(name, { value, file: service.file });
  return { variables, unknown, missing, files };
}

/** `sh -c "export NAME=value && NAME=value program"`, and the settings module as manage.py takes it. */
function saidInCommand({ words }: ComposeService): Map<string, string> {
  const command = words.join(' ');
  const found = new Map<string, string>();
  for (const [, name = '', value = ''] of command.matchAll(
    /(?:^|[\s;&("'])([A-Z_][A-Z0-9_]*)=([\w./:@+-]+)(?=[\s;&)"']|$)/gu,
  ))
    found.set(name, value);
  const [, module] = /\bmanage\.py\b[^;&|]*?\s--settings[=\s]([\w.]+)/u.exec(command) ?? [];
  if (module !== undefined) found.set('DJANGO_SETTINGS_MODULE', module);
  return found;
}

type Read = (file: string) => Promise<string | undefined>;

async function readImage(
  read: Read,
  { build }: ComposeService,
): Promise<{ readonly file: string; readonly facts: ImageFacts } | undefined> {
  if (build === undefined) return undefined;
  const file = path.resolve(build.context, build.dockerfile ?? 'Dockerfile');
  const text = await read(file);
  return text === undefined ? undefined : { file, facts: readDockerfile(text, build.target) };
}

/** The scripts of the entrypoint and the command, looked for where the image has them from. */
async function readScripts(
  read: Read,
  { words, build }: ComposeService,
  facts: ImageFacts | undefined,
): Promise<{ readonly file: string; readonly text: string }[]> {
  if (build === undefined) return [];
  const said = words.flatMap((word) => word.split(/\s+/u));
  const found: { readonly file: string; readonly text: string }[] = [];
  for (const program of [...(facts?.entrypoint ?? []), ...said, ...(facts?.command ?? [])].slice(0, MAX_WORDS)) {
    if (!/^[\w./-]*[./][\w./-]*$/u.test(program) || /\.(?:py|txt|toml|yml)$/u.test(program)) continue;
    const name = path.posix.basename(program);
    const copied = facts?.copies.flatMap(({ sources, to }) =>
      sources.filter((source) => path.posix.basename(source) === name || to === program),
    );
    for (const candidate of [...(copied ?? []), ...endsOf(program)]) {
      const file = path.resolve(build.context, candidate.replace(/^\/+/u, ''));
      const text = await read(file);
      if (text === undefined || !/^#!|^\s*export\s/mu.test(text)) continue;
      found.push({ file, text });
      break;
    }
  }
  return found;
}

/** Of an entrypoint and a command, in which a program is to be found. */
const MAX_WORDS = 12;

/** "/app/scripts/entrypoint.sh" may be scripts/entrypoint.sh or entrypoint.sh of the folder that the image is built from. */
function endsOf(program: string): string[] {
  const parts = program.split('/').filter((part) => part !== '' && part !== '.');
  return parts.map((_, i) => parts.slice(i).join('/'));
}

const ASSIGNMENT =
  /^[^\S\n]*(export[^\S\n]+)?([A-Za-z_]\w*)=(?:"([^"\n`]*)"|'([^'\n]*)'|([^\s"'`;&|()]*))[^\S\n]*(?:;|#.*)?$/gmu;

/** What a shell script exports, as far as it is put together from other variables. Nothing is run. */
function exportsOf(
  text: string,
  file: string,
  environment: ReadonlyMap<string, ContainerVariable>,
): Map<string, ContainerVariable> {
  const known: Record<string, string | undefined> = {};
  for (const [name, { value }] of environment) known[name] = value;
  const found = new Map<string, ContainerVariable>();
  for (const match of text.replace(/\r\n?/gu, '\n').matchAll(ASSIGNMENT)) {
    const [, exported, name = '', double, single, plain] = match;
    const raw = double ?? plain ?? '';
    // What stands in an `if` is mostly for what is missing: it changes nothing that is there.
    if (raw.includes('$(') || (known[name] !== undefined && /^\s/u.test(match[0]))) continue;
    const missing = new Set<string>();
    const value = single ?? interpolate(raw, known satisfies Variables, missing);
    if (missing.size > 0) continue;
    known[name] = value;
    const line = text.slice(0, match.index).split('\n').length;
    if (exported !== undefined) found.set(name, { value, file, line });
  }
  return found;
}
