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

const WINDOWS = process.platform === 'win32';
/** Also where poetry and uv put an environment inside the project. */
const ENVIRONMENTS = ['.venv', 'venv', 'env'];
const IN_ENVIRONMENT = WINDOWS ? path.join('Scripts', 'python.exe') : path.join('bin', 'python');
const ON_PATH = WINDOWS ? ['python.exe', 'py.exe'] : ['python3', 'python'];

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
): Promise<PythonInterpreter | undefined> {
  for (const candidate of candidates(root, hints)) if (await isExecutable(candidate.path)) return candidate;
  return undefined;
}

function* candidates(root: string, hints: InterpreterHints): Generator<PythonInterpreter> {
  if (hints.fromPythonExtension) yield { path: hints.fromPythonExtension, from: 'the Python extension' };
  for (const folder of foldersUpTo(root, hints.workspaceFolder ?? root)) {
    for (const name of ENVIRONMENTS) yield { path: path.join(folder, name, IN_ENVIRONMENT), from: name };
  }
  for (const directory of (hints.searchPath ?? process.env.PATH ?? '').split(path.delimiter)) {
    if (directory === '') continue;
    for (const name of ON_PATH) yield { path: path.join(directory, name), from: 'PATH' };
  }
}

function foldersUpTo(root: string, top: string): string[] {
  const found = [path.resolve(root)];
  const end = path.resolve(top);
  for (let folder = found[0] ?? root; folder !== end && folder.startsWith(end) && path.dirname(folder) !== folder;) {
    folder = path.dirname(folder);
    found.push(folder);
  }
  return found;
}
