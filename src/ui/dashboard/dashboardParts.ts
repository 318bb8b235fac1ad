import type * as vscode from 'vscode';
import type { AnswerParts } from '../../presentation/answers/answerParts.ts';
import type { PrometheusServer } from '../../presentation/dashboard/historyPlan.ts';
import type { App } from '../connection/app.ts';

/** What all pages of the dashboard draw from. */
export interface DashboardParts extends AnswerParts {
  readonly app: Pick<App, 'state' | 'others' | 'onDidChange'>;
  readonly extensionUri: vscode.Uri;
  /** The Prometheus server that knows the past; undefined: none is set. */
  readonly prometheus: () => PrometheusServer | undefined;
}
