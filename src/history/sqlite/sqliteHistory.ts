import { statSync } from 'node:fs';
import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { AnnotationRow, ChunkRow, HistoryFile, Lease, ReadingRow, SharedRow } from './historyFile.ts';
import { openDatabase, type Sqlite } from './openSqlite.ts';
import { checkVersion, MIGRATIONS, rollBack } from './schema.ts';

type Row = Record<string, SQLOutputValue>;

const SQL = {
  series: 'SELECT id, name FROM series',
  addSeries: 'INSERT OR IGNORE INTO series (name) VALUES (?)',
  putReading: 'INSERT OR REPLACE INTO reading VALUES (?, ?, ?)',
  lastReading: 'SELECT * FROM reading ORDER BY at DESC LIMIT 1',
  readings: 'SELECT * FROM reading WHERE at >= ? AND at < ? ORDER BY at',
  countReadings: 'SELECT count(*) AS first FROM reading WHERE at >= ? AND at < ?',
  removeReadings: 'DELETE FROM reading WHERE at >= ? AND at < ?',
  readingAfter: 'SELECT min(at) AS first FROM reading WHERE at >= ?',
  putChunk: 'INSERT OR REPLACE INTO chunk (level, series, start, data) VALUES (?, ?, ?, ?)',
  chunks:
    'SELECT series, start, data FROM chunk WHERE level = ? AND series = ? AND start >= ? AND start < ? ORDER BY start',
  // By every series in turn, because the key has the series before the start.
  removeChunks: `DELETE FROM chunk WHERE level = ? AND start >= ? AND start < ?
    AND series IN (SELECT 0 UNION ALL SELECT id FROM series)`,
  chunkAfter: 'SELECT min(start) AS first FROM chunk WHERE level = ? AND series = ? AND start >= ?',
  removeAnnotation: 'DELETE FROM annotation WHERE kind = ? AND at = ? AND data IS ?',
  addAnnotation: 'INSERT INTO annotation (at, until, kind, text, data) VALUES (?, ?, ?, ?, ?)',
  annotations: `SELECT at, until, kind, text, data FROM annotation
    WHERE coalesce(until, at) >= ? AND at < ? ORDER BY at, id`,
  removeAnnotations: 'DELETE FROM annotation WHERE coalesce(until, at) < ?',
  mark: 'SELECT value FROM mark WHERE name = ?',
  setMark: 'INSERT OR REPLACE INTO mark VALUES (?, ?)',
  share: 'INSERT OR REPLACE INTO shared VALUES (?, ?, ?)',
  shared: 'SELECT at, data FROM shared WHERE kind = ?',
  lease: 'SELECT holder, term, beat, every FROM lease',
  replaceLease:
    'UPDATE lease SET holder = ?, term = ?, beat = ?, every = ? WHERE holder IS ? AND term = ? AND beat = ?',
} as const;

/** The history in an SQLite file. */
export class SqliteHistory implements HistoryFile {
  readonly path: string;
  readonly #db: DatabaseSync;
  readonly #inode: bigint;
  readonly #version: number;
  #closed = false;
  readonly #prepared = new Map<keyof typeof SQL, StatementSync>();

  /** @throws what opening and `migrate` throw */
  constructor(sqlite: Sqlite, path: string, migrations: readonly string[] = MIGRATIONS) {
    this.path = path;
    this.#version = migrations.length;
    this.#db = openDatabase(sqlite, path, migrations);
    this.#inode = inodeOf(path);
  }

  series(): ReadonlyMap<string, number> {
    return new Map(this.#all('series').map((row) => [String(row['name']), Number(row['id'])]));
  }

  addSeries(names: readonly string[]): void {
    for (const name of names) this.#run('addSeries', name);
  }

  putReading({ at, every, data }: ReadingRow): void {
    this.#run('putReading', at, every, data);
  }

  lastReading(): ReadingRow | undefined {
    const row = this.#get('lastReading');
    return row === undefined ? undefined : reading(row);
  }

  readings(from: number, to: number): ReadingRow[] {
    return this.#all('readings', from, to).map(reading);
  }

  countReadings(from: number, to: number): number {
    return first(this.#get('countReadings', from, to)) ?? 0;
  }

  removeReadings(from: number, to: number): void {
    this.#run('removeReadings', from, to);
  }

  readingAfter(from: number): number | undefined {
    return first(this.#get('readingAfter', from));
  }

  putChunks(level: number, rows: readonly ChunkRow[]): void {
    for (const { series, start, data } of rows) this.#run('putChunk', level, series, start, data);
  }

  chunks(level: number, series: number, from: number, to: number): ChunkRow[] {
    return this.#all('chunks', level, series, from, to).map((row) => ({
      series: Number(row['series']),
      start: Number(row['start']),
      data: bytes(row['data']),
    }));
  }

