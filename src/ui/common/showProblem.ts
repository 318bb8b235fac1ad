import type { Log } from '../../common/log.ts';
import { describeError, Problem } from '../../common/problem.ts';
import { COMMANDS } from '../../contributions.ts';
import { showErrorMessage } from './messages.ts';
import { runCommand } from './runCommand.ts';

const SHOW_LOG = 'Show Log';

/** Tells a person that something failed: what, why, what to do next; always with the way to the log. */
export async function showProblem(error: unknown, log: Log, actions: readonly ProblemAction[] = []): Promise<void> {
  // A Problem is an answer that was told; what nobody has foreseen is an error.
  if (error instanceof Problem) log.warn(describeError(error));
  else log.error(describeError(error));
  const text = error instanceof Problem ? error.message : `Something unexpected failed: ${messageOf(error)}`;
  const chosen = await showErrorMessage(text, ...actions.map((a) => a.title), SHOW_LOG);
  if (chosen === SHOW_LOG) await runCommand(COMMANDS.showLog);
  else await actions.find((a) => a.title === chosen)?.run();
}

export interface ProblemAction {
  readonly title: string;
  readonly run: () => Thenable<unknown> | Promise<unknown>;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
