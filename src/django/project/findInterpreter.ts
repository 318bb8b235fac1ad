import { access, constants } from 'node:fs/promises';
import path from 'node:path';

/** Which Python runs a project's manage.py. */
export interface PythonInterpreter {
  readonly path: string;
  /** In words for a person: 'the Python extension', '.venv', 'PATH'. */
  readonly from: string;
}

export interface InterpreterHints {
  /** What the Python extension has selected. */
  readonly fromPythonExtension?: string;
  /** Virtual environments are looked for in the folders from the project up to this one. */
  readonly workspaceFolder?: string;
  /** PATH; by default the one of this process. */
  readonly searchPath?: string;
}

/** Where it is looked for: this machine, unless said otherwise. */
export interface InterpreterMachine {
  readonly platform: NodeJS.Platform;
  readonly isExecutable: (file: string) => Promise<boolean>;
}

/** Also where poetry and uv put an environment inside the project. */
const ENVIRONMENTS = ['.venv', 'venv', 'env'];
const WINDOWS = { path: path.win32, inEnvironment: ['Scripts', 'python.exe'], onPath: ['python.exe', 'py.exe'] };
const OTHERS = { path: path.posix, inEnvironment: ['bin', 'python'], onPath: ['python3', 'python'] };
/** There, Windows has a python.exe that opens its shop where no Python was bought in it. */
const STAND_INS = /\\Microsoft\\WindowsApps\\?$/iu;

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return true;
  } catch {
    // Absent or not executable: both mean that it is not the one.
    return false;
  }
}

/** undefined: no Python is to be found. */
export async function findInterpreter(
  root: string,
  hints: InterpreterHints = {},
  machine: InterpreterMachine = { platform: process.platform, isExecutable },
): Promise<PythonInterpreter | undefined> {
  const system = machine.platform === 'win32' ? WINDOWS : OTHERS;
  for (const candidate of candidates(root, hints, system))
    if (await machine.isExecutable(candidate.path)) return candidate;
  return undefined;
}

function* candidates(
  root: string,
  hints: InterpreterHints,
  { path, inEnvironment, onPath }: typeof WINDOWS,
): Generator<PythonInterpreter> {
  if (hints.fromPythonExtension) yield { path: hints.fromPythonExtension, from: 'the Python extension' };
  for (const folder of foldersUpTo(root, hints.workspaceFolder ?? root, path)) {
    for (const name of ENVIRONMENTS) yield { path: path.join(folder, name, ...inEnvironment), from: name };
  }
  // What is not absolute would be a folder of whatever is open.
  const folders = (hints.searchPath ?? process.env.PATH ?? '')
    .split(path.delimiter)
    .filter((one) => path.isAbsolute(one));
  const isStandIn = (folder: string): boolean => STAND_INS.test(folder);
  for (const folder of [...folders.filter((one) => !isStandIn(one)), ...folders.filter(isStandIn)]) {
    for (const name of onPath) yield { path: path.join(folder, name), from: 'PATH' };
  }
}

function foldersUpTo(root: string, top: string, path: path.PlatformPath): string[] {
  const found = [path.resolve(root)];
  const end = path.resolve(top);
  for (let folder = found[0] ?? root; folder !== end && folder.startsWith(end) && path.dirname(folder) !== folder;) {
    folder = path.dirname(folder);
    found.push(folder);
  }
  return found;
}
