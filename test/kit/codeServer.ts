import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { cacheDir, withLock } from './cache.ts';
import { NODE_24, ROOT } from './node24.ts';
import { run } from './process.ts';

/** VS Code 1.139. */
export const CURRENT_CODE_SERVER = '4.139.1';
/** VS Code 1.117, the oldest that `engines.vscode` of package.json admits. */
export const OLDEST_CODE_SERVER = '4.117.0';
/** What tests run against that name no version: `npm run test:oldest` asks for the oldest. */
export const TESTED_CODE_SERVER =
  process.env['DSM_TEST_VSCODE'] === 'oldest' ? OLDEST_CODE_SERVER : CURRENT_CODE_SERVER;

/** Counts up when what is installed changes, so that an older installation in the cache is not taken for it. */
const LAYOUT = 4;

const STAND_INS = join(ROOT, 'test', 'kit', 'standIns');

/** Where ripgrep comes in the package, without a download: VS Code of today has it, 1.117 loaded it when it was installed. */
const RIPGREP = '@vscode/ripgrep-universal@1.18.0';
/** What the git extension of 1.117 asks for and the package leaves out; on Linux nothing of it has to be compiled. */
const FS_COPYFILE = '@vscode/fs-copyfile@2.0.0';

export interface CodeServer {
  readonly version: string;
  /** The package's folder, with out/node/entry.js and lib/vscode. */
  readonly folder: string;
  readonly entry: string;
  /** The Node to run it with, of the major version that its `engines` asks for: what that VS Code's own extension host has. */
  readonly node: string;
}

/**
 * The real VS Code workbench as the npm package code-server, installed once into the cache folder. Nothing is compiled:
 * no install script runs, what code-server's own would have installed (the packages of lib/vscode) is installed here.
 */
export async function ensureCodeServer(
  version: string = CURRENT_CODE_SERVER,
  onProgress: (message: string) => void = () => undefined,
): Promise<CodeServer> {
  const home = join(cacheDir(), `code-server-${version}.${LAYOUT}`);
  const folder = join(home, 'node_modules', 'code-server');
  const found = async (): Promise<CodeServer> => ({
    version,
    folder,
    entry: join(folder, 'out', 'node', 'entry.js'),
    node: nodeOf(home, await nodeMajor(folder)),
  });
  if (existsSync(home)) return found();
  await mkdir(cacheDir(), { recursive: true });
  await withLock(
    `code-server-${version}`,
    async () => {
      if (existsSync(home)) return;
      await removeLeftovers(home);
      await install(version, home, onProgress);
    },
    () => {
      onProgress(`Another run is installing code-server ${version}; waiting for it`);
    },
  );
  return found();
}

/** The major version of Node that this code-server runs on; with another one its extension host hangs. */
async function nodeMajor(folder: string): Promise<string> {
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { engines: { node: string } };
  return manifest.engines.node;
}

/** Node for this machine as its npm package; the names are those that the package `node` chooses from. */
const NODE_PACKAGE = `${process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node'}-${process.platform}-${process.arch}`;

function nodeOf(home: string, major: string): string {
  return major === '24' ? NODE_24 : join(home, 'node_modules', NODE_PACKAGE, 'bin', 'node');
}

/** Folders of installations that were killed: under the lock, all there are. */
async function removeLeftovers(home: string): Promise<void> {
  const names = await readdir(dirname(home));
  const leftovers = names.filter((name) => name.startsWith(`${basename(home)}-`));
  for (const name of leftovers) await rm(join(dirname(home), name), { recursive: true, force: true });
}

/** Puts in place what install scripts would have compiled or downloaded, as far as the workbench needs it. */
async function putStandIns(vscode: string): Promise<void> {
  const modules = join(vscode, 'node_modules', '@vscode');
  await cp(join(STAND_INS, 'spdlog.cjs'), join(modules, 'spdlog', 'index.js'));
  await cp(join(STAND_INS, 'nativeWatchdog.cjs'), join(modules, 'native-watchdog', 'index.js'));
  const [ripgrep, copyfile] = [join(modules, 'ripgrep'), join(modules, 'fs-copyfile')];
  if (existsSync(ripgrep))
    await bring(RIPGREP, vscode, `bin/${process.platform}-${process.arch}`, join(ripgrep, 'bin'));
  if (!existsSync(copyfile)) await bring(FS_COPYFILE, vscode, '.', copyfile);
}

/** Copies a folder of an npm package to this place. */
async function bring(specifier: string, vscode: string, from: string, to: string): Promise<void> {
  const temporary = join(vscode, 'brought');
  await mkdir(temporary);
  await writeFile(join(temporary, 'package.json'), '{}');
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', specifier], { cwd: temporary });
  const name = specifier.slice(0, specifier.lastIndexOf('@'));
  await cp(join(temporary, 'node_modules', name, from), to, { recursive: true });
  await rm(temporary, { recursive: true });
}

async function install(version: string, home: string, onProgress: (message: string) => void): Promise<void> {
  // Beside its final place, so that the rename at the end is one step: what is there is always complete.
  const temporary = await mkdtemp(`${home}-`);
  try {
    await writeFile(join(temporary, 'package.json'), JSON.stringify({ name: 'code-server-home', private: true }));
    const env = { ...process.env, PATH: `${dirname(NODE_24)}:${process.env['PATH'] ?? ''}` };
    const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];
    onProgress(`Installing code-server ${version} from the npm registry (once, about 600 MB)`);
    await run('npm', ['install', '--prefix', temporary, ...flags, `code-server@${version}`], { cwd: temporary, env });
    onProgress('Installing the packages of its VS Code');
    const vscode = join(temporary, 'node_modules', 'code-server', 'lib', 'vscode');
    await run('npm', ['install', '--omit=dev', '--no-save', ...flags], { cwd: vscode, env });
    await putStandIns(vscode);
    const major = await nodeMajor(join(temporary, 'node_modules', 'code-server'));
    if (!existsSync(nodeOf(temporary, major))) {
      await run('npm', ['install', '--prefix', temporary, ...flags, `${NODE_PACKAGE}@${major}`], {
        cwd: temporary,
        env,
      });
    }
    await rename(temporary, home);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
