import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Variables } from '../../compose/composeVariables.ts';

/** Whether a program can be started by that name: a path, relative to `cwd`, or a name on the PATH. */
export async function hasProgram(name: string, cwd: string, environment: Variables): Promise<boolean> {
  const isWindows = process.platform === 'win32';
  const endings = isWindows ? ['', ...(environment['PATHEXT'] ?? '.EXE;.CMD;.BAT').split(';')] : [''];
  const folders = /[\\/]/u.test(name)
    ? [cwd]
    : (environment['PATH'] ?? environment['Path'] ?? '').split(path.delimiter);
  for (const folder of folders) {
    for (const ending of endings) {
      const isFile = await stat(path.resolve(folder, name + ending)).then(
        (entry) => entry.isFile(),
        () => false, // not there, or not ours to see
      );
      if (isFile) return true;
    }
  }
  return false;
}
