import path from 'node:path';
import { parseComposeFile, type ComposeFile } from '../../compose/composeFile.ts';
import { composeVariables, type Variables } from '../../compose/composeVariables.ts';
import { findFilesAround } from '../../compose/findFiles.ts';
import type { FileSystem } from '../../common/fileSystem.ts';
import { Problem } from '../../common/problem.ts';
import { findProgram, isFile } from '../../common/programFile.ts';
import { runProcess } from '../../common/runProcess.ts';
import { COMPOSE_FILE } from '../../compose/composeModel.ts';
import { ContainerEngine, type EngineOptions } from '../containers/engine.ts';
import { applicationContainers, EVIDENCE } from './applicationContainers.ts';
import { readRestartCommand, type ComposeCommand, type EngineCommand } from './restartCommands.ts';

export interface RestartChoice {
  readonly command: readonly [string, ...string[]];
  /** Where it is run. */
  readonly cwd: string;
  /** Why it should be right, for a person. */
  readonly why: string;
}

export interface RestartPlan {
  /** The command of the settings, in the folder where it works; undefined: there is none, or it can't work. */
  readonly checked?: RestartChoice;
  /** Why the command of the settings can't work, a sentence. */
  readonly problem?: string;
  /** What would work instead, the surest first; looked for only where nothing is checked. */
  readonly choices: readonly RestartChoice[];
}

export interface RestartQuestion {
  /** The restart command of the settings; empty: none. */
  readonly command: readonly string[];
  /** Folder of manage.py. */
  readonly root: string;
  /** The workspace folder that it lies in. */
  readonly workspace: string;
  readonly files: FileSystem;
  readonly environment: Variables;
  readonly engines: readonly EngineOptions[];
}

/** Compose looks for these, in this order, in its folder and those above it. */
const DEFAULT_FILES = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];
const PLUGIN_MS = 10_000;

/** Checks the restart command without running it, and looks for what would work where it would not. Throws no `Problem`. */
export async function planRestart(question: RestartQuestion): Promise<RestartPlan> {
  const { command } = question;
  const files = await composeFiles(question);
  const checked = command.length === 0 ? undefined : await check(question, files);
  if (typeof checked === 'object') return { checked, choices: [] };
  const choices = [...(await otherFile(question, files)), ...(await containers(question, files))];
  return { choices, ...(checked === undefined ? {} : { problem: checked }) };
}

/** The choice, or a sentence that says why it can't work. */
async function check(question: RestartQuestion, files: readonly ComposeFile[]): Promise<RestartChoice | string> {
  const { command, root, environment } = question;
  const read = readRestartCommand(command);
  if (read.kind === 'compose') return checkCompose(question, read, files);
  if (!hasProgram(read.program, root, environment)) return `There is no program ${read.program}.`;
  if (read.kind === 'engine') {
    const missing = await missingContainers(question, read);
    if (missing.length > 0) return `${read.program} has no container ${missing.join(' or ')}.`;
  }
  const [program = '', ...args] = command;
  return { command: [program, ...args], cwd: root, why: 'as set' };
}

function hasProgram(name: string, cwd: string, environment: Variables): boolean {
  return findProgram(name, cwd, { platform: process.platform, environment, isFile }) !== undefined;
}

async function missingContainers(
  { environment }: RestartQuestion,
  { program, containers: names }: EngineCommand,
): Promise<string[]> {
  try {
    const found = await new ContainerEngine({ program, environment }).inspect(names);
    return names.filter((name) => !found.some((one) => one.name === name || one.id.startsWith(name)));
  } catch (error) {
    if (error instanceof Problem) return []; // what can't be asked now is told by the command itself
    throw error;
  }
}

async function checkCompose(
  question: RestartQuestion,
  read: ComposeCommand,
  files: readonly ComposeFile[],
): Promise<RestartChoice | string> {
  const { root, workspace } = question;
  // Compose looks above by itself, as far as the root of the disk.
  const above = files.map((file) => path.dirname(file.path)).filter((one) => workspace.startsWith(`${one}${path.sep}`));
  const chosen = filesOf(read, [...folderAndAbove(root, workspace), ...new Set(above)], files);
  if (chosen === undefined) {
    const names = read.files.length > 0 ? read.files.join(', ') : 'compose file';
    return `There is no ${names} in ${root}${root === workspace ? '' : ' or above it'}.`;
  }
  const has = new Set(chosen.files.flatMap((file) => file.services.map(({ name }) => name)));
  const missing = read.services.filter((name) => !has.has(name));
  if (missing.length > 0) {
    const names = chosen.files.map((file) => path.relative(workspace, file.path)).join(', ');
    return `${names} has no service ${missing.join(' or ')}; it has ${has.size === 0 ? 'none' : [...has].join(', ')}.`;
  }
  const program = await composeProgram(read.program, question);
  if (program === undefined)
    return `There is neither ${read.program.join(' ')} nor another Compose on the PATH of VS Code.`;
  return { command: [...program, ...read.rest], cwd: chosen.cwd, why: 'as set' };
}

