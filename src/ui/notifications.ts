import * as vscode from 'vscode';
import { COMMANDS } from '../contributions.ts';
import { ALERT_RULES } from '../monitoring/alerts.ts';
import type { AlertTransition } from '../monitoring/alertTypes.ts';
import type { ThrottleStateName } from './alertRows.ts';
import { getSetting } from './settings.ts';

const SHOW = 'Show Alerts';
const ACKNOWLEDGE = 'Acknowledge';
const SNOOZE = 'Snooze…';

/** One notification for a transition that is worth one, never one for a reading. */
export function notify(transitions: readonly AlertTransition[], throttle: ThrottleStateName | undefined): void {
  const wanted = getSetting('notifications');
  for (const transition of transitions) {
    if (!transition.notify || wanted === 'none') continue;
    if (wanted === 'critical' && transition.severity !== 'critical') continue;
    void showTransition(transition, throttle);
  }
}

/** What an alert suggests, as a button; by the state of the throttle. */
const THROTTLE_BUTTONS: Readonly<
  Partial<Record<ThrottleStateName, { readonly title: string; readonly command: string }>>
> = {
  on: { title: 'Disable Throttle…', command: COMMANDS.disableThrottle },
  off: { title: 'Restore Throttle…', command: COMMANDS.restoreThrottle },
};

async function showTransition(transition: AlertTransition, throttle: ThrottleStateName | undefined): Promise<void> {
  const rule = ALERT_RULES.find(({ id }) => id === transition.ruleId);
  const title = rule?.title ?? transition.ruleId;
  const suggested = rule?.suggests === 'throttle' && throttle !== undefined ? THROTTLE_BUTTONS[throttle] : undefined;
  const row = { rowId: `alert/${transition.ruleId}` };
  if (transition.to !== 'firing') {
    const chosen = await vscode.window.showInformationMessage(`Cleared: ${title}. ${transition.message}`, SHOW);
    if (chosen === SHOW) await vscode.commands.executeCommand(COMMANDS.showAlerts);
    return;
  }
  const show = transition.severity === 'critical' ? vscode.window.showErrorMessage : vscode.window.showWarningMessage;
  const buttons = [...(suggested === undefined ? [] : [suggested.title]), SHOW, ACKNOWLEDGE, SNOOZE];
  const chosen = await show(`${title}. ${transition.message}`, ...buttons);
  if (suggested !== undefined && chosen === suggested.title)
    await vscode.commands.executeCommand(suggested.command, row);
  if (chosen === SHOW) await vscode.commands.executeCommand(COMMANDS.showAlerts);
  if (chosen === ACKNOWLEDGE) await vscode.commands.executeCommand(COMMANDS.acknowledgeAlert, row);
  if (chosen === SNOOZE) await vscode.commands.executeCommand(COMMANDS.snoozeAlert, row);
}
