import { mkdir, realpath } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { Problem } from '../common/problem.ts';
import { writeWhole } from '../common/writeWhole.ts';

export interface FileToWrite {
  /** Below the folder, with slashes. */
  readonly path: string;
  readonly text: string;
}

/**
 * Writes files below a folder, each as a whole or not at all; gives how many, fewer when it was cancelled.
 *
 * @param onFile told before each, with the share that is done
 * @throws Problem where it can't be written, or where a link in it leads out of the folder
 */
export async function writeFolder(
  root: string,
  files: readonly FileToWrite[],
  signal: AbortSignal,
  onFile: (path: string, share: number) => void,
): Promise<number> {
  await made(root);
  const home = await realpath(root);
  for (const [i, { path, text }] of files.entries()) {
    if (signal.aborted) return i;
    onFile(path, i / files.length);
    const target = join(root, path);
    await made(dirname(target));
    const real = await realpath(dirname(target));
    if (real !== home && !real.startsWith(home + sep)) throw leadsOut(path);
    await writeWhole(target, [text]);
  }
  return files.length;
}

async function made(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new Problem(
      {
        code: 'not-written',
        what: 'The folder was not made',
        why: `${error instanceof Error ? error.message : String(error)}.`,
        next: 'Choose another folder, or see to it that you may write there.',
        transient: false,
      },
      { cause: error },
    );
  }
}

function leadsOut(path: string): Problem {
  return new Problem({
    code: 'link-outside',
    what: 'Nothing more was exported',
    why: `A link in the folder leads out of it: ${path}.`,
    next: 'Remove the link, or choose another folder.',
    transient: false,
  });
}
