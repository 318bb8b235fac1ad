import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { Disposable } from './disposable.ts';
import { isFile, startable, systemProgram } from './programFile.ts';
import { later } from './timers.ts';

/**
 * Other programs, run with bounds: no shell, a limit of time and of output, and an end to the whole tree of processes when
 * it is cancelled.
 */

export interface StartOptions {
  readonly cwd?: string;
  /** By default that of this process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

export interface ProcessOptions extends StartOptions {
  readonly timeoutMs: number;
  /** Characters of each stream that are kept at most. */
  readonly maxOutput: number;
  /**
   * Which part of a longer output is kept. 'first' (the default): the program is ended there. 'last': it may go on, up to
   * `READ_FACTOR` times as much.
   */
  readonly keep?: 'first' | 'last';
  /** 'latin1' gives a character for each byte, for who has to look at bytes. Default 'utf8'. */
  readonly encoding?: 'utf8' | 'latin1';
  readonly signal?: AbortSignal;
}

export interface RunResult {
  readonly stdout: string;
  readonly stderr: string;
  /** Exit code; null when a signal ended the program. */
  readonly code: number | null;
  readonly ended: 'itself' | 'timeout' | 'cancelled' | 'output';
}

export interface StartedProcess {
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves with the exit code (null after a signal) when it and its output have ended. Rejects when it can't be started. */
  readonly closed: Promise<number | null>;
  /** Ends it and all that it has started. */
  end(): void;
}

/** How much more than what is kept may be read of an output whose last part is kept. */
export const READ_FACTOR = 16;

/** What was killed and has not ended by then, such as one that waits for a file system that is gone, is not waited for. */
const KILLED_MS = 2_000;

/** A program that has ended may have left another one behind that holds its output open; it is not waited for. */
const LEFT_BEHIND_MS = 500;

/** More bytes than both streams hold that have been written and not read: a pipe of Linux has room for 1 MiB at most. */
const MOST_LEFT = 2 ** 21;

/** @throws what `startable` throws, on Windows only */
export function startProcess(program: string, args: readonly string[], options: StartOptions = {}): StartedProcess {
  const { platform } = process;
  const environment = options.environment ?? process.env;
  const start = startable(program, args, options.cwd ?? process.cwd(), { platform, environment, isFile });
  // Its own process group, so that what it starts can be ended with it.
  const child = spawn(start.program, start.args, {
    cwd: options.cwd,
    env: { ...environment },
    detached: platform !== 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
    windowsVerbatimArguments: start.verbatim ?? false,
  });
  let isClosed = false;
  const closed = new Promise<number | null>((resolve, reject) => {
    let lettingGo: Disposable | undefined;
    child.once('error', reject);
    child.once('exit', () => {
      lettingGo = letGo([child.stdout, child.stderr]);
    });
    child.once('close', (code) => {
      lettingGo?.dispose();
      isClosed = true;
      resolve(code);
    });
  });
  const end = (): void => {
    if (!isClosed) killTree(child); // its id may belong to another program by then
  };
  return { stdout: child.stdout, stderr: child.stderr, closed, end };
}

/**
 * Ends the output of a program that has ended, after `LEFT_BEHIND_MS`: another one may hold it open. What the program itself has
 * written is read first, however late that is on a busy machine: until a look brings nothing, or more than it can have left.
 */
function letGo(streams: readonly Readable[]): Disposable {
  let read = 0;
  let next: NodeJS.Immediate | undefined;
  const look = (before: number): void => {
    // Between this and what is set to be immediate, Node reads what has come.
    next = setImmediate(() => {
      if (read > before && read < MOST_LEFT) look(read);
      else for (const stream of streams) stream.destroy();
    });
  };
  const timer = later(() => {
    for (const stream of streams) stream.on('data', ({ length }: string | Buffer) => (read += length));
    look(-1);
  }, LEFT_BEHIND_MS);
  return {
    dispose: () => {
      timer.dispose();
      clearImmediate(next);
    },
  };
}

/** Rejects only when the program can't be started (the error of `spawn`, such as ENOENT, or of `startable`). */
export async function runProcess(
  program: string,
  args: readonly string[],
  options: ProcessOptions,
): Promise<RunResult> {
  if (options.signal?.aborted === true) return { stdout: '', stderr: '', code: null, ended: 'cancelled' };
  const started = startProcess(program, args, options);
  let ended: RunResult['ended'] = 'itself';
  let giveUp: Disposable | undefined;
  const killed = Promise.withResolvers<null>();
  const end = (why: RunResult['ended']): void => {
    if (ended !== 'itself') return;
    ended = why;
    started.end();
    giveUp = later(() => {
      started.stdout.destroy();
      started.stderr.destroy();
      killed.resolve(null);
    }, KILLED_MS);
  };
  const timer = later(() => end('timeout'), options.timeoutMs);
  const cancel = (): void => end('cancelled');
  options.signal?.addEventListener('abort', cancel, { once: true });
  const kept = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    let seen = 0;
    // A decoder of the stream keeps characters whole that two chunks share.
    started[name].setEncoding(options.encoding ?? 'utf8').on('data', (chunk: string) => {
      seen += chunk.length;
      if (options.keep === 'last') {
        kept[name] = lastPart(kept[name] + chunk, options.maxOutput);
        if (seen > options.maxOutput * READ_FACTOR) end('output');
      } else if (seen > options.maxOutput) end('output');
      else kept[name] += chunk;
    });
  }
  try {
    const code = await Promise.race([started.closed, killed.promise]);
    return {
      stdout: kept.stdout.slice(-options.maxOutput),
      stderr: kept.stderr.slice(-options.maxOutput),
      code,
      ended,
    };
  } finally {
    timer.dispose();
    giveUp?.dispose();
    options.signal?.removeEventListener('abort', cancel);
  }
}

/** Cut only now and then: cutting at every chunk would copy the whole each time. */
function lastPart(text: string, limit: number): string {
  return text.length > 2 * limit ? text.slice(-limit) : text;
}

function killTree(child: ChildProcess): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') {
    // There are neither groups nor signals: the system's program goes through the tree.
    const taskkill = systemProgram('taskkill.exe', process.env);
    spawn(taskkill, ['/pid', String(child.pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true }).once('error', () =>
      child.kill(),
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
