import { randomUUID } from 'node:crypto';
import fs, { open, rm } from 'node:fs/promises';
import { Problem } from './problem.ts';
import { sleep } from './timers.ts';

export interface WriteOptions {
  /** Rejects with its reason when it is aborted; nothing is left then. */
  readonly signal?: AbortSignal;
  /** Told after each piece. */
  readonly onBytes?: (bytes: number) => void;
}

/**
 * Writes a file as a whole or not at all: into one beside it, which takes its name when it is complete, so that neither a full
 * disk nor a cancel leaves half of it, or takes away what was there before.
 *
 * @throws Problem 'not-written' for what the file system refuses
 */
export async function writeWhole(
  path: string,
  pieces: AsyncIterable<string> | Iterable<string>,
  { signal, onBytes }: WriteOptions = {},
): Promise<void> {
  const part = `${path}.${randomUUID().slice(0, 8)}.part`;
  try {
    const file = await open(part, 'wx');
    try {
      let bytes = 0;
      for await (const piece of pieces) {
        signal?.throwIfAborted();
        const data = Buffer.from(piece, 'utf8');
        await file.writeFile(data);
        onBytes?.((bytes += data.length));
      }
      signal?.throwIfAborted();
      await file.sync();
    } finally {
      await file.close();
    }
    await takeName(part, path);
  } catch (error) {
    await rm(part, { force: true });
    if (isSystemError(error)) throw notWritten(path, error);
    throw error;
  }
}

/** What Windows says while another program has the file open, such as a scanner that looks at what was just written. */
const HELD = new Set(['EACCES', 'EBUSY', 'EPERM']);
/** Milliseconds between the tries; after the last one it is told. */
const RESTS = [10, 30, 100, 300, 600, 1_000];

/** Gives a complete file its name. Only Windows refuses that for files that are open, so only there it is tried for a while. */
export async function takeName(
  part: string,
  path: string,
  { platform, rename }: { readonly platform: NodeJS.Platform; readonly rename: typeof fs.rename } = {
    platform: process.platform,
    rename: fs.rename,
  },
): Promise<void> {
  for (const rest of platform === 'win32' ? RESTS : []) {
    try {
      await rename(part, path);
      return;
    } catch (error) {
      if (!isSystemError(error) || !HELD.has(error.code ?? '')) throw error;
      await sleep(rest);
    }
  }
  await rename(part, path);
}

/** What a person can do about it, by the name of the error. */
const NEXT: Readonly<Record<string, string>> = {
  ENOSPC: 'Free some space, or choose another place.',
  EDQUOT: 'Free some space, or choose another place.',
  EACCES: 'Choose a folder that you may write to.',
  EPERM: 'Choose a folder that you may write to, and close the file in other programs.',
  EBUSY: 'Close the file in other programs, then try again.',
  EROFS: 'Choose a folder that you may write to.',
  ENOENT: 'Choose a folder that is there.',
};

function notWritten(path: string, error: NodeJS.ErrnoException): Problem {
  return new Problem(
    {
      code: 'not-written',
      what: `${path} could not be written`,
      why: `${error.message}.`,
      next: NEXT[error.code ?? ''] ?? 'Choose another place.',
      transient: false,
    },
    { cause: error },
  );
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}
