import { Problem } from '../../common/problem.ts';
import { ERROR_RULES, type ErrorContext } from './errorRules.ts';

/** Turns whatever `pg`, the socket or TLS threw into a Problem. A Problem stays what it is. */
export function toProblem(error: unknown, context: ErrorContext): Problem {
  if (error instanceof Problem) return error;
  const { code, message } = details(error);
  const rule = ERROR_RULES.find(
    ({ when, aboutTable }) =>
      (aboutTable !== true || context.table !== undefined) &&
      when.some((test) => (typeof test === 'string' ? test === code : test.test(code) || test.test(message))),
  );
  if (rule === undefined) {
    const state = code === '' ? '' : ` (${code})`;
    return new Problem(
      {
        code: 'database-error',
        what: context.what,
        why: `${message.replace(/[.\s]*$/u, '')}${state}.`,
        next: 'Look into the log for more.',
        transient: false,
      },
      { cause: error },
    );
  }
  const text = {
    code: rule.code,
    why: rule.why(context, message),
    next: rule.next(context, message),
    transient: rule.transient,
  };
  return new Problem({ what: context.what, ...text }, { cause: error });
}

/** With several addresses for a name Node throws an AggregateError: its first part says as much as any. */
function details(error: unknown): { code: string; message: string } {
  if (error instanceof AggregateError && error.errors.length > 0) return details(error.errors[0]);
  if (typeof error !== 'object' || error === null) return { code: '', message: String(error) };
  const { code, message } = error as { code?: unknown; message?: unknown };
  return { code: typeof code === 'string' ? code : '', message: typeof message === 'string' ? message : '' };
}
