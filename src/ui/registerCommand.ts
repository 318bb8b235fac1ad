import * as vscode from 'vscode';
import type { CommandArguments, CommandId } from '../contributions.ts';
import type { Log } from '../common/log.ts';
import { showProblem } from './showProblem.ts';

/** Registers a command with the arguments that contributions.ts declares; whatever its handler throws is told, never lost. */
export function registerCommand<I extends CommandId>(
  log: Log,
  id: I,
  handler: (...args: CommandArguments[I]) => unknown,
): vscode.Disposable {
  return vscode.commands.registerCommand(id, async (...args: unknown[]) => {
    try {
      // VS Code hands over what a menu or a caller gave; contributions.ts is where the two are kept in step.
      await handler(...(args as CommandArguments[I]));
    } catch (error) {
      void showProblem(error, log);
    }
  });
}
