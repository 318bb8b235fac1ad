import path from 'node:path';
import type { FileSystem } from '../common/fileSystem.ts';

const SKIPPED = /^(?:\.(?!devcontainer$|docker$).*|node_modules|venv|env|site-packages|__pycache__|dist|build)$/;
const MAX_DEPTH = 3;
/** Folders looked into at most: a workspace may be a home directory. */
const MAX_FOLDERS = 2_000;

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
