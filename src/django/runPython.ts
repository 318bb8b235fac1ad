import { spawn, type ChildProcess } from 'node:child_process';

/** Runs a program with bounds: time, output, and an end to its whole tree of processes when it is cancelled. */
export interface RunOptions {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
  /** Bytes of each stream that are kept at most; a program that writes more is ended. */
  readonly maxOutput: number;
  readonly signal?: AbortSignal;
}

export interface RunResult {
  readonly stdout: string;
  readonly stderr: string;
  /** Exit code; null when a signal ended the program. */
  readonly code: number | null;
  readonly ended: 'itself' | 'timeout' | 'cancelled' | 'output';
}

/** Rejects only when the program can't be started (the error of `spawn`, such as ENOENT). No shell is involved. */
export async function runProgram(program: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
  return await new Promise((resolve, reject) => {
    if (options.signal?.aborted === true) {
      resolve({ stdout: '', stderr: '', code: null, ended: 'cancelled' });
      return;
    }
    // Its own process group, so that what it starts can be ended with it.
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...options.environment },
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    let ended: RunResult['ended'] = 'itself';
    const end = (why: RunResult['ended']): void => {
      if (ended !== 'itself') return;
      ended = why;
      killTree(child);
    };
    const timer = setTimeout(() => end('timeout'), options.timeoutMs);
    const cancel = (): void => end('cancelled');
    options.signal?.addEventListener('abort', cancel, { once: true });
    const read = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8');
      child[name].on('data', (chunk: string) => {
        if (read[name].length + chunk.length > options.maxOutput) end('output');
        else read[name] += chunk;
      });
    }
    const finish = (): void => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', cancel);
    };
    child.once('error', (error) => {
      finish();
      reject(error);
    });
    child.once('close', (code) => {
      finish();
      resolve({ ...read, code, ended });
    });
  });
}

function killTree(child: ChildProcess): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') {
    spawn('taskkill', ['/pid', String(child.pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true }).once(
      'error',
      () => child.kill(),
    );
    return;
  }
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The group is gone already; then there is nothing left to end.
    child.kill('SIGKILL');
  }
}
