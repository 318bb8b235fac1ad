import { readFileSync, statSync, type Stats } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';

/** What the reading of a project needs of a file system; VS Code's and Node's both serve. */
export interface FileSystem {
  /** Content decoded as UTF-8; undefined when there is no such file or it can't be read. */
  readText(path: string): Promise<string | undefined>;
  /** Entries of a folder; empty when there is no such folder or it can't be read. */
  list(directory: string): Promise<readonly DirectoryEntry[]>;
}

export interface DirectoryEntry {
  readonly name: string;
  readonly kind: 'file' | 'directory';
}

/** Larger files are left alone: no settings module or .env is that large. */
const MAX_FILE_BYTES = 1_000_000;

/** A link of a repository may lead to what has no end, such as /dev/zero, or to a pipe that nobody writes to. */
const isReadable = (found: Stats): boolean => found.isFile() && found.size <= MAX_FILE_BYTES;

/** A small text at a path that others may have named. @throws Error where there is none, it is no file, or a large one */
export function readSmallFile(path: string): string {
  if (!isReadable(statSync(path))) throw new Error(`${path} is no file of at most ${String(MAX_FILE_BYTES)} bytes.`);
  return readFileSync(path, 'utf8');
}

export const nodeFileSystem: FileSystem = {
  async readText(path) {
    try {
      return isReadable(await stat(path)) ? await readFile(path, 'utf8') : undefined;
    } catch {
      // Absent, a folder or not readable: the contract has one answer for all of them.
      return undefined;
    }
  },
  async list(directory) {
    try {
      const entries = await readdir(directory, { withFileTypes: true });
      return entries.map((e) => ({ name: e.name, kind: e.isDirectory() ? 'directory' : 'file' }));
    } catch {
      return [];
    }
  },
};
