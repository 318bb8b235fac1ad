import type { Problem } from '../../common/problem.ts';
import { commandLine } from '../../compose/commandWords.ts';
import { needsDatabase, notACommand, waitsToBeAllowed } from '../../monitoring/metricsCommand/commandProblems.ts';
import type { Connection } from '../../monitoring/watch/connection.ts';
import type { Wish } from '../../presentation/rows/wish.ts';
import { projectFolder } from './projectFolder.ts';
import { wishOf } from './wishes.ts';

type CommandParts = Required<Pick<Connection, 'command' | 'target' | 'connectionString' | 'access'>>;

/**
 * What is other of a connection whose figures a command prints.
 * @param want whether it is allowed; if not, it waits to be
 */
export function commandParts(
  { name, command: given }: { readonly name: string; readonly command: unknown },
  source: 'settings' | 'workspace',
  want: (wish: Wish) => boolean,
): CommandParts {
  // settings.json is written by people.
  const words: readonly unknown[] = Array.isArray(given) ? given : [];
  const texts = words.filter((word) => typeof word === 'string');
  const isCommand = texts.length === words.length && (texts[0] ?? '').trim() !== '';
  const line = commandLine(texts);
  const refusal = (): Problem | undefined => {
    if (!isCommand) return notACommand(name);
    // The person's own settings need no question.
    if (source === 'settings' || want(wishOf(`The command of the connection ${name}`, line))) return undefined;
    return waitsToBeAllowed(name);
  };
  const cwd = projectFolder(undefined)?.uri.fsPath;
  return {
    target: line,
    connectionString: '',
    command: { words: texts, refusal, ...(cwd === undefined ? {} : { cwd }) },
    // A promise, so that whoever asks is told by it; with another problem once it is allowed, so that it is then read at once.
    access: () => Promise.reject(refusal() ?? needsDatabase()),
  };
}
