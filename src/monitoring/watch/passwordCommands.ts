import type { PasswordCommand } from '../../contributions.ts';
import { resolveTarget, type Target } from '../../postgres/target/target.ts';
import type { Access } from './connection.ts';

/** Passwords that programs give, each asked once and again when the server refuses what it gave. */
export class PasswordCommands {
  readonly #list: () => readonly PasswordCommand[];
  readonly #given = new Map<string, Promise<string>>();

  constructor(list: () => readonly PasswordCommand[]) {
    this.#list = list;
  }

  /** With the password of the command that is for this server, if there is one. @throws Problem */
  async complete(access: Access): Promise<Access> {
    const commands = this.#list();
    if (commands.length === 0) return access;
    const target = resolveTarget(access.connectionString);
    const fitting = commands.find((command) => isFor(command, target));
    if (fitting === undefined) return access;
    const password = await this.#ask(fitting, target, false);
    return { ...access, password, renewPassword: () => this.#ask(fitting, target, true) };
  }

  async #ask({ command }: PasswordCommand, { host, port, user }: Target, anew: boolean): Promise<string> {
    const { runPasswordCommand } = await import('../../services/passwords/runPasswordCommand.ts');
    const key = JSON.stringify([command, host, port, user]);
    const present = anew ? undefined : this.#given.get(key);
    const asking = present ?? runPasswordCommand(command, host);
    this.#given.set(key, asking);
    asking.catch(() => {
      if (this.#given.get(key) === asking) this.#given.delete(key);
    });
    return await asking;
  }
}

/** A hostaddr would send it to another server than the one that the person has named. */
function isFor(command: PasswordCommand, { host, port, user, parameters }: Target): boolean {
  const { hostaddr = host } = parameters;
  return (
    command.host.toLowerCase() === host.toLowerCase() &&
    hostaddr === host &&
    (command.port ?? port) === port &&
    (command.user ?? user) === user
  );
}
