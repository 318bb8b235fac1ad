import path from 'node:path';

import type { FileSystem } from '../../common/fileSystem.ts';
import { Environment } from '../python/evaluation/environment.ts';
import type { Evaluation } from '../python/evaluation/evaluation.ts';
import { LoadedFiles } from '../python/evaluation/files.ts';
import { Interpreter } from '../python/interpreter.ts';
import { readDotenv } from '../python/libraries/dotenvFile.ts';
import type { Frame } from '../python/values/values.ts';
import type { ContainerLayer } from './projectCompose.ts';
import { findSettingsModule, runSettings, settingsFiles, type SettingsModule } from './settingsModule.ts';

/** How a project's settings are evaluated, and what that needs to be done again with other texts. */

export interface ReadingOptions {
  /** Folder with manage.py, absolute. */
  readonly root: string;
  /** Workspace folder, whose .env is looked at too. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Instead of the module that the project names itself. */
  readonly settingsModule?: string;
  /** What the service of a compose file that runs the project has in its environment. */
  readonly container?: ContainerLayer;
}

export interface EvaluatedSettings {
  readonly it: Evaluation;
  /** undefined: nothing names one. */
  readonly module?: SettingsModule;
  /** Names at the end of the settings module; undefined: it is not a file of the project. */
  readonly frame?: Frame;
}

/** Throws NeedsFiles until everything that it reads is loaded. */
export function evaluateProject(files: LoadedFiles, options: ReadingOptions): EvaluatedSettings {
  const { root, folder, environment } = options;
  const it = new Interpreter({ files, environment: new Environment(environment), root });
  for (const directory of new Set([root, folder])) addAmbient(it, directory);
  const { container } = options;
  if (container !== undefined) it.environment.setContainer(container.variables);
  const managePy = path.join(root, 'manage.py');
  if (files.python(managePy) === undefined) throw new Error(`${managePy} can't be read`);
  const override = options.settingsModule ? { override: options.settingsModule } : {};
  const offered = container?.settingsModule === undefined ? {} : { offered: container.settingsModule };
  const module = findSettingsModule(it, { ...override, ...offered, environment });
  if (module === undefined) return { it };
  // From here on, problems of manage.py are not worth telling: it did its part.
  it.problems.length = 0;
  for (const file of settingsFiles(it, module.name)) addAmbient(it, path.dirname(file));
  const frame = runSettings(it, module.name);
  return frame === undefined ? { it, module } : { it, module, frame };
}

/** A `.env` that stands where tools look, for what the settings do not load themselves. */
function addAmbient(it: Evaluation, directory: string): void {
  const file = path.join(directory, '.env');
  const text = it.files.text(file);
  if (text === undefined) return;
  it.environment.addAmbient(
    file,
    readDotenv(text, 'python-dotenv', (name) => it.environment.text(name)),
  );
}

/**
 * What a project was read with. It stays inside, because the environment and the files hold passwords: nothing of it is seen in
 * a log, in JSON or in a comparison.
 */
export class ProjectReading {
  readonly #files: LoadedFiles;
  readonly #options: ReadingOptions;

  constructor(files: LoadedFiles, options: ReadingOptions) {
    this.#files = files;
    this.#options = options;
  }

  /** The settings with these texts instead of what was read; a file that was not there then, and is not given, is absent. */
  evaluate(texts: ReadonlyMap<string, string>, settingsModule?: string): EvaluatedSettings {
    const module = settingsModule ?? this.#options.settingsModule;
    const options = module === undefined ? this.#options : { ...this.#options, settingsModule: module };
    return evaluateProject(this.#files.with(texts), options);
  }

  /** Reads the settings anew from `fileSystem`, and then whatever `use` asks for. `use` may run more than once. */
  async read<T>(fileSystem: FileSystem, use: (evaluation: EvaluatedSettings) => T): Promise<T> {
    const files = new LoadedFiles(fileSystem);
    return await files.settle(() => use(evaluateProject(files, this.#options)));
  }
}
