import { commandWords, scriptOf } from '../../../compose/commandWords.ts';
import type { ComposeService } from '../../../compose/composeService.ts';

/** Variables of the shell as they were meant, before Compose takes them for its own: \$a and $$a are $a. */
export const protectDollars = (text: string): string => text.replace(/\\?\${1,2}(?=[A-Za-z_{(])/gu, () => '$');

/** What the shell of a service is meant to run: the script of `sh -c SCRIPT`; undefined: no shell is named. */
export function serviceScript({ command, words }: Pick<ComposeService, 'command' | 'words'>): string | undefined {
  const value = command?.value;
  if (value === undefined) return scriptOf(words);
  if (typeof value === 'string') return scriptOf(commandWords(protectDollars(value)).words);
  // The shell may be the entrypoint, the script alone the command.
  return scriptOf(value) ?? scriptOf(words);
}
