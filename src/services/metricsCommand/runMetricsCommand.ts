import { Problem } from '../../common/problem.ts';
import { runProcess, type RunResult } from '../../common/runProcess.ts';
import { commandLine } from '../../compose/commandWords.ts';

/** Runs `manage.py session_metrics` where it lives: in a container, a pod, on a host behind ssh. No shell, no input. */

export interface MetricsCommandOptions {
  readonly cwd?: string;
  /** Less than a light reading may take, so that it is the command that is said to be slow. Default 25 s. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

const TIMEOUT_MS = 25_000;
/** Characters. What session_metrics prints is some 5,000. */
const MAX_OUTPUT = 100_000;
const MAX_WORDS = 300;

const WHAT = 'The session metrics could not be read by the command';
const IN_TERMINAL = 'Run it in a terminal to see what it does.';

interface Row {
  readonly code: string;
  readonly says: RegExp;
  readonly next: string;
  readonly transient: boolean;
}

/** What is known of commands that fail, by what they write to standard error; the first row that fits. */
const ROWS: readonly Row[] = [
  {
    code: 'command-unknown',
    says: /Unknown command: '?session_metrics/,
    next: 'Put session_metrics.py into management/commands of an app in INSTALLED_APPS ("Export to Monitoring Systems…" writes it), and deploy it.',
    transient: false,
  },
  {
    code: 'command-login',
    says: /permission denied|host key verification failed|forbidden|unauthorized|too many authentication failures/i,
    next: 'See that it runs in a terminal without asking for anything: nothing is asked from here.',
    transient: false,
  },
  {
    code: 'command-not-there',
    says: /no such (?:container|object|service)|is not running|on running containers|not found|can't open file|no such file/i,
    next: 'Start what it runs in, or correct the command of this connection.',
    transient: true,
  },
];

/** What the command prints. @throws Problem */
export async function runMetricsCommand(words: readonly string[], options: MetricsCommandOptions): Promise<string> {
  const [program = '', ...args] = words;
  const { cwd, signal, timeoutMs = TIMEOUT_MS } = options;
  const bounds = { timeoutMs, maxOutput: MAX_OUTPUT, ...(cwd === undefined ? {} : { cwd }), ...(signal && { signal }) };
  const run = await runProcess(program, args, bounds).catch((error: unknown) => {
    throw notStarted(program, error);
  });
  if (run.ended !== 'itself' || run.code !== 0) throw failed(words, run, timeoutMs);
  return run.stdout;
}

function notStarted(program: string, error: unknown): Problem {
  const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
  const why = isMissing
    ? `There is no program ${program} on the PATH of VS Code.`
    : `${program} can’t be started: ${(error as Error).message}.`;
  const next = 'Install it, or name it by its whole path in the command of this connection.';
  return new Problem({ code: 'command-not-started', what: WHAT, why, next, transient: false }, { cause: error });
}

function failed(words: readonly string[], { ended, code, stderr }: RunResult, timeoutMs: number): Problem {
  const problem = (name: string, why: string, next: string, transient: boolean): Problem =>
    new Problem({ code: name, what: WHAT, why: `${commandLine(words)} ${why}`, next, transient });
  if (ended === 'cancelled') return problem('cancelled', 'was ended.', 'It is run again with the next reading.', true);
  if (ended === 'timeout')
    return problem('command-slow', `did not end within ${timeoutMs / 1000} s.`, IN_TERMINAL, true);
  if (ended === 'output') return problem('command-output', 'printed much more than metrics.', IN_TERMINAL, false);
  const said = lastWords(stderr);
  const exit = code === null ? 'a signal' : `exit code ${code}`;
  const row = ROWS.find(({ says }) => says.test(stderr));
  const why = `ended with ${exit}${said === '' ? '' : `: ${said}`}`.replace(/[.\s]*$/u, '.');
  return problem(row?.code ?? 'command-failed', why, row?.next ?? IN_TERMINAL, row?.transient ?? true);
}

/** The last line says it: Django's errors of commands are one, tracebacks end with theirs. */
function lastWords(stderr: string): string {
  const last = stderr.trim().split('\n').at(-1) ?? '';
  return last
    .replace(/^CommandError: /u, '')
    .slice(0, MAX_WORDS)
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ');
}