/** The files that Compose would take, and the folder from which it finds them. */
function filesOf(
  { files: named }: Pick<ComposeCommand, 'files'>,
  folders: readonly string[],
  all: readonly ComposeFile[],
): { cwd: string; files: ComposeFile[] } | undefined {
  for (const cwd of folders) {
    const names = named.length > 0 ? named : DEFAULT_FILES;
    const found = names.flatMap((name) => all.find((file) => file.path === path.resolve(cwd, name)) ?? []);
    if (named.length > 0 ? found.length < named.length : found[0] === undefined) continue;
    if (named.length > 0) return { cwd, files: found };
    const override = all.filter((file) => path.dirname(file.path) === cwd && /\.override\.ya?ml$/u.test(file.path));
    return { cwd, files: [...found.slice(0, 1), ...override] };
  }
  return undefined;
}

/** docker-compose, or docker compose where there is no such program. */
async function composeProgram(
  wished: readonly string[],
  { root, environment }: RestartQuestion,
): Promise<readonly [string, ...string[]] | undefined> {
  for (const [program = '', ...args] of [wished, ['docker', 'compose'], ['docker-compose']]) {
    if (!hasProgram(program, root, environment)) continue;
    if (args.length === 0) return [program];
    // docker is there without its plugin on many machines.
    const run = await runProcess(program, [...args, 'version'], {
      environment,
      timeoutMs: PLUGIN_MS,
      maxOutput: 10_000,
    });
    if (run.code === 0) return [program, ...args];
  }
  return undefined;
}

/** Another compose file of the workspace that has all services of the command. */
async function otherFile(question: RestartQuestion, files: readonly ComposeFile[]): Promise<RestartChoice[]> {
  const read = readRestartCommand(question.command);
  if (read.kind !== 'compose' || read.services.length === 0) return [];
  const fits = files.filter((file) => read.services.every((name) => file.services.some((one) => one.name === name)));
  const program = fits.length === 0 ? undefined : await composeProgram(read.program, question);
  if (program === undefined) return [];
  return fits.map((file) => ({
    command: [...program, '-f', path.basename(file.path), 'restart', ...read.services],
    cwd: path.dirname(file.path),
    why: `${path.relative(question.workspace, file.path)} has ${read.services.length === 1 ? 'this service' : 'these services'}`,
  }));
}

/** The running containers that look like the application: those of the surest kind together, then each. */
async function containers(question: RestartQuestion, files: readonly ComposeFile[]): Promise<RestartChoice[]> {
  const { root, workspace, engines } = question;
  for (const options of engines) {
    const engine = new ContainerEngine(options);
    try {
      const all = await engine.inspect(await engine.idsWithLabels({}));
      const found = applicationContainers(all, files, [path.basename(workspace), path.basename(root)]);
      if (found.length === 0) continue;
      const surest = found.filter(({ why }) => why === found[0]?.why);
      const groups = [...(surest.length > 1 ? [surest] : []), ...found.map((one) => [one])];
      return groups.map((group) => ({
        command: [options.program, 'restart', ...group.map(({ container }) => container.name)],
        cwd: root,
        why: `running; ${EVIDENCE[group[0]?.why ?? 'name']}`,
      }));
    } catch (error) {
      if (!(error instanceof Problem)) throw error; // no engine there, or it doesn't answer: the next
    }
  }
  return [];
}

function folderAndAbove(root: string, workspace: string): string[] {
  const folders = [root];
  for (let folder = root; folder !== workspace && path.dirname(folder) !== folder;) {
    folder = path.dirname(folder);
    folders.push(folder);
  }
  return folders;
}

async function composeFiles({ files, root, workspace, environment }: RestartQuestion): Promise<ComposeFile[]> {
  const above = folderAndAbove(root, workspace);
  const paths = new Set([
    ...above.flatMap((folder) => DEFAULT_FILES.map((name) => path.join(folder, name))),
    ...(await findFilesAround(files, workspace, COMPOSE_FILE)),
  ]);
  const found: ComposeFile[] = [];
  for (const file of paths) {
    const text = await files.readText(file);
    if (text === undefined) continue;
    const dotenv = await files.readText(path.join(path.dirname(file), '.env'));
    try {
      found.push(parseComposeFile(file, text, composeVariables(dotenv, environment)));
    } catch (error) {
      if (!(error instanceof Problem)) throw error; // what Compose can't read either offers nothing
    }
  }
  return found;
}
