import { COMMANDS } from '../../contributions.ts';
import type { AlertTransition } from '../../monitoring/alerts/alertTypes.ts';
import { ALERT_RULES } from '../../monitoring/alerts/alerts.ts';
import type { Connection } from '../../monitoring/watch/connection.ts';
import { suggestionsFor, type Circumstances } from '../../presentation/rows/suggestions.ts';
import { showErrorMessage, showInformationMessage, showWarningMessage } from '../common/messages.ts';
import { runCommand } from '../common/runCommand.ts';
import type { App } from '../connection/app.ts';
import { getSetting } from '../settings/settings.ts';

const SHOW = 'Show Alerts';
const ACKNOWLEDGE = 'Acknowledge';
const SNOOZE = 'Snooze…';
const MAX_BUTTONS = 4;
const SHOW_DATABASE = 'Show Database';

/** Of which database transitions are; undefined: there is only one. */
export interface AlertOrigin {
  readonly name: string;
  /** Whether its rows fill the view now: when a button is clicked it may be another than when it was drawn. */
  readonly isShown: () => boolean;
  readonly show: () => Promise<void>;
}

export function originOf(
  app: Pick<App, 'active' | 'choose' | 'connections'>,
  { id, name }: Connection,
): AlertOrigin | undefined {
  if (app.connections.length < 2) return undefined;
  return { name, isShown: () => app.active?.id === id, show: () => app.choose(id) };
}

/** One notification for a transition that is worth one, never one for a reading. @param circumstances of the database that is shown */
export function notify(
  transitions: readonly AlertTransition[],
  origin: AlertOrigin | undefined,
  circumstances: Circumstances,
): void {
  const wanted = getSetting('notifications', 'window');
  for (const transition of transitions) {
    if (!transition.notify || wanted === 'none') continue;
    if (wanted === 'critical' && transition.severity !== 'critical') continue;
    void showTransition(transition, origin, circumstances);
  }
}

async function showTransition(
  transition: AlertTransition,
  origin: AlertOrigin | undefined,
  circumstances: Circumstances,
): Promise<void> {
  const rule = ALERT_RULES.find(({ id }) => id === transition.ruleId);
  const title = `${origin === undefined ? '' : `${origin.name}: `}${rule?.title ?? transition.ruleId}`;
  if (origin?.isShown() === false) {
    await showAside(transition, title, origin);
    return;
  }
  const suggested = rule === undefined ? [] : suggestionsFor(rule, circumstances);
  const row = { rowId: `alert/${transition.ruleId}` };
  if (transition.to !== 'firing') {
    const chosen = await showInformationMessage(`Cleared: ${title}. ${transition.message}`, SHOW);
    if (chosen === SHOW) await runCommand(COMMANDS.showAlerts);
    return;
  }
  // A notification has room for four buttons; the rest is in the row that the alerts lead to.
  const buttons = [...suggested.map((one) => one.title), SHOW, ACKNOWLEDGE, SNOOZE].slice(0, MAX_BUTTONS);
  const chosen = await showFor(transition)(`${title}. ${transition.message}`, ...buttons);
  if (chosen !== undefined && origin?.isShown() === false) await origin.show();
  const wished = suggested.find((one) => one.title === chosen);
  if (wished !== undefined) await runCommand(wished.command, row);
  if (chosen === SHOW) await runCommand(COMMANDS.showAlerts);
  if (chosen === ACKNOWLEDGE) await runCommand(COMMANDS.acknowledgeAlert, row);
  if (chosen === SNOOZE) await runCommand(COMMANDS.snoozeAlert, row);
}

/** What can be done about it is done where its rows are: there it leads. */
async function showAside(transition: AlertTransition, title: string, origin: AlertOrigin): Promise<void> {
  const cleared = transition.to === 'firing' ? '' : 'Cleared: ';
  const show = cleared === '' ? showFor(transition) : showInformationMessage;
  if ((await show(`${cleared}${title}. ${transition.message}`, SHOW_DATABASE)) !== SHOW_DATABASE) return;
  await origin.show();
  await runCommand(COMMANDS.showAlerts);
}

function showFor({ severity }: AlertTransition): typeof showErrorMessage {
  return severity === 'critical' ? showErrorMessage : showWarningMessage;
}
