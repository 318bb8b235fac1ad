import { chmod, lstat, mkdir, mkdtemp, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureTool, MissingTool } from './apt.ts';
import { run, spawnGuarded, type GuardedProcess } from './process.ts';

/**
 * A real container engine of our own: podman with runc, its storage and its containers in a temporary folder, so that two
 * runs of the tests do not see each other. Containers have no network, and this machine's /usr instead of an image's.
 */
export interface TestEngine {
  readonly folder: string;
  /** With these variables `podman` is this engine. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Runs podman; resolves with its standard output. */
  podman(...args: readonly string[]): Promise<string>;
  /** Starts a container in the background; resolves with its id. */
  start(container: ContainerOptions): Promise<string>;
  /** Serves Docker's API on a socket: with DOCKER_HOST set to what it resolves with, `docker` is this engine as well. */
  serve(): Promise<string>;
  /** Ends all containers and removes everything. */
  stop(): Promise<void>;
}

export interface ContainerOptions {
  readonly name: string;
  readonly command: readonly string[];
  /** Folders of this machine that it sees at the same path. They are read-only but those in `writable`. */
  readonly mounts?: readonly string[];
  readonly writable?: readonly string[];
  /** The project's folder, mounted at /app; working directory too. */
  readonly app?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  /** Further options of `podman run`. */
  readonly more?: readonly string[];
}

export const IMAGE = 'localhost/this-machine:latest';

/** Where /usr has been merged, these are links into it. */
const LINKS = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'];

/** Starts nothing but a guard that cleans up. Throws `MissingTool` where containers can't be run. */
export async function createEngine(): Promise<TestEngine> {
  const podman = await ensureTool('podman');
  const runc = await ensureTool('runc');
  const folder = await mkdtemp(join(tmpdir(), 'dsm-container-'));
  await chmod(folder, 0o711); // another user gets as far as the socket, and is refused there
  const environment = { ...process.env, ...(await configure(folder, runc)) };
  const run_ = (...args: readonly string[]): Promise<string> =>
    run(podman, args, { env: environment, timeoutMs: 60_000 });
  // However this process ends, its containers end too: the guard ends the shell's sleep, and the shell goes on.
  const guard = spawnGuarded(
    'sh',
    ['-c', `trap : TERM; sleep infinity & wait; exec "$0" rm --force --all --time 0`, podman],
    {
      env: environment,
      remove: [folder],
      graceMs: 20_000,
    },
  );
  const engine = new Podman(folder, podman, environment, guard);
  try {
    await importImage(folder, run_);
    // Detached: podman 4.3 takes 20 s to notice the end of a container that it is attached to.
    await run_('run', '--detach', '--name', 'trial', '--volume', '/usr:/usr:ro', IMAGE, 'true');
    await run_('rm', '--force', '--time', '0', 'trial');
  } catch (error) {
    await engine.stop();
    throw new MissingTool('podman is installed, but can’t run a container here.', { cause: error });
  }
  return engine;
}

class Podman implements TestEngine {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly #program: string;
  readonly #guard: GuardedProcess;
  #service: GuardedProcess | undefined;

  constructor(folder: string, program: string, environment: TestEngine['environment'], guard: GuardedProcess) {
    this.folder = folder;
    this.environment = environment;
    this.#program = program;
    this.#guard = guard;
  }

