import { spawn, type ChildProcess } from 'node:child_process';
import { access, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nativeFolder, reachable, serverUser, type Major, type ServerUser } from './binaries.ts';
import { freePort, Guard, signalAll, waitUntilGone, withChildren } from './serverProcess.ts';

export interface PostgresOptions {
  /** Default 18. */
  readonly major?: Major;
  /** The folder of another build of it, with its bin/. Default: npm's. */
  readonly native?: string;
  /** Server settings; they go before the kit's own, which are meant for short-lived test servers. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Default: a free one. */
  readonly port?: number;
  /** Default: a new temporary folder. A folder that holds a cluster already is used as it is. */
  readonly dataDir?: string;
  /** Keep the data after stop(). Default false. */
  readonly keep?: boolean;
  /** Files to write into the data folder before the first start, readable by the server only: 'pg_hba.conf', 'server.key', … */
  readonly files?: Readonly<Record<string, string>>;
  readonly onLog?: (line: string) => void;
}

/** Superuser of every cluster, and its password. */
const USER = 'postgres';
const PASSWORD = 'test-password';

const SETTINGS: Readonly<Record<string, string>> = {
  shared_preload_libraries: 'pg_stat_statements',
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  // A server that is killed loses nothing by it; only a machine that crashes would.
  fsync: 'off',
  log_min_messages: 'warning',
};

/** A real PostgreSQL of our own. It ends with this process, however that ends. */
export class TestPostgres {
  readonly major: Major;
  readonly port: number;
  readonly dataDir: string;
  /** Last lines of the server's log, newest last. */
  readonly log: string[] = [];
  readonly #start: Start;
  readonly #guard: Guard;
  #process: ChildProcess | undefined;
  #suspended: readonly number[] = [];

  constructor(start: Start, guard: Guard) {
    this.major = start.major;
    this.port = start.port;
    this.dataDir = start.dataDir;
    this.#start = start;
    this.#guard = guard;
  }

  /** Process id of the postmaster; undefined while the server is down. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** A URL; by default database `postgres` as superuser. */
  connectionString(database = 'postgres', user = USER, password = user === USER ? PASSWORD : ''): string {
    const secret = password === '' ? '' : `:${encodeURIComponent(password)}`;
    return `postgresql://${encodeURIComponent(user)}${secret}@127.0.0.1:${this.port}/${encodeURIComponent(database)}`;
  }

