import { COMMANDS } from '../../contributions.ts';
import type { AlertTransition } from '../../monitoring/alerts/alertTypes.ts';
import { ALERT_RULES } from '../../monitoring/alerts/alerts.ts';
import { suggestionsFor, type Circumstances } from '../../presentation/rows/suggestions.ts';
import { showErrorMessage, showInformationMessage, showWarningMessage } from '../common/messages.ts';
import { runCommand } from '../common/runCommand.ts';
import { getSetting } from '../settings/settings.ts';

const SHOW = 'Show Alerts';
const ACKNOWLEDGE = 'Acknowledge';
const SNOOZE = 'Snooze…';
const MAX_BUTTONS = 4;

/** One notification for a transition that is worth one, never one for a reading. */
export function notify(transitions: readonly AlertTransition[], circumstances: Circumstances): void {
  const wanted = getSetting('notifications', 'window');
  for (const transition of transitions) {
    if (!transition.notify || wanted === 'none') continue;
    if (wanted === 'critical' && transition.severity !== 'critical') continue;
    void showTransition(transition, circumstances);
  }
}

async function showTransition(transition: AlertTransition, circumstances: Circumstances): Promise<void> {
  const rule = ALERT_RULES.find(({ id }) => id === transition.ruleId);
  const title = rule?.title ?? transition.ruleId;
  const suggested = rule === undefined ? [] : suggestionsFor(rule, circumstances);
  const row = { rowId: `alert/${transition.ruleId}` };
  if (transition.to !== 'firing') {
    const chosen = await showInformationMessage(`Cleared: ${title}. ${transition.message}`, SHOW);
    if (chosen === SHOW) await runCommand(COMMANDS.showAlerts);
    return;
  }
  const show = transition.severity === 'critical' ? showErrorMessage : showWarningMessage;
  // A notification has room for four buttons; the rest is in the row that the alerts lead to.
  const buttons = [...suggested.map((one) => one.title), SHOW, ACKNOWLEDGE, SNOOZE].slice(0, MAX_BUTTONS);
  const chosen = await show(`${title}. ${transition.message}`, ...buttons);
  const wished = suggested.find((one) => one.title === chosen);
  if (wished !== undefined) await runCommand(wished.command, row);
  if (chosen === SHOW) await runCommand(COMMANDS.showAlerts);
  if (chosen === ACKNOWLEDGE) await runCommand(COMMANDS.acknowledgeAlert, row);
  if (chosen === SNOOZE) await runCommand(COMMANDS.snoozeAlert, row);
}
