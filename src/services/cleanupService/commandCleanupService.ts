import { Problem } from '../../common/problem.ts';
import type { RestartResult } from '../containers/restartContainer.ts';
import { readRuns } from './cleanupService.ts';
import type { LogPattern } from './log/logPattern.ts';
import type { CleanupReading, CleanupService, LogReading } from './reading.ts';
import {
  logByCommand,
  NO_CLOCK,
  restartByCommand,
  statusByCommand,
  type CommandOptions,
  type ServiceCommands,
} from './serviceCommands.ts';

export interface CommandServiceOptions extends CommandOptions {
  readonly commands: ServiceCommands;
  readonly pattern: LogPattern;
}

const isSet = (command: readonly string[] | undefined): command is readonly string[] =>
  command !== undefined && command.length > 0 && command[0] !== '';

/** Whether a person has set commands, which then stand for the container. */
export function hasCommands(commands: ServiceCommands): boolean {
  return isSet(commands.status) || isSet(commands.logs);
}

/** The cleanup service behind commands that a person has set. */
export class CommandCleanupService implements CleanupService {
  readonly canRestart: boolean;
  readonly #options: CommandServiceOptions;

  constructor(options: CommandServiceOptions) {
    this.#options = options;
    this.canRestart = isSet(options.commands.restart);
  }

  async read(signal?: AbortSignal): Promise<CleanupReading> {
    const began = performance.now();
    const by = isSet(this.#options.commands.status) ? 'status command' : 'logs command';
    const base = { name: 'the cleanup service', by, clockAheadMs: NO_CLOCK, notes: [] };
    const done = (): { at: Date; tookMs: number } => ({ at: new Date(), tookMs: performance.now() - began });
    try {
      const status = await this.#status(signal);
      const log = await this.#log(signal);
      return { ...base, ...status, ...(log && { log }), ...done() };
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      return { ...base, problem, state: 'unknown', ...done() };
    }
  }

  async #status(signal?: AbortSignal): Promise<Pick<CleanupReading, 'state' | 'statusLine'>> {
    const { status } = this.#options.commands;
    return isSet(status) ? await statusByCommand(status, this.#options, signal) : { state: 'unknown' };
  }

  async #log(signal?: AbortSignal): Promise<LogReading | undefined> {
    const { commands, pattern } = this.#options;
    if (!isSet(commands.logs)) return undefined;
    try {
      const lines = await logByCommand(commands.logs, this.#options, signal);
      return readRuns({ lines, complete: false }, pattern, 0);
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.code === 'cancelled') throw problem;
      return { runs: [], lines: [], looked: 0, complete: false, problem };
    }
  }

  async restart(signal?: AbortSignal): Promise<RestartResult> {
    const { restart } = this.#options.commands;
    if (!isSet(restart)) {
      throw new Problem({
        code: 'restart-command-missing',
        what: 'The cleanup service can’t be restarted',
        why: 'No restart command is set.',
        next: 'Set djangoSessionMonitor.cleanupService.restartCommand.',
        transient: false,
      });
    }
    const began = performance.now();
    await restartByCommand(restart, this.#options, signal);
    const tookMs = performance.now() - began;
    const { state } = await this.#status(signal);
    const outcome = state === 'unknown' ? 'asked' : state === 'stopped' || state === 'notFound' ? 'ended' : 'running';
    return { outcome, lines: [], tookMs, watchedMs: 0 };
  }
}