  /** Starts the server on its data and port; with `settings` for this and later starts. */
  async start(settings: Readonly<Record<string, string>> = {}): Promise<void> {
    this.#start.settings = { ...this.#start.settings, ...settings };
    const { native, user, dataDir, port } = this.#start;
    const flags = Object.entries(this.#start.settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const child = spawn(join(native, 'bin', 'postgres'), ['-D', dataDir, '-p', String(port), ...flags], {
      ...user,
      cwd: dataDir,
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true, // Ctrl-C belongs to whoever started us; it stops us, and we stop the server
    });
    this.#process = child;
    this.#guard.watch({ pid: child.pid, folders: this.#start.remove });
    await this.#untilReady(child);
    child.unref();
    const stderr = child.stderr as unknown as { unref?: () => void } | null;
    stderr?.unref?.();
  }

  #untilReady(child: ChildProcess): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (why: string): void => {
        this.#process = undefined;
        reject(
          new Error(
            `PostgreSQL ${this.major} on port ${this.port} did not start: ${why}\n${this.log.slice(-15).join('\n')}`,
          ),
        );
      };
      child.once('error', (error) => fail(error.message));
      child.once('exit', (code, signal) => {
        if (this.#process === child) fail(`it ended with ${signal ?? `code ${code}`}`);
      });
      let rest = '';
      child.stderr?.on('data', (chunk: Buffer) => {
        const lines = (rest + chunk.toString('utf8')).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          this.log.push(line);
          this.#start.onLog?.(line);
          if (line.includes('database system is ready to accept')) resolve();
        }
        this.log.splice(0, this.log.length - 200);
      });
    });
  }

  /** Stops the server, and removes its data unless `keep`. */
  async stop(): Promise<void> {
    await this.resume();
    const pids = this.pid === undefined ? [] : await withChildren(this.pid);
    // Without a checkpoint when nobody will read the data again.
    signalAll(pids.slice(0, 1), this.#start.remove.includes(this.dataDir) ? 'SIGQUIT' : 'SIGINT');
    this.#process = undefined;
    if (!(await waitUntilGone(pids, 15_000))) {
      signalAll(pids, 'SIGKILL');
      await waitUntilGone(pids, 5_000);
    }
    await removeAll(this.#start.remove);
    this.#guard.dismiss();
  }

  /** SIGKILL of the whole server, as the kernel's out-of-memory killer or a power cut would. */
  async kill(): Promise<void> {
    const pids = this.pid === undefined ? [] : await withChildren(this.pid);
    this.#process = undefined;
    signalAll(pids, 'SIGKILL');
    this.#suspended = [];
    await waitUntilGone(pids, 10_000);
  }

  /** Stops the server if it runs (fast shutdown) and starts it again on the same data and port. */
  async restart(settings: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.shutdown();
    await this.start(settings);
  }

  /** Fast shutdown; the data stay for start(). */
  async shutdown(): Promise<void> {
    await this.resume();
    if (this.pid === undefined) return;
    const pids = await withChildren(this.pid);
    signalAll(pids.slice(0, 1), 'SIGINT');
    this.#process = undefined;
    if (!(await waitUntilGone(pids, 30_000))) throw new Error(`PostgreSQL ${this.major} did not shut down in 30 s.`);
  }

  /** SIGSTOP of postmaster and backends: connections stay open and nothing answers. */
  async suspend(): Promise<void> {
    if (this.pid === undefined) return;
    signalAll([this.pid], 'SIGSTOP'); // first, so that no backend is started meanwhile
    this.#suspended = await withChildren(this.pid);
    signalAll(this.#suspended, 'SIGSTOP');
  }

  async resume(): Promise<void> {
    signalAll(this.#suspended, 'SIGCONT');
    this.#suspended = [];
    return Promise.resolve();
  }
}

interface Start {
  readonly major: Major;
  readonly native: string;
  readonly user: ServerUser | undefined;
  readonly port: number;
  readonly dataDir: string;
  /** Folders to remove at the end. */
  readonly remove: readonly string[];
  settings: Readonly<Record<string, string>>;
  readonly onLog: ((line: string) => void) | undefined;
}

/** Makes a cluster (about 1 s) and starts it. Rejects with the server's last log lines when it doesn't start. */
export async function startPostgres(options: PostgresOptions = {}): Promise<TestPostgres> {
  const major = options.major ?? 18;
  const guard = new Guard();
  const user = await serverUser();
  const folder = await mkdtemp(join(tmpdir(), `dsm-postgres-${major}-`));
  const dataDir = options.dataDir ?? join(folder, 'data');
  const remove = options.keep !== true ? [dataDir, folder] : options.dataDir === undefined ? [] : [folder];
  guard.watch({ folders: remove });
  try {
    if (user !== undefined) await chown(folder, user.uid, user.gid);
    const native = await reachable(options.native ?? (await nativeFolder(major)), user, folder);
    if (!(await hasCluster(dataDir))) await initialise(native, dataDir, folder, user);
    for (const [name, text] of Object.entries(options.files ?? {})) await writeOwned(join(dataDir, name), text, user);
    const settings = { ...SETTINGS, ...options.settings };
    const port = options.port ?? (await freePort());
    const server = new TestPostgres(
      { major, native, user, port, dataDir, remove, settings, onLog: options.onLog },
      guard,
    );
    await server.start();
    return server;
  } catch (error) {
    await removeAll(remove);
    guard.dismiss();
    throw error;
  }
}

async function removeAll(folders: readonly string[]): Promise<void> {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
}

async function hasCluster(dataDir: string): Promise<boolean> {
  return access(join(dataDir, 'PG_VERSION')).then(
    () => true,
    () => false,
  );
}

async function writeOwned(path: string, text: string, user: ServerUser | undefined): Promise<void> {
  await writeFile(path, text, { mode: 0o600 });
  if (user !== undefined) await chown(path, user.uid, user.gid);
}

async function initialise(
  native: string,
  dataDir: string,
  folder: string,
  user: ServerUser | undefined,
): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  if (user !== undefined) await chown(dataDir, user.uid, user.gid);
  const passwordFile = join(folder, 'password');
  await writeOwned(passwordFile, `${PASSWORD}\n`, user);
  const flags = [
    '--auth=scram-sha-256',
    `--username=${USER}`,
    `--pwfile=${passwordFile}`,
    '--encoding=UTF8',
    '--no-locale',
    '--no-sync',
  ];
  const child = spawn(join(native, 'bin', 'initdb'), ['-D', dataDir, ...flags], {
    ...user,
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`initdb ended with code ${code}:\n${output.slice(-2000)}`)),
    );
  });
  await rm(passwordFile);
}
