import { constants } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { LogName } from '../../contributions.ts';
import { describeError, Problem, type ProblemText } from '../../common/problem.ts';
import { runProcess } from '../../common/runProcess.ts';

/** The end of one log. */
export interface LogEnd {
  /** The file, or the program and its arguments. */
  readonly name: string;
  /** Whole lines, oldest first; each at most MAX_LINE long. */
  readonly lines: readonly string[];
  /** There is more before them. */
  readonly cut: boolean;
  /** Why it could not be read; then there are no lines. */
  readonly problem?: ProblemText;
}

export interface LogOptions {
  /** What relative paths begin at, and where programs run. */
  readonly folder?: string;
  readonly signal?: AbortSignal;
  /** For one program; default 15 s. */
  readonly timeoutMs?: number;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** Read of each log at most, its end. */
const MAX_BYTES = 1024 * 1024;
const MAX_LINE = 2_000;
/** Of one pattern, those that were written last. */
const MAX_FILES = 10;
/** Bytes 0 are in no text; a few come from a disk that was full or a machine that crashed. */
const BINARY_SHARE = 0.01;
const WHAT = 'A log of the application can’t be read';
const SETTING = 'djangoSessionMonitor.diagnosis.logs';

/**
 * The ends of the logs, one after the other. One that can't be read says why and keeps none of the others from being read.
 * @throws what `signal` was aborted with
 */
export async function readLogEnds(sources: readonly LogName[], options: LogOptions = {}): Promise<LogEnd[]> {
  const ends: LogEnd[] = [];
  for (const source of sources) {
    if (typeof source !== 'string')
      ends.push(await guarded(source.join(' '), options, () => ofProgram(source, options)));
    else {
      const files = await filesOf(path.resolve(options.folder ?? '.', source));
      for (const file of files) ends.push(await guarded(file, options, () => ofFile(file)));
    }
  }
  return ends;
}

async function guarded(
  name: string,
  { signal }: LogOptions,
  read: () => Promise<Omit<LogEnd, 'name'>>,
): Promise<LogEnd> {
  signal?.throwIfAborted();
  try {
    return { name, ...(await read()) };
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof Problem)) throw error;
    return { name, lines: [], cut: false, problem: error };
  }
}

/** A pattern that nothing fits stands for itself, and then is told to be missing. */
async function filesOf(pattern: string): Promise<string[]> {
  const name = path.basename(pattern);
  if (!name.includes('*')) return [pattern];
  const folder = path.dirname(pattern);
  const parts = name.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  const fits = new RegExp(`^${parts.join('[^/]*')}$`);
  const names = await readdir(folder).catch(() => []);
  const found = await Promise.all(
    names
      .filter((one) => fits.test(one))
      .map(async (one) => {
        const file = path.join(folder, one);
        return { file, at: (await stat(file).catch(() => undefined))?.mtimeMs ?? 0 };
      }),
  );
  const newest = found.sort((a, b) => b.at - a.at).slice(0, MAX_FILES);
  return newest.length === 0 ? [pattern] : newest.map(({ file }) => file);
}

async function ofFile(file: string): Promise<Omit<LogEnd, 'name'>> {
  // Opening a pipe would wait for somebody who writes to it.
  const flags = constants.O_RDONLY | constants.O_NONBLOCK;
  const handle = await open(file, flags).catch((error: unknown) => {
    throw problem(`${file}: ${reasonOf(error)}.`, `Correct ${SETTING}, or let your user read the file.`, error);
  });
  try {
    const about = await handle.stat();
    if (!about.isFile()) throw problem(`${file} is no file.`, `Name a file or a program in ${SETTING}.`);
    const from = Math.max(0, about.size - MAX_BYTES);
    const buffer = Buffer.alloc(about.size - from);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, from);
    return linesOf(file, buffer.subarray(0, bytesRead), from > 0);
  } finally {
    await handle.close();
  }
}

function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' ? 'there is no such file' : code === 'EACCES' ? 'it may not be read' : describeError(error);
}

async function ofProgram(command: readonly string[], options: LogOptions): Promise<Omit<LogEnd, 'name'>> {
  const [program = '', ...args] = command;
  const { folder, signal, timeoutMs = 15_000, environment } = options;
  const run = await runProcess(program, args, {
    timeoutMs,
    maxOutput: MAX_BYTES,
    keep: 'last',
    encoding: 'latin1',
    ...(folder === undefined ? {} : { cwd: folder }),
    ...(signal === undefined ? {} : { signal }),
    ...(environment === undefined ? {} : { environment }),
  }).catch((error: unknown) => {
    throw problem(`${program} can’t be started: ${reasonOf(error)}.`, `Correct ${SETTING}.`, error);
  });
  const next = 'Try the command in a terminal: it has to print the end of the log, and to end by itself.';
  if (run.ended === 'timeout') throw problem(`${program} had not ended after ${timeoutMs / 1000} s.`, next);
  if (run.ended === 'output') throw problem(`${program} wrote too much.`, next);
  if (run.code !== 0) throw problem(`${program} ended with code ${run.code ?? 'none'}.`, next);
  // Containers write their logs to either.
  const text = Buffer.from(`${run.stdout}\n${run.stderr}`, 'latin1');
  return linesOf(program, text, run.stdout.length >= MAX_BYTES);
}

function linesOf(name: string, bytes: Buffer, cut: boolean): Omit<LogEnd, 'name'> {
  const zeros = bytes.reduce((sum, byte) => sum + (byte === 0 ? 1 : 0), 0);
  if (zeros > bytes.length * BINARY_SHARE)
    throw problem(`${name} is not a text.`, `Name the log itself in ${SETTING}.`);
  // The first line is not whole where something was cut off.
  const start = cut ? bytes.indexOf(10) + 1 : 0;
  const text = bytes.toString('utf8', start);
  return { lines: text.split('\n').map((line) => line.slice(0, MAX_LINE)), cut };
}

function problem(why: string, next: string, cause?: unknown): Problem {
  return new Problem({ code: 'log-unreadable', what: WHAT, why, next, transient: true }, { cause });
}
