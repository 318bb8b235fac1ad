import * as vscode from 'vscode';
import { filled } from '../../common/filled.ts';
import type { Log } from '../../common/log.ts';
import { describeError, Problem } from '../../common/problem.ts';
import type { ConnectionSetting } from '../../contributions.ts';
import { settingTarget } from '../../monitoring/watch/connection.ts';
import { openReader } from '../../monitoring/watch/reader.ts';
import { showErrorMessage, withProgress } from '../common/messages.ts';
import { runSteps } from '../common/steps.ts';
import type { App } from '../connection/app.ts';
import { expiredCap } from '../connection/monitorSettings.ts';
import { connectionOf, type SavedConnections } from '../connection/savedConnections.ts';
import { commandParts } from '../settings/connectionCommand.ts';
import { nameSteps, STEPS_OF, waySteps, type ConnectAnswers } from './connectSteps.ts';

/** Asks for a connection, tests it, keeps it: the parts in settings.json, the password in SecretStorage. */
export async function connectToDatabase(app: App, saved: SavedConnections, log: Log): Promise<void> {
  if (!vscode.workspace.isTrusted) throw new Problem(RESTRICTED);
  const way = await runSteps<ConnectAnswers>(waySteps, {});
  if (way === undefined) return;
  let answers: ConnectAnswers | undefined = way;
  for (;;) {
    answers = await runSteps<ConnectAnswers>(STEPS_OF[answers.way ?? 'string'], answers);
    if (answers === undefined) return;
    const outcome = await testAndAsk(answers, log);
    if (outcome === 'cancel') return;
    if (outcome === 'keep') break;
  }
  const named = await runSteps<ConnectAnswers>(nameSteps(app.connections.map((c) => c.name)), answers);
  if (named === undefined) return;
  const id = await saved.save(settingOf(named), filled(named.password));
  await app.choose(id);
}

/** 'keep': it works, or the person wants it all the same. */
async function testAndAsk(answers: ConnectAnswers, log: Log): Promise<'keep' | 'edit' | 'cancel'> {
  const setting = settingOf(answers);
  try {
    const tested = await withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: `${setting.command === undefined ? 'Connecting to' : 'Running'} ${settingTarget(setting)}`,
        cancellable: true,
      },
      (_progress, cancel) => test(setting, answers.password, cancel),
    );
    return tested ? 'keep' : 'cancel';
  } catch (error) {
    log.warn(describeError(error));
    const edit = 'Edit';
    const keep = 'Keep Anyway';
    const chosen = await showErrorMessage(
      error instanceof Problem ? `${error.what}.` : 'The connection failed.',
      { modal: true, detail: error instanceof Problem ? `${error.why} ${error.next}` : describeError(error) },
      edit,
      keep,
    );
    return chosen === edit ? 'edit' : chosen === keep ? 'keep' : 'cancel';
  }
}

/** Connects, looks at the table, takes one light reading, and closes. False: cancelled. */
async function test(
  setting: ConnectionSetting,
  password: string | undefined,
  cancel: vscode.CancellationToken,
): Promise<boolean> {
  const cancelled = new Promise<false>((resolve) => {
    cancel.onCancellationRequested(() => {
      resolve(false);
    });
  });
  const entered = filled(password);
  const { name, command } = setting;
  const connection = {
    ...connectionOf(setting, 'settings', ({ connectionString, borrow }) =>
      Promise.resolve({ connectionString, borrow, ...(entered === undefined ? {} : { password: entered }) }),
    ),
    ...(command === undefined ? {} : commandParts({ name, command }, 'settings', () => true)),
  };
  const attempt = openReader(connection, expiredCap).then(async (reader) => {
    try {
      await reader.light({ fresh: true });
      return true;
    } finally {
      await reader.close();
    }
  });
  // Whoever cancels does not want to hear how the attempt, which ends by its own time-out, went on.
  return Promise.race([attempt, cancelled]);
}

function settingOf(answers: ConnectAnswers): ConnectionSetting {
  const { parts } = answers;
  return {
    name: answers.name ?? settingTarget({ name: '', ...parts }),
    ...parts,
    ...(answers.production === true ? { production: true } : {}),
  };
}

const RESTRICTED = {
  code: 'untrusted',
  what: 'No connection is made in Restricted Mode',
  why: 'The folder is not trusted.',
  next: 'Run "Workspaces: Manage Workspace Trust", then connect.',
  transient: false,
};
