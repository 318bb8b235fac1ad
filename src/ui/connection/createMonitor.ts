import type * as vscode from 'vscode';
import type { Log } from '../../common/log.ts';
import type { HistoryStore } from '../../history/historyStore.ts';
import { keptMonitor } from '../../history/keptMonitor.ts';
import { AlertEngine } from '../../monitoring/alerts/alerts.ts';
import type { MonitorOptions } from '../../monitoring/poll/monitorTypes.ts';
import type { SnapshotSources } from '../../monitoring/snapshot/sources.ts';
import type { Connection } from '../../monitoring/watch/connection.ts';
import type { Database } from '../../postgres/connect/database.ts';
import { openReader } from '../../monitoring/watch/reader.ts';
import type { Watching } from '../../monitoring/watch/watcher.ts';
import { restoreAlerts } from './alertMemory.ts';
import { alertSettings, expiredCap } from './monitorSettings.ts';
import { openStore } from './watchHistory.ts';

export interface MonitorPlace {
  readonly context: Pick<vscode.ExtensionContext, 'globalStorageUri' | 'workspaceState'>;
  readonly sources: SnapshotSources;
  readonly log: Log;
  /** Connects when it may. */
  readonly open: (connect: () => Promise<Database>) => Promise<Database>;
}

/** A monitor for this connection, with what earlier sessions knew: firing alerts (not told twice) and the history. */
export async function createMonitor(
  connection: Connection,
  options: MonitorOptions,
  { context, sources, log, open }: MonitorPlace,
): Promise<Watching<HistoryStore>> {
  const alerts = new AlertEngine({ settings: alertSettings() });
  restoreAlerts(connection, alerts, context.workspaceState, log);
  const everyMs = (options.lightIntervalSeconds ?? 10) * 1000;
  const history = await openStore(connection, context.globalStorageUri, everyMs, log);
  const monitor = keptMonitor({
    history,
    connect: () => openReader(connection, expiredCap, open),
    options,
    log,
    alerts,
    sources,
  });
  return { monitor, history };
}
