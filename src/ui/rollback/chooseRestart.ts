import { dirname, relative } from 'node:path';
import * as vscode from 'vscode';
import { nodeFileSystem } from '../../common/fileSystem.ts';
import { Problem } from '../../common/problem.ts';
import { commandLine } from '../../compose/commandWords.ts';
import { SETTINGS_SECTION } from '../../contributions.ts';
import type { RestartChoice } from '../../services/restart/planRestart.ts';
import { showQuickPick, withProgress } from '../common/messages.ts';
import { runCommand } from '../common/runCommand.ts';
import { projectFolder } from '../settings/projectFolder.ts';
import { getSetting } from '../settings/settings.ts';

const NOT_RESTARTED = 'The application was not restarted';

/**
 * The restart command of the settings where it can work; else what a person picks of what would. `root`: the folder of manage.py.
 * undefined: nothing was picked. A Problem where there is nothing to pick from.
 */
export async function chooseRestart(
  command: readonly string[],
  root: string | undefined,
): Promise<RestartChoice | undefined> {
  const folder = projectFolder(root);
  const workspace = folder?.uri.fsPath ?? (root === undefined ? undefined : dirname(root));
  if (workspace === undefined) throw nothingToPick('No folder is open.');
  // Loaded here: it reads YAML.
  const [{ planRestart }, { enginesFor }] = await Promise.all([
    import('../../services/restart/planRestart.ts'),
    import('../../services/cleanupService/cleanupService.ts'),
  ]);
  const { checked, problem, choices } = await withProgress(
    { location: vscode.ProgressLocation.Window, title: 'Looking for the application' },
    () =>
      planRestart({
        command,
        root: root ?? workspace,
        workspace,
        files: nodeFileSystem,
        environment: process.env,
        engines: enginesFor(getSetting('cleanupService.engine', folder?.uri), process.env),
      }),
  );
  if (checked !== undefined) return checked;
  if (choices.length === 0) {
    throw nothingToPick(problem ?? 'No restart command is set, and no running container looks like the application.');
  }
  const items = [
    ...choices.map((choice) => ({
      label: commandLine(choice.command),
      description: placeOf(choice, workspace),
      choice,
    })),
    { label: '$(settings-gear) Set the command…', description: '', choice: undefined },
  ];
  const chosen = await showQuickPick(items, {
    title: 'How is the application restarted?',
    placeHolder:
      problem === undefined ? 'No restart command is set' : `The command of the settings can’t work: ${problem}`,
  });
  if (chosen?.choice === undefined && chosen !== undefined) await changeCommand();
  return chosen?.choice;
}

export async function changeCommand(): Promise<void> {
  await runCommand('workbench.action.openSettings', `${SETTINGS_SECTION}.restartCommand`);
}

function placeOf({ cwd, why }: RestartChoice, workspace: string): string {
  const folder = relative(workspace, cwd);
  return `${why}${folder === '' ? '' : ` · in ${folder}`}`;
}

function nothingToPick(why: string): Problem {
  return new Problem({
    code: 'restart-command-unusable',
    what: NOT_RESTARTED,
    why,
    next: `Start it, or correct the setting ${SETTINGS_SECTION}.restartCommand.`,
    transient: false,
  });
}
