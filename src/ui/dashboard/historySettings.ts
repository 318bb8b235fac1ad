import * as vscode from 'vscode';
import { SETTINGS_SECTION } from '../../contributions.ts';
import type { DashboardParts } from './dashboardParts.ts';
import { planHistory, type HistoryPlan } from './historyPlan.ts';

/** From where the curves come now, by the settings of the project's folder, which may be anything. */
export function readHistoryPlan({ app, prometheus }: Pick<DashboardParts, 'app' | 'prometheus'>): HistoryPlan {
  const { state } = app;
  const root = state.kind === 'connected' ? state.connection.projectRoot : undefined;
  const own = root === undefined ? undefined : vscode.workspace.getWorkspaceFolder(vscode.Uri.file(root));
  const folder = own ?? vscode.workspace.workspaceFolders?.[0];
  const settings = vscode.workspace.getConfiguration(`${SETTINGS_SECTION}.history`, folder?.uri);
  const read = (key: string): unknown => settings.get<unknown>(key);
  return planHistory(
    {
      source: read('source'),
      prometheusSelector: read('prometheusSelector'),
      prometheusQueries: read('prometheusQueries'),
    },
    prometheus(),
    state.kind === 'connected' ? state.monitor.snapshot : undefined,
  );
}
