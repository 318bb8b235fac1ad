import path from 'node:path';
import { Problem } from '../../common/problem.ts';
import type { RunResult } from '../../common/runProcess.ts';

interface Rule {
  readonly when: RegExp;
  readonly code: string;
  readonly why: (program: string) => string;
  readonly next: string;
  readonly transient: boolean;
}

const SETTING = 'djangoSessionMonitor.cleanupService';

/** What docker and podman write to standard error; the first row that fits wins. */
const RULES: readonly Rule[] = [
  {
    when: /permission denied \(publickey|host key verification failed|could not read username/iu,
    code: 'engine-login',
    why: (program) => `The machine that ${program} talks to refused the login over SSH.`,
    next: 'Make "docker ps" work in a terminal without a question, then try again.',
    transient: false,
  },
  {
    when: /permission denied/iu,
    code: 'socket-denied',
    why: (program) => `The user that runs VS Code may not use the socket of ${program}.`,
    next: 'Add the user to the group "docker" and log in again, use a rootless engine, or set a status, a logs and a restart command instead.',
    transient: false,
  },
  {
    when: /context .*(?:not found|does not exist)|unable to resolve docker endpoint|no such connection|connection .* (?:not found|doesn.t exist)/iu,
    code: 'engine-context-missing',
    why: (program) => `${program} has no such context.`,
    next: 'See "docker context ls", and choose one with "docker context use" or correct DOCKER_CONTEXT.',
    transient: false,
  },
  {
    when: /x509|tls: |certificate/iu,
    code: 'engine-tls',
    why: (program) => `The machine that ${program} talks to was not trusted, or does not trust us.`,
    next: 'Check DOCKER_CERT_PATH and the certificates of the context.',
    transient: false,
  },
  {
    when: /cannot connect to|failed to connect|error during connect|unable to connect|connection refused|daemon running|no such host|i\/o timeout|no route to host/iu,
    code: 'engine-not-running',
    why: (program) => `${program} does not reach its engine: it may not be running.`,
    next: 'Start Docker Desktop or the docker service (or "podman machine start"), or choose another context.',
    transient: true,
  },
  {
    when: /logging driver does not support reading|log driver[^\n]*(?:none|not supported)|'none' log driver/iu,
    code: 'log-unreadable',
    why: () => 'Its log driver keeps no log that can be read back.',
    next: `Use the driver json-file, local or journald for this container, or set ${SETTING}.logsCommand.`,
    transient: false,
  },
  {
    when: /no such (?:container|object)/iu,
    code: 'container-missing',
    why: () => 'The engine has no such container.',
    next: `Start it with "docker compose up -d", or correct ${SETTING}.container.`,
    transient: true,
  },
];

/** What a program has said on standard error, shortened for a message; without the log lines that podman adds. */
export function firstWords(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('time="'));
  return (lines[0] ?? '').trim().slice(0, 300);
}

/** The engine, or a command in its place, ended badly. `what`: "The log of shop_cleanup can’t be read". */
export function engineProblem(what: string, program: string, run: RunResult, timeoutMs: number): Problem {
  const name = path.basename(program);
  if (run.ended === 'timeout') {
    const why = `${name} gave no answer within ${timeoutMs / 1000} s.`;
    const next = `Try "${name} ps" in a terminal; restart the engine if it hangs there too.`;
    return new Problem({ code: 'engine-timeout', what, why, next, transient: true });
  }
  if (run.ended === 'cancelled') {
    return new Problem({ code: 'cancelled', what, why: 'It was cancelled.', next: 'Try again.', transient: false });
  }
  const rule = RULES.find(({ when }) => when.test(run.stderr));
  const message = firstWords(run.stderr);
  if (rule !== undefined) {
    const { code, next, transient } = rule;
    return new Problem({ code, what, why: rule.why(name), next, transient }, { cause: message });
  }
  const exit = run.ended === 'output' ? 'wrote more than expected' : `ended with code ${run.code ?? 'none'}`;
  const why = `${name} ${exit}${message === '' ? '' : `: ${message}`}`.replace(/[.\s]*$/u, '.');
  return new Problem({ code: 'engine-failed', what, why, next: 'Show the log for all of it.', transient: true });
}

/** The program could not be started at all. */
export function startProblem(what: string, program: string, error: unknown): Problem {
  const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
  const why = missing
    ? `There is no program ${program} on the PATH of VS Code.`
    : `${program} can’t be started: ${(error as Error).message}.`;
  const next = `Install it, or name it in ${SETTING}.engine; without an engine set a status, a logs and a restart command.`;
  const code = missing ? 'engine-missing' : 'engine-failed';
  return new Problem({ code, what, why, next, transient: false }, { cause: error });
}
