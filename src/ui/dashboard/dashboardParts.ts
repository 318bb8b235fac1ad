import type * as vscode from 'vscode';
import type { Log } from '../../common/log.ts';
import type { HistorySource } from '../../monitoring/historySource.ts';
import type { ApplicationReading } from '../../services/application/applicationReading.ts';
import type { App } from '../app.ts';
import type { Operations } from '../operationRows.ts';

/** What all pages of the dashboard draw from. */
export interface DashboardParts {
  readonly app: Pick<App, 'state' | 'onDidChange'>;
  readonly extensionUri: vscode.Uri;
  readonly source: HistorySource;
  readonly operations: () => Operations;
  /** What the application said last; undefined: nothing is set up. */
  readonly application?: () => ApplicationReading | undefined;
  readonly log: Log;
}
