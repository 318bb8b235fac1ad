import path from 'node:path';

/** `docker compose -f x.yml restart web` and the like: what of it can be checked before it is run. */
export interface ComposeCommand {
  readonly kind: 'compose';
  /** docker-compose, or docker compose. */
  readonly program: readonly string[];
  readonly files: readonly string[];
  /** What follows the program. */
  readonly rest: readonly string[];
  readonly services: readonly string[];
}

/** `docker restart web`. */
export interface EngineCommand {
  readonly kind: 'engine';
  readonly program: string;
  readonly containers: readonly string[];
}

export type RestartCommand = ComposeCommand | EngineCommand | { readonly kind: 'other'; readonly program: string };

/** Options that take a value of their own. */
const VALUED =
  /^(?:-f|--file|-p|--project-name|--project-directory|--env-file|--profile|-t|--time|--timeout|-s|--signal|-c|--context|-H|--host)$/u;
const ENGINES = /^(?:docker|podman)(?:\.exe)?$/u;
/** Only what these do to services or containers can be checked by their names. */
const VERBS = /^(?:restart|kill|up|start|stop)$/u;

export function readRestartCommand(command: readonly string[]): RestartCommand {
  const [program = '', ...args] = command;
  const base = path.basename(program);
  const isPlugin = ENGINES.test(base) && args[0] === 'compose';
  if (isPlugin || /^(?:docker|podman)-compose(?:\.exe)?$/u.test(base)) {
    const rest = isPlugin ? args.slice(1) : args;
    const { words, files } = wordsOf(rest);
    const services = VERBS.test(words[0] ?? '') ? words.slice(1) : [];
    return { kind: 'compose', program: isPlugin ? [program, 'compose'] : [program], files, rest, services };
  }
  if (!ENGINES.test(base)) return { kind: 'other', program };
  const { words } = wordsOf(args);
  const [verb = '', ...names] = words[0] === 'container' ? words.slice(1) : words;
  return { kind: 'engine', program, containers: VERBS.test(verb) ? names : [] };
}

function wordsOf(args: readonly string[]): { words: string[]; files: string[] } {
  const words: string[] = [];
  const files: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    const isFile = /^(?:-f|--file)(?:=(.+))?$/u.exec(arg);
    if (VALUED.test(arg)) i++;
    if (isFile !== null) files.push(isFile[1] ?? args[i] ?? '');
    else if (!arg.startsWith('-')) words.push(arg);
    else if (VALUED.test(arg)) continue;
  }
  return { words, files };
}
