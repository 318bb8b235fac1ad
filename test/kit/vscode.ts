import type * as vscodeApi from 'vscode';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { linkBuiltIns } from './builtInExtensions.ts';
import { callCompanion, companionReady, installCompanion } from './companion.ts';
import { TESTED_CODE_SERVER, ensureCodeServer } from './codeServer.ts';
import { copyInstalled, installedOnce } from './installedExtension.ts';
import { run, spawnGuarded } from './process.ts';
import { freePort } from './serverProcess.ts';

export { CURRENT_CODE_SERVER, OLDEST_CODE_SERVER, ensureCodeServer } from './codeServer.ts';
export { launchBrowser, openWorkbench, type Theme, type Workbench } from './workbench.ts';

export interface VSCodeOptions {
  /** Folder to open, or a .code-workspace file. */
  readonly folder: string;
  /** VSIX to install; without one only the companion is there. */
  readonly vsix?: string;
  /** Before it starts: for what it is to find in its folders. */
  readonly prepare?: (folders: EditorFolders) => Promise<void>;
  /** More VSIX files to install. */
  readonly extraExtensions?: readonly string[];
  /** User settings on top of `CALM_SETTINGS`. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Environment of the server and of the extension host on top of a clean one (see `cleanEnv`). */
  readonly env?: Readonly<Record<string, string>>;
  /** code-server's version; 4.117.0 is VS Code 1.117. */
  readonly version?: string;
  /** 'disabled' (default): the feature is off, every folder is trusted. 'enabled': a folder starts in restricted mode. */
  readonly trust?: 'disabled' | 'enabled';
  /** Further contribution points of the companion, for tests of the kit. False: no companion. */
  readonly companion?: object | false;
  /** Starts sooner: without what no test meets of VS Code's own extensions. Not for what measures a start. Default: false. */
  readonly quick?: boolean;
  /** Of VS Code's own extensions those that are met besides when it starts sooner: 'git'. */
  readonly builtIns?: readonly string[];
  readonly port?: number;
  /** Folders to remove with its own when it ends. */
  readonly remove?: readonly string[];
  readonly onProgress?: (message: string) => void;
}

/** Where an editor keeps what is of its user. */
export interface EditorFolders {
  readonly userDataDir: string;
  readonly extensionsDir: string;
}

export interface VSCode {
  readonly url: string;
  readonly port: number;
  readonly version: string;
  /** The package folder of code-server: its themes are read from there. */
  readonly serverFolder: string;
  readonly userDataDir: string;
  readonly extensionsDir: string;
  readonly settingsFile: string;
  readonly hasCompanion: boolean;
  /** All output of the server and all log files of the extension host and our output channel. */
  logs(): Promise<string>;
  /** Runs a function in the extension host of the workbench that was opened last; closes over nothing, its arguments and result are JSON. */
  inExtensionHost<A extends unknown[], R>(
    work: (vscode: typeof vscodeApi, ...args: A) => R,
    ...args: A
  ): Promise<Awaited<R>>;
  /** Adds to the user settings; a running workbench takes them over at once. */
  updateSettings(settings: Readonly<Record<string, unknown>>): Promise<void>;
  /** Ends every process and removes the temporary folders. */
  stop(): Promise<void>;
}

/** User settings that keep VS Code from showing, fetching or starting what is not asked for. */
export const CALM_SETTINGS = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.reduceMotion': 'on',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'chat.disableAIFeatures': true,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'security.workspace.trust.startupPrompt': 'never',
  'git.openRepositoryInParentFolders': 'never',
  'git.autofetch': false,
  'remote.autoForwardPorts': false,
  'npm.fetchOnlinePackageInfo': false,
  'json.schemaDownload.enable': false,
  'window.confirmBeforeClose': 'never',
} as const;

/** The second extension host, in the page, in which nothing would run. VS Code on the desktop starts none either. */
const QUICK_SETTINGS = { 'extensions.webWorker': false } as const;

/** What the processes of a run have compiled, for those after them: test/run.mjs says where. */
function compiledBefore(): Record<string, string> {
  const folder = process.env['NODE_COMPILE_CACHE'];
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: folder };
}

/** Variables of the surroundings that would change what is tested: other editors', npm's, the test runner's, databases'. */
const UNWANTED =
  /^(VSCODE|CODE_SERVER|npm|NODE|ELECTRON|DJANGO|DATABASE|DB|PG|POSTGRES|XDG|GIT)(_|$)|^PG[A-Z]+$|^(PORT|PASSWORD|HASHED_PASSWORD)$/;

/** The environment of this process without what would leak into the test, with `home` for the home folder. */
export function cleanEnv(home: string, extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !UNWANTED.test(name));
  return { ...Object.fromEntries(kept), HOME: home, SHELL: '/bin/sh', ...extra };
}

