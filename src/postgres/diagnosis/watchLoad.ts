import { isKnown, unknown, type Measured } from '../../common/measured.ts';
import type { BackendsReading } from '../backends/backendFacts.ts';
import { readBackends } from '../backends/readBackends.ts';
import { rest } from '../cleanup/plan/pause.ts';
import type { Database } from '../connect/database.ts';
import type { SessionDecoder } from '../sample/sessionSample.ts';
import { readSavedSessions } from '../saves/savedSessions.ts';
import { SaveMemory } from '../saves/saveMemory.ts';
import type { SessionTable } from '../table/readings.ts';
import type { SaveEvidence } from '../table/saveEvidence.ts';
import { countSavedSince } from './lateSaves.ts';
import { readLoadCounters, type LoadCounters } from './loadCounters.ts';
import { beginStatementTimes, type StatementTimes } from './statementTimes.ts';

/** What the server had to do in some seconds: counters before and after, and looks at the backends in between. */
export interface LoadWatch {
  /** By the server's clock. */
  readonly seconds: number;
  readonly before: LoadCounters;
  readonly after: LoadCounters;
  /** Sessions that were saved meanwhile, each once. */
  readonly savedSessions: Measured;
  readonly statements: Measured<StatementTimes>;
  /** What the saves changed. */
  readonly saves: Measured<SaveEvidence>;
  /** Looks at who is connected and who waits for whom, evenly spread. */
  readonly looks: readonly BackendsReading[];
}

export interface WatchOptions {
  /** Default 10. */
  readonly seconds?: number;
  /** Decodes session_data, of which names of entries are told. Without it, what saves change is unknown. */
  readonly decode?: SessionDecoder;
  readonly signal?: AbortSignal;
}

/** Between two looks at the backends: one takes some milliseconds. */
const LOOK_EVERY_MS = 500;
/** Backends report their counters at most so late while they are busy (PGSTAT_MIN_INTERVAL in pgstat.c). */
const REPORT_MS = 1_200;

/**
 * Watches for some seconds. Each statement reads only, in a transaction of its own with limits; nothing is held in between.
 * @throws Problem; what `signal` was aborted with
 */
export async function watchLoad(
  db: Database,
  table: SessionTable,
  { seconds = 10, decode, signal }: WatchOptions = {},
): Promise<LoadWatch> {
  const finish = await beginStatementTimes(db, table, signal);
  const before = await readLoadCounters(db, table, signal);
  const looks: BackendsReading[] = [];
  const saves = new SavesSeen(db, table, decode, signal);
  await saves.look();
  const end = performance.now() + seconds * 1000;
  for (let next = performance.now(); next < end; next += LOOK_EVERY_MS) {
    await rest(next - performance.now(), signal);
    signal?.throwIfAborted();
    looks.push(await readBackends(db, signal));
    // Lifetimes of sessions are known from the first look, and what is saved is found by them from the second on.
    if (saves.looks === 1 && performance.now() > end - 500 * seconds) await saves.look();
  }
  await rest(end - performance.now(), signal);
  signal?.throwIfAborted();
  const statements = await finish();
  await rest(REPORT_MS, signal);
  signal?.throwIfAborted();
  await saves.look();
  const savedSessions = await countSavedSince(db, table, before.at, signal);
  const after = await readLoadCounters(db, table, signal);
  return {
    seconds: (after.at - before.at) / 1000,
    before,
    after,
    savedSessions,
    statements,
    saves: saves.evidence,
    looks,
  };
}

/** What saves change, from look to look. */
class SavesSeen {
  looks = 0;
  evidence: Measured<SaveEvidence> = unknown('No decoder was given.');
  readonly #db: Database;
  readonly #table: SessionTable;
  readonly #decode: SessionDecoder | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #memory = new SaveMemory();

  constructor(db: Database, table: SessionTable, decode: SessionDecoder | undefined, signal: AbortSignal | undefined) {
    this.#db = db;
    this.#table = table;
    this.#decode = decode;
    this.#signal = signal;
  }

  async look(): Promise<void> {
    if (this.#decode === undefined) return;
    const query = this.#memory.query(Date.now() + this.#db.server.clockAheadMs);
    const found = await readSavedSessions(this.#db, this.#table, query, { statements: 0, serverMs: 0 });
    this.#signal?.throwIfAborted();
    this.evidence = this.#memory.look(found, this.#decode);
    this.looks++;
  }
}

/** Inserts and updates meanwhile. */
export function savesIn({ before, after }: LoadWatch): { readonly inserts: number; readonly updates: number } {
  return {
    inserts: Math.max(0, after.inserted - before.inserted),
    updates: Math.max(0, after.updated - before.updated),
  };
}

/**
 * The part of the time of all statements that went into writing sessions, 0 to 1: INSERTs and UPDATEs of the table, and of the COMMITs as
 * much as sessions have of the WAL that statements wrote. Undefined: it is not known, or nothing was run.
 */
export function writingShare({ statements }: LoadWatch): number | undefined {
  if (!isKnown(statements) || statements.value.totalMs <= 0) return undefined;
  const { statements: all, totalMs, totalWalBytes } = statements.value;
  const sum = (of: (one: (typeof all)[number]) => number): number => all.reduce((total, one) => total + of(one), 0);
  const isWrite = ({ onSessions, verb }: (typeof all)[number]): boolean => onSessions && WRITES.has(verb);
  const writes = sum((one) => (isWrite(one) ? one.ms : 0));
  const commits = sum((one) => (one.verb === 'COMMIT' ? one.ms : 0));
  const wal = totalWalBytes <= 0 ? 0 : sum((one) => (isWrite(one) ? one.walBytes : 0)) / totalWalBytes;
  return Math.min(1, (writes + commits * wal) / totalMs);
}

const WRITES: ReadonlySet<string> = new Set(['INSERT', 'UPDATE']);

/** The part of the time of all statements that statements on the session table took, reads included, 0 to 1. Undefined: not known. */
export function sessionsShare({ statements }: LoadWatch): number | undefined {
  if (!isKnown(statements) || statements.value.totalMs <= 0) return undefined;
  const { statements: all, totalMs } = statements.value;
  return all.reduce((sum, { onSessions, ms }) => sum + (onSessions ? ms : 0), 0) / totalMs;
}
