import * as vscode from 'vscode';
import { Problem } from '../../common/problem.ts';
import { commandLine } from '../../compose/commandWords.ts';
import { COMMANDS } from '../../contributions.ts';
import type { ServiceSetup } from '../../monitoring/cleanupService/serviceState.ts';
import type { Connection } from '../../monitoring/watch/connection.ts';
import { beforeText, restartText } from '../../presentation/texts/serviceTexts.ts';
import type { CleanupReading, CleanupService } from '../../services/cleanupService/reading.ts';
import type { RestartResult } from '../../services/containers/restartContainer.ts';
import { confirmWrite } from '../common/confirmWrite.ts';
import { showErrorMessage, showInformationMessage, withProgress } from '../common/messages.ts';
import { runCommand } from '../common/runCommand.ts';

const RESTART = 'Restart';
const FOLLOW = 'Follow Log';

export interface RestartParts {
  /** Whose sessions it clears; undefined: none is watched. */
  readonly connection: Connection | undefined;
  readonly setup: ServiceSetup;
  readonly service: CleanupService;
  /** undefined: it has not been read yet. */
  readonly reading: CleanupReading | undefined;
  /** Reads the state again; called before the outcome is told. */
  readonly readAgain: () => Promise<void>;
}

/** Asks, restarts, reads the state again, and tells the outcome. Throws a Problem when it can't be restarted. */
export async function restartService(parts: RestartParts): Promise<void> {
  const { setup, reading } = parts;
  const name = reading?.name ?? 'the cleanup service';
  const line =
    reading?.container === undefined
      ? commandLine(setup.restartCommand)
      : commandLine([reading.by, 'restart', reading.container.name]);
  const detail = [
    ...(reading === undefined ? [] : [beforeText(reading, new Date())]),
    line,
    'A cleanup that is under way is broken off; what it has not committed is deleted by the next run.',
  ].join('\n\n');
  const asked = { question: `Restart ${name} now?`, detail, buttons: [RESTART] };
  if ((await confirmWrite('restartCleanupService', parts.connection, asked)) !== RESTART) return;
  const result = await restart(parts.service, name);
  await parts.readAgain();
  if (result === undefined) {
    void showInformationMessage(
      `The restart of ${name} was cancelled. The engine may go on with it; its state has been read again.`,
    );
    return;
  }
  void notifyResult(name, result);
}

/** undefined: cancelled. */
async function restart(service: CleanupService, name: string): Promise<RestartResult | undefined> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: `Restarting ${name}, and watching that it stays up`,
    cancellable: true,
  };
  return withProgress(options, async (_progress, token) => {
    const abort = new AbortController();
    token.onCancellationRequested(() => abort.abort());
    try {
      return await service.restart(abort.signal);
    } catch (error) {
      if (error instanceof Problem && error.code === 'cancelled') return undefined;
      throw error;
    }
  });
}

async function notifyResult(name: string, result: RestartResult): Promise<void> {
  const { ok, text } = restartText(name, result);
  const show = ok ? showInformationMessage : showErrorMessage;
  if ((await show(text, FOLLOW)) === FOLLOW) await runCommand(COMMANDS.followCleanupLog);
}
