import * as vscode from 'vscode';
import { Problem } from '../../common/problem.ts';
import { COMMANDS, SETTINGS_SECTION } from '../../contributions.ts';
import type { RestartRecord } from '../../presentation/texts/rollbackTypes.ts';
import { showErrorMessage, showInformationMessage, showWarningMessage } from '../common/messages.ts';
import { runCommand } from '../common/runCommand.ts';
import { commandLine, commandOf, runVisibly } from '../common/runVisibly.ts';
import { projectFolder } from '../settings/projectFolder.ts';
import { getSetting } from '../settings/settings.ts';

const RESTART = 'Restart';
const CHANGE = 'Change the Command…';

/**
 * Asks, and restarts the application by the command of the settings as a visible task. undefined: not wished. Its exit
 * code is told by a notification; a Problem where it may not or can't be run.
 */
export async function restartApplication(folder: string | undefined): Promise<RestartRecord | undefined> {
  if (!vscode.workspace.isTrusted) throw UNTRUSTED;
  const scope = folder === undefined ? undefined : vscode.Uri.file(folder);
  const command = commandOf(getSetting('restartCommand', scope), 'restartCommand', 'The application was not restarted');
  const line = commandLine(command);
  const cwd = folder ?? projectFolder(undefined)?.uri.fsPath;
  const chosen = await showWarningMessage(
    'Restart the application now?',
    {
      modal: true,
      detail: `${line}\n\n${cwd === undefined ? '' : `In ${cwd}. `}Requests that are under way may fail.`,
    },
    RESTART,
    CHANGE,
  );
  if (chosen === CHANGE) {
    await runCommand('workbench.action.openSettings', `${SETTINGS_SECTION}.restartCommand`);
  }
  if (chosen !== RESTART) return undefined;
  const at = new Date().toISOString();
  const exitCode = await runVisibly({
    name: 'Restart application',
    what: 'The application was not restarted',
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
  if (chosen === CHANGE) {
    await runCommand('workbench.action.openSettings', `${SETTINGS_SECTION}.restartCommand`);
  }
}

const UNTRUSTED = new Problem({
  code: 'untrusted',
  what: 'The application was not restarted',
  why: 'This folder is in Restricted Mode, in which nothing of it is run.',
  next: 'Trust the folder (Workspaces: Manage Workspace Trust), then try again.',
  transient: false,
});
