import { mapMeasured, unknown, type Measured } from '../../common/measured.ts';
import type { Problem } from '../../common/problem.ts';
import type { CreatedService } from '../../services/cleanupService/createCleanupService.ts';
import type { CleanupReading, CleanupService } from '../../services/cleanupService/reading.ts';
import type { CleanupStatus } from '../../services/cleanupService/triangulate.ts';
import { VERDICTS } from '../../services/cleanupService/verdict.ts';
import type { CleanupServiceFinding, Snapshot } from '../snapshot/snapshot.ts';

/** What is watched, as settings and compose files say. */
export interface ServiceSetup extends CreatedService {
  /** Of two setups with the same key the earlier is kept: its service remembers the engine and the container. */
  readonly key: string;
  readonly intervalSeconds?: number;
  readonly pollSeconds: number;
  /** The restart command of the settings; empty: there is none. */
  readonly restartCommand: readonly string[];
}

/** All that is known of the cleanup service, for rows, alerts and commands. */
export interface ServiceState {
  readonly setup: ServiceSetup;
  /** undefined: it is being read for the first time, or there is nothing to read. */
  readonly reading?: CleanupReading;
  readonly status?: CleanupStatus;
  /** What the table says now. */
  readonly table: TableEvidence;
}

export interface TableEvidence {
  /** Rows deleted since the last successful run began. */
  readonly deletedSince: Measured;
  readonly expired: Measured;
  /** By this machine's clock; null: nothing is expired. */
  readonly oldestExpired: Measured<Date | null>;
}

const NOT_WATCHED = unknown('The session table is not being read.', 'Connect to the database.');

export const NO_TABLE: TableEvidence = {
  deletedSince: NOT_WATCHED,
  expired: NOT_WATCHED,
  oldestExpired: NOT_WATCHED,
};

/** expire_date of the row that expired first, by this machine's clock: the server's may differ. */
export function oldestByOurClock({ metrics }: Snapshot): Measured<Date | null> {
  const ahead = metrics.serverTime.getTime() - metrics.at.getTime();
  return mapMeasured(metrics.sessions.oldestExpired, (date) =>
    date === null ? null : new Date(date.getTime() - ahead),
  );
}

/** As it was at that moment: a row that has expired since was not expired then. */
export function expiredBy(oldest: Measured<Date | null>, at: Date): Measured<Date | null> {
  return mapMeasured(oldest, (date) => (date !== null && date > at ? null : date));
}

/** What can be done now. */
export interface ServiceAbilities {
  readonly service: CleanupService;
  readonly canFollow: boolean;
  readonly canRestart: boolean;
}

/** undefined: there is no service. */
export function abilitiesOf(state: ServiceState | undefined): ServiceAbilities | undefined {
  const service = state?.setup.service;
  if (service === undefined) return undefined;
  const { reading } = state ?? {};
  const isThere = reading !== undefined && reading.problem === undefined && reading.state !== 'notFound';
  return {
    service,
    canFollow: isThere && (service.followLog !== undefined || reading.log !== undefined),
    canRestart: isThere && service.canRestart,
  };
}

/** For the alert. undefined: not known yet. */
export function findingOf(state: ServiceState | undefined): CleanupServiceFinding | 'none' | undefined {
  if (state === undefined) return undefined;
  const { setup, status } = state;
  if (status !== undefined) {
    const { verdict, sentence, missedRuns } = status;
    return { missedRuns, verdict: VERDICTS[verdict].title, sentence };
  }
  if (setup.service !== undefined) return undefined;
  const problem: Problem | undefined = setup.problems[0];
  if (problem === undefined) return 'none';
  const missedRuns = unknown(`${problem.what}: ${problem.why}`, problem.next);
  return { missedRuns, verdict: 'unknown', sentence: problem.message };
}

/** Whether the text about it should say how old it is. */
export function isOld({ setup, reading }: ServiceState, now: Date): boolean {
  if (reading === undefined) return false;
  const age = (now.getTime() - reading.at.getTime()) / 1000;
  return age > Math.max(2 * setup.pollSeconds, setup.pollSeconds + 60);
}
