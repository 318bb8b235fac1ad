import type { ThrottleState } from '../../django/throttle/throttleState.ts';
import type { ApplicationState } from '../../monitoring/application/applicationState.ts';
import { abilitiesOf, type ServiceState } from '../../monitoring/cleanupService/serviceState.ts';
import type { SearchedCode } from '../../monitoring/saves/suspects.ts';
import type { Annotation } from '../../history/ranges/annotations.ts';
import type { Row } from '../rows/row.ts';
import type { Circumstances } from '../rows/suggestions.ts';
import type { Wish } from '../rows/wish.ts';
import type { RollbackRecord } from '../texts/rollbackTypes.ts';
import { cleanupRow, type Cleanups } from './cleanupRows.ts';
import { rollbackHistoryRow } from './rollbackRows.ts';
import { cleanupServiceRow, cleanupServiceWord } from './serviceRows.ts';
import { THROTTLE_STATES, throttleRow } from './throttleRow.ts';

/** What the "Operations" node is drawn from: each feature adds what it knows and a row. */
export interface Operations {
  /** undefined: no Django project is open. */
  readonly throttle?: ThrottleState;
  /** Newest first. */
  readonly rollbacks: readonly RollbackRecord[];
  readonly cleanups: Cleanups;
  /** undefined: not looked at yet. */
  readonly cleanupService?: ServiceState;
  readonly application?: ApplicationState;
  /** Who writes to sessions; undefined: it has not been looked for. */
  readonly writers?: SearchedCode;
  /** What the workspace wants and nobody has allowed. */
  readonly wishes?: readonly Wish[];
  /** What investigations add: marks of the dashboard, which are kept in the history, and rows of the tree. */
  readonly marks?: readonly Annotation[];
  readonly investigationRows?: readonly Row[];
  /** Rows that investigations add below rows of the metric table, by the ids of those. */
  readonly rowsBelow?: RowsBelow;
}

export type RowsBelow = Readonly<Record<string, readonly Row[]>>;

export const NO_OPERATIONS: Operations = { rollbacks: [], cleanups: { records: [], possible: false } };

export function circumstancesOf({ throttle, cleanupService }: Operations): Circumstances {
  const abilities = abilitiesOf(cleanupService);
  return {
    ...(throttle === undefined ? {} : { throttle: throttle.throttle.state }),
    ...(abilities === undefined ? {} : { cleanupService: abilities }),
  };
}

/** What can be done to the site from here, and in what state it is. undefined: nothing. */
export function operationsRow(operations: Operations, now: Date): Row | undefined {
  const { throttle, rollbacks, cleanups, cleanupService } = operations;
  const children = [
    throttle === undefined ? undefined : throttleRow(throttle),
    cleanupServiceRow(cleanupService, now),
    cleanupRow(cleanups, now),
    rollbackHistoryRow(rollbacks, now),
  ];
  const rows = children.filter((row) => row !== undefined);
  if (rows.length === 0) return undefined;
  return {
    id: 'operations',
    label: 'Operations',
    summary: operationWords(operations).join(', '),
    icon: { id: 'tools' },
    hover: () =>
      'Clears expired sessions, switches the session throttle in the settings off and on again, and tells what was done.',
    expanded: true,
    children: rows,
  };
}

/** Whether the throttle is on and the cleanup runs, as far as that is known: "throttle on", "cleanup service healthy". */
export function operationWords({ throttle, cleanupService }: Operations): readonly string[] {
  const words = [
    throttle === undefined ? undefined : `throttle ${THROTTLE_STATES[throttle.throttle.state].word}`,
    cleanupServiceWord(cleanupService),
  ];
  return words.filter((word) => word !== undefined);
}
