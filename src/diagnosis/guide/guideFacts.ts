import path from 'node:path';
import type { FileSystem } from '../../common/fileSystem.ts';
import { readComposeModels } from '../../compose/composeModel.ts';
import type { Variables } from '../../compose/composeVariables.ts';
import { findFiles } from '../../compose/findFiles.ts';
import { managementCommands } from '../../django/project/managementCommands.ts';
import type { DjangoProject } from '../../django/project/project.ts';
import { settingsFilesOf } from '../../django/throttle/otherSettings.ts';
import { writtenLines, type LineTemplate } from '../../services/cleanupService/command/writtenLines.ts';
import { findCleanupServices } from '../../services/cleanupService/findCleanupService.ts';

/** A service of a compose file, as far as a guide can name it. */
export interface NamedService {
  readonly name: string;
  readonly containerName?: string;
}

/** What a guide is held against: the project as its files are. */
export interface GuideFacts {
  /** Each compose file with its services; undefined: not all of them could be read. */
  readonly compose?: readonly { readonly file: string; readonly services: readonly NamedService[] }[];
  /** Names of containers that scripts start by themselves. */
  readonly startedBy: ReadonlyMap<string, string>;
  /** The project has a `clearsessions` of its own, whose options are not Django's. */
  readonly ownClearsessions: boolean;
  /** Seconds; undefined: not known. */
  readonly cookieAge?: number;
  /** All settings files as they are; undefined: MIDDLEWARE is not known. */
  readonly settings?: string;
  /** Folders beside manage.py and below it that are packages: their dotted paths are the project's own. */
  readonly packages: ReadonlySet<string>;
  /** What the services that clear sessions may write to their logs; undefined: there is none, or it may write anything. */
  readonly written?: readonly LineTemplate[];
  /** Their names. */
  readonly services: readonly string[];
}

/** Scripts and the like, in which containers are started. */
const SCRIPTS = /\.(?:sh|bash|ya?ml|mk)$|^(?:Makefile|justfile|Taskfile.*|fabfile\.py|tasks\.py)$/u;
const MAX_SCRIPTS = 200;
const NAMED = /--name[= ]+["']?([A-Za-z0-9][\w.-]*)/gu;

/** Reads what a guide is held against. Nothing is run. @param folder what is open, in which the guide lies */
export async function readGuideFacts(
  fs: FileSystem,
  folder: string,
  project: DjangoProject | undefined,
  environment: Variables,
): Promise<GuideFacts> {
  const { models, problems } = await readComposeModels(fs, folder, environment);
  const { candidates } = await findCleanupServices(fs, folder, environment);
  const commands = project === undefined ? new Map<string, string>() : await managementCommands(fs, project.root);
  const files = new Map<string, NamedService[]>();
  for (const { files: of, services } of models)
    for (const file of of) files.set(file, [...(files.get(file) ?? []), ...services.values()]);
  const compose = [...files].map(([file, services]) => ({ file, services }));
  const settings = await settingsOf(fs, project);
  const written = await writtenBy(fs, candidates, commands);
  return {
    ...(problems.length === 0 ? { compose } : {}),
    startedBy: await startedBy(fs, folder),
    ownClearsessions: commands.has('clearsessions'),
    ...(project?.sessionCookieAge === undefined ? {} : { cookieAge: project.sessionCookieAge }),
    ...(settings === undefined ? {} : { settings }),
    packages: project === undefined ? new Set() : await packagesIn(fs, project.root),
    ...(written === undefined ? {} : { written }),
    services: [...new Set(candidates.map(({ service }) => service))],
  };
}

async function settingsOf(fs: FileSystem, project: DjangoProject | undefined): Promise<string | undefined> {
  if (project?.middleware === undefined) return undefined;
  const texts = await Promise.all((await settingsFilesOf(fs, project)).map((file) => fs.readText(file)));
  return texts.join('\n');
}

/** A service that only sounds like one that clears sessions may write anything. */
async function writtenBy(
  fs: FileSystem,
  candidates: Awaited<ReturnType<typeof findCleanupServices>>['candidates'],
  commands: ReadonlyMap<string, string>,
): Promise<readonly LineTemplate[] | undefined> {
  if (candidates.length === 0 || candidates.some(({ why }) => why !== 'command' && why !== 'script')) return undefined;
  const sources = new Map<string, string>();
  for (const [name, file] of commands) {
    const text = candidates.some(({ shell }) => shell.includes(name)) ? await fs.readText(file) : undefined;
    if (text !== undefined) sources.set(name, text);
  }
  const all = candidates.map(({ shell }) => writtenLines(shell, (name) => sources.get(name)));
  return all.every((lines) => lines !== undefined) ? all.flat() : undefined;
}

async function startedBy(fs: FileSystem, folder: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const file of (await findFiles(fs, folder, SCRIPTS)).slice(0, MAX_SCRIPTS)) {
    const text = await fs.readText(file);
    for (const [, name = ''] of text?.matchAll(NAMED) ?? []) found.set(name, path.basename(file));
  }
  return found;
}

async function packagesIn(fs: FileSystem, root: string): Promise<ReadonlySet<string>> {
  const entries = await fs.list(root);
  const folders = entries.filter(({ kind, name }) => kind === 'directory' && /^[A-Za-z_]\w*$/u.test(name));
  const are = await Promise.all(
    folders.map(async ({ name }) => (await fs.list(path.join(root, name))).some((one) => one.name.endsWith('.py'))),
  );
  return new Set(folders.filter((_, i) => are[i] === true).map(({ name }) => name));
}
