import path from 'node:path';

import type { FileSystem } from '../../common/fileSystem.ts';
import { readComposeModels, type ComposeModels } from '../../compose/composeModel.ts';
import type { Evaluation } from '../python/evaluation/evaluation.ts';
import { LoadedFiles } from '../python/evaluation/files.ts';
import { syntaxProblems } from '../python/syntax/problems.ts';
import type { Frame } from '../python/values/values.ts';
import { databasesOf } from './databaseSettings.ts';
import { middlewareOf } from './middlewareValue.ts';
import type { DjangoProject } from './project.ts';
import { ProjectCompose } from './projectCompose.ts';
import { evaluateProject, ProjectReading, type ReadingOptions } from './projectReading.ts';
import { sessionSettingsOf } from './sessionSettings.ts';
import { withAlias } from './sessions/sessionAlias.ts';
import { sessionModelOf, type SessionModel } from './sessions/sessionModel.ts';

/** Finds Django projects and reads their settings from the text. Nothing is run. */

export interface FindOptions {
  /** The extension's setting for the settings module. */
  readonly settingsModule?: string;
  /** What stands for the process environment of Django. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

type ProjectProblem = DjangoProject['problems'][number];

const SKIPPED =
  /^(?:\..*|node_modules|venv|env|virtualenv|site-packages|dist-packages|__pycache__|dist|build|bower_components)$/;
const MAX_DEPTH = 3;
/** Folders looked into at most: a workspace may be a home directory. */
const MAX_FOLDERS = 2_000;

/**
 * Folders with Django's manage.py, nearest first, then by name: the folder itself and up to three levels below it. Virtual
 * environments are recognised by their pyvenv.cfg, whatever their name.
 */
export async function findProjectRoots(fs: FileSystem, folder: string): Promise<string[]> {
  const roots: string[] = [];
  let level = [folder];
  let looked = 0;
  for (let depth = 0; depth <= MAX_DEPTH && level.length > 0; depth++) {
    const next: string[] = [];
    for (const directory of level) {
      if (++looked > MAX_FOLDERS) return roots;
      const entries = await fs.list(directory);
      if (entries.some((entry) => entry.name === 'pyvenv.cfg')) continue;
      if (entries.some((entry) => entry.kind === 'file' && entry.name === 'manage.py')) {
        const text = await fs.readText(path.join(directory, 'manage.py'));
        if (text !== undefined && /django/i.test(text)) roots.push(directory);
      }
      for (const { name, kind } of entries) {
        if (kind === 'directory' && !SKIPPED.test(name)) next.push(path.join(directory, name));
      }
    }
    level = next.sort();
  }
  return roots;
}

export async function findProjects(fs: FileSystem, folder: string, options: FindOptions): Promise<DjangoProject[]> {
  const roots = await findProjectRoots(fs, folder);
  if (roots.length === 0) return [];
  const compose = await readComposeModels(fs, path.resolve(folder), options.environment);
  return await Promise.all(roots.map((root) => readProject(fs, root, options, folder, compose)));
}

/** Reads the project whose manage.py is in `root`. `folder` is the workspace folder, whose .env is looked at too. */
export async function readProject(
  fs: FileSystem,
  root: string,
  options: FindOptions,
  folder = root,
  models?: ComposeModels,
): Promise<DjangoProject> {
  const files = new LoadedFiles(fs);
  const found = models ?? (await readComposeModels(fs, path.resolve(folder), options.environment));
  const compose = await ProjectCompose.of(fs, found, path.resolve(root));
  const container = compose.layer === undefined ? {} : { container: compose.layer };
  const reading = { ...options, root: path.resolve(root), folder: path.resolve(folder), ...container };
  return await files.settle(() => read(files, reading, compose));
}

function read(files: LoadedFiles, options: ReadingOptions, compose: ProjectCompose): DjangoProject {
  const evaluated = evaluateProject(files, options);
  const { it, module, frame } = evaluated;
  const { root } = options;
  const managePy = path.join(root, 'manage.py');
  const reading = new ProjectReading(files, options);
  const base = { root, managePy, source: 'text' as const, databases: [], reading, compose };
  if (module === undefined) {
    const message =
      'No settings module is named by manage.py, DJANGO_SETTINGS_MODULE, .env, wsgi.py, asgi.py, pytest.ini, pyproject.toml or setup.cfg.';
    const problems = [...problemsOf(it), { code: 'settings-module-unknown', message, file: managePy }];
    return { ...base, settingsModule: '', settingsModuleFrom: '', files: filesOf(it), problems };
  }
  const named = { settingsModule: module.name, settingsModuleFrom: module.from };
  if (frame === undefined) {
    const message = `The settings module ${module.name}, named by ${module.from}, is not a file of this project.`;
    const problems = [...problemsOf(it), { code: 'settings-module-missing', message, file: managePy }];
    return { ...base, ...named, files: filesOf(it), problems };
  }
  const found = readDatabases(frame);
  const session = sessionSettingsOf(frame);
  const middleware = middlewareOf(it, frame);
  const model = sessionModelOf(evaluated);
  const project: DjangoProject = {
    ...base,
    ...named,
    ...session.settings,
    ...(middleware.why === undefined ? { middleware: middleware.entries.map((entry) => entry.path) } : {}),
    databases: found.databases,
    files: [...filesOf(it, frame, model), ...compose.files],
    ...debugOf(frame),
    problems: [
      ...problemsOf(it),
      ...found.problems,
      ...session.problems,
      ...ambientNotes(it),
      ...composeProblems(compose, managePy),
    ],
  };
  // Last, because what it runs through are no settings.
  const sessions = withAlias(evaluated, model);
  return { ...project, sessions, files: [...new Set([...project.files, ...sessions.files])] };
}

function debugOf({ names }: Frame): Pick<DjangoProject, 'debug'> {
  const value = names.get('DEBUG');
  return value?.t === 'bool' || value?.t === 'number' ? { debug: Boolean(value.v) } : {};
}

function ambientNotes(it: Evaluation): ProjectProblem[] {
  return [...it.environment.ambientUse].map(([file, names]) => ({
    code: 'environment-from-dotenv',
    message: `Taken from ${path.basename(file)}, which the settings do not load themselves: ${[...names].sort().join(', ')}.`,
    file,
  }));
}

function readDatabases(frame: Frame): Pick<DjangoProject, 'databases' | 'problems'> {
  const { file } = frame.source;
  const value = frame.names.get('DATABASES');
  if (value === undefined) {
    return {
      databases: [],
      problems: [{ code: 'databases-missing', message: 'The settings define no DATABASES.', file }],
    };
  }
  if (value.t !== 'dict') {
    const why = value.t === 'unresolved' ? value.why : 'it is not a dictionary';
    return {
      databases: [],
      problems: [{ code: 'databases-unresolved', message: `DATABASES is not known: ${why}.`, file }],
    };
  }
  const problems: ProjectProblem[] = [];
  const offset = value.at?.file === file ? { offset: value.at.from } : {};
  if (value.open !== undefined) {
    const message = `DATABASES may hold more than is known: ${value.open}.`;
    problems.push({ code: 'databases-unresolved', message, file, ...offset });
  }
  return { databases: databasesOf(value, { file, from: 0, to: 0 }), problems };
}

function composeProblems({ problems }: ProjectCompose, file: string): ProjectProblem[] {
  return problems.map((message) => ({ code: 'compose-unread', message, file }));
}

function problemsOf(it: Evaluation): ProjectProblem[] {
  const read = [...it.modules.values()].filter(({ source }) => source.stoppedAt === undefined);
  const syntax = read.flatMap(({ source }) =>
    syntaxProblems(source).map(({ message, from }) => ({
      code: 'settings-syntax-error',
      message,
      file: source.file,
      offset: from,
    })),
  );
  return [...syntax, ...it.problems];
}

/** The settings file first, then the other modules, then the files of environment variables. */
function filesOf(it: Evaluation, settings?: Frame, sessions?: SessionModel): string[] {
  const first = settings === undefined ? [] : [settings.source.file];
  const environment = [...it.environmentFiles, ...it.environment.ambientUse.keys()];
  return [...new Set([...first, ...it.modules.keys(), ...it.included, ...(sessions?.files ?? []), ...environment])];
}
