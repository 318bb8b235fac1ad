import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { installCompanion } from '../kit/companion.ts';
import { run } from '../kit/process.ts';
import { signalAll, waitUntilGone } from '../kit/serverProcess.ts';
import { CALM_SETTINGS, type EditorFolders } from '../kit/vscode.ts';

export interface Desktop {
  readonly extensionsDir: string;
  stop(): Promise<void>;
}

/** The desktop VS Code's command line on the PATH; throws with what to do when there is none. */
export function findCode(): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const name = process.platform === 'win32' ? 'code.cmd' : 'code';
  const code = folders.map((folder) => join(folder, name)).find(existsSync);
  if (code !== undefined) return code;
  throw new Error(
    'There is no "code" on the PATH. In VS Code run "Shell Command: Install \'code\' command in PATH", or leave out --desktop to use the browser.',
  );
}

/** Opens the folder in the desktop VS Code that is on the PATH, with user data and extensions of its own. */
export async function startDesktop(
  folder: string,
  settings: Readonly<Record<string, unknown>>,
  prepare: (folders: EditorFolders) => Promise<void>,
): Promise<Desktop> {
  const code = findCode();
  const home = await mkdtemp(join(tmpdir(), 'dsm-desktop-'));
  const userDataDir = join(home, 'data');
  const extensionsDir = join(home, 'ext');
  const common = ['--user-data-dir', userDataDir, '--extensions-dir', extensionsDir];
  // Chromium refuses to run its sandbox as root.
  if (userInfo().uid === 0) common.push('--no-sandbox');
  try {
    await mkdir(join(userDataDir, 'User'), { recursive: true });
    await writeFile(join(userDataDir, 'User', 'settings.json'), JSON.stringify({ ...CALM_SETTINGS, ...settings }));
    await prepare({ userDataDir, extensionsDir });
    await installCompanion(extensionsDir);
    await run(code, [...common, '--disable-workspace-trust', '--new-window', folder], { timeoutMs: 120_000 });
  } catch (error) {
    await rm(home, { recursive: true, force: true });
    throw error;
  }
  return {
    extensionsDir,
    stop: async () => {
      // The command returns at once; the window's process leaves its number in the user data.
      const text = await readFile(join(userDataDir, 'code.lock'), 'utf8').catch(() => '');
      const pid = Number(text);
      if (Number.isInteger(pid) && pid > 1) {
        signalAll([pid], 'SIGTERM');
        if (!(await waitUntilGone([pid], 5000))) signalAll([pid], 'SIGKILL');
      }
      await rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}
