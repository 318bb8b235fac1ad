import { isKnown, type Measured } from '../../common/measured.ts';
import type { Problem } from '../../common/problem.ts';
import type { Container, ContainerPhase } from '../containers/container.ts';
import type { FollowedLog } from '../containers/followLog.ts';
import type { LogLine } from '../containers/logLines.ts';
import type { RestartResult } from '../containers/restartContainer.ts';
import type { CleanupRuns } from './log/runs.ts';

/** Whether the service is there and runs. 'unknown': there is no command that would tell. */
export type ServicePhase = Exclude<ContainerPhase, 'other'> | 'notFound' | 'unknown';

/** What the log of the service says. */
export interface LogReading extends CleanupRuns {
  /** The last lines, for people. */
  readonly lines: readonly LogLine[];
  /** Lines that were looked at, and whether there is nothing before them. */
  readonly looked: number;
  readonly complete: boolean;
  /** Why it can't be read or understood; then there are no runs. */
  readonly problem?: Problem;
}

/** All that the cleanup service itself says at one moment. What the table says is put beside it by `triangulate`. */
export interface CleanupReading {
  /** By this machine's clock, as all dates here but those of `container`. */
  readonly at: Date;
  /** The service in words for a person: a container's name, or "the service …". */
  readonly name: string;
  /** Who was asked: 'docker', 'podman', a path, or 'status command'. */
  readonly by: string;
  /** Why nothing could be asked; `state` is 'unknown' then. */
  readonly problem?: Problem;
  readonly state: ServicePhase;
  /** What the status command said, its first line. */
  readonly statusLine?: string;
  readonly container?: Container;
  readonly log?: LogReading;
  /** Milliseconds by which the engine's clock is ahead of ours; the times of the log are corrected by it. */
  readonly clockAheadMs: Measured;
  /** What a person should know: that the container has been renamed. */
  readonly notes: readonly string[];
  readonly tookMs: number;
}

/** The service that clears expired sessions, in a container or behind commands. */
export interface CleanupService {
  /** Never rejects but by a mistake of ours: what failed stands in the reading. */
  read(signal?: AbortSignal): Promise<CleanupReading>;
  /** Whether it can be restarted: there is a container, or a restart command. */
  readonly canRestart: boolean;
  /** Throws a `Problem`. */
  restart(signal?: AbortSignal): Promise<RestartResult>;
  /** The last lines and all that come, through restarts. Undefined: its log can only be read. Throws a `Problem`. */
  readonly followLog?: (tail?: number, signal?: AbortSignal) => Promise<FollowedLog>;
}

/** A date of the engine by this machine's clock. */
export function byOurClock(at: Date, clockAheadMs: Measured): Date {
  return new Date(at.getTime() - (isKnown(clockAheadMs) ? clockAheadMs.value : 0));
}
