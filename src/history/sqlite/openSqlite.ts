import type { DatabaseSync } from 'node:sqlite';
import { checkOwner, migrate } from './schema.ts';

export type Sqlite = typeof import('node:sqlite');

/**
 * Waiting for another window's transaction blocks the whole extension host, so not long; a transaction takes milliseconds,
 * and what could not be written is kept and tried again.
 */
const BUSY_MS = 250;

/** Node's own SQLite, loaded when it is first needed; undefined where this Node has none (before 22.13). */
export async function loadSqlite(): Promise<Sqlite | undefined> {
  try {
    return await import('node:sqlite');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ERR_UNKNOWN_BUILTIN_MODULE' || code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND')
      return undefined;
    throw error;
  }
}

/**
 * Opens the file, makes it if there is none, and brings its tables to the newest version.
 *
 * NORMAL: with a write-ahead log a killed editor loses nothing; the machine losing power may lose the last seconds, but
 * never damages the file. The log is cut back to 1 MB at a checkpoint, for its size counts too.
 * @see https://www.sqlite.org/pragma.html#pragma_synchronous
 */
export function openDatabase({ DatabaseSync }: Sqlite, path: string, migrations: readonly string[]): DatabaseSync {
  const db = new DatabaseSync(path);
  try {
    db.exec(`PRAGMA busy_timeout = ${BUSY_MS}; PRAGMA trusted_schema = OFF`);
    // What is not ours is not changed.
    checkOwner(db, migrations.length);
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 1048576');
    db.exec('PRAGMA wal_autocheckpoint = 256');
    migrate(db, migrations);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

const BUSY = 5;

/** What kept SQLite from doing what was asked. */
export type Trouble =
  /** Another window is writing, longer than it should. */
  | 'busy'
  | 'full'
  | 'damaged'
  /** Reading or writing the file failed, or it may not be written. */
  | 'unusable'
  | 'moved';

/** By the primary result code. @see https://www.sqlite.org/rescode.html */
const TROUBLES: Readonly<Record<number, Trouble>> = {
  [BUSY]: 'busy',
  6: 'busy',
  11: 'damaged',
  13: 'full',
  15: 'busy',
  26: 'damaged',
};
/** Extended codes that mean something else than their primary one. */
const EXTENDED: Readonly<Record<number, Trouble>> = {
  /** SQLITE_READONLY_DBMOVED */
  1032: 'moved',
  /** SQLITE_IOERR_SHMSIZE: the index of the write-ahead log could not grow. */
  4874: 'full',
};

/** Undefined: not an error of SQLite. What is not in the table (such as a table that is missing) makes the file unusable. */
export function troubleOf(error: unknown): Trouble | undefined {
  const extended = extendedCode(error);
  return extended === undefined ? undefined : (EXTENDED[extended] ?? TROUBLES[extended & 0xff] ?? 'unusable');
}

function extendedCode(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : undefined;
}
