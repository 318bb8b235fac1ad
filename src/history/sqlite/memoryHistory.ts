import {
  NO_LEASE,
  type AnnotationRow,
  type ChunkRow,
  type HistoryFile,
  type Lease,
  type ReadingRow,
  type SharedRow,
} from './historyFile.ts';

/** The history in this process, for as long as it lives: where Node has no SQLite, or the file can't be used. */
export class MemoryHistory implements HistoryFile {
  readonly path = undefined;
  readonly #series = new Map<string, number>();
  readonly #marks = new Map<string, number>();
  readonly #shared = new Map<string, SharedRow>();
  /** By level and series, then by start; both in the order of time. */
  readonly #chunks = new Map<string, Map<number, ChunkRow>>();
  #readings: ReadingRow[] = [];
  #annotations: AnnotationRow[] = [];
  #lease: Lease = NO_LEASE;

  series(): ReadonlyMap<string, number> {
    return new Map(this.#series);
  }

  addSeries(names: readonly string[]): void {
    for (const name of names) if (!this.#series.has(name)) this.#series.set(name, this.#series.size + 1);
  }

  putReading(row: ReadingRow): void {
    const last = this.#readings.at(-1);
    if (last === undefined || last.at < row.at) this.#readings.push(row);
    else this.#readings = sorted([...this.#readings.filter(({ at }) => at !== row.at), row]);
  }

  lastReading(): ReadingRow | undefined {
    return this.#readings.at(-1);
  }

  readings(from: number, to: number): ReadingRow[] {
    return this.#readings.filter(({ at }) => at >= from && at < to);
  }

  countReadings(from: number, to: number): number {
    return this.readings(from, to).length;
  }

  removeReadings(from: number, to: number): void {
    this.#readings = this.#readings.filter(({ at }) => at < from || at >= to);
  }

  readingAfter(from: number): number | undefined {
    return this.#readings.find(({ at }) => at >= from)?.at;
  }

  putChunks(level: number, rows: readonly ChunkRow[]): void {
    for (const row of rows) {
      const key = chunkKey(level, row.series);
      const chunks = this.#chunks.get(key) ?? new Map<number, ChunkRow>();
      this.#chunks.set(key, chunks.set(row.start, row));
    }
  }

  chunks(level: number, series: number, from: number, to: number): ChunkRow[] {
    const chunks = [...(this.#chunks.get(chunkKey(level, series))?.values() ?? [])];
    return chunks.filter(({ start }) => start >= from && start < to).sort((a, b) => a.start - b.start);
  }

  removeChunks(level: number, from: number, to: number): void {
    for (const [key, chunks] of this.#chunks) {
      if (!key.startsWith(`${level}/`)) continue;
      for (const start of chunks.keys()) if (start >= from && start < to) chunks.delete(start);
    }
  }

  chunkAfter(level: number, series: number, from: number): number | undefined {
    return this.chunks(level, series, from, Infinity)[0]?.start;
  }

  putAnnotation(row: AnnotationRow): void {
    const { at, kind, data } = row;
    const others = this.#annotations.filter((one) => one.at !== at || one.kind !== kind || one.data !== data);
    this.#annotations = sorted([...others, row]);
  }

  annotations(from: number, to: number): AnnotationRow[] {
    return this.#annotations.filter(({ at, until }) => at < to && (until ?? at) >= from);
  }

  removeAnnotations(before: number): void {
    this.#annotations = this.#annotations.filter(({ at, until }) => (until ?? at) >= before);
  }

  mark(name: string): number {
    return this.#marks.get(name) ?? 0;
  }

  setMark(name: string, value: number): void {
    this.#marks.set(name, value);
  }

  share(kind: string, row: SharedRow): void {
    this.#shared.set(kind, row);
  }

  shared(kind: string): SharedRow | undefined {
    return this.#shared.get(kind);
  }

  lease(): Lease {
    return this.#lease;
  }

  replaceLease(seen: Lease, next: Lease): boolean {
    const { holder, term, beat } = this.#lease;
    if (seen.holder !== holder || seen.term !== term || seen.beat !== beat) return false;
    this.#lease = next;
    return true;
  }

  transaction<T>(work: () => T): T {
    return work();
  }

  consistently<T>(work: () => T): T {
    return work();
  }

  isInPlace(): boolean {
    return true;
  }

  bytes(): number {
    return 0;
  }

  close(): void {
    this.#readings = [];
    this.#annotations = [];
    this.#chunks.clear();
  }
}

function chunkKey(level: number, series: number): string {
  return `${level}/${series}`;
}

function sorted<T extends { readonly at: number }>(rows: readonly T[]): T[] {
  return rows.toSorted((a, b) => a.at - b.at);
}
