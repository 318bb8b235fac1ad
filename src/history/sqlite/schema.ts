import type { DatabaseSync } from 'node:sqlite';

/** 'DSMh' in ASCII: tells `file` and us that a database is one of ours. */
export const APPLICATION_ID = 0x44_53_4d_68;

/**
 * From each version to the next; the first makes version 1. What has been published stays as it is: a change is one more.
 *
 * `reading` has a row a reading with all series side by side, for they are written together. `chunk` has the thinned ones,
 * a row a series and span of time, for they are read series by series. Its rows lie as they were written: in the order of its
 * key (WITHOUT ROWID) each would go into another page, and more than half of the file was empty.
 */
export const MIGRATIONS: readonly string[] = [
  `CREATE TABLE series (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
   CREATE TABLE reading (at INTEGER PRIMARY KEY, every INTEGER NOT NULL, data BLOB NOT NULL) STRICT;
   CREATE TABLE chunk (
     id INTEGER PRIMARY KEY, level INTEGER NOT NULL, series INTEGER NOT NULL, start INTEGER NOT NULL, data BLOB NOT NULL,
     UNIQUE (level, series, start)
   ) STRICT;
   CREATE TABLE annotation (
     id INTEGER PRIMARY KEY, at INTEGER NOT NULL, until INTEGER, kind TEXT NOT NULL, text TEXT NOT NULL, data TEXT
   ) STRICT;
   CREATE INDEX annotation_at ON annotation (at);
   CREATE TABLE mark (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
   CREATE TABLE shared (kind TEXT PRIMARY KEY, at INTEGER NOT NULL, data TEXT NOT NULL) STRICT, WITHOUT ROWID;
   CREATE TABLE lease (
     id INTEGER PRIMARY KEY CHECK (id = 1), holder TEXT, term INTEGER NOT NULL, beat INTEGER NOT NULL,
     every INTEGER NOT NULL
   ) STRICT;
   INSERT INTO lease VALUES (1, NULL, 0, 0, 0);`,
];

/** The store was written by a later version of this extension, whose tables mean something else. */
export class NewerSchema extends Error {
  override readonly name = 'NewerSchema';
  readonly version: number;

  constructor(version: number, known: number) {
    super(`The history has version ${version}; this extension knows ${known}.`);
    this.version = version;
  }
}

/** The file is a healthy SQLite database, but somebody else's. */
export class ForeignDatabase extends Error {
  override readonly name = 'ForeignDatabase';
}

/**
 * Brings the tables to the newest version, in one transaction: it is done or not begun.
 * @throws NewerSchema, ForeignDatabase
 */
export function migrate(db: DatabaseSync, migrations: readonly string[]): void {
  checkOwner(db, migrations.length);
  if (readVersion(db) === migrations.length) return;
  db.exec('BEGIN IMMEDIATE');
  try {
    // Asked again: another window may have done it while this one waited for the lock.
    checkOwner(db, migrations.length);
    for (const step of migrations.slice(readVersion(db))) db.exec(step);
    db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${migrations.length}; COMMIT`);
  } catch (error) {
    rollBack(db);
    throw error;
  }
}

/**
 * Only looks.
 * @throws NewerSchema, ForeignDatabase
 */
export function checkOwner(db: DatabaseSync, known: number): void {
  const id = pragma(db, 'application_id');
  const tables = Number(db.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.['n'] ?? 0);
  if (id !== APPLICATION_ID && (id !== 0 || tables > 0)) throw new ForeignDatabase('It belongs to another program.');
  checkVersion(db, known);
}

/** Ends a transaction that failed. After some errors, such as a full disk, SQLite has ended it already, and says that there is none. */
export function rollBack(db: DatabaseSync): void {
  try {
    db.exec('ROLLBACK');
  } catch (error) {
    // `isTransaction` would tell, but only from Node 22.16 on.
    if (!(error instanceof Error && error.message.includes('no transaction is active'))) throw error;
  }
}

/** @throws NewerSchema */
export function checkVersion(db: DatabaseSync, known: number): void {
  const version = readVersion(db);
  if (version > known) throw new NewerSchema(version, known);
}

function readVersion(db: DatabaseSync): number {
  return pragma(db, 'user_version');
}

function pragma(db: DatabaseSync, name: 'user_version' | 'application_id'): number {
  return Number(db.prepare(`PRAGMA ${name}`).get()?.[name] ?? 0);
}
