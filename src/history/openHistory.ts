import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ProblemText } from '../common/problem.ts';
import type { HistoryFile } from './sqlite/historyFile.ts';
import { troubleOf, type Sqlite } from './sqlite/openSqlite.ts';
import { ForeignDatabase } from './sqlite/schema.ts';
import { SqliteHistory } from './sqlite/sqliteHistory.ts';
import { leftInPlace, passingTrouble, wasSetAside } from './storeProblems.ts';

export type Opened =
  | { readonly file: HistoryFile; readonly notice?: ProblemText }
  /** Not now; what to tell, and perhaps later. */
  | { readonly file?: undefined; readonly problem: ProblemText };

/** SQLite keeps two more files beside one; they belong together. */
const SUFFIXES = ['', '-wal', '-shm'] as const;

/** Opens the file, and sets one aside that can't be used. Throws only what is a mistake in this program. */
export function openHistory(sqlite: Sqlite, path: string, now: Date): Opened {
  const seen = inodeOf(path);
  try {
    mkdirSync(dirname(path), { recursive: true });
    return { file: new SqliteHistory(sqlite, path) };
  } catch (error) {
    return afterTrouble(sqlite, path, seen, error, now);
  }
}

/**
 * What to do about a file that can't be used: set it aside and begin a new one, or leave it and say why. One of a later
 * version is left as it is: after an update, windows that have not been reloaded must not take the history from the others.
 *
 * @param seen the inode in which the trouble was seen: if there is another by now, another window has been here before
 */
export function afterTrouble(sqlite: Sqlite, path: string, seen: bigint, error: unknown, now: Date): Opened {
  if (!mustBeSetAside(error)) {
    const problem = passingTrouble(error, path);
    if (problem === undefined) throw error;
    return { problem };
  }
  try {
    if (inodeOf(path) !== seen) return { file: new SqliteHistory(sqlite, path) };
    const aside = freeName(path, now);
    for (const suffix of SUFFIXES) if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
    return { file: new SqliteHistory(sqlite, path), notice: wasSetAside(error, aside) };
  } catch (failure) {
    return { problem: passingTrouble(failure, path) ?? leftInPlace(path) };
  }
}

export function mustBeSetAside(error: unknown): boolean {
  // RangeError: what stands in a chunk is not what was written.
  return error instanceof ForeignDatabase || error instanceof RangeError || troubleOf(error) === 'damaged';
}

/** 0n: there is none. */
export function inodeOf(path: string): bigint {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino ?? 0n;
}

function freeName(path: string, now: Date): string {
  const time = now.toISOString().replaceAll(/[:.]/g, '-');
  const base = `${path.replace(/\.sqlite$/, '')}.aside-${time}`;
  for (let n = 1; ; n++) {
    const name = `${base}${n === 1 ? '' : `-${n}`}.sqlite`;
    if (!existsSync(name)) return name;
  }
}
