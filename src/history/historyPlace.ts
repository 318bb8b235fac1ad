import type { Log } from '../common/log.ts';
import { describeError, type ProblemText } from '../common/problem.ts';
import type { Clock } from '../monitoring/poll/monitorTypes.ts';
import { RETENTION } from './levels/retention.ts';
import { moveSome } from './moveSome.ts';
import { afterTrouble, inodeOf, mustBeSetAside, openHistory, type Opened } from './openHistory.ts';
import { extentOf, type Extent } from './ranges/extent.ts';
import type { HistoryFile } from './sqlite/historyFile.ts';
import { MemoryHistory } from './sqlite/memoryHistory.ts';
import { troubleOf, type Sqlite } from './sqlite/openSqlite.ts';
import { NewerSchema } from './sqlite/schema.ts';
import { passingTrouble } from './storeProblems.ts';
import type { LeaseRow } from './windows/election.ts';

export interface PlaceParts {
  /** Undefined: memory is all there is. */
  readonly sqlite: Sqlite | undefined;
  readonly path: string;
  readonly log: Log;
  readonly clock: Clock;
  /** What to say when there is no SQLite. */
  readonly without: ProblemText;
  readonly onNotice: (notice: ProblemText) => void;
  readonly onChange: () => void;
}

/** A file that could not be opened is tried again after so long. */
const REOPEN_MS = 30_000;

/**
 * Where the history is kept now: the file, and a spare one in memory. The spare takes what the file can't take, and gives it
 * back when the file can; where there is no file, it is the file.
 */
export class HistoryPlace {
  readonly spare: HistoryFile = new MemoryHistory();
  readonly #parts: PlaceParts;
  #file: HistoryFile | undefined;
  #inode = 0n;
  #problem: ProblemText | undefined;
  #notice: ProblemText | undefined;
  #triedAt = -Infinity;
  #closed = false;

  constructor(parts: PlaceParts) {
    this.#parts = parts;
  }

  /** Opens the file for the first time. */
  open(): void {
    const { sqlite, without } = this.#parts;
    if (sqlite === undefined) this.#problem = without;
    else this.#open(sqlite);
  }

  get file(): HistoryFile {
    return this.#file ?? this.spare;
  }

  get problem(): ProblemText | undefined {
    return this.#problem;
  }

  get notice(): ProblemText | undefined {
    return this.#notice;
  }

  /** The row that windows share. Of what it throws only damage is seen to here: who asks has an answer for the rest. */
  readonly lease: LeaseRow = {
    lease: () => this.#unlessDamaged((file) => file.lease()),
    replaceLease: (seen, next) => this.#unlessDamaged((file) => file.replaceLease(seen, next)),
  };

  /** Writes to the file, and to the spare when it can't. Nothing is written after closing. */
  write<T>(work: (file: HistoryFile, isSpare: boolean) => T): T {
    this.#prepare();
    const file = this.#file;
    if (file === undefined) return work(this.spare, true);
    try {
      while (moveSome(this.spare, file));
      const result = work(file, false);
      this.#set(undefined);
      return result;
    } catch (error) {
      this.#failed(error);
      // A new file may have taken its place.
      return work(this.#file === file ? this.spare : this.file, this.#file === file || this.#file === undefined);
    } finally {
      this.#limitSpare();
    }
  }

  /** Undefined when the file can't be read. */
  read<T>(work: (file: HistoryFile) => T): T | undefined {
    try {
      return work(this.file);
    } catch (error) {
      this.#failed(error);
      return undefined;
    }
  }

  /** Of the file and of what waits for it. */
  readBoth<T>(work: (file: HistoryFile) => T): readonly T[] {
    const first = this.read(work);
    const rest = this.#file === undefined ? [] : [work(this.spare)];
    return first === undefined ? rest : [first, ...rest];
  }

  extent(): Extent | undefined {
    const all = this.readBoth(extentOf).filter((extent) => extent !== undefined);
    if (all.length === 0) return undefined;
    const from = Math.min(...all.map((extent) => extent.from.getTime()));
    return { from: new Date(from), to: new Date(Math.max(...all.map((extent) => extent.to.getTime()))) };
  }

  close(): void {
    this.#closed = true;
    const file = this.#file;
    try {
      while (file !== undefined && moveSome(this.spare, file));
      file?.close();
    } catch (error) {
      this.#parts.log.warn(`The history could not be closed well: ${describeError(error)}`);
    }
    this.#file = undefined;
  }

  #unlessDamaged<T>(work: (file: HistoryFile) => T): T {
    try {
      return work(this.file);
    } catch (error) {
      if (!mustBeSetAside(error)) throw error;
      this.#failed(error);
      return work(this.file);
    }
  }

  /** Opens what can be opened again, and lets go of a file that has been renamed or deleted by somebody. */
  #prepare(): void {
    const { sqlite, clock } = this.#parts;
    if (sqlite === undefined || this.#closed) return;
    if (this.#file?.isInPlace() === false) {
      this.#parts.log.warn('The file of the history was renamed or deleted; it begins anew');
      this.#letGo();
    }
    // A clock that was put back must not keep it from trying.
    const waited = Math.abs(clock.now().getTime() - this.#triedAt);
    if (this.#file === undefined && waited >= REOPEN_MS) this.#open(sqlite);
  }

  #open(sqlite: Sqlite): void {
    this.#take(openHistory(sqlite, this.#parts.path, this.#parts.clock.now()));
  }

  #take(opened: Opened): void {
    this.#triedAt = this.#parts.clock.now().getTime();
    this.#file = opened.file;
    if (opened.file === undefined) {
      this.#set(opened.problem);
      return;
    }
    this.#inode = inodeOf(this.#parts.path);
    this.#set(undefined);
    if (opened.notice === undefined) return;
    this.#notice = opened.notice;
    this.#parts.log.warn(`${opened.notice.what}: ${opened.notice.why} ${opened.notice.next}`);
    this.#parts.onNotice(opened.notice);
  }

  #failed(error: unknown): void {
    const { sqlite, path, clock, log } = this.#parts;
    if (sqlite === undefined || this.#file === undefined) throw error;
    if (mustBeSetAside(error) || error instanceof NewerSchema) {
      log.warn(`The history can't be used: ${describeError(error)}`);
      const inode = this.#inode;
      this.#letGo();
      this.#take(afterTrouble(sqlite, path, inode, error, clock.now()));
      return;
    }
    if (troubleOf(error) === 'moved') {
      this.#letGo();
      return;
    }
    const problem = passingTrouble(error, path);
    if (problem === undefined) throw error;
    if (problem.code !== this.#problem?.code) log.warn(`The history can't be written: ${describeError(error)}`);
    this.#set(problem);
  }

  #letGo(): void {
    try {
      this.#file?.close();
    } catch (error) {
      this.#parts.log.trace(`Closing a file that can't be used: ${describeError(error)}`);
    }
    this.#file = undefined;
    this.#triedAt = -Infinity;
  }

  /** What waits for a file must not grow for ever. */
  #limitSpare(): void {
    const last = this.spare.lastReading();
    if (this.#file !== undefined && last !== undefined)
      this.spare.removeReadings(-Infinity, last.at - RETENTION[0].keepMs);
  }

  #set(problem: ProblemText | undefined): void {
    if (this.#parts.sqlite === undefined) return;
    this.#problem = problem;
    this.#parts.onChange();
  }
}
