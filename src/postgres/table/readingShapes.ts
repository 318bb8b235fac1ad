import { boolean, date, measured, nullable, number, object, record, string, type Decode } from '../../common/decode.ts';
import type { Measured, Unknown } from '../../common/measured.ts';
import type {
  ConnectionMetrics,
  DatabaseCounters,
  ReadingCost,
  ServerFacts,
  SessionCounts,
  SessionMetrics,
  TableCounters,
  TableMetrics,
} from './readings.ts';

/** Readings that another program hands over, as this version knows them. */

export const costShape: Decode<ReadingCost> = object<ReadingCost>({
  statements: number,
  serverMs: number,
  roundTripMs: number,
});

/** @param notTold what a figure is that the other program does not tell; what can't be unknown has to be there */
export function lightShape(notTold: Unknown): Decode<SessionMetrics> {
  const figure: Decode<Measured> = measured(number, notTold);
  const moment: Decode<Measured<Date | null>> = measured(nullable(date), notTold);
  return object<SessionMetrics>({
    at: date,
    serverTime: date,
    server: object<ServerFacts>({
      version: number,
      database: string,
      user: string,
      startedAt: date,
      inRecovery: boolean,
    }),
    sessions: object<SessionCounts>({
      total: figure,
      active: figure,
      expired: figure,
      oldestExpired: moment,
      savedLastHour: figure,
    }),
    table: object<TableMetrics>({
      qualifiedName: string,
      heapBytes: figure,
      indexBytes: figure,
      toastBytes: figure,
      totalBytes: figure,
      reusableBytes: figure,
      deadTuples: figure,
      lastVacuum: moment,
      lastAutovacuum: moment,
      lastAnalyze: moment,
      expireIndex: boolean,
    }),
    counters: object<TableCounters>({
      inserted: number,
      updated: number,
      hotUpdated: number,
      deleted: number,
      sequentialScans: number,
      indexScans: number,
    }),
    connections: object<ConnectionMetrics>({
      byState: record(number),
      total: figure,
      waiting: figure,
      longestTransactionSeconds: figure,
      used: figure,
      max: figure,
    }),
    database: object<DatabaseCounters>({
      commits: number,
      rollbacks: number,
      blocksHit: number,
      blocksRead: number,
      tempFiles: number,
      tempBytes: number,
      resetAt: nullable(date),
    }),
    cost: costShape,
  });
}
