import * as vscode from 'vscode';
import { Problem } from '../../common/problem.ts';
import { COMMANDS, SETTINGS_SECTION } from '../../contributions.ts';
import { getSetting } from '../settings.ts';
import type { RestartRecord } from './rollbackTypes.ts';

const RESTART = 'Restart';
const CHANGE = 'Change the Command…';

/**
 * Asks, and restarts the application by the command of the settings as a visible task. undefined: not wished. Its exit
 * code is told by a notification; a Problem where it may not or can't be run.
 */
export async function restartApplication(folder: string | undefined): Promise<RestartRecord | undefined> {
  if (!vscode.workspace.isTrusted) throw UNTRUSTED;
  const scope = folder === undefined ? undefined : vscode.Uri.file(folder);
  const command = commandOf(getSetting('restartCommand', scope));
  const line = command.map(shown).join(' ');
  const cwd = folder ?? vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  const chosen = await vscode.window.showWarningMessage(
    'Restart the application now?',
    {
      modal: true,
      detail: `${line}\n\n${cwd === undefined ? '' : `In ${cwd}. `}Requests that are under way may fail.`,
    },
    RESTART,
    CHANGE,
  );
  if (chosen === CHANGE) {
    await vscode.commands.executeCommand('workbench.action.openSettings', `${SETTINGS_SECTION}.restartCommand`);
  }
  if (chosen !== RESTART) return undefined;
  const at = new Date().toISOString();
  const exitCode = await runVisibly(command, cwd);
  void tellOutcome(line, exitCode);
  return { command, at, ...(exitCode === undefined ? {} : { exitCode }) };
}

/** The setting may hold anything: what is no list of texts is told before something else is run than was meant. */
function commandOf(setting: unknown): readonly [string, ...string[]] {
  const valid = Array.isArray(setting) && setting.every((part): part is string => typeof part === 'string');
  const [program, ...args] = valid ? setting : [];
  if (program === undefined || program.trim() === '') throw NO_COMMAND;
  return [program, ...args];
}

/** Runs without a shell, so that no argument is read as anything else; resolves when it has ended. */
async function runVisibly(
  [program, ...args]: readonly [string, ...string[]],
  cwd: string | undefined,
): Promise<number | undefined> {
  const task = new vscode.Task(
    { type: SETTINGS_SECTION, task: 'restart' },
    vscode.workspace.workspaceFolders?.[0] ?? vscode.TaskScope.Global,
    'Restart application',
    'Django Sessions',
    new vscode.ProcessExecution(program, args, cwd === undefined ? {} : { cwd }),
  );
  task.presentationOptions = {
    reveal: vscode.TaskRevealKind.Always,
    panel: vscode.TaskPanelKind.Dedicated,
    clear: true,
  };
  const ended = Promise.withResolvers<number | undefined>();
  let execution: vscode.TaskExecution | undefined;
  const early: { execution: vscode.TaskExecution; exitCode: number | undefined }[] = [];
  const end = (of: vscode.TaskExecution, exitCode: number | undefined): void => {
    if (execution === undefined) early.push({ execution: of, exitCode });
    else if (of === execution) ended.resolve(exitCode);
  };
  const started = Promise.withResolvers<undefined>();
  const subscriptions = [
    vscode.tasks.onDidStartTaskProcess((event) => {
      if (event.execution.task.name === task.name) started.resolve(undefined);
    }),
    vscode.tasks.onDidEndTaskProcess((event) => {
      end(event.execution, event.exitCode);
    }),
    vscode.tasks.onDidEndTask((event) => {
      end(event.execution, undefined);
    }),
  ];
  try {
    execution = await vscode.tasks.executeTask(task);
    for (const event of early) end(event.execution, event.exitCode);
    // VS Code tells nothing when a program can't be started: its task would go on for ever.
    const timer = setTimeout(() => {
      started.reject(NOT_STARTED);
    }, START_MS);
    try {
      await Promise.race([started.promise, ended.promise]);
    } catch (error) {
      execution.terminate();
      throw error;
    } finally {
      clearTimeout(timer);
    }
    return await ended.promise;
  } finally {
    for (const subscription of subscriptions) subscription.dispose();
  }
}

async function tellOutcome(line: string, exitCode: number | undefined): Promise<void> {
  if (exitCode === 0) {
    void vscode.window.showInformationMessage(`The application was restarted: ${line} ended with exit code 0.`);
    return;
  }
  const why = exitCode === undefined ? 'could not be started or was ended' : `ended with exit code ${String(exitCode)}`;
  const message = `The restart failed: ${line} ${why}. What it wrote stands in the terminal.`;
  const chosen = await vscode.window.showErrorMessage(message, 'Try Again…', CHANGE);
  if (chosen === 'Try Again…') await vscode.commands.executeCommand(COMMANDS.restartApplication);
  if (chosen === CHANGE) {
    await vscode.commands.executeCommand('workbench.action.openSettings', `${SETTINGS_SECTION}.restartCommand`);
  }
}

/** As a person would type it. */
function shown(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", String.raw`'\''`)}'`;
}

/** A program starts at once, or not at all; a remote machine may take its time. */
const START_MS = 10_000;

const NOT_STARTED = new Problem({
  code: 'restart-not-started',
  what: 'The application was not restarted',
  why: 'The program of the restart command could not be started.',
  next: `See the terminal for the reason, and correct the setting ${SETTINGS_SECTION}.restartCommand.`,
  transient: false,
});

const UNTRUSTED = new Problem({
  code: 'untrusted',
  what: 'The application was not restarted',
  why: 'This folder is in Restricted Mode, in which nothing of it is run.',
  next: 'Trust the folder (Workspaces: Manage Workspace Trust), then try again.',
  transient: false,
});

const NO_COMMAND = new Problem({
  code: 'restart-command-invalid',
  what: 'The application was not restarted',
  why: `The setting ${SETTINGS_SECTION}.restartCommand is not a list of a program and its arguments.`,
  next: 'Correct it, for example: ["docker-compose", "restart", "web"].',
  transient: false,
});
