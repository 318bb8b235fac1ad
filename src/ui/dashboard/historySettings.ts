import { planHistory, type HistoryPlan } from '../../presentation/dashboard/historyPlan.ts';
import { projectFolder } from '../settings/projectFolder.ts';
import { readSetting } from '../settings/settings.ts';
import type { DashboardParts } from './dashboardParts.ts';

/** From where the curves come now, by the settings of the project's folder, which may be anything. */
export function readHistoryPlan({ app, prometheus }: Pick<DashboardParts, 'app' | 'prometheus'>): HistoryPlan {
  const { state } = app;
  const root = state.kind === 'connected' ? state.connection.projectRoot : undefined;
  const folder = projectFolder(root);
  return planHistory(
    {
      source: readSetting('history.source', folder?.uri),
      prometheusSelector: readSetting('history.prometheusSelector', folder?.uri),
      prometheusQueries: readSetting('history.prometheusQueries', folder?.uri),
    },
    prometheus(),
    state.kind === 'connected' ? state.monitor.snapshot : undefined,
  );
}
