import type { Disposable } from '../../common/disposable.ts';
import type { Log } from '../../common/log.ts';
import type { ProblemText } from '../../common/problem.ts';
import type { DetailMetrics, ExactCounts, SessionMetrics } from '../../postgres/table/readings.ts';
import type { AlertEngine } from '../alerts/alerts.ts';
import type { SizeHistory } from '../snapshot/growth.ts';
import type { SessionSettings, Snapshot } from '../snapshot/snapshot.ts';
import type { SnapshotSources } from '../snapshot/sources.ts';

/** An open connection that can take the three readings; the monitor never asks for two at once. Everything may reject with a Problem. */
export interface Reader {
  /** `fresh`: a person has asked for it, so that nothing is to be taken over from earlier readings. */
  light(options: { readonly fresh: boolean }): Promise<SessionMetrics>;
  detail(): Promise<DetailMetrics>;
  exact(): Promise<ExactCounts>;
  /** Nothing is asked for a while: what it holds open on the server may be closed, and opened again by the next reading. Never rejects. */
  rest?(): Promise<void>;
  /** Ends the connection, also while a reading runs, which then rejects. */
  close(): Promise<void>;
  /** Tells when the connection is lost between two readings. */
  onLost?(listener: (error: unknown) => void): Disposable;
  /** Seconds that a light reading may take beyond what the server needs, because it waits for another window. Default 0. */
  readonly patienceSeconds?: number;
}

/** Of the windows that watch the same table one reads: this one's say in which. */
export interface Candidate {
  /** It wants readings from now on, or no more. */
  start(): void;
  stop(): void;
  /** Milliseconds between the readings that it wants. */
  update(everyMs: number): void;
}

export interface TimerHandle {
  readonly cancel: () => void;
}

/** Time, given from outside so that tests can make an hour pass. */
export interface Clock {
  now(): Date;
  setTimeout(callback: () => void, ms: number): TimerHandle;
}

export interface MonitorOptions {
  readonly connection: Snapshot['connection'];
  readonly settings: SessionSettings;
  /**
   * It is watched beside another one, which is looked at: only light readings, at the hidden interval and at a moment of it that
   * follows from the connection's id, so that many are spread over it; between two of them no connection is held. Default false.
   */
  readonly aside?: boolean;
  /** Seconds between light readings while something of it is visible. Default 10. */
  readonly lightIntervalSeconds?: number;
  /** The same while nothing is visible; detail and exact readings rest then. Default 60. */
  readonly hiddenIntervalSeconds?: number;
  /** Seconds without anybody looking and without any write after which readings rest. Default 0: never. */
  readonly idleSeconds?: number;
  /** Default 60. */
  readonly detailIntervalSeconds?: number;
  /** Shortest time between exact readings. Default 900; 0: only on demand. */
  readonly exactIntervalSeconds?: number;
  /** Share of the time that exact readings may take: one that took T is repeated after T ÷ share at the earliest. Default 0.001. */
  readonly exactBudgetShare?: number;
  /** Longest wait for a connection or a light reading. Default 30. */
  readonly lightTimeoutSeconds?: number;
  /** Longest wait for a detail or exact reading. Default 120. */
  readonly heavyTimeoutSeconds?: number;
}

export interface MonitorParts {
  /** Opens a connection to read from; rejects with a Problem. */
  open(): Promise<Reader>;
  readonly options: MonitorOptions;
  readonly log: Log;
  readonly clock?: Clock;
  readonly alerts?: AlertEngine;
  /** Sizes of the table that were read before. */
  readonly sizes?: SizeHistory;
  /** Told while readings are wanted, and how often. */
  readonly candidate?: Candidate;
  /** Takes each snapshot before it is judged and drawn; must not throw. One of the same moment comes again with more in it. */
  readonly keep?: (snapshot: Snapshot) => void;
  /** What is known from elsewhere than the database. */
  readonly sources?: SnapshotSources;
  /** 0 to 1, for the jitter of the retries. */
  readonly random?: () => number;
}

/** A detail or exact reading that fails while the light one works. */
export interface PartialProblem {
  readonly reading: 'detail' | 'exact';
  readonly problem: ProblemText;
  /** When it failed first. */
  readonly since: Date;
}

interface StateBase {
  /** When it came into this kind. */
  readonly since: Date;
  /** The last good snapshot, if there ever was one. */
  readonly snapshot?: Snapshot;
  /** Failed attempts in a row. */
  readonly attempt: number;
  /** What is missing from the snapshot while the light reading works. */
  readonly partial: readonly PartialProblem[];
}

/** What the monitor is doing, with all that is known in it. */
export type MonitorState =
  /** No reading since start, resume or wake-up yet. */
  | (StateBase & { readonly kind: 'connecting' })
  | (StateBase & { readonly kind: 'live'; readonly snapshot: Snapshot })
  /** The snapshot is old: readings fail or don't come. `nextTryAt` undefined: one is being taken. */
  | (StateBase & {
      readonly kind: 'stale';
      readonly snapshot: Snapshot;
      readonly problem: ProblemText;
      readonly nextTryAt?: Date;
    })
  /** There never was a reading, or trying again without a change can't help. */
  | (StateBase & { readonly kind: 'failed'; readonly problem: ProblemText; readonly nextTryAt?: Date })
  /** By wish; `problem` when a refresh in the pause failed. */
  | (StateBase & {
      readonly kind: 'paused';
      readonly problem?: ProblemText;
      /** Not by wish, but because nobody looked and nothing changed: it goes on when somebody looks. */
      readonly resting?: true;
    });
