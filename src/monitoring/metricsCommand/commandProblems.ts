import { Problem, type ProblemText } from '../../common/problem.ts';

/** What is said where a command stands for a database. */

/** For whatever opens the database itself. */
export const NEEDS_DATABASE: ProblemText = {
  code: 'needs-database',
  what: 'This needs the database itself',
  why: 'The figures of this connection are what a command prints (manage.py session_metrics); the database is not reached from here.',
  next: 'Choose or make a connection to the database, or run it where the database is.',
  transient: false,
};

export function needsDatabase(): Problem {
  return new Problem(NEEDS_DATABASE);
}

export function waitsToBeAllowed(name: string): Problem {
  return new Problem({
    code: 'command-waits',
    what: `The command of ${name} was not run`,
    why: 'The settings of the workspace name it, and nobody has allowed it yet.',
    next: 'Read it in the view ("Waits for you"), and allow it there.',
    transient: false,
  });
}

export function notACommand(name: string): Problem {
  return new Problem({
    code: 'command-invalid',
    what: `The command of ${name} was not run`,
    why: 'It is not a list of a program and its arguments.',
    next: 'Correct it, for example: ["docker", "exec", "web", "python", "manage.py", "session_metrics", "--format", "json"].',
    transient: false,
  });
}

/** What it printed is not what session_metrics prints. */
export function notMetrics(code: string, why: string, next: string): Problem {
  return new Problem({ code, what: 'What the command printed can’t be used', why, next, transient: false });
}
