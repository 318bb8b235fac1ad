import type { ArmRun, BenchmarkRun, RoundFigures, RunKind } from '../../../src/benchmark/run/record.ts';

/** A round of 200 requests in 2 s; `saves` null: nothing was counted. */
export function roundFigures({
  saves = 200,
  ...more
}: Partial<RoundFigures> & { saves?: number | null }): RoundFigures {
  const counted = {
    inserts: 0,
    hot: 0,
    deletes: 0,
    walBytes: 80_000,
    statements: 600,
    statementMs: 300,
    sessionStatements: 400,
    sessionStatementMs: 250,
    connections: 3,
    complete: true,
  };
  const counters = saves === null ? null : { saves, ...counted };
  return { seconds: 2, answered: 200, failed: 0, p50: 20, p95: 40, p99: 60, counters, machine: 500, ...more };
}

export function armRun(rounds: readonly RoundFigures[]): ArmRun {
  return { arm: 'session', rounds, statements: [{ query: 'SELECT $1', perRequest: 1, msPerRequest: 0.1 }] };
}

export function benchmarkRun(kind: RunKind, arms: readonly ArmRun[], more: Partial<BenchmarkRun> = {}): BenchmarkRun {
  return {
    version: 1,
    kind,
    by: 'extension',
    startedAt: '2026-11-27T14:00:00.000Z',
    endedAt: '2026-11-27T14:01:00.000Z',
    url: 'http://127.0.0.1:8000/',
    target: 'shop on 127.0.0.1:5432',
    connections: 10,
    requestsPerRound: 200,
    arms,
    otherSavesPerSecond: 0,
    throttle: '',
    notes: [],
    ...more,
  };
}
