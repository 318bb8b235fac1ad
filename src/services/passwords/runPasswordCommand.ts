import { Problem } from '../../common/problem.ts';
import { runProcess } from '../../common/runProcess.ts';

/** A program that gives a password: a token of a cloud, a vault, a password manager. */

/** A password manager may ask the person first. */
const LIMIT_MS = 60_000;
const MAX_OUTPUT = 64_000;
const MAX_WORDS = 200;

/**
 * The one line that the program prints; spaces in it count. What it prints is never shown or logged.
 * @param limitMs milliseconds until it is ended
 * @throws Problem
 */
export async function runPasswordCommand(
  [program = '', ...args]: readonly string[],
  host: string,
  limitMs = LIMIT_MS,
): Promise<string> {
  const what = `The password of ${host} was not given by its command`;
  const fail = (code: string, why: string, next: string): Problem =>
    new Problem({ code, what, why, next, transient: false });
  const inTerminal = `Run ${program} with its arguments in a terminal to see what it does.`;
  if (program.trim() === '')
    throw fail(
      'password-command-empty',
      'The command names no program.',
      'Correct djangoSessionMonitor.passwordCommands.',
    );
  const { stdout, stderr, code, ended } = await runProcess(program, args, {
    timeoutMs: limitMs,
    maxOutput: MAX_OUTPUT,
  }).catch(() => {
    const next = 'Install it, or name it by its whole path in djangoSessionMonitor.passwordCommands.';
    throw fail('password-command-missing', `${program} could not be started.`, next);
  });
  if (ended === 'timeout')
    throw fail('password-command-slow', `${program} did not end within ${limitMs / 1000} s.`, inTerminal);
  if (ended === 'output')
    throw fail('password-command-output', `${program} printed much more than a password.`, inTerminal);
  if (code !== 0) {
    const words = stderr.trim().split('\n').at(-1)?.slice(0, MAX_WORDS) ?? '';
    const said = words === '' ? '' : `: ${words}`;
    throw fail(
      'password-command-failed',
      `${program} ended with ${code === null ? 'a signal' : `exit code ${code}`}${said}.`,
      inTerminal,
    );
  }
  const lines = stdout.replace(/\r?\n$/, '').split(/\r?\n/);
  const [password = ''] = lines;
  if (password === '' && lines.length === 1)
    throw fail('password-command-nothing', `${program} printed nothing.`, inTerminal);
  if (lines.length > 1)
    throw fail(
      'password-command-lines',
      `${program} printed ${lines.length} lines, where one is the password.`,
      inTerminal,
    );
  return password;
}
