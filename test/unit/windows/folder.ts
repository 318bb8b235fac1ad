import { readdirSync, readFileSync, statSync } from 'node:fs';
import { posix, win32 } from 'node:path';
import type { FileSystem } from '../../../src/common/fileSystem.ts';

/**
 * A folder of this machine as it would be on a disk of Windows: by another name, whatever the case, with the line ends of Windows
 * and, if wished, the mark that its editors put before a text.
 */
export function windowsFolder(name: string, folder: string, mark = ''): FileSystem {
  const realOf = (path: string): string | undefined => {
    const inside = win32.relative(name, path);
    if (inside.startsWith('..') || win32.isAbsolute(inside)) return undefined;
    let at = folder;
    for (const part of inside.split('\\').filter((one) => one !== '')) {
      if (!statSync(at).isDirectory()) return undefined;
      const found = readdirSync(at).find((one) => one.toLowerCase() === part.toLowerCase());
      if (found === undefined) return undefined;
      at = posix.join(at, found);
    }
    return at;
  };
  return {
    readText: (path) => {
      const real = realOf(path);
      const text = real !== undefined && statSync(real).isFile() ? readFileSync(real, 'utf8') : undefined;
      return Promise.resolve(text === undefined ? undefined : mark + text.replace(/\r?\n/gu, '\r\n'));
    },
    list: (path) => {
      const real = realOf(path);
      if (real === undefined || !statSync(real).isDirectory()) return Promise.resolve([]);
      const entries = readdirSync(real, { withFileTypes: true });
      return Promise.resolve(entries.map((e) => ({ name: e.name, kind: e.isDirectory() ? 'directory' : 'file' })));
    },
  };
}
