import type { Snapshot } from '../../monitoring/snapshot/snapshot.ts';
import type { LoadWatch } from '../../postgres/diagnosis/watchLoad.ts';
import type { Visits } from '../../postgres/visits/visits.ts';

/** What the database says. */
export interface DatabaseEvidence {
  /** The newest reading of the monitor. */
  readonly snapshot: Snapshot;
  /** What it had to do while it was watched. */
  readonly load: LoadWatch;
  /** How visitors come and go, by the rows. */
  readonly visits: Visits;
}

/** What is looked at, as the progress says it. */
export const DATABASE_LOOKS: Readonly<Record<keyof DatabaseEvidence, string>> = {
  snapshot: 'the newest reading',
  load: 'what the server has to do, for some seconds',
  visits: 'how visitors come and go',
};
