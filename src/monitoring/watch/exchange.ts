import type { ProblemText } from '../../common/problem.ts';
import type { DetailMetrics, ExactCounts, SessionMetrics } from '../../postgres/table/readings.ts';
import type { ApplicationReading } from '../../services/applicationMetrics/applicationReading.ts';

/** What a window knows of the application, for others with the same source. */
export interface SharedApplication {
  /** Of settings, without what is secret in them: another one is of another application. */
  readonly key: string;
  /** Milliseconds until it is told anew. */
  readonly everyMs: number;
  readonly reading?: ApplicationReading;
  /** What was wrong at the last attempt. */
  readonly problem?: ProblemText;
}

/** What windows hand to each other, by its kind. */
export interface Readings {
  readonly light: SessionMetrics;
  readonly detail: DetailMetrics;
  readonly exact: ExactCounts;
  readonly problem: ProblemText;
  readonly application: SharedApplication;
}

export interface Shared<T> {
  readonly at: number;
  readonly value: T;
}

/**
 * leader: this window polls. follower: another one does. alone: which one polls can't be settled, so that every window
 * polls for itself; better twice than not at all. none: not yet begun, or stepped back.
 */
export type Role = 'leader' | 'follower' | 'alone' | 'none';

/** Which of the windows polls: what a reading has to know of it. */
export interface Turn {
  readonly role: Role;
  /** Milliseconds between the readings of whoever polls. */
  readonly everyMs: number;
  /** Looks again; false: another window polls. */
  confirm(): boolean;
}

/** Where windows hand over what they read: the store. Nothing of it throws. */
export interface Exchange {
  readonly election: Turn;
  /** False: this window does not poll any more, and nothing was shared. */
  share<K extends keyof Readings>(kind: K, value: Readings[K], at: Date): boolean;
  shared<K extends keyof Readings>(kind: K): Shared<Readings[K]> | undefined;
}
