import { shellCommands, type ShellWord } from '../../compose/shellCommands.ts';
import type { FencedBlock, TextLine } from './fences.ts';
import { offsetInDocument } from './statements.ts';

/** A command line of a block, its words at their places in the document. */
export interface GuideCommand {
  readonly words: readonly ShellWord[];
  readonly from: number;
  readonly to: number;
}

/** `docker compose -f FILE restart web`: which services it names. */
export interface ComposeUse {
  readonly files: readonly string[];
  readonly verb: string;
  readonly services: readonly ShellWord[];
}

/** `docker logs NAME`: which containers it names. */
export interface ContainerUse {
  readonly verb: string;
  readonly containers: readonly ShellWord[];
}

const PROGRAMS =
  /^(?:docker(?:-compose)?|podman(?:-compose)?|python[\d.]*|(?:\S*\/)?manage\.py|django-admin(?:\.py)?|ab|wrk|kubectl|heroku|fly|make|pipenv|poetry|uv)$/u;
/** A line without one of them is not taken apart. */
const HINT = /\b(?:docker|podman|python|manage\.py|django-admin|ab|wrk|kubectl|heroku|fly|make|poetry|pipenv|uv)\b/u;
const PROMPT = /^(?:[$%❯➜]|[\w.-]+@[\w.:~/-]+[$#])$/u;
const BEFORE = new Set(['sudo', 'exec', 'time', 'nohup', 'watch']);
const ASSIGNED = /^[A-Za-z_]\w*=/u;

/** The command lines of a block, whatever language it says it is in; comments are none. */
export function commandsIn(block: FencedBlock): readonly GuideCommand[] {
  return logicalLines(block.lines).flatMap((line) => {
    if (!HINT.test(line.text)) return [];
    return shellCommands(line.text).flatMap(({ words }): GuideCommand[] => {
      const own = words.map((word) => ({ ...word, from: line.place(word.from), to: line.place(word.to) }));
      const start = own.findIndex(({ text }) => !PROMPT.test(text) && !ASSIGNED.test(text) && !BEFORE.has(text));
      const rest = start === -1 ? [] : own.slice(start);
      const [first] = rest;
      const last = rest.at(-1);
      if (first === undefined || last === undefined || !PROGRAMS.test(first.text)) return [];
      return [{ words: rest, from: first.from, to: last.to }];
    });
  });
}

interface LogicalLine {
  readonly text: string;
  /** Where an offset of the text stands in the document. */
  readonly place: (offset: number) => number;
}

/** Lines that end with a backslash go on in the next. */
function logicalLines(lines: readonly TextLine[]): LogicalLine[] {
  const found: LogicalLine[] = [];
  for (let i = 0; i < lines.length; i++) {
    const parts: TextLine[] = [];
    for (; i < lines.length; i++) {
      const line = lines[i];
      if (line === undefined) break;
      parts.push(line);
      if (!line.text.endsWith('\\')) break;
    }
    const text = parts.map((part) => part.text).join('\n');
    found.push({ text, place: (offset) => offsetInDocument(parts, offset) });
  }
  return found;
}

const COMPOSE = /^(?:docker|podman)-compose$/u;
const ENGINE = /^(?:docker|podman)$/u;
/** Options before the verb that take a value of their own. */
const OF_PROGRAM =
  /^(?:-f|--file|-p|--project-name|--project-directory|--env-file|--profile|-c|--context|-H|--host|--log-level|--ansi|--parallel|--progress)$/u;
/** Verbs that take names, the options with a value of each, and how many names: one, with its own command behind it, or all. */
const COMPOSE_VERBS: Readonly<Record<string, { readonly valued: RegExp; readonly one?: true }>> = {
  restart: { valued: /^(?:-t|--timeout)$/u },
  stop: { valued: /^(?:-t|--timeout)$/u },
  start: { valued: /^--wait-timeout$/u },
  kill: { valued: /^(?:-s|--signal)$/u },
  rm: { valued: /^$/u },
  pause: { valued: /^$/u },
  unpause: { valued: /^$/u },
  pull: { valued: /^--policy$/u },
  build: { valued: /^(?:--build-arg|--builder|-m|--memory|--progress|--ssh)$/u },
  logs: { valued: /^(?:--tail|-n|--since|--until|--index)$/u },
  top: { valued: /^$/u },
  up: { valued: /^(?:-t|--timeout|--scale|--exit-code-from|--attach|--no-attach|--pull|--wait-timeout)$/u },
  exec: { valued: /^(?:-e|--env|-u|--user|-w|--workdir|--index)$/u, one: true },
  run: {
    valued: /^(?:-e|--env|--env-file|-u|--user|-w|--workdir|--name|-p|--publish|-v|--volume|--entrypoint|-l|--label)$/u,
    one: true,
  },
};
const ENGINE_VERBS: typeof COMPOSE_VERBS = {
  logs: { valued: /^(?:--tail|-n|--since|--until)$/u },
  restart: { valued: /^(?:-t|--time|--timeout|-s|--signal)$/u },
  stop: { valued: /^(?:-t|--time|--timeout|-s|--signal)$/u },
  start: { valued: /^--detach-keys$/u },
  kill: { valued: /^(?:-s|--signal)$/u },
  exec: { valued: /^(?:-e|--env|--env-file|-u|--user|-w|--workdir|--detach-keys)$/u, one: true },
  stats: { valued: /^--format$/u },
  top: { valued: /^$/u, one: true },
  port: { valued: /^$/u, one: true },
};

/** undefined: it is no command of Compose that names services. */
export function composeUse({ words }: GuideCommand): ComposeUse | undefined {
  const [program, second] = words;
  if (program === undefined) return undefined;
  const isPlugin = ENGINE.test(program.text) && second?.text === 'compose';
  if (!isPlugin && !COMPOSE.test(program.text)) return undefined;
  const files: string[] = [];
  let at = isPlugin ? 2 : 1;
  for (; words[at]?.text.startsWith('-') === true; at++) {
    const [, equals] = /^(?:-f|--file)=(.+)$/u.exec(words[at]?.text ?? '') ?? [];
    if (equals !== undefined) files.push(equals);
    else if (OF_PROGRAM.test(words[at]?.text ?? '')) {
      if (/^(?:-f|--file)$/u.test(words[at]?.text ?? '')) files.push(words[at + 1]?.text ?? '');
      at++;
    }
  }
  const verb = words[at]?.text ?? '';
  const services = namesAfter(words.slice(at + 1), COMPOSE_VERBS[verb]);
  return services === undefined ? undefined : { files, verb, services };
}

/** undefined: it is no command of the engine that names containers. */
export function containerUse({ words }: GuideCommand): ContainerUse | undefined {
  const [program, ...rest] = words;
  if (program === undefined || !ENGINE.test(program.text)) return undefined;
  const own = rest[0]?.text === 'container' ? rest.slice(1) : rest;
  const verb = own[0]?.text ?? '';
  const containers = namesAfter(own.slice(1), ENGINE_VERBS[verb]);
  return containers === undefined ? undefined : { verb, containers };
}

function namesAfter(
  words: readonly ShellWord[],
  verb: { readonly valued: RegExp; readonly one?: true } | undefined,
): readonly ShellWord[] | undefined {
  if (verb === undefined) return undefined;
  const names: ShellWord[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (word === undefined || (verb.one === true && names.length === 1)) break;
    if (verb.valued.test(word.text)) i++;
    else if (!word.text.startsWith('-')) names.push(word);
  }
  return names;
}

const MANAGES = /(?:^|\/)(?:manage\.py|django-admin(?:\.py)?)$/u;

/** The words of Django's command and behind it, wherever it stands: `docker compose exec web python manage.py clearsessions`. */
export function djangoCommand({ words }: GuideCommand): readonly ShellWord[] | undefined {
  const at = words.findIndex(({ text }) => MANAGES.test(text));
  return at === -1 || words[at + 1] === undefined ? undefined : words.slice(at + 1);
}

/** What a document writes where a reader's own name belongs. */
export function isPlaceholder(name: string): boolean {
  return (
    !/^[A-Za-z0-9][\w.-]*$/u.test(name) ||
    /^(?:[A-Z][A-Z_]+|(?:my|your|some|the)[_-]?\w*|(?:service|container)(?:[_-]?(?:name|id))?|foo|bar|example|xxx+|name|id)$/u.test(
      name,
    )
  );
}
