import { isKnown, type Measured } from '../../common/measured.ts';
import { sleep } from '../../common/timers.ts';
import type { Database } from '../../postgres/connect/connection.ts';
import { readSessionMetrics } from '../../postgres/readings/sessionMetrics.ts';
import type { SessionMetrics, SessionTable } from '../../postgres/table/readings.ts';
import { untoldBackends } from '../../postgres/work/settled.ts';
import { readStatementTotals, type StatementTotal } from '../../postgres/work/statementTotals.ts';
import { walPosition } from '../../postgres/work/walPosition.ts';
import type { RoundCounters } from './record.ts';

/** The database's own counters at one moment. */
export interface CounterReading {
  readonly metrics: SessionMetrics;
  readonly wal: number | null;
  readonly statements: Measured<readonly StatementTotal[]>;
  readonly complete: boolean;
}

/** A backend that is idle tells after 10 s at the latest; the rest is for a slow machine. */
const SETTLE_MS = 13_000;
/** Where others work all the time and it never settles, what is told each second is all there is. */
const BUSY_SETTLE_MS = 2_000;
const LOOK_MS = 100;
const SAMPLE_MS = 500;

/** Reads what the database counts, each time after all who counted have told it. */
export class Counters {
  readonly #db: Database;
  readonly #table: SessionTable;
  readonly #signal: AbortSignal;
  #patienceMs = SETTLE_MS;

  constructor(db: Database, table: SessionTable, signal: AbortSignal) {
    this.#db = db;
    this.#table = table;
    this.#signal = signal;
  }

  /** @param since by this machine's clock, ms: what was counted before has been read. @param onWait once, when it has to be waited for */
  async read(since: number, withTexts: boolean, onWait: () => void = () => undefined): Promise<CounterReading> {
    const complete = await this.#settle(since, onWait);
    return {
      metrics: await readSessionMetrics(this.#db, { table: this.#table, samplePages: 2, expiredCap: 1 }),
      wal: await walPosition(this.#db, this.#signal),
      statements: await readStatementTotals(this.#db, this.#table, withTexts, this.#signal),
      complete,
    };
  }

  /** Looks at the connections until the work is done. @returns the most that were seen at a time */
  async watchConnections(work: Promise<unknown>): Promise<number | null> {
    let most: number | null = null;
    const ended = new AbortController();
    const end = (): void => ended.abort();
    work.then(end, end);
    while (!ended.signal.aborted) {
      const { connections } = await readSessionMetrics(this.#db, { table: this.#table, samplePages: 2, expiredCap: 1 });
      const seen = connections.total.value;
      if (seen !== undefined) most = Math.max(most ?? 0, seen);
      await sleep(SAMPLE_MS, ended.signal).catch(() => undefined);
    }
    return most;
  }

  async #settle(since: number, onWait: () => void): Promise<boolean> {
    const sinceServer = since + this.#db.server.clockAheadMs;
    const end = performance.now() + this.#patienceMs;
    for (let looks = 0; ; looks++) {
      if ((await untoldBackends(this.#db, sinceServer, this.#signal)) === 0) return true;
      if (performance.now() > end) break;
      if (looks === 5) onWait();
      await sleep(LOOK_MS, this.#signal);
    }
    this.#patienceMs = BUSY_SETTLE_MS;
    return false;
  }
}

/** Calls and time of each statement between two readings, by its id; undefined: unknown. */
export type StatementWork = ReadonlyMap<string, StatementTotal>;

/** What was counted between two readings; null: counters were reset, or the server was started anew. */
export function countersBetween(
  before: CounterReading,
  after: CounterReading,
  connections: number | null,
): { readonly counters: RoundCounters; readonly statements: StatementWork | undefined } | null {
  const [a, b] = [before.metrics, after.metrics];
  const difference = (key: keyof SessionMetrics['counters']): number => b.counters[key] - a.counters[key];
  const saves = difference('updated');
  const inserts = difference('inserted');
  const restarted = a.server.startedAt.getTime() !== b.server.startedAt.getTime();
  if (restarted || b.server.inRecovery || !(saves >= 0 && inserts >= 0)) return null;
  const statements = workBetween(before.statements, after.statements);
  const sum = (key: 'calls' | 'totalMs', of: (total: StatementTotal) => boolean): number | null =>
    statements === undefined ? null : [...statements.values()].filter(of).reduce((all, total) => all + total[key], 0);
  return {
    counters: {
      saves,
      inserts,
      hot: difference('hotUpdated'),
      deletes: difference('deleted'),
      walBytes: before.wal === null || after.wal === null ? null : after.wal - before.wal,
      statements: sum('calls', ({ ofSession }) => !ofSession),
      statementMs: sum('totalMs', () => true),
      sessionStatements: sum('calls', ({ ofTable }) => ofTable),
      sessionStatementMs: sum('totalMs', ({ ofTable }) => ofTable),
      connections,
      complete: before.complete && after.complete,
    },
    statements,
  };
}

function workBetween(
  before: CounterReading['statements'],
  after: CounterReading['statements'],
): StatementWork | undefined {
  if (!isKnown(before) || !isKnown(after)) return undefined;
  const earlier = new Map(before.value.map((total) => [total.queryId, total]));
  const work = after.value.map((total): StatementTotal => {
    const was = earlier.get(total.queryId);
    return { ...total, calls: total.calls - (was?.calls ?? 0), totalMs: total.totalMs - (was?.totalMs ?? 0) };
  });
  // pg_stat_statements_reset() was called meanwhile.
  if (work.some(({ calls }) => calls < 0)) return undefined;
  return new Map(work.filter(({ calls }) => calls > 0).map((total) => [total.queryId, total]));
}
