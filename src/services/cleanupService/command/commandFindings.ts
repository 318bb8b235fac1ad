import type { ComposeFile } from '../../../compose/composeFile.ts';
import type { ComposeService } from '../../../compose/composeService.ts';
import { interpolate, type Variables } from '../../../compose/composeVariables.ts';
import { commandWords, scriptOf } from '../../../compose/commandWords.ts';
import { missedWindow } from './clockWindow.ts';
import type { CommandFinding } from './commandFinding.ts';
import { protectDollars, serviceScript } from './serviceScript.ts';

const DOLLAR = /(\\+)?\$(?:(\$)|\{?([A-Za-z_]\w*)|(?=\())/gu;
/** Nobody writes a longer one. */
const MAX_COMMAND = 20_000;
const REFUSED = 'docker-compose before version 2 refuses the file.';

/** What the command of this service can't mean as it is written. Nothing is run. */
export function commandFindings(
  { text, variables }: ComposeFile,
  { command, environment }: ComposeService,
): CommandFinding[] {
  if (command === undefined) return [];
  const raw = text.slice(command.from, command.to);
  if (raw.length > MAX_COMMAND) return [];
  const found = [...dollars(raw, variables, environment), ...quotedDates(raw)];
  const first = found.find(({ code, to }) => code === 'compose-dollar' && raw[to - 1] !== '(');
  const cut = first && whereCut(command.value, variables);
  if (cut !== undefined && first !== undefined) {
    const message = `The shell gets this script only up to ‘…${cut.slice(-24).replace(/\s+/gu, ' ')}’, and ends with a syntax error.`;
    found.push({ ...first, code: 'compose-command-cut', message });
  }
  const script = serviceScript({ command, words: [] }) ?? '';
  return [...found, ...missedWindow(script, raw)].map((one) => ({
    ...one,
    from: command.from + one.from,
    to: command.from + one.to,
  }));
}

/** Compose puts its own variables in before any shell sees the text; $$ is a dollar of the shell's, and \$ is none. */
function dollars(raw: string, variables: Variables, environment: ComposeService['environment']): CommandFinding[] {
  return [...raw.matchAll(DOLLAR)].flatMap((match): CommandFinding[] => {
    const [whole, backslash, escaped, name] = match;
    if (escaped !== undefined) return [];
    const at = {
      code: 'compose-dollar',
      severity: 'warning',
      from: match.index,
      to: match.index + whole.length,
    } as const;
    if (name === undefined) {
      if (backslash === undefined) return [];
      return [
        {
          ...at,
          to: at.to + 1,
          message: `In a compose file \\$( is not escaped by its backslash: write $$(. ${REFUSED}`,
        },
      ];
    }
    // What `environment` gives the container is not known to Compose itself.
    const isForShell = setsItself(raw, name) || (environment.has(name) && variables[name] === undefined);
    if (backslash === undefined && !isForShell) return [];
    const value = variables[name] ?? '';
    const becomes = value === '' ? 'nothing' : 'what that is where Compose runs';
    return [
      {
        ...at,
        message:
          `Compose takes $${name} for a variable of its own and puts ${becomes} in its place` +
          `${backslash === undefined ? '' : '; a backslash does not escape it'}: write $$${name} for the shell’s.`,
      },
    ];
  });
}

/** Whether the script gives the variable its value. */
const setsItself = (raw: string, name: string): boolean =>
  new RegExp(String.raw`(?:^|[\s;"'(])(?:${name}=|for ${name} in\b|read (?:-\w+ )*${name}\b)`, 'u').test(raw);

/** The script as far as it arrives, where it is cut off by what Compose has put in. */
function whereCut(value: string | readonly string[], variables: Variables): string | undefined {
  if (typeof value !== 'string') return undefined;
  const meant = commandWords(protectDollars(value));
  const arrives = commandWords(interpolate(value, variables));
  const isWhole =
    arrives.words.length === meant.words.length &&
    (arrives.lostFrom === undefined) === (meant.lostFrom === undefined) &&
    arrives.refused === meant.refused;
  return isWhole ? undefined : scriptOf(arrives.words);
}

/** In single quotes the shell writes $(date) as it is. */
function quotedDates(raw: string): CommandFinding[] {
  return [...raw.matchAll(/'[^'\n]*?(\\?\$\$?\(date[^'\n)]*\))[^'\n]*'/gu)].map((match) => {
    const from = match.index + match[0].indexOf(match[1] ?? '');
    const message = 'In single quotes the shell writes $(date) as it is: its log tells no time. Use double quotes.';
    return { code: 'quoted-date', severity: 'info', message, from, to: from + (match[1] ?? '').length };
  });
}
