import type { Snapshot } from '../../monitoring/snapshot/snapshot.ts';

/** What the database says. */
export interface DatabaseEvidence {
  /** The newest reading of the monitor. */
  readonly snapshot: Snapshot;
}
