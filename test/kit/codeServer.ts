import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { cacheDir, withLock } from './cache.ts';
import { NODE_24 } from './node24.ts';
import { run } from './process.ts';

/** VS Code 1.139, what tests run against unless they say otherwise. */
export const CURRENT_CODE_SERVER = '4.139.1';
/** VS Code 1.117, the oldest that `engines.vscode` of package.json admits. */
export const OLDEST_CODE_SERVER = '4.117.0';

export interface CodeServer {
  readonly version: string;
  /** The package's folder, with out/node/entry.js and lib/vscode. */
  readonly folder: string;
  readonly entry: string;
}

/**
 * The real VS Code workbench as the npm package code-server, installed once into the cache folder. Nothing is compiled:
 * no install script runs, what code-server's own would have installed (the packages of lib/vscode) is installed here.
 */
export async function ensureCodeServer(
  version: string = CURRENT_CODE_SERVER,
  onProgress: (message: string) => void = () => undefined,
): Promise<CodeServer> {
  const home = join(cacheDir(), `code-server-${version}`);
  const folder = join(home, 'node_modules', 'code-server');
  const found = { version, folder, entry: join(folder, 'out', 'node', 'entry.js') };
  if (existsSync(home)) return found;
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
  return found;
}

/** Folders of installations that were killed: under the lock, all there are. */
async function removeLeftovers(home: string): Promise<void> {
  const names = await readdir(dirname(home));
  const leftovers = names.filter((name) => name.startsWith(`${basename(home)}-`));
  for (const name of leftovers) await rm(join(dirname(home), name), { recursive: true, force: true });
}

async function install(version: string, home: string, onProgress: (message: string) => void): Promise<void> {
  // Beside its final place, so that the rename at the end is one step: what is there is always complete.
  const temporary = await mkdtemp(`${home}-`);
  try {
    await writeFile(join(temporary, 'package.json'), JSON.stringify({ name: 'code-server-home', private: true }));
    // npm must run with Node 24 too: code-server's `engines` says so.
    const env = { ...process.env, PATH: `${dirname(NODE_24)}:${process.env['PATH'] ?? ''}` };
    const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];
    onProgress(`Installing code-server ${version} from the npm registry (once, about 600 MB)`);
    await run('npm', ['install', '--prefix', temporary, ...flags, `code-server@${version}`], { cwd: temporary, env });
    onProgress('Installing the packages of its VS Code');
    const vscode = join(temporary, 'node_modules', 'code-server', 'lib', 'vscode');
    await run('npm', ['install', '--omit=dev', '--no-save', ...flags], { cwd: vscode, env });
    await rename(temporary, home);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
