import type * as vscode from 'vscode';
import type { Log } from '../../common/log.ts';
import type { HistoryStore } from '../../history/historyStore.ts';
import { sizesIn } from '../../history/sizes.ts';
import { SharedReader } from '../../history/windows/sharedReader.ts';
import { AlertEngine, ALERT_RULES } from '../../monitoring/alerts/alerts.ts';
import type { AlertSettings } from '../../monitoring/alerts/alertTypes.ts';
import { Monitor } from '../../monitoring/poll/monitor.ts';
import type { MonitorOptions } from '../../monitoring/poll/monitorTypes.ts';
import type { SnapshotSources } from '../../monitoring/snapshot/sources.ts';
import type { Connection } from '../../monitoring/watch/connection.ts';
import { openReader } from '../../monitoring/watch/reader.ts';
import type { Watching } from '../../monitoring/watch/watcher.ts';
import { getAlertSetting, getNumber } from '../settings/settings.ts';
import { restoreAlerts } from './alertMemory.ts';
import { openStore } from './watchHistory.ts';

/** A monitor for this connection, with what earlier sessions knew: firing alerts (not told twice) and the size history. */
export async function createMonitor(
  connection: Connection,
  context: vscode.ExtensionContext,
  log: Log,
  throttleIntervalSeconds: number,
  sources: SnapshotSources,
): Promise<Watching<HistoryStore>> {
  const alerts = new AlertEngine({ settings: alertSettings() });
  restoreAlerts(connection, alerts, context.workspaceState, log);
  const options = monitorOptions(connection, throttleIntervalSeconds);
  const everyMs = (options.lightIntervalSeconds ?? 10) * 1000;
  const history = await openStore(connection, context.globalStorageUri, everyMs, log);
  const monitor = new Monitor({
    open: () => SharedReader.open({ exchange: history, open: () => openReader(connection, expiredCap), log }),
    options,
    log,
    alerts,
    candidate: history.election,
    keep: (snapshot) => void history.add(snapshot),
    sizes: { load: () => sizesIn(history, new Date()) },
    sources,
  });
  return { monitor, history };
}

/** What the settings say now; also applied to a running monitor when they change. */
export function monitorOptions(connection: Connection, throttleIntervalSeconds: number): MonitorOptions {
  const { id, name, production, session } = connection;
  return {
    connection: { id, name, production },
    settings: { ...session, throttleIntervalSeconds },
    lightIntervalSeconds: getNumber('intervalSeconds', 'window'),
    hiddenIntervalSeconds: getNumber('hiddenIntervalSeconds', 'window'),
    detailIntervalSeconds: getNumber('detailIntervalSeconds', 'window'),
    exactIntervalSeconds: getNumber('exactIntervalMinutes', 'window') * 60,
  };
}

/** Counting costs with what is counted: beyond this an estimate has to do, whatever the threshold is. */
const MAX_EXPIRED_CAP = 20_000;

/** One more than the threshold of the alert, so that it is judged by a count and not by an estimate. */
export function expiredCap(): number {
  const rule = ALERT_RULES.find(({ counted }) => counted === true);
  const threshold = rule === undefined ? undefined : getAlertSetting(rule.threshold.setting);
  const wanted = typeof threshold === 'number' && threshold >= 0 ? threshold : (rule?.threshold.default ?? 0);
  return Math.min(Math.floor(wanted) + 1, MAX_EXPIRED_CAP);
}

/** Every setting that the rule table names, by its full id. */
export function alertSettings(): AlertSettings {
  const ids = ALERT_RULES.flatMap((rule) => [rule.threshold.setting, rule.forSeconds.setting]);
  return Object.fromEntries(ids.map((id) => [id, getAlertSetting(id)]));
}
