import { Problem } from '../../common/problem.ts';
import { resolveTarget, type Target } from '../target/target.ts';
import { isSameTarget, targetChanges } from '../target/targetKey.ts';
import type { ConnectOptions } from './database.ts';
import type { ErrorContext } from './errorRules.ts';

/** The target as it is now, each time that a connection is opened: files and environment may have changed since. @throws Problem */
export function meantTarget({ connectionString, password, expected, borrow }: ConnectOptions): Target {
  const target = resolveTarget(connectionString, password, undefined, borrow);
  if (expected === undefined || isSameTarget(expected, target.key)) return target;
  throw new Problem({
    code: 'target-changed',
    what: `${target.description} is not connected to: the target has changed`,
    why: `Its password was entered for another: ${targetChanges(expected, target.key)}.`,
    next: 'If that is meant, enter or confirm the password for the new target; until then nothing is sent to it.',
    transient: false,
  });
}

/** What the server gets that asks for a password: not one that was meant for another, and no empty one. */
export function passwordFor({ parameters, withheld, description }: Target): string {
  const password = parameters['password'];
  if (password !== undefined) return password;
  // As libpq says it.
  if (withheld === undefined) throw new Error('no password supplied');
  throw new Problem({
    code: 'password-withheld',
    what: `Cannot connect to ${description}`,
    why: `The server asks for a password. The one of ${withheld} is not sent by itself to a server that files of the project name.`,
    next: 'If you know this server, confirm it with "Enter the password…".',
    transient: false,
  });
}

/** For the words of what fails. */
export function errorContext({ user, database, host, port }: Target, what: string): ErrorContext {
  return { what, user, database, host, port };
}
