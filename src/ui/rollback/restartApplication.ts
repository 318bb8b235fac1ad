import * as vscode from 'vscode';
import { Problem } from '../../common/problem.ts';
import { commandLine } from '../../compose/commandWords.ts';
import { COMMANDS } from '../../contributions.ts';
import type { Connection } from '../../monitoring/watch/connection.ts';
import type { RestartRecord } from '../../presentation/texts/rollbackTypes.ts';
import { confirmWrite } from '../common/confirmWrite.ts';
import { showErrorMessage, showInformationMessage } from '../common/messages.ts';
import { runCommand } from '../common/runCommand.ts';
import { commandOf, runVisibly } from '../common/runVisibly.ts';
import { getSetting, updateSetting } from '../settings/settings.ts';
import { changeCommand, chooseRestart } from './chooseRestart.ts';

const WHAT = 'The application was not restarted';
const RESTART = 'Restart';
const KEEP = 'Restart and Keep the Command';
const CHANGE = 'Change the Command…';

/**
 * Asks, and restarts the application by the command of the settings, or by one that is chosen where that can't work, as a visible task. undefined: not wished. Its exit
 * code is told by a notification; a Problem where it may not or can't be run.
 */
export async function restartApplication(
  folder: string | undefined,
  connection: Connection | undefined,
): Promise<RestartRecord | undefined> {
  if (!vscode.workspace.isTrusted) throw UNTRUSTED;
  const scope = folder === undefined ? undefined : vscode.Uri.file(folder);
  const set = getSetting('restartCommand', scope);
  const choice = await chooseRestart(set.length === 0 ? [] : commandOf(set, 'restartCommand', WHAT), folder);
  if (choice === undefined) return undefined;
  const { command, cwd, why } = choice;
  const line = commandLine(command);
  const isNew = line !== commandLine(set);
  const chosen = await confirmWrite('restartApplication', connection, {
    question: 'Restart the application now?',
    detail: `${line}\n\n${isNew ? `Chosen because: ${why}.\n\n` : ''}In ${cwd}. Requests that are under way may fail.`,
    buttons: [RESTART, ...(isNew ? [KEEP] : [])],
    harmless: [CHANGE],
  });
  if (chosen === CHANGE) await changeCommand();
  if (chosen !== RESTART && chosen !== KEEP) return undefined;
  if (chosen === KEEP) {
    const { Global, WorkspaceFolder } = vscode.ConfigurationTarget;
    await updateSetting('restartCommand', command, scope === undefined ? Global : WorkspaceFolder, scope);
  }
  const at = new Date().toISOString();
  const exitCode = await runVisibly({
    name: 'Restart application',
    what: WHAT,
    setting: 'restartCommand',
    command,
    cwd,
  });
  void notifyOutcome(line, exitCode);
  return { command, at, ...(exitCode === undefined ? {} : { exitCode }) };
}

async function notifyOutcome(line: string, exitCode: number | undefined): Promise<void> {
  if (exitCode === 0) {
    void showInformationMessage(`The application was restarted: ${line} ended with exit code 0.`);
    return;
  }
  const why = exitCode === undefined ? 'could not be started or was ended' : `ended with exit code ${String(exitCode)}`;
  const message = `The restart failed: ${line} ${why}. What it wrote stands in the terminal.`;
  const chosen = await showErrorMessage(message, 'Try Again…', CHANGE);
  if (chosen === 'Try Again…') await runCommand(COMMANDS.restartApplication);
  if (chosen === CHANGE) await changeCommand();
}

const UNTRUSTED = new Problem({
  code: 'untrusted',
  what: WHAT,
  why: 'This folder is in Restricted Mode, in which nothing of it is run.',
  next: 'Trust the folder (Workspaces: Manage Workspace Trust), then try again.',
  transient: false,
});
