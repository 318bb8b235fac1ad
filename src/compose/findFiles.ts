import path from 'node:path';
import type { FileSystem } from '../common/fileSystem.ts';

const SKIPPED = /^(?:\.(?!devcontainer$|docker$).*|node_modules|venv|env|site-packages|__pycache__|dist|build)$/;
const MAX_DEPTH = 3;
/** Folders looked into at most: a workspace may be a home directory. */
const MAX_FOLDERS = 2_000;

/** Folders above the open one that are looked into at most. */
const MAX_ABOVE = 20;

/**
 * The same; where none of them fits `main`, those in the folders above as well, as far as they belong to the same repository: of a project
 * often only a subfolder is open. Nearest first.
 */
export async function findFilesAround(files: FileSystem, folder: string, name: RegExp, main = name): Promise<string[]> {
  const found = await findFiles(files, folder, name);
  if (found.some((file) => main.test(path.basename(file)))) return found;
  const above: string[] = [];
  for (const at of await foldersAbove(files, folder)) {
    const entries = await files.list(at);
    const here = entries.filter((one) => one.kind === 'file' && name.test(one.name));
    above.push(...here.map((one) => path.join(at, one.name)).sort());
  }
  return [...found, ...above];
}

/** The folders around this one up to that of its repository, nearest first; none where no repository is around it: what lies above is somebody else's. */
export async function foldersAbove(files: FileSystem, folder: string): Promise<string[]> {
  const above: string[] = [];
  for (let at = path.resolve(folder), i = 0; i < MAX_ABOVE; i++) {
    if (i > 0) above.push(at);
    if ((await files.list(at)).some(({ name }) => name === '.git')) return above;
    const parent = path.dirname(at);
    if (parent === at) break;
    at = parent;
  }
  return [];
}

/** Files whose names fit, nearest first, then by name: in the folder itself and up to three levels below it. */
export async function findFiles(files: FileSystem, folder: string, name: RegExp): Promise<string[]> {
  const found: string[] = [];
  let level = [folder];
  let looked = 0;
  for (let depth = 0; depth <= MAX_DEPTH && level.length > 0; depth++) {
    const next: string[] = [];
    for (const directory of level) {
      if (++looked > MAX_FOLDERS) return found;
      const entries = await files.list(directory);
      const here = entries.filter((entry) => entry.kind === 'file' && name.test(entry.name));
      found.push(...here.map((entry) => path.join(directory, entry.name)).sort());
      const below = entries.filter((entry) => entry.kind === 'directory' && !SKIPPED.test(entry.name));
      next.push(...below.map((entry) => path.join(directory, entry.name)));
    }
    level = next.sort();
  }
  return found;
}