  async podman(...args: readonly string[]): Promise<string> {
    return await run(this.#program, args, { env: { ...this.environment }, timeoutMs: 60_000 });
  }

  async start(options: ContainerOptions): Promise<string> {
    const pairs = (flag: string, values: Readonly<Record<string, string>> = {}): string[] =>
      Object.entries(values).flatMap(([name, value]) => [flag, `${name}=${value}`]);
    const { mounts = [], writable = [], app, more = [] } = options;
    const volumes = [
      ...['/usr', ...mounts].map((path) => `${path}:${path}:ro`),
      ...writable.map((path) => `${path}:${path}`),
      ...(app === undefined ? [] : [`${app}:/app:ro`]),
    ].flatMap((volume) => ['--volume', volume]);
    const where = app === undefined ? [] : ['--workdir', '/app'];
    const named = ['--name', options.name, ...pairs('--label', options.labels), ...pairs('--env', options.env)];
    return (
      await this.podman('run', '--detach', ...named, ...volumes, ...where, ...more, IMAGE, ...options.command)
    ).trim();
  }

  async serve(): Promise<string> {
    const socket = join(this.folder, 'engine.sock');
    const url = `unix://${socket}`;
    if (this.#service !== undefined) return url;
    const env = { ...this.environment };
    this.#service = spawnGuarded(this.#program, ['system', 'service', '--time', '0', url], { env, graceMs: 5_000 });
    const deadline = Date.now() + 20_000;
    while (!(await isSocket(socket))) {
      if (Date.now() > deadline || !this.#service.isRunning()) throw new Error(`No socket: ${this.#service.output()}`);
      await sleep(20);
    }
    return url;
  }

  async stop(): Promise<void> {
    await this.#service?.stop();
    await this.#guard.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function isSocket(path: string): Promise<boolean> {
  return await lstat(path).then(
    (entry) => entry.isSocket(),
    () => false,
  );
}

/** Returns the variables that lead podman to its configuration. */
async function configure(folder: string, runc: string): Promise<Record<string, string>> {
  const storage = ['[storage]', 'driver = "vfs"', `graphroot = "${folder}/storage"`, `runroot = "${folder}/run"`];
  const containers = [
    '[containers]',
    'netns = "none"',
    'default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]',
    'log_driver = "k8s-file"',
    '[engine]',
    'cgroup_manager = "cgroupfs"',
    'events_logger = "file"',
    'runtime = "runc"',
    ...['tmp_dir', 'static_dir', 'volume_path'].map((name) => `${name} = "${folder}/${name}"`),
    '[engine.runtimes]',
    `runc = ["${runc}"]`,
  ];
  const files = { CONTAINERS_STORAGE_CONF: storage, CONTAINERS_CONF: containers };
  const entries = Object.entries(files).map(([name, lines]) => [name, join(folder, `${name}.conf`), lines] as const);
  for (const [, path, lines] of entries) await writeFile(path, `${lines.join('\n')}\n`);
  return Object.fromEntries(entries.map(([name, path]) => [name, path]));
}

/** An image with next to nothing in it: some folders, and the links into /usr. */
async function importImage(folder: string, podman: (...args: string[]) => Promise<string>): Promise<void> {
  const root = join(folder, 'image');
  for (const name of ['usr', 'etc', 'app', 'proc', 'sys', 'dev', 'root'])
    await mkdir(join(root, name), { recursive: true });
  await mkdir(join(root, 'tmp'), { mode: 0o777 });
  for (const name of LINKS) {
    const entry = await lstat(`/${name}`).catch(() => undefined); // not every machine has all of them
    if (entry?.isSymbolicLink() === true) await symlink(await readlink(`/${name}`), join(root, name));
  }
  await writeFile(join(root, 'etc', 'passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  const archive = join(folder, 'image.tar');
  await run('tar', ['-C', root, '-cf', archive, '.']);
  await podman('import', '--quiet', archive, IMAGE);
}

/** Folders that a container needs besides /usr to run this Python as this machine does. */
export async function pythonFolders(python: string): Promise<string[]> {
  const prefixes = await run(python, ['-c', 'import sys; print(sys.prefix, sys.base_prefix, sep="\\n")']);
  return [...new Set(prefixes.trim().split('\n'))].filter((folder) => !/^\/usr(?:\/|$)/u.test(folder));
}

/** For a test's `skip` option: an engine, or the reason why there is none. In CI it throws then. */
export async function engineOrSkip(): Promise<
  { engine: TestEngine; skip?: undefined } | { engine?: undefined; skip: string }
> {
  try {
    return { engine: await createEngine() };
  } catch (error) {
    const inCI = !['', 'false'].includes(process.env['CI'] ?? '');
    if (inCI || !(error instanceof MissingTool)) throw error;
    return { skip: error.message };
  }
}
