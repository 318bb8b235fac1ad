import { unknown } from '../../common/measured.ts';
import { Problem } from '../../common/problem.ts';
import { runProcess, type RunResult } from '../../common/runProcess.ts';
import { engineProblem, firstWords, startProblem } from '../containers/engineErrors.ts';
import { LineSplitter, LOG_ENCODING, parseLogLine, type LogLine } from '../containers/logLines.ts';
import type { ServicePhase } from './reading.ts';

/** Commands that stand for a container engine: Kubernetes, systemd, a log file. Programs with their arguments, no shell. */
export interface ServiceCommands {
  /**
   * Tells the state by the first word that it prints, such as active, True, 1 or inactive, False, 0; if it prints another or
   * nothing, by its exit code: 0 is running.
   */
  readonly status?: readonly string[];
  /** Prints the last lines of the log, best with times: kubectl logs --timestamps, journalctl -o short-iso. */
  readonly logs?: readonly string[];
  readonly restart?: readonly string[];
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** For one command; default 15 s. */
  readonly timeoutMs?: number;
}

/** The first row whose words the command's first line begins with. */
const WORDS: readonly (readonly [RegExp, ServicePhase])[] = [
  [/not ?found|could not be found|no such|notfound/iu, 'notFound'],
  [/^(?:inactive|failed|dead|stopped|exited|down|false|no|0|terminated|completed|offline|disabled)\b/iu, 'stopped'],
  [/^(?:active|running|up|ready|true|yes|ok|healthy|started|online|[1-9]\d*)\b/iu, 'running'],
  [/^(?:restarting|crashloopbackoff|auto-restart)\b/iu, 'restarting'],
  [/^(?:activating|reloading|pending|starting|containercreating)\b/iu, 'starting'],
];
/** The command could not ask, so that its exit code says nothing about the service. */
const UNREACHABLE =
  /unable to connect|connection refused|(?:failed|could not|cannot|can't) (?:to )?connect|permission denied|forbidden|unauthorized|timed? ?out|no route to host|access denied/iu;
const MAX_LOG = 2_000_000;
const RESTART_TIMEOUT_MS = 120_000;

export const NO_CLOCK = unknown('A command does not tell the clock of the machine that runs the service.');

/** What the status command says, or the `Problem` that kept it from asking. */
export async function statusByCommand(
  command: readonly string[],
  options: CommandOptions,
  signal?: AbortSignal,
): Promise<{ state: ServicePhase; line: string }> {
  const what = 'The state of the cleanup service can’t be read';
  const run = await runCommand(what, command, options, signal);
  const message = `${run.stdout}\n${run.stderr}`.trim().split('\n')[0]?.trim().slice(0, 200) ?? '';
  if (run.ended !== 'itself') throw commandProblem(what, command, run, options);
  const state = WORDS.find(([words]) => words.test(message))?.[1];
  if (state !== undefined) return { state, line: message };
  if (run.code === 0) return { state: 'running', line: message };
  if (UNREACHABLE.test(run.stderr)) throw commandProblem(what, command, run, options);
  return { state: 'stopped', line: message };
}

/** The lines that the logs command prints. Throws a `Problem`. */
export async function logByCommand(
  command: readonly string[],
  options: CommandOptions,
  signal?: AbortSignal,
): Promise<LogLine[]> {
  const what = 'The log of the cleanup service can’t be read';
  const run = await runCommand(what, command, options, signal, LOG_ENCODING);
  if (run.ended !== 'itself' || run.code !== 0) throw commandProblem(what, command, run, options);
  const splitter = new LineSplitter();
  return [...splitter.push(run.stdout), ...splitter.flush()].map((line) => parseLogLine(line));
}

export async function restartByCommand(
  command: readonly string[],
  options: CommandOptions,
  signal?: AbortSignal,
): Promise<void> {
  const what = 'The cleanup service can’t be restarted';
  const longer = { ...options, timeoutMs: options.timeoutMs ?? RESTART_TIMEOUT_MS };
  const run = await runCommand(what, command, longer, signal);
  if (run.ended !== 'itself' || run.code !== 0) throw commandProblem(what, command, run, longer);
}

const timeoutOf = (options: CommandOptions): number => options.timeoutMs ?? 15_000;

async function runCommand(
  what: string,
  [program = '', ...args]: readonly string[],
  options: CommandOptions,
  signal?: AbortSignal,
  encoding: 'utf8' | 'latin1' = 'utf8',
): Promise<RunResult> {
  // The words of systemctl and the like in English.
  const environment = { ...(options.environment ?? process.env), LC_ALL: 'C.UTF-8' };
  const bounds = { environment, timeoutMs: timeoutOf(options), maxOutput: MAX_LOG, keep: 'last' as const, encoding };
  const where = options.cwd === undefined ? {} : { cwd: options.cwd };
  try {
    return await runProcess(program, args, { ...bounds, ...where, ...(signal && { signal }) });
  } catch (error) {
    const { code, why, transient } = startProblem(what, program, error);
    const next = 'Correct the command in djangoSessionMonitor.cleanupService.';
    throw new Problem({ code, what, why, next, transient }, { cause: error });
  }
}

function commandProblem(
  what: string,
  [program = '']: readonly string[],
  run: RunResult,
  options: CommandOptions,
): Problem {
  const { code, why, transient } = engineProblem(what, program, run, timeoutOf(options));
  if (run.ended === 'timeout' || run.ended === 'cancelled') {
    return new Problem({ code, what, why, next: 'Try the command in a terminal.', transient });
  }
  const said = firstWords(run.stderr);
  const exit = run.ended === 'output' ? 'wrote too much' : `ended with code ${run.code ?? 'none'}`;
  return new Problem({
    code: 'command-failed',
    what,
    why: `${program} ${exit}${said === '' ? '' : `: ${said}`}`.replace(/[.\s]*$/u, '.'),
    next: 'Try the command in a terminal, and correct it in djangoSessionMonitor.cleanupService.',
    transient: true,
  });
}
