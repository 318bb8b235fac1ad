import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';

const GUARD = fileURLToPath(new URL('guard.mjs', import.meta.url));
const KEPT_OUTPUT = 200_000;

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Kill after so many milliseconds; default 10 minutes. */
  readonly timeoutMs?: number;
  readonly onLine?: (line: string) => void;
}

/** Groups of the commands that run at this moment. */
const running = new Set<number>();

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Ends every command that `run` waits for, with all that it started; each `run` then rejects. */
export function killRunning(): void {
  for (const pid of running) killGroup(pid);
}
process.on('exit', killRunning);

/** Runs a command without a shell and without input; resolves with its standard output, rejects with the end of all output. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const timeoutMs = options.timeoutMs ?? 600_000;
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that all that it starts can be ended with it.
    detached: true,
  });
  const { pid } = child;
  if (pid !== undefined) running.add(pid);
  const timer = setTimeout(() => {
    if (pid !== undefined) killGroup(pid);
  }, timeoutMs);
  let stdout = '';
  let all = '';
  let line = '';
  const hear = (text: string): void => {
    all = (all + text).slice(-KEPT_OUTPUT);
    const lines = (line + text).split('\n');
    line = lines.pop() ?? '';
    for (const whole of lines) options.onLine?.(whole);
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    hear(text);
  });
  child.stderr.setEncoding('utf8').on('data', hear);
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    if (code === 0) return stdout;
    const how = signal === null ? `exit code ${code ?? '?'}` : `${signal} (limit ${timeoutMs} ms)`;
    throw new Error(`${command} ${args.join(' ')} ended with ${how}:\n${all.slice(-3000)}`);
  } finally {
    clearTimeout(timer);
    if (pid !== undefined) running.delete(pid);
  }
}

export interface GuardedProcess {
  /** Everything that it wrote so far (the last 200,000 characters). */
  output(): string;
  /** Resolves when the command and all of its group are gone and its folders removed. */
  readonly exited: Promise<number>;
  isRunning(): boolean;
  stop(): Promise<void>;
}

export interface GuardOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Folders to remove afterwards, even when this process was killed. */
  readonly remove?: readonly string[];
  /** Milliseconds between SIGTERM and SIGKILL; default 3000. */
  readonly graceMs?: number;
  readonly onOutput?: (text: string) => void;
}

/** Starts a server under the guard: it ends with this process at the latest, whatever ends this process. */
export function spawnGuarded(command: string, args: readonly string[], options: GuardOptions = {}): GuardedProcess {
  const guardOptions = JSON.stringify({ remove: options.remove ?? [], graceMs: options.graceMs ?? 3000 });
  const child = spawn(process.execPath, [GUARD, guardOptions, command, ...args], {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ['pipe', 'pipe', 'pipe'],
    // A group of its own: Ctrl-C in the terminal reaches us, and we end the guard in our own order.
    detached: true,
  });
  let output = '';
  let running = true;
  const hear = (text: string): void => {
    output = (output + text).slice(-KEPT_OUTPUT);
    options.onOutput?.(text);
  };
  child.stdout.setEncoding('utf8').on('data', hear);
  child.stderr.setEncoding('utf8').on('data', hear);
  child.stdin.on('error', (error) => {
    hear(`guard: ${error.message}\n`);
  });
  // A server that a failed test forgot must not keep the process alive: the guard ends the server with it.
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr]) if (stream instanceof Socket) stream.unref();
  const exited = once(child, 'close').then(([code]) => {
    running = false;
    return Number(code ?? -1);
  });
  return {
    output: () => output,
    exited,
    isRunning: () => running,
    stop: async () => {
      child.ref();
      child.stdin.end();
      await exited;
    },
  };
}
