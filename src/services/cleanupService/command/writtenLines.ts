import { shellCommands, type ShellCommand, type ShellWord } from '../../../compose/shellCommands.ts';

/** The text of a management command of the project; undefined: it is not the project's, or can't be read. */
export type CommandSource = (name: string) => string | undefined;

/** What a line of the log is made of: the words that stand in it whatever comes, in their order. */
export type LineTemplate = readonly string[];

const GRAMMAR = new Set([
  'while',
  'until',
  'if',
  'then',
  'else',
  'elif',
  'do',
  'done',
  'fi',
  '!',
  '{',
  '}',
  'exec',
  'time',
]);
/** They write nothing when they succeed. */
const SILENT = new Set(
  (
    'sleep wait trap true false : [ [[ test mkdir rmdir rm mv cp touch export cd exit return local unset shift read break continue ' +
    'set umask chmod chown flock kill'
  ).split(' '),
);
const ASSIGNED = /^[A-Za-z_]\w*\+?=/u;
const PYTHON = /^(?:python[\d.]*|uv|poetry|pipenv|run|gosu|su-exec|nice|nohup|timeout|env)$/u;
const MANAGES = /(?:^|\/)(?:manage\.py|django-admin(?:\.py)?)$/u;
/** What stands for something that is known only when it runs. */
const OPEN = /\$\([^()]*(?:\([^()]*\)[^()]*)*\)|\$\{[^{}]*\}|\$\w+|`[^`]*`|%[-+ #0]*\d*(?:\.\d+)?[a-zA-Z]|\\[nt]/u;
const OPEN_IN_PYTHON = /\{[^{}]*\}|%(?:\(\w+\))?[-+ #0]*\d*(?:\.\d+)?[a-zA-Z]|\\[nt]/u;
/** A string in Python's source: what is between the quotes. */
const STRINGS =
  /(?:\b[rbfu]{1,2})?(?:"""([\s\S]*?)"""|'''([\s\S]*?)'''|"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)')/giu;

/**
 * All lines that a cleanup service may write by its script, when nothing fails; undefined: it calls what is not known, which may write
 * anything. Django's own `clearsessions` writes nothing.
 * @see https://github.com/django/django/blob/main/django/contrib/sessions/management/commands/clearsessions.py
 */
export function writtenLines(script: string, sourceOf: CommandSource): readonly LineTemplate[] | undefined {
  const found: LineTemplate[] = [];
  for (const command of shellCommands(script)) {
    const words = withoutGrammar(command.words);
    const [program] = words;
    if (program === undefined || isFunction(program.text, script) || command.words[0]?.text === 'for') continue;
    if (program.text === 'set' && words.some(({ text }) => /^-\w*x/u.test(text))) return undefined;
    const lines = linesOf(words, command, sourceOf);
    if (lines === undefined) return undefined;
    found.push(...lines);
  }
  return found;
}

function linesOf(
  words: readonly ShellWord[],
  { isRedirected }: ShellCommand,
  sourceOf: CommandSource,
): readonly LineTemplate[] | undefined {
  const [program, ...rest] = words;
  const name = program?.text ?? '';
  if (isRedirected || SILENT.has(name)) return [];
  if (name === 'echo' || name === 'printf') {
    const said = rest.map(({ text }) => text).filter((text) => !/^-[neE]+$/u.test(text));
    return [template(said.join(' '), OPEN)];
  }
  const manages = words.findIndex(({ text }) => MANAGES.test(text));
  if (manages === -1 || !words.slice(0, manages).every(({ text }) => PYTHON.test(text) || text.startsWith('-')))
    return undefined;
  const command = words[manages + 1]?.text ?? '';
  const source = sourceOf(command);
  if (source !== undefined) return saidInSource(source);
  return command === 'clearsessions' ? [] : undefined;
}

/** Every string of the source that may be a line of its own: which of them it writes is not asked. */
function saidInSource(source: string): LineTemplate[] {
  // Of the four ways to write one a match has one.
  return [...source.matchAll(STRINGS)].map((match) => template(match.slice(1).join(''), OPEN_IN_PYTHON));
}

function template(text: string, open: RegExp): LineTemplate {
  return text
    .split(new RegExp(open.source, 'gu'))
    .map(plain)
    .filter((part) => part !== '');
}

function withoutGrammar(words: readonly ShellWord[]): readonly ShellWord[] {
  const start = words.findIndex(({ text }) => !GRAMMAR.has(text) && !ASSIGNED.test(text));
  return start === -1 ? [] : words.slice(start);
}

const isFunction = (name: string, script: string): boolean =>
  /^[\w-]+$/u.test(name) && new RegExp(String.raw`(?:^|[\s;])${name}\s*\(\)`, 'u').test(script);

const plain = (text: string): string => text.toLowerCase().replace(/\s+/gu, ' ').trim();
/** Dates, levels and names in brackets before the words of a line. */
const PREFIX = /^(?:[\s\-|>*•#=~:]+|\[[^\]]{0,80}\]|\d[\d:.,/tz+-]*(?!\w))*/u;
/** Letters that two lines need to have in common before they are taken for the same. */
const ENOUGH = 4;

/** Whether a line of a document can be one of these; a part of one is, too. */
export function isWritten(line: string, lines: readonly LineTemplate[]): boolean {
  const text = plain(line);
  const bare = text.replace(PREFIX, '').replace(/\s*(?:\.{3}|…)$/u, '');
  return lines.some((parts) => {
    const whole = parts.join(' ');
    if (bare.length >= ENOUGH && whole.includes(bare)) return true;
    if (whole.replace(/[^\p{L}]/gu, '').length < ENOUGH) return false;
    let at = 0;
    const [first = '', ...rest] = parts;
    return [first.replace(PREFIX, ''), ...rest].every((part) => {
      const found = text.indexOf(part, at);
      at = found + part.length;
      return found !== -1;
    });
  });
}
