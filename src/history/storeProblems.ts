import { basename } from 'node:path';
import type { ProblemText } from '../common/problem.ts';
import { troubleOf, type Trouble } from './sqlite/openSqlite.ts';
import { ForeignDatabase, NewerSchema } from './sqlite/schema.ts';

const WHAT = 'The history is not kept on disk at present';
const GOES_ON = 'Monitoring goes on, and keeps a day in memory';

/** This Node has no SQLite. */
export function noSqlite(version: string): ProblemText {
  return {
    code: 'history-no-sqlite',
    what: 'The history lasts only while this window is open',
    why: `The Node.js ${version} of this editor has no node:sqlite.`,
    next: 'Update the editor to keep it for two years.',
    transient: false,
  };
}

type Text = Pick<ProblemText, 'code' | 'why' | 'next' | 'transient'>;

const TROUBLES: Readonly<Record<Exclude<Trouble, 'damaged' | 'moved'>, Text>> = {
  full: {
    code: 'history-full',
    why: 'The disk is full.',
    next: `${GOES_ON}; free some space, and it is written then.`,
    transient: true,
  },
  busy: {
    code: 'history-busy',
    why: 'Another window holds the file for longer than it should.',
    next: `${GOES_ON}; it is tried again by itself.`,
    transient: true,
  },
  unusable: {
    code: 'history-unusable',
    why: 'The file can’t be read or written.',
    next: `${GOES_ON}; check the permissions of the folder and its disk.`,
    transient: true,
  },
};

/** Why the file can't be used now, though it may be later; undefined when it has to be set aside. */
export function passingTrouble(error: unknown, path: string): ProblemText | undefined {
  if (error instanceof NewerSchema) return isNewer(error);
  const trouble = troubleOf(error) ?? (isFileError(error) ? 'unusable' : undefined);
  if (trouble === undefined || trouble === 'damaged' || trouble === 'moved') return undefined;
  const text = TROUBLES[trouble];
  const detail = error instanceof Error ? ` (${error.message}; ${path})` : '';
  return { ...text, what: WHAT, why: text.why.replace(/\.$/, `${detail}.`) };
}

/** Its file has been renamed to `aside`, and an empty one has taken its place. */
export function wasSetAside(error: unknown, aside: string): ProblemText {
  const kept = `The old one is kept as ${basename(aside)} in the same folder`;
  const foreign = error instanceof ForeignDatabase;
  return {
    code: foreign ? 'history-foreign' : 'history-damaged',
    what: 'The history begins anew',
    why: foreign ? 'Its file belonged to another program.' : 'Its file was damaged.',
    next: foreign ? `${kept}.` : `${kept}; "sqlite3 FILE .recover" may get readings out of it.`,
    transient: false,
  };
}

/** It should be set aside, but can't be: the folder may not be written, or the system keeps a file that is open. */
export function leftInPlace(path: string): ProblemText {
  return {
    code: 'history-damaged',
    what: WHAT,
    why: `Its file is damaged and could not be renamed (${path}).`,
    next: `${GOES_ON}; rename or delete the file.`,
    transient: true,
  };
}

function isNewer({ version }: NewerSchema): ProblemText {
  return {
    code: 'history-newer',
    what: WHAT,
    why: `The history was written by a later version of this extension (${version}); it is left as it is.`,
    next: `${GOES_ON}; update the extension, or reload this window if it has been updated.`,
    transient: true,
  };
}

/** Readings that would be stored at the wrong time are not stored. */
export function clockProblem(why: string): ProblemText {
  return {
    code: 'history-clock',
    what: 'The readings are not kept at present',
    why,
    next: 'Set the clock of this machine; the readings are kept again by themselves.',
    transient: true,
  };
}

function isFileError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
