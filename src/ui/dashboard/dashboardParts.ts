import type * as vscode from 'vscode';
import type { Log } from '../../common/log.ts';
import type { HistorySource } from '../../history/historySource.ts';
import type { PrometheusServer } from '../../presentation/dashboard/historyPlan.ts';
import type { Operations } from '../../presentation/rows/operationRows.ts';
import type { App } from '../connection/app.ts';

/** What all pages of the dashboard draw from. */
export interface DashboardParts {
  readonly app: Pick<App, 'state' | 'onDidChange'>;
  readonly extensionUri: vscode.Uri;
  readonly source: HistorySource;
  /** The Prometheus server that knows the past; undefined: none is set. */
  readonly prometheus: () => PrometheusServer | undefined;
  readonly operations: () => Operations;
  readonly log: Log;
}
