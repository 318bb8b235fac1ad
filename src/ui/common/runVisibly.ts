import * as vscode from 'vscode';
import { onAbort } from '../../common/onAbort.ts';
import { Problem } from '../../common/problem.ts';
import { later } from '../../common/timers.ts';
import { SETTINGS_SECTION, type SettingTypes } from '../../contributions.ts';

/** A program and its arguments. */
export type Command = readonly [program: string, ...args: string[]];

export interface VisibleRun {
  /** Of the task, as the terminal shows it. */
  readonly name: string;
  /** What has failed when it can't be started, without a full stop. */
  readonly what: string;
  readonly command: Command;
  readonly cwd: string | undefined;
  /** The setting that names the command, to be pointed to. */
  readonly setting?: keyof SettingTypes;
  /** Its abort ends the task. */
  readonly signal?: AbortSignal;
}

/** A program starts at once, or not at all; a remote machine may take its time. */
const START_MS = 10_000;

/**
 * Runs a command as a task that a person sees in the terminal; without a shell, so that no argument is read as anything
 * else. Resolves with the exit code, undefined when it was ended; a Problem when it can't be started.
 */
export async function runVisibly(run: VisibleRun): Promise<number | undefined> {
  const { name, command, cwd, signal } = run;
  const [program, ...args] = command;
  const task = new vscode.Task(
    { type: SETTINGS_SECTION, task: name },
    vscode.workspace.workspaceFolders?.[0] ?? vscode.TaskScope.Global,
    name,
    'Django Sessions',
    new vscode.ProcessExecution(program, args, cwd === undefined ? {} : { cwd }),
  );
  task.presentationOptions = {
    reveal: vscode.TaskRevealKind.Always,
    panel: vscode.TaskPanelKind.Dedicated,
    clear: true,
  };
  const watch = new TaskWatch(name);
  let forget = (): void => undefined;
  try {
    const execution = await vscode.tasks.executeTask(task);
    forget = onAbort(signal, () => execution.terminate());
    return await watch.outcome(execution, () => notStarted(run));
  } finally {
    forget();
    watch.dispose();
  }
}

/** Hears what becomes of a task, from before it is started: it may have ended before VS Code says that it runs. */
class TaskWatch implements vscode.Disposable {
  readonly #started = Promise.withResolvers<undefined>();
  readonly #ended = new Map<vscode.TaskExecution, number | undefined>();
  readonly #subscriptions: readonly vscode.Disposable[];
  #heard: () => void = () => undefined;

  constructor(name: string) {
    this.#subscriptions = [
      vscode.tasks.onDidStartTaskProcess(({ execution }) => {
        if (execution.task.name === name) this.#started.resolve(undefined);
      }),
      vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
        this.#end(execution, exitCode);
      }),
      vscode.tasks.onDidEndTask(({ execution }) => {
        this.#end(execution, undefined);
      }),
    ];
  }

  async outcome(execution: vscode.TaskExecution, problem: () => Problem): Promise<number | undefined> {
    const ended = this.#endOf(execution);
    // VS Code tells nothing when a program can't be started: its task would go on for ever.
    const timer = later(() => {
      this.#started.reject(problem());
    }, START_MS);
    try {
      await Promise.race([this.#started.promise, ended]);
    } catch (error) {
      execution.terminate();
      throw error;
    } finally {
      timer.dispose();
    }
    return ended;
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  async #endOf(execution: vscode.TaskExecution): Promise<number | undefined> {
    while (!this.#ended.has(execution)) {
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
    return this.#ended.get(execution);
  }

  #end(execution: vscode.TaskExecution, exitCode: number | undefined): void {
    if (!this.#ended.has(execution)) this.#ended.set(execution, exitCode);
    this.#heard();
  }
}

/** A setting may hold anything: what is no list of texts is told before something else is run than was meant. */
export function commandOf(value: unknown, setting: keyof SettingTypes, what: string): Command {
  const valid = Array.isArray(value) && value.every((part): part is string => typeof part === 'string');
  const [program, ...args] = valid ? value : [];
  if (program !== undefined && program.trim() !== '') return [program, ...args];
  throw new Problem({
    code: 'command-invalid',
    what,
    why: `The setting ${SETTINGS_SECTION}.${setting} is not a list of a program and its arguments.`,
    next: 'Correct it, for example: ["docker-compose", "restart", "web"].',
    transient: false,
  });
}

function notStarted({ what, setting }: VisibleRun): Problem {
  const correct = setting === undefined ? '.' : `, and correct the setting ${SETTINGS_SECTION}.${setting}.`;
  return new Problem({
    code: 'command-not-started',
    what,
    why: 'The program could not be started.',
    next: `See the terminal for the reason${correct}`,
    transient: false,
  });
}
