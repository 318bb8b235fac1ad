import ini from 'ini';
import path from 'node:path';

import type { Evaluation } from '../python/evaluation/evaluation.ts';
import { findModule, moduleFiles, runModule } from '../python/statements/imports.ts';
import type { Frame, PathValue, StrValue } from '../python/values/values.ts';

/** Which settings module a project has: asked in the order in which Django and its tools would find it. */

export interface SettingsModule {
  readonly name: string;
  /** In words for a person: 'manage.py', '.env', 'DJANGO_SETTINGS_MODULE in the environment'. */
  readonly from: string;
}

const VARIABLE = 'DJANGO_SETTINGS_MODULE';

export interface ModuleOptions {
  /** The extension's own setting; wins. */
  readonly override?: string;
  /** What a compose file gives the service that runs the project. */
  readonly offered?: SettingsModule;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Modules for a server, by their names. */
export const NAMED_PRODUCTION = /(?:^|[._])(?:prod|production|live)(?:$|[._])/i;

/**
 * Runs manage.py in the interpreter too, for what it does to sys.path and the environment. A compose file goes before what
 * manage.py sets where nobody has set anything, but not with a module for a server where manage.py has one for this machine.
 */
export function findSettingsModule(it: Evaluation, options: ModuleOptions): SettingsModule | undefined {
  const fromEnv = ambientFile(it, options);
  if (options.override) it.environment.set(VARIABLE, { t: 'str', v: options.override });
  runModule(it, path.join(it.root, 'manage.py'), '__main__');
  if (options.override) return { name: options.override, from: `the setting djangoSessionMonitor.settingsModule` };
  const set = it.environment.text(VARIABLE);
  const { offered } = options;
  const isSet = options.environment[VARIABLE] ?? fromEnv?.value;
  const forServer = (name: string): boolean => NAMED_PRODUCTION.test(name);
  if (offered !== undefined && !isSet && (!set || !forServer(offered.name) || forServer(set))) {
    it.environment.set(VARIABLE, { t: 'str', v: offered.name });
    if (it.files.firstOf(settingsFiles(it, offered.name)) !== undefined) return offered;
    if (set) it.environment.set(VARIABLE, { t: 'str', v: set });
    else it.environment.delete(VARIABLE);
  }
  if (set) return { name: set, from: whoSet(set, options, fromEnv) };
  return fromEntryPoints(it) ?? fromToolFiles(it) ?? onlySettingsFile(it);
}

/** The .env file that answers for the variable before manage.py has run. */
function ambientFile(it: Evaluation, options: ModuleOptions): { file: string; value: string } | undefined {
  if (options.environment[VARIABLE]) return undefined;
  const value = it.environment.text(VARIABLE);
  const file = [...it.environment.ambientUse].find(([, names]) => names.has(VARIABLE))?.[0];
  return value === undefined || file === undefined ? undefined : { file, value };
}

function whoSet(name: string, options: ModuleOptions, ambient: { file: string; value: string } | undefined): string {
  if (options.environment[VARIABLE] === name) return `${VARIABLE} in the environment`;
  return ambient?.value === name ? path.basename(ambient.file) : 'manage.py';
}

const ENTRY_POINTS = ['wsgi.py', 'asgi.py'];

function folders(it: Evaluation): string[] {
  const skipped = /^(?:\.|node_modules$|venv$|env$|site-packages$|__pycache__$|static$|media$|templates$)/;
  return it.files
    .list(it.root)
    .filter((entry) => entry.kind === 'directory' && !skipped.test(entry.name))
    .map((entry) => entry.name)
    .sort()
    .slice(0, 60);
}

function fromEntryPoints(it: Evaluation): SettingsModule | undefined {
  const inFolders = folders(it);
  const fileOf = (folder: string, name: string): string => path.join(it.root, folder, name);
  it.files.together(inFolders.flatMap((folder) => ENTRY_POINTS.map((name) => fileOf(folder, name))));
  for (const folder of inFolders) {
    for (const name of ENTRY_POINTS) {
      const file = fileOf(folder, name);
      if (it.files.text(file) === undefined) continue;
      runModule(it, file, `${folder}.${name.slice(0, -3)}`);
      const set = it.environment.text(VARIABLE);
      if (set) return { name: set, from: `${folder}/${name}` };
    }
  }
  return undefined;
}

/** Where tools keep it: file, section and key, or a pattern where the file is TOML, of which only this one line is needed. */
const TOOL_FILES: readonly { readonly file: string; readonly read: (text: string) => string | undefined }[] = [
  { file: 'pytest.ini', read: (text) => iniValue(text, 'pytest') },
  { file: 'pyproject.toml', read: tomlValue },
  { file: 'tox.ini', read: (text) => iniValue(text, 'pytest') },
  { file: 'setup.cfg', read: (text) => iniValue(text, 'tool:pytest') },
];

function iniValue(text: string, section: string): string | undefined {
  const parsed: unknown = ini.parse(text)[section];
  const value =
    typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>)[VARIABLE] : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** pytest-django's key, or django-stubs': a line of its own in any table. */
function tomlValue(text: string): string | undefined {
  const match = /^\s*(?:DJANGO_SETTINGS_MODULE|django_settings_module)\s*=\s*(["'])([\w.]+)\1/m.exec(text);
  return match?.[2];
}

function fromToolFiles(it: Evaluation): SettingsModule | undefined {
  it.files.together(TOOL_FILES.map(({ file }) => path.join(it.root, file)));
  for (const { file, read } of TOOL_FILES) {
    const text = it.files.text(path.join(it.root, file));
    const name = text === undefined ? undefined : read(text);
    if (name !== undefined) return { name, from: file };
  }
  return undefined;
}

function onlySettingsFile(it: Evaluation): SettingsModule | undefined {
  const inFolders = folders(it);
  const filesOf = (folder: string): string[] => moduleFiles(it.root, [folder, 'settings']);
  it.files.together(inFolders.flatMap(filesOf));
  const found = inFolders.filter((folder) => it.files.firstOf(filesOf(folder)) !== undefined);
  const [only] = found;
  return found.length === 1 && only !== undefined
    ? { name: `${only}.settings`, from: 'the only settings module there is' }
    : undefined;
}

/** Evaluates the settings module; undefined when it is not a file of the project. `src` is where many keep their packages. */
export function runSettings(it: Evaluation, module: string): Frame | undefined {
  const source: StrValue | PathValue = { t: 'path', v: path.join(it.root, 'src') };
  it.searchPath.items.push(source);
  const file = it.files.firstOf(settingsFiles(it, module));
  if (file === undefined) return undefined;
  const found = findModule(it, module);
  return found.kind === 'local' ? found.frame : undefined;
}

/** Where the module would be, first place first. */
export function settingsFiles(it: Evaluation, module: string): string[] {
  return it.searchPath.items.flatMap((item) =>
    item.t === 'str' || item.t === 'path' ? moduleFiles(path.resolve(it.root, item.v), module.split('.')) : [],
  );
}
