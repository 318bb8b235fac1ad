import { boolean, list, nullable, number, object, oneOf, string, type Decode } from '../../common/decode.ts';

/** What a run is for: what was before a change, or what is after it. */
export type RunKind = 'baseline' | 'after';

/** What the statistics of the database counted while a round ran. Also of others who wrote meanwhile: see BenchmarkRun.otherSavesPerSecond. */
export interface RoundCounters {
  /** Rows of the session table that were updated: Django's saves of sessions that exist. */
  readonly saves: number;
  readonly inserts: number;
  /** Of the saves, those that touched no index. */
  readonly hot: number;
  readonly deletes: number;
  /** Bytes, of the whole server; null: not to be seen. */
  readonly walBytes: number | null;
  /** Statements of this database, those of transaction control left out; null: pg_stat_statements is not to be had. */
  readonly statements: number | null;
  /** Milliseconds of all of them on the server. */
  readonly statementMs: number | null;
  /** Of those, the ones that name the session table. */
  readonly sessionStatements: number | null;
  readonly sessionStatementMs: number | null;
  /** Most connections to the database that were seen at a time. */
  readonly connections: number | null;
  /** Every backend had told what it had counted before it was read. */
  readonly complete: boolean;
}

export interface RoundFigures {
  readonly seconds: number;
  /** Answers of 2xx. */
  readonly answered: number;
  /** Other answers, and requests without one. */
  readonly failed: number;
  /** Milliseconds; null: unknown, or there was no answer. */
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly counters: RoundCounters | null;
  /** How fast the machine was for a fixed computation around the round (load/yardstick.ts); null: unknown. */
  readonly machine: number | null;
}

export interface StatementShare {
  readonly query: string;
  readonly perRequest: number;
  readonly msPerRequest: number;
}

export interface ArmRun {
  readonly arm: 'session' | 'noSession';
  readonly rounds: readonly RoundFigures[];
  /** The most frequent statements of the application. */
  readonly statements: readonly StatementShare[];
}

/** A run as it is kept: figures, and nothing of a session. Plain JSON. */
export interface BenchmarkRun {
  readonly version: 1;
  readonly kind: RunKind;
  readonly by: 'extension' | 'ab' | 'wrk';
  /** ISO 8601. */
  readonly startedAt: string;
  readonly endedAt: string;
  /** Without its query, which may hold a token. */
  readonly url: string;
  /** The database, for people; '' where none was read. */
  readonly target: string;
  readonly connections: number;
  /** null: not known (wrk runs for a time). */
  readonly requestsPerRound: number | null;
  readonly arms: readonly ArmRun[];
  /** Saves a second that others made just before; null: unknown. */
  readonly otherSavesPerSecond: number | null;
  /** Of the throttle, as the settings had it: "on, every 15 min"; '' where it is not known. */
  readonly throttle: string;
  /** Sentences on what has to be known to read the figures. */
  readonly notes: readonly string[];
}

const counters: Decode<RoundCounters> = object({
  saves: number,
  inserts: number,
  hot: number,
  deletes: number,
  walBytes: nullable(number),
  statements: nullable(number),
  statementMs: nullable(number),
  sessionStatements: nullable(number),
  sessionStatementMs: nullable(number),
  connections: nullable(number),
  complete: boolean,
});

const round: Decode<RoundFigures> = object({
  seconds: number,
  answered: number,
  failed: number,
  p50: nullable(number),
  p95: nullable(number),
  p99: nullable(number),
  counters: nullable(counters),
  machine: nullable(number),
});

const arm: Decode<ArmRun> = object({
  arm: oneOf('session', 'noSession'),
  rounds: list(round),
  statements: list(object({ query: string, perRequest: number, msPerRequest: number })),
});

const run: Decode<BenchmarkRun> = object({
  version: oneOf(1),
  kind: oneOf('baseline', 'after'),
  by: oneOf('extension', 'ab', 'wrk'),
  startedAt: string,
  endedAt: string,
  url: string,
  target: string,
  connections: number,
  requestsPerRound: nullable(number),
  arms: list(arm),
  otherSavesPerSecond: nullable(number),
  throttle: string,
  notes: list(string),
});

/** What was kept by another version, or is damaged, is none. */
export function isBenchmarkRun(value: unknown): value is BenchmarkRun {
  try {
    run(value);
    return true;
  } catch {
    return false;
  }
}
