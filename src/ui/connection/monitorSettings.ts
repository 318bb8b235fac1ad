import { ALERT_RULES } from '../../monitoring/alerts/alertRules.ts';
import type { AlertSettings } from '../../monitoring/alerts/alertTypes.ts';
import { COMMAND_INTERVAL_SECONDS } from '../../monitoring/metricsCommand/metricsCommand.ts';
import type { MonitorOptions } from '../../monitoring/poll/monitorTypes.ts';
import type { Connection } from '../../monitoring/watch/connection.ts';
import { MOST_COUNTED } from '../../postgres/readings/countLimits.ts';
import { getAlertSetting, getNumber } from '../settings/settings.ts';

/** What the settings say now; also applied to a running monitor when they change. */
export function monitorOptions(connection: Connection, throttleIntervalSeconds: number): MonitorOptions {
  const { id, name, production, session, command } = connection;
  const least = command === undefined ? 0 : COMMAND_INTERVAL_SECONDS;
  return {
    connection: { id, name, production },
    settings: { ...session, throttleIntervalSeconds },
    lightIntervalSeconds: Math.max(least, getNumber('intervalSeconds', 'window')),
    hiddenIntervalSeconds: Math.max(least, getNumber('hiddenIntervalSeconds', 'window')),
    idleSeconds: getNumber('idleMinutes', 'window') * 60,
    detailIntervalSeconds: getNumber('detailIntervalSeconds', 'window'),
    // What prints the figures can't count; who asks for a count is told.
    exactIntervalSeconds: command === undefined ? getNumber('exactIntervalMinutes', 'window') * 60 : 0,
  };
}

/** One more than the threshold of the alert, so that it is judged by a count and not by an estimate. */
export function expiredCap(): number {
  const rule = ALERT_RULES.find(({ counted }) => counted === true);
  const threshold = rule === undefined ? undefined : getAlertSetting(rule.threshold.setting);
  const wanted = typeof threshold === 'number' && threshold >= 0 ? threshold : (rule?.threshold.default ?? 0);
  return Math.min(Math.floor(wanted) + 1, MOST_COUNTED);
}

/** Every setting that the rule table names, by its full id. */
export function alertSettings(): AlertSettings {
  const ids = ALERT_RULES.flatMap((rule) => [rule.threshold.setting, rule.forSeconds.setting]);
  return Object.fromEntries(ids.map((id) => [id, getAlertSetting(id)]));
}
