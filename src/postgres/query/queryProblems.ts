import { Problem, type ProblemText } from '../../common/problem.ts';
import { causeOf } from '../explain/problems.ts';

/** Why a statement of somebody's was not run, or what the server said against it. */

export const NOT_RUN = 'The statement was not run';

const UNCHANGED = 'Nothing was changed.';

/** By SQLSTATE; the first row that fits. @see https://www.postgresql.org/docs/current/errcodes-appendix.html */
const REFUSALS: readonly (Pick<ProblemText, 'code' | 'next'> & { readonly states: RegExp; readonly why: string })[] = [
  {
    states: /^25006$/u,
    code: 'query-writes',
    why: 'It would write, and the server refused it: statements of a document run in a transaction that can only read',
    next: `${UNCHANGED} Expired sessions are cleared by "Django Sessions: Clear Expired Sessions…", which shows first what it would delete.`,
  },
  {
    states: /^42501$/u,
    code: 'query-permission',
    why: 'The role may not read what it names',
    next: 'Watch with a role that may, such as a member of pg_monitor.',
  },
  {
    states: /^(?:42P01|3F000)$/u,
    code: 'query-missing',
    why: 'It names what is not there, or what is neither PostgreSQL’s own nor the session table',
    next: 'Correct the statement, or run it yourself.',
  },
  {
    states: /^55P03$/u,
    code: 'query-locked',
    why: 'Another session holds the table locked',
    next: 'Wait until it is done, then run it again.',
  },
  {
    states: /^57014$/u,
    code: 'query-timeout',
    why: 'It took too long, and was ended',
    next: 'Look at our own figure for the same thing, or run it yourself when the server has time.',
  },
  {
    states: /^(?:0A|21|22|42|54|55|P0)/u,
    code: 'query-refused',
    why: 'The server refused it',
    next: `${UNCHANGED} Correct the statement.`,
  },
];

/** Turns what the server refused into a Problem that says so; what is not about the statement stays as it is. */
export function queryProblem(error: unknown): unknown {
  const { code: state, message } = causeOf(error);
  const refusal = REFUSALS.find(({ states }) => states.test(state));
  if (refusal === undefined) return error;
  const { code, next } = refusal;
  const why = `${refusal.why} (${state}: ${message.replace(/[.\s]+$/u, '')}).`;
  return new Problem({ code, what: NOT_RUN, why, next, transient: false }, { cause: error });
}

/** @param powers names of roles, 'superuser' among them */
export function roleTooPowerful(user: string, powers: readonly string[]): ProblemText {
  return {
    code: 'query-role',
    what: NOT_RUN,
    why: `It stands in a file that others may have written, and ${user} has the powers for it to do harm: ${powers.join(', ')}.`,
    next: 'Watch with a role that only reads (SELECT on the session table, pg_monitor). Our own figures for the same thing stand over the block.',
    transient: false,
  };
}

export function foreignQuery(why: string): ProblemText {
  return {
    code: 'query-foreign',
    what: NOT_RUN,
    why: `${why} Only statements of PostgreSQL’s own names and the session table are run: others could run code of whoever made the rest.`,
    next: 'Read it, and run it yourself if it is right.',
    transient: false,
  };
}

export function noQuery(why: string): ProblemText {
  return {
    code: 'query-utility',
    what: NOT_RUN,
    why: `Only queries are run from a document, and ${why}.`,
    next: `${UNCHANGED} Run it yourself if it is right.`,
    transient: false,
  };
}

export function tooLong(characters: number): ProblemText {
  return {
    code: 'query-long',
    what: NOT_RUN,
    why: `It has more than ${String(characters)} characters, which nobody reads before they are run.`,
    next: 'Shorten it, or run it yourself.',
    transient: false,
  };
}
