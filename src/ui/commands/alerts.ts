import { formatDuration } from '../../common/format.ts';
import type { RowArgument } from '../../contributions.ts';
import type { AlertState } from '../../monitoring/alerts/alertTypes.ts';
import { showInformationMessage, showQuickPick } from '../common/messages.ts';
import type { App } from '../connection/app.ts';

/** How long an alert can be snoozed, in minutes. */
const SNOOZE_MINUTES = [15, 60, 8 * 60, 24 * 60] as const;

export async function acknowledgeAlert(app: App, row?: RowArgument): Promise<void> {
  const alert = await pickAlert(app, row, 'Acknowledge which alert?', (a) => !a.acknowledged);
  if (alert === undefined) return;
  app.monitor.alerts.acknowledge(alert.rule.id);
  app.alertsChanged();
}

export async function snoozeAlert(app: App, row?: RowArgument): Promise<void> {
  const alert = await pickAlert(app, row, 'Snooze which alert?', () => true);
  if (alert === undefined) return;
  const items: { label: string; minutes: number }[] = SNOOZE_MINUTES.map((minutes) => ({
    label: formatDuration(minutes * 60),
    minutes,
  }));
  const snoozed = alert.snoozedUntil !== undefined;
  const chosen = await showQuickPick([...items, ...(snoozed ? [{ label: 'End the snooze', minutes: 0 }] : [])], {
    title: `Snooze "${alert.rule.title}"`,
    placeHolder: 'It stays in the list, but does not notify or count',
  });
  if (chosen === undefined) return;
  if (chosen.minutes === 0) app.monitor.alerts.unsnooze(alert.rule.id);
  else app.monitor.alerts.snooze(alert.rule.id, new Date(Date.now() + chosen.minutes * 60_000));
  app.alertsChanged();
}

/** The alert of the row, or the only one that fits, or the one that a person picks. */
async function pickAlert(
  app: App,
  row: RowArgument | undefined,
  title: string,
  fits: (alert: AlertState) => boolean,
): Promise<AlertState | undefined> {
  const states = app.monitor.alerts.states();
  const named = states.find((a) => `alert/${a.rule.id}` === row?.rowId);
  if (named !== undefined) return named;
  const firing = states.filter((a) => a.status === 'firing' && fits(a));
  if (firing.length === 0) {
    void showInformationMessage('No alert is firing that this could be done to.');
    return undefined;
  }
  const chosen = await showQuickPick(
    firing.map((alert) => ({
      label: alert.rule.title,
      description: alert.rule.severity,
      detail: alert.message,
      alert,
    })),
    { title },
  );
  return chosen?.alert;
}
