/**
 * What the lasting history is kept in: rows that know nothing of metrics. There are two, the SQLite file and, where there
 * can be none, the memory of this process; who uses them can't tell them apart. All times are milliseconds since the epoch;
 * ranges include `from` and exclude `to`. Every method may throw what SQLite throws.
 */
export interface HistoryFile {
  /** Undefined: in memory. */
  readonly path: string | undefined;
  /** Numbers of the series by their names, from 1 on without holes. */
  series(): ReadonlyMap<string, number>;
  addSeries(names: readonly string[]): void;

  /** One for each moment; a later one of the same moment takes its place. */
  putReading(row: ReadingRow): void;
  lastReading(): ReadingRow | undefined;
  /** Oldest first. */
  readings(from: number, to: number): ReadingRow[];
  countReadings(from: number, to: number): number;
  removeReadings(from: number, to: number): void;
  /** Time of the first reading at or after this. */
  readingAfter(from: number): number | undefined;

  putChunks(level: number, rows: readonly ChunkRow[]): void;
  /** The chunks of one series that begin in the range, oldest first. */
  chunks(level: number, series: number, from: number, to: number): ChunkRow[];
  removeChunks(level: number, from: number, to: number): void;
  /** Start of the first chunk at or after this. */
  chunkAfter(level: number, series: number, from: number): number | undefined;

  /** One for each kind, moment and data; a later one takes its place. */
  putAnnotation(row: AnnotationRow): void;
  /** Those that lie in the range or reach into it, oldest first. */
  annotations(from: number, to: number): AnnotationRow[];
  removeAnnotations(before: number): void;

  /** A number by its name; 0 until it is set. */
  mark(name: string): number;
  setMark(name: string, value: number): void;

  /** The newest of what the polling window hands to the others, by its kind. */
  share(kind: string, row: SharedRow): void;
  shared(kind: string): SharedRow | undefined;

  lease(): Lease;
  /** Replaces the lease if it is still the one that was seen: compare and set, so that of several only one succeeds. */
  replaceLease(seen: Lease, next: Lease): boolean;

  /** All or nothing; other windows wait meanwhile. Not to be nested. */
  transaction<T>(work: () => T): T;
  /** Reads one state of the file, whatever other windows write meanwhile. Not to be nested. */
  consistently<T>(work: () => T): T;
  /** Whether the file that is open is still the one that stands under its name. */
  isInPlace(): boolean;
  /** Size on disk with its write-ahead log; 0 in memory. */
  bytes(): number;
  close(): void;
}

export interface ReadingRow {
  readonly at: number;
  /** Milliseconds between readings at that time. */
  readonly every: number;
  /** Float64, little-endian; the value of series n at byte 8 × (n − 1); NaN or missing: unknown. */
  readonly data: Uint8Array;
}

export interface ChunkRow {
  readonly series: number;
  readonly start: number;
  readonly data: Uint8Array;
}

export interface AnnotationRow {
  readonly at: number;
  /** Null: a moment. */
  readonly until: number | null;
  readonly kind: string;
  readonly text: string;
  /** JSON. */
  readonly data: string | null;
}

export interface SharedRow {
  readonly at: number;
  /** JSON. */
  readonly data: string;
}

/** Which window polls. */
export interface Lease {
  /** Name of the window; null: given back. */
  readonly holder: string | null;
  /** Counts up whenever the lease changes hands: who holds an older one has lost it. */
  readonly term: number;
  /** Counts up while the holder is alive. */
  readonly beat: number;
  /** Milliseconds between two readings, as the holder takes them; it beats twice in that time. */
  readonly every: number;
}

export const NO_LEASE: Lease = { holder: null, term: 0, beat: 0, every: 0 };
