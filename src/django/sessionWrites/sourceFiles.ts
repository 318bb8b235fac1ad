import path from 'node:path';
import type { FileSystem } from '../../common/fileSystem.ts';

/** Where Python code is looked for. */
export interface SourceRoot {
  readonly folder: string;
  /** Code that was installed, and not written for this project. */
  readonly isInstalled: boolean;
}

/** Folders in which nothing runs at a request: environments, tests, migrations, what was made by tools. */
const SKIPPED =
  /^(?:\..*|node_modules|venv|env|virtualenv|site-packages|dist-packages|__pycache__|dist|build|bower_components|tests?|testing|migrations|locale|static|media|templates|docs?|management)$/;
const SKIPPED_FILE = /^(?:test_.*|.*_tests?|tests|conftest|setup|manage)\.py$/;
const MAX_DEPTH = 12;

/** Python files below the folder, those of a folder before those of the folders in it. */
export async function* pythonFiles(fileSystem: FileSystem, folder: string, depth = 0): AsyncGenerator<string> {
  const entries = await fileSystem.list(folder);
  if (entries.some(({ name }) => name === 'pyvenv.cfg')) return;
  const names = (kind: 'file' | 'directory'): string[] =>
    entries.flatMap((entry) => (entry.kind === kind ? [entry.name] : [])).sort();
  for (const name of names('file')) {
    if (name.endsWith('.py') && !SKIPPED_FILE.test(name)) yield path.join(folder, name);
  }
  if (depth >= MAX_DEPTH) return;
  for (const name of names('directory')) {
    if (!SKIPPED.test(name)) yield* pythonFiles(fileSystem, path.join(folder, name), depth + 1);
  }
}

/** Of Django itself, the parts that set entries of their own in sessions; the sessions themselves set none. */
const OF_DJANGO = ['contrib/auth', 'contrib/messages', 'middleware', 'views', 'template'];

/** The folders of installed packages that settings name by dotted paths. @param sitePackages folders that packages lie in */
export async function installedRoots(
  fileSystem: FileSystem,
  sitePackages: readonly string[],
  dotted: readonly string[],
): Promise<SourceRoot[]> {
  const packages = new Set(dotted.map((one) => one.split('.', 1)[0] ?? ''));
  packages.add('django');
  const found: SourceRoot[] = [];
  for (const site of sitePackages) {
    for (const { name, kind } of await fileSystem.list(site)) {
      if (kind !== 'directory' || !packages.has(name)) continue;
      const parts = name === 'django' ? OF_DJANGO : [''];
      for (const part of parts) found.push({ folder: path.join(site, name, part), isInstalled: true });
    }
  }
  return found;
}

/** Where packages lie that an interpreter of a virtual environment imports. @param python path of the interpreter */
export async function sitePackagesOf(fileSystem: FileSystem, python: string): Promise<string[]> {
  const environment = path.dirname(path.dirname(python));
  const unix = (await fileSystem.list(path.join(environment, 'lib'))).filter(({ name }) => name.startsWith('python3'));
  const libraries = [...unix.map(({ name }) => path.join(environment, 'lib', name)), path.join(environment, 'Lib')];
  const folders = libraries.flatMap((library) => [
    path.join(library, 'site-packages'),
    path.join(library, 'dist-packages'),
  ]);
  const lists = await Promise.all(folders.map((folder) => fileSystem.list(folder)));
  return folders.filter((_, i) => (lists[i]?.length ?? 0) > 0);
}
