import type * as vscode from 'vscode';
import { Problem } from '../../common/problem.ts';
import type { Access } from '../../monitoring/watch/connection.ts';
import type { PasswordCommands } from '../../monitoring/watch/passwordCommands.ts';
import type { Borrow } from '../../postgres/target/borrowedPassword.ts';
import { resolveTarget } from '../../postgres/target/target.ts';
import { isSameTarget, isTargetKey, targetChanges, type TargetKey } from '../../postgres/target/targetKey.ts';

/** What a person has said of one target of a connection. */
interface Stored {
  readonly target: TargetKey;
  /** Missing: a password that is found elsewhere may be used for this target. */
  readonly password?: string;
}

/** Of a connection, what decides which password it gets. */
export interface PasswordUser {
  readonly id: string;
  readonly name: string;
  readonly connectionString: string;
  readonly borrow: Borrow;
  /** As the text of the project has it. */
  readonly ownPassword?: string;
}

/** A password that is known and not used before a person has confirmed it for this target. */
export interface Unconfirmed {
  readonly why: string;
  /** Missing: it is used from where it stands. */
  readonly password?: string;
}

/** Targets that are remembered of a connection: those of its branches and environments. */
const MOST = 8;

/** Passwords in SecretStorage, each with the target that it was entered for: another target never gets it. */
export class StoredPasswords {
  readonly #secrets: vscode.SecretStorage;
  readonly #commands: PasswordCommands;

  constructor(secrets: vscode.SecretStorage, commands: PasswordCommands) {
    this.#secrets = secrets;
    this.#commands = commands;
  }

  /** How a connection is opened now. @throws Problem 'target-unknown', 'connection-string', 'service-missing', of a command */
  async access(user: PasswordUser): Promise<Access> {
    return this.#commands.complete(await this.#stored(user));
  }

  async #stored({ id, name, connectionString, borrow, ownPassword }: PasswordUser): Promise<Access> {
    const stored = await this.#list(id);
    const own = ownPassword === undefined ? {} : { password: ownPassword };
    if (stored.length === 0) {
      if ((await this.#secrets.get(olderKey(id))) !== undefined) throw targetUnknown(name);
      return { connectionString, borrow, ...own };
    }
    const { key } = resolveTarget(connectionString);
    const fitting = stored.find(({ target }) => isSameTarget(target, key));
    if (fitting === undefined) return { connectionString, borrow, ...expecting(stored) };
    const password = fitting.password ?? ownPassword;
    return { connectionString, borrow: 'any', expected: key, ...(password === undefined ? {} : { password }) };
  }

  /** Whether there is one, for whichever target. */
  async has(id: string): Promise<boolean> {
    return (await this.#list(id)).length > 0 || (await this.#secrets.get(olderKey(id))) !== undefined;
  }

  /** What only lacks a confirmation; undefined: there is none, or it is used already. */
  async unconfirmed({ id, connectionString, borrow, ownPassword }: PasswordUser): Promise<Unconfirmed | undefined> {
    const { key, withheld } = resolveTarget(connectionString, ownPassword, undefined, borrow);
    const stored = await this.#list(id);
    if (stored.some(({ target }) => isSameTarget(target, key))) return undefined;
    const last = stored.find(({ password }) => password !== undefined) ?? stored[0];
    if (last !== undefined) {
      const why = `It was given for another target: ${targetChanges(last.target, key)}.`;
      return { why, ...(last.password === undefined ? {} : { password: last.password }) };
    }
    const older = await this.#secrets.get(olderKey(id));
    if (older !== undefined) return { why: NOT_NOTED, password: older };
    if (withheld === undefined) return undefined;
    return { why: `The password of ${withheld} is not sent by itself to a server that files of the project name.` };
  }

  /** Keeps the password for this target; without a password one from elsewhere may be used for it. */
  async store(id: string, target: TargetKey, password?: string): Promise<void> {
    const others = (await this.#list(id)).filter((one) => !isSameTarget(one.target, target));
    const all: readonly Stored[] = [{ target, ...(password === undefined ? {} : { password }) }, ...others];
    await this.#secrets.store(keyOf(id), JSON.stringify(all.slice(0, MOST)));
    await this.#secrets.delete(olderKey(id));
  }

  async forget(id: string): Promise<void> {
    await this.#secrets.delete(keyOf(id));
    await this.#secrets.delete(olderKey(id));
  }

  async #list(id: string): Promise<readonly Stored[]> {
    const text = await this.#secrets.get(keyOf(id));
    if (text === undefined) return [];
    try {
      const value: unknown = JSON.parse(text);
      return Array.isArray(value) ? value.filter(isStored) : [];
    } catch (error) {
      // Its message would repeat a part of the secret; what can't be read is asked for again.
      if (error instanceof SyntaxError) return [];
      throw error;
    }
  }
}

function keyOf(connectionId: string): string {
  return `passwords/${connectionId}`;
}

/** Where version 0.1 kept one password without its target. */
function olderKey(connectionId: string): string {
  return `password/${connectionId}`;
}

function isStored(value: unknown): value is Stored {
  if (typeof value !== 'object' || value === null || !('target' in value) || !isTargetKey(value.target)) return false;
  return !('password' in value) || typeof value.password === 'string';
}

/** Opening it then says what has changed, since the last time that the person has said something. */
function expecting([last]: readonly Stored[]): Pick<Access, 'expected'> {
  return last === undefined ? {} : { expected: last.target };
}

const NOT_NOTED = 'The stored password is of an earlier version, which did not note which server it was entered for.';

function targetUnknown(name: string): Problem {
  return new Problem({
    code: 'target-unknown',
    what: `${name} is not connected to: its password has to be confirmed once`,
    why: NOT_NOTED,
    next: 'Confirm it with "Enter the password…"; from then on it goes to that server only.',
    transient: false,
  });
}
