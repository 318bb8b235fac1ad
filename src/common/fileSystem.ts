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

export const nodeFileSystem: FileSystem = {
  async readText(path) {
    try {
      const { size } = await stat(path);
      return size > MAX_FILE_BYTES ? undefined : await readFile(path, 'utf8');
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
