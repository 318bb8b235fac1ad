import type { Log } from '../../common/log.ts';
import type { HistorySource } from '../../history/historySource.ts';
import type { OtherDatabase } from '../../reports/compareRanges.ts';
import type { Operations } from '../operations/operationRows.ts';
import type { AppState } from '../rows/appState.ts';

/** What the answers to all pages of the dashboard are made from. */
export interface AnswerParts {
  readonly app: {
    readonly state: AppState;
    /** Those that are watched beside the one that is shown. */
    readonly others?: readonly OtherDatabase[];
  };
  readonly source: HistorySource;
  readonly operations: () => Operations;
  readonly log: Log;
}
