import type { Log } from '../../common/log.ts';
import type { HistorySource } from '../../history/historySource.ts';
import type { Operations } from '../operations/operationRows.ts';
import type { AppState } from '../rows/appState.ts';

/** What the answers to all pages of the dashboard are made from. */
export interface AnswerParts {
  readonly app: { readonly state: AppState };
  readonly source: HistorySource;
  readonly operations: () => Operations;
  readonly log: Log;
}
