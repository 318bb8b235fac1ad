import { mkdir, stat } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

const NAME = 'django-session-monitor-test';

/**
 * Where what is big and can be made again is kept between runs, outside the repository: $XDG_CACHE_HOME, else the
 * cache folder of the system. For root it is /var/cache, because PostgreSQL runs as another user that may not enter root's home.
 */
export function cacheDir(): string {
  const xdg = process.env['XDG_CACHE_HOME'];
  if (xdg !== undefined && xdg !== '') return join(xdg, NAME);
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', NAME);
  if (process.platform === 'linux' && userInfo().uid === 0) return join('/var/cache', NAME);
  return join(homedir(), '.cache', NAME);
}

/**
 * The cache folder, or one in its place that the user who runs PostgreSQL for root can enter too, when $XDG_CACHE_HOME
 * leads to where only root may go.
 */
export async function sharedCacheDir(): Promise<string> {
  const folder = cacheDir();
  await mkdir(folder, { recursive: true });
  if (userInfo().uid !== 0) return folder;
  for (let at = folder; at !== dirname(at); at = dirname(at)) {
    if (((await stat(at)).mode & 0o001) === 0) return join('/var/tmp', NAME);
  }
  return folder;
}

export interface Lock {
  release(): void;
}

/**
 * Takes the lock of that name, or returns undefined when another process has it. It is an exclusive transaction of
 * SQLite on an empty file: a lock of the operating system, which a process that dies leaves free.
 */
export async function tryLock(name: string): Promise<Lock | undefined> {
  const folder = join(cacheDir(), 'locks');
  await mkdir(folder, { recursive: true });
  const database = new DatabaseSync(join(folder, `${name}.lock`), { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (error instanceof Error && /locked|busy/i.test(error.message)) return undefined;
    throw error;
  }
  return {
    release: () => {
      database.close();
    },
  };
}

/** Runs `work` while no other process runs work under the same name; `onWait` is called once if it has to wait. */
export async function withLock<T>(name: string, work: () => Promise<T>, onWait?: () => void): Promise<T> {
  let lock = await tryLock(name);
  if (lock === undefined) onWait?.();
  while (lock === undefined) {
    await sleep(200);
    lock = await tryLock(name);
  }
  try {
    return await work();
  } finally {
    lock.release();
  }
}
