import { Problem, type ProblemText } from '../../common/problem.ts';

/** What the server said against a statement, and what can be done about it. */

const WHAT = 'The statement could not be explained';

interface Refusal {
  /** SQLSTATEs. @see https://www.postgresql.org/docs/current/errcodes-appendix.html */
  readonly states: readonly string[];
  readonly code: string;
  readonly why: (message: string) => string;
  readonly next: string;
  readonly transient?: true;
}

const BY_HAND = 'Copy the statement, put values in place of its parameters, and run EXPLAIN on it yourself.';
const serverSays = (message: string): string => `The server says: ${message}.`;

/** The first row that fits. */
const REFUSALS: readonly Refusal[] = [
  {
    states: ['42501'],
    code: 'explain-permission',
    why: serverSays,
    next: 'Watch with a role that may run the statement, such as that of the application.',
  },
  {
    states: ['42P01', '3F000', '42703', '42704', '42883', '42P02'],
    code: 'explain-gone',
    why: serverSays,
    next: 'The statement was recorded when what it names was there: a migration may have removed it since. Or it is somebody else’s: only what is PostgreSQL’s own or the session table’s is looked for, because planning with the rest could run code of its owner.',
  },
  {
    states: ['42P18', '42725', '42804', '42846'],
    code: 'explain-types',
    why: (message) => `Without its constants the types of the statement are open: ${message}.`,
    next: BY_HAND,
  },
  {
    states: ['42601'],
    code: 'explain-syntax',
    why: (message) =>
      `As pg_stat_statements keeps it, with parameters for its constants, it can’t be read: ${message}.`,
    next: BY_HAND,
  },
  {
    states: ['55P03'],
    code: 'explain-locked',
    why: () => 'Another session holds a table of the statement locked.',
    next: 'Wait until it is done (VACUUM FULL, ALTER TABLE, REINDEX), then explain again.',
    transient: true,
  },
  {
    states: ['57014'],
    code: 'explain-timeout',
    why: () => 'Planning it took too long and was ended.',
    next: 'Look at the load of the server, then explain again.',
    transient: true,
  },
];

/** Other faults of the statement and not of the connection: data exceptions, and what is not supported. */
const OTHER = /^(?:0A|22|42|P0)/;

/** What begins a statement that has a plan. */
const PLANNED = new Set(['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'MERGE', 'WITH', 'VALUES', 'TABLE']);

/** Turns what the server refused into a Problem that says so; what is not about the statement stays as it is. */
export function explainProblem(error: unknown): unknown {
  const { code: state, message } = causeOf(error);
  const refusal = REFUSALS.find(({ states }) => states.includes(state));
  if (refusal === undefined && !OTHER.test(state)) return error;
  const { code, why, next, transient = false } = refusal ?? { code: 'explain-refused', why: serverSays, next: BY_HAND };
  const reason = why(`${message.replace(/[.\s]+$/u, '')} (${state})`);
  return new Problem({ code, what: WHAT, why: reason, next, transient }, { cause: error });
}

export function tooOld(version: number): ProblemText {
  return {
    code: 'explain-version',
    what: WHAT,
    why: `PostgreSQL ${Math.floor(version / 10_000)} can’t plan a statement whose constants are not known; 12 and later can.`,
    next: BY_HAND,
    transient: false,
  };
}

/** @param powers names of roles, 'superuser' among them */
export function tooPowerful(user: string, powers: readonly string[]): ProblemText {
  return {
    code: 'explain-role',
    what: WHAT,
    why: `Planning a statement can run code of whoever made what it uses, and ${user} has the powers for it to do harm: ${powers.join(', ')}.`,
    next: 'Watch with a role that only reads (SELECT on the session table, pg_monitor), then explain again.',
    transient: false,
  };
}

export function notOurs(why: string): ProblemText {
  return {
    code: 'explain-foreign',
    what: WHAT,
    why: `${why} Only statements of PostgreSQL’s own names and the session table are planned: planning others could run code of whoever made the rest.`,
    next: BY_HAND,
    transient: false,
  };
}

export function notRecorded(): ProblemText {
  return {
    code: 'explain-no-text',
    what: WHAT,
    why: 'Its text is not known.',
    next: 'Wait for the next reading of pg_stat_statements, then explain again.',
    transient: true,
  };
}

/** Undefined: the statement is of a kind that has a plan. */
export function withoutPlan(statement: string): ProblemText | undefined {
  const word = firstWord(statement);
  if (PLANNED.has(word)) return undefined;
  return {
    code: 'explain-utility',
    what: WHAT,
    why: `${word === '' ? 'It' : word} is a command that has no plan: PostgreSQL plans SELECT, INSERT, UPDATE, DELETE and MERGE.`,
    next: 'There is nothing to explain about it.',
    transient: false,
  };
}

/** In capitals; comments and parentheses before it are passed over. */
export function firstWord(statement: string): string {
  const word = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/|\()*([a-z]+)/iu.exec(statement)?.[1];
  return (word ?? '').toUpperCase();
}

/** The first error with an SQLSTATE in the chain of causes. */
export function causeOf(error: unknown): { code: string; message: string } {
  let e: unknown = error;
  for (let depth = 0; e instanceof Error && depth < 8; depth++) {
    if (!(e instanceof Problem) && 'code' in e && typeof e.code === 'string' && /^[0-9A-Z]{5}$/u.test(e.code))
      return { code: e.code, message: e.message };
    e = e.cause;
  }
  return { code: '', message: '' };
}