export async function startVSCode(options: VSCodeOptions): Promise<VSCode> {
  const server = await ensureCodeServer(options.version ?? TESTED_CODE_SERVER, options.onProgress);
  // Short, because a Unix socket's path may not be longer than about 100 characters.
  const home = await mkdtemp(join(tmpdir(), 'dsm-vscode-'));
  const userDataDir = join(home, 'data');
  const extensionsDir = join(home, 'ext');
  const settingsFile = join(userDataDir, 'User', 'settings.json');
  const quick = options.quick === true;
  const env = cleanEnv(home, { ...(quick ? compiledBefore() : {}), ...options.env });
  try {
    await mkdir(join(userDataDir, 'User'), { recursive: true });
    if (options.vsix === undefined) await mkdir(extensionsDir);
    await writeFile(join(home, 'config.yaml'), 'auth: none\n');
    await writeFile(
      settingsFile,
      JSON.stringify({ ...CALM_SETTINGS, ...(quick ? QUICK_SETTINGS : {}), ...options.settings }, undefined, 2),
    );
    const common = [
      '--config',
      join(home, 'config.yaml'),
      '--user-data-dir',
      userDataDir,
      '--extensions-dir',
      extensionsDir,
    ];
    if (options.vsix !== undefined) await copyInstalled(await installedOnce(server, options.vsix), extensionsDir);
    for (const vsix of options.extraExtensions ?? [])
      await run(server.node, [server.entry, ...common, '--install-extension', vsix], { env, timeoutMs: 120_000 });
    if (options.companion !== false) await installCompanion(extensionsDir, options.companion);
    await options.prepare?.({ userDataDir, extensionsDir });
    const port = options.port ?? (await freePort());
    const flags = [
      '--auth',
      'none',
      '--bind-addr',
      `127.0.0.1:${port}`,
      '--disable-telemetry',
      '--disable-update-check',
    ];
    if (quick) {
      const builtIns = join(home, 'builtIns');
      await linkBuiltIns(server, builtIns, options.builtIns);
      flags.push('--builtin-extensions-dir', builtIns);
    }
    if (options.trust !== 'enabled') flags.push('--disable-workspace-trust');
    const process_ = spawnGuarded(
      server.node,
      [server.entry, ...common, ...flags, '--disable-getting-started-override'],
      {
        env,
        remove: [home, ...(options.remove ?? [])],
        graceMs: 1500,
      },
    );
    const inExtensionHost: VSCode['inExtensionHost'] = async (work, ...args) => {
      const ready = await untilReady(extensionsDir);
      return (await callCompanion(ready.socket, work.toString(), args)) as never;
    };
    const origin = `http://127.0.0.1:${port}`;
    await untilAnswers(`${origin}/healthz`, process_);
    return {
      url: `${origin}/?${options.folder.endsWith('.code-workspace') ? 'workspace' : 'folder'}=${encodeURIComponent(options.folder)}`,
      port,
      version: server.version,
      serverFolder: server.folder,
      userDataDir,
      extensionsDir,
      settingsFile,
      hasCompanion: options.companion !== false,
      logs: async () => `${process_.output()}\n${await logFiles(userDataDir)}`,
      inExtensionHost,
      updateSettings: async (settings) => {
        if ((await companionReady(extensionsDir)) !== undefined) return inExtensionHost(changeSettings, settings);
        const present = JSON.parse(await readFile(settingsFile, 'utf8')) as Record<string, unknown>;
        await writeFile(settingsFile, JSON.stringify({ ...present, ...settings }, undefined, 2));
      },
      stop: () => process_.stop(),
    };
  } catch (error) {
    await rm(home, { recursive: true, force: true });
    throw error;
  }
}

/** Runs in the extension host. */
async function changeSettings(vscode: typeof vscodeApi, settings: Readonly<Record<string, unknown>>): Promise<void> {
  for (const [key, value] of Object.entries(settings)) {
    await vscode.workspace.getConfiguration().update(key, value, vscode.ConfigurationTarget.Global);
  }
}

async function untilAnswers(url: string, server: ReturnType<typeof spawnGuarded>): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const answered = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (answered) return;
    if (!server.isRunning() || Date.now() > deadline) {
      await server.stop();
      throw new Error(`code-server did not start:\n${server.output().slice(-3000)}`);
    }
    await sleep(50);
  }
}

async function untilReady(extensionsDir: string): Promise<{ socket: string }> {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    const ready = await companionReady(extensionsDir);
    if (ready !== undefined && existsSync(ready.socket)) return ready;
    await sleep(50);
  }
  throw new Error('The companion extension did not start within 30 s: is a workbench open?');
}

async function logFiles(userDataDir: string): Promise<string> {
  const folder = join(userDataDir, 'logs');
  const files = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const texts = files
    .filter((file) => file.isFile() && file.name.endsWith('.log'))
    .map(async (file) => `=== ${file.name}\n${await readFile(join(file.parentPath, file.name), 'utf8')}`);
  return (await Promise.all(texts)).join('\n');
}