  removeChunks(level: number, from: number, to: number): void {
    this.#run('removeChunks', level, from, to);
  }

  chunkAfter(level: number, series: number, from: number): number | undefined {
    return first(this.#get('chunkAfter', level, series, from));
  }

  putAnnotation({ at, until, kind, text, data }: AnnotationRow): void {
    this.#run('removeAnnotation', kind, at, data);
    this.#run('addAnnotation', at, until, kind, text, data);
  }

  annotations(from: number, to: number): AnnotationRow[] {
    return this.#all('annotations', from, to).map((row) => ({
      at: Number(row['at']),
      until: row['until'] === null ? null : Number(row['until']),
      kind: String(row['kind']),
      text: String(row['text']),
      data: row['data'] === null ? null : String(row['data']),
    }));
  }

  removeAnnotations(before: number): void {
    this.#run('removeAnnotations', before);
  }

  mark(name: string): number {
    return Number(this.#get('mark', name)?.['value'] ?? 0);
  }

  setMark(name: string, value: number): void {
    this.#run('setMark', name, value);
  }

  share(kind: string, { at, data }: SharedRow): void {
    this.#run('share', kind, at, data);
  }

  shared(kind: string): SharedRow | undefined {
    const row = this.#get('shared', kind);
    return row === undefined ? undefined : { at: Number(row['at']), data: String(row['data']) };
  }

  lease(): Lease {
    const row = this.#get('lease') ?? {};
    return {
      holder: typeof row['holder'] === 'string' ? row['holder'] : null,
      term: Number(row['term'] ?? 0),
      beat: Number(row['beat'] ?? 0),
      every: Number(row['every'] ?? 0),
    };
  }

  replaceLease(seen: Lease, next: Lease): boolean {
    const { holder, term, beat, every } = next;
    return this.#run('replaceLease', holder, term, beat, every, seen.holder, seen.term, seen.beat) === 1;
  }

  transaction<T>(work: () => T): T {
    return this.#within('BEGIN IMMEDIATE', work);
  }

  consistently<T>(work: () => T): T {
    return this.#within('BEGIN', work);
  }

  #within<T>(begin: string, work: () => T): T {
    this.#db.exec(begin);
    try {
      // A later version may have changed the tables since this window opened the file.
      checkVersion(this.#db, this.#version);
      const result = work();
      this.#db.exec('COMMIT');
      return result;
    } catch (error) {
      rollBack(this.#db);
      throw error;
    }
  }

  isInPlace(): boolean {
    return inodeOf(this.path) === this.#inode;
  }

  bytes(): number {
    return ['', '-wal'].reduce((sum, suffix) => {
      return sum + (statSync(this.path + suffix, { throwIfNoEntry: false })?.size ?? 0);
    }, 0);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#db.close();
  }

  #statement(name: keyof typeof SQL): StatementSync {
    const known = this.#prepared.get(name) ?? this.#db.prepare(SQL[name]);
    this.#prepared.set(name, known);
    return known;
  }

  #all(name: keyof typeof SQL, ...values: SQLInputValue[]): Row[] {
    return this.#statement(name).all(...values);
  }

  #get(name: keyof typeof SQL, ...values: SQLInputValue[]): Row | undefined {
    return this.#statement(name).get(...values);
  }

  /** Number of rows that were changed. */
  #run(name: keyof typeof SQL, ...values: SQLInputValue[]): number {
    return Number(this.#statement(name).run(...values).changes);
  }
}

function reading(row: Row): ReadingRow {
  return { at: Number(row['at']), every: Number(row['every']), data: bytes(row['data']) };
}

function first(row: Row | undefined): number | undefined {
  const value = row?.['first'];
  return typeof value === 'number' ? value : undefined;
}

function bytes(value: SQLOutputValue | undefined): Uint8Array {
  return value instanceof Uint8Array ? value : new Uint8Array();
}

/** 0n: there is no such file. */
function inodeOf(path: string): bigint {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino ?? 0n;
}
