import type { Snapshot } from '../../monitoring/snapshot/snapshot.ts';
import type { ConnectionHolders } from '../../postgres/diagnosis/connectionHolders.ts';
import type { PoolMode } from '../../postgres/diagnosis/poolMode.ts';
import type { HeldRows } from '../../postgres/diagnosis/rowHolders.ts';
import type { LoadWatch } from '../../postgres/diagnosis/watchLoad.ts';
import type { Visits } from '../../postgres/visits/visits.ts';
import type { IndexMetrics } from '../../postgres/table/readings.ts';

/** What the database says. */
export interface DatabaseEvidence {
  /** The newest reading of the monitor. */
  readonly snapshot: Snapshot;
  /** What it had to do while it was watched. */
  readonly load: LoadWatch;
  /** How visitors come and go, by the rows. */
  readonly visits: Visits;
  /** Who holds its connections, and how many there may be. */
  readonly connections: ConnectionHolders;
  /** Whether a pooler is between, and how it works. */
  readonly pooling: PoolMode;
  /** Of the session table; none: it has none. */
  readonly indexes: readonly IndexMetrics[];
  /** Dead rows of the session table, and what keeps them. */
  readonly heldRows: HeldRows;
}

/** What is looked at, as the progress says it. */
export const DATABASE_LOOKS: Readonly<Record<keyof DatabaseEvidence, string>> = {
  snapshot: 'the newest reading',
  load: 'what the server has to do, for some seconds',
  visits: 'how visitors come and go',
  connections: 'who holds the connections',
  pooling: 'whether a pooler is between',
  indexes: 'the indexes',
  heldRows: 'dead rows, and what keeps them',
};
