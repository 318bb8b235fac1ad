/** What a program gets of a `command` that is one text: Compose takes it apart itself, no shell does. */
export interface CommandWords {
  readonly words: readonly string[];
  /** Offset in the text at which the rest of it is lost; undefined: nothing is. */
  readonly lostFrom?: number;
  /** Why Compose refuses it. */
  readonly refused?: true;
}

/**
 * Takes a command apart as Compose does: quotes and backslashes as in a shell, but an unquoted ; & | < > ends it.
 * @see https://github.com/compose-spec/compose-go types/command.go, which leaves it to mattn/go-shellwords
 */
export function commandWords(text: string): CommandWords {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const sign = text[i] ?? '';
    if (sign === '\\' && quote !== "'") {
      const next = text[++i];
      if (next === undefined) return { words, refused: true };
      word = (word ?? '') + ({ t: '\t', n: '\n' }[next] ?? next);
    } else if (sign === quote) {
      quote = '';
    } else if (quote !== '') {
      word = (word ?? '') + sign;
    } else if (sign === '"' || sign === "'") {
      quote = sign;
      word ??= '';
    } else if (/\s/u.test(sign)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (/[;&|<>]/u.test(sign)) {
      return { words: word === undefined ? words : [...words, word], lostFrom: i };
    } else {
      word = (word ?? '') + sign;
    }
  }
  if (word !== undefined) words.push(word);
  return quote === '' ? { words } : { words, refused: true };
}

/** The script of `sh -c SCRIPT` among them. */
export function scriptOf(words: readonly string[]): string | undefined {
  const option = words.findIndex(
    (word, i) => /^-[a-z]*c$/u.test(word) && /(?:^|\/)(?:ba|da|a|k|z)?sh$/u.test(words[i - 1] ?? ''),
  );
  return option < 0 ? undefined : words[option + 1];
}

/** A program and its arguments as a person would type them into a shell. */
export function commandLine(command: readonly string[]): string {
  return command
    .map((part) => (/^[\w@%+=:,./-]+$/.test(part) ? part : `'${part.replaceAll("'", String.raw`'\''`)}'`))
    .join(' ');
}
