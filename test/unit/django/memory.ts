import path from 'node:path';
import type { DirectoryEntry, FileSystem } from '../../../src/common/fileSystem.ts';

/** Files by absolute path. `reads` counts what was asked for. */
export function memoryFileSystem(files: Readonly<Record<string, string>>): FileSystem & { readonly reads: string[] } {
  const reads: string[] = [];
  return {
    reads,
    readText: (file) => {
      reads.push(file);
      return Promise.resolve(Object.hasOwn(files, file) ? files[file] : undefined);
    },
    list: (directory) => {
      const found = new Map<string, DirectoryEntry['kind']>();
      for (const file of Object.keys(files)) {
        const [name, ...rest] = path.relative(directory, file).split(path.sep);
        if (name !== undefined && name !== '..') found.set(name, rest.length === 0 ? 'file' : 'directory');
      }
      return Promise.resolve([...found].map(([name, kind]) => ({ name, kind })));
    },
  };
}

/** A project's files below a folder. */
export function below(root: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [path.join(root, name), text]));
}
