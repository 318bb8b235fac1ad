import * as vscode from 'vscode';
import type { Log } from '../../common/log.ts';
import type { CommandId } from '../../contributions.ts';
import { showProblem } from './showProblem.ts';

/**
 * Registers a command; whatever its handler throws is told, never lost. What the handler takes is checked where all of
 * them stand together, against contributions.ts.
 */
export function registerCommand(log: Log, id: CommandId, handler: (...args: never[]) => unknown): vscode.Disposable {
  return vscode.commands.registerCommand(id, async (...args: unknown[]) => {
    try {
      // VS Code hands over what a menu or a caller gave; contributions.ts is where the two are kept in step.
      await handler(...(args as never[]));
    } catch (error) {
      void showProblem(error, log);
    }
  });
}
