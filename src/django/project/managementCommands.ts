import path from 'node:path';
import type { FileSystem } from '../../common/fileSystem.ts';

const SKIPPED =
  /^(?:\..*|node_modules|venv|env|virtualenv|site-packages|dist-packages|__pycache__|dist|build|bower_components|migrations|locale|static|media|templates)$/u;
const MAX_DEPTH = 6;

/** The management commands that the applications of a project bring: their files by their names. */
export async function managementCommands(fs: FileSystem, root: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  let level = [root];
  for (let depth = 0; depth <= MAX_DEPTH && level.length > 0; depth++) {
    const below: string[] = [];
    for (const folder of level) {
      for (const { name, kind } of await fs.list(folder)) {
        if (kind !== 'directory' || SKIPPED.test(name)) continue;
        if (name !== 'management') below.push(path.join(folder, name));
        else
          for (const [command, file] of await commandsIn(fs, path.join(folder, name, 'commands')))
            found.set(command, file);
      }
    }
    level = below;
  }
  return found;
}

async function commandsIn(fs: FileSystem, folder: string): Promise<[string, string][]> {
  const entries = await fs.list(folder);
  return entries
    .filter(({ name, kind }) => kind === 'file' && /^[a-z]\w*\.py$/iu.test(name))
    .map(({ name }) => [path.basename(name, '.py'), path.join(folder, name)]);
}
