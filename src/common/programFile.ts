import { statSync } from 'node:fs';
import path from 'node:path';

/** What a search for programs asks of a machine. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly isFile: (path: string) => boolean;
}

export interface Startable {
  readonly program: string;
  readonly args: readonly string[];
  /** The arguments are one line for the command processor, quoted already. */
  readonly verbatim?: true;
}

const ENDINGS = '.COM;.EXE;.BAT;.CMD';
/** What Windows gives to its command processor, and Node starts no more without it. @see https://nodejs.org/en/blog/vulnerability/april-2024-security-releases-2 */
const BATCH_FILE = /\.(?:bat|cmd)$/iu;
/** Within quotes, only these have a meaning for the command processor: they end the quotes, name a variable or end the line. */
// eslint-disable-next-line no-control-regex -- a line that ends early is what is looked for
const UNSAFE_IN_QUOTES = /["%!\u0000-\u001f]/u;

export const isFile = (file: string): boolean => statSync(file, { throwIfNoEntry: false })?.isFile() === true;

/**
 * The file that is run by that name: a path, relative to `cwd`, or a name on the PATH; undefined where there is none. On Windows the
 * current folder is not searched, as Windows itself would do first: there a cloned repository could put its own docker.exe.
 */
export function findProgram(name: string, cwd: string, { platform, environment, isFile }: Machine): string | undefined {
  const isWindows = platform === 'win32';
  const paths = isWindows ? path.win32 : path.posix;
  const variable = (wanted: string): string | undefined => {
    const found = Object.keys(environment).find((one) => (isWindows ? one.toUpperCase() : one) === wanted);
    return found === undefined ? undefined : environment[found];
  };
  const endings = isWindows ? (variable('PATHEXT') ?? ENDINGS).split(';').filter((one) => one !== '') : [''];
  // Nothing without such an ending is run there, as the script for Unix that many tools put beside their batch file.
  const complete = endings.some((one) => one !== '' && name.toUpperCase().endsWith(one.toUpperCase()));
  const isPath = isWindows ? /[\\/:]/u.test(name) : name.includes('/');
  const folders = isPath
    ? [cwd]
    : (variable('PATH') ?? '').split(paths.delimiter).filter((one) => paths.isAbsolute(one));
  for (const folder of folders) {
    for (const ending of complete ? ['', ...endings] : endings) {
      const file = paths.resolve(folder, name + ending);
      if (isFile(file)) return file;
    }
  }
  return undefined;
}

/**
 * How a program is started without a shell. Elsewhere than on Windows as it is. There, by its whole path; and a batch file, as gcloud,
 * az and many others are, by the command processor, with arguments that mean nothing to it.
 * @throws Error ENOENT, as starting would, where there is no such program; one with a sentence where an argument can't be given safely
 */
export function startable(program: string, args: readonly string[], cwd: string, machine: Machine): Startable {
  if (machine.platform !== 'win32') return { program, args };
  const file = findProgram(program, cwd, machine);
  if (file === undefined) throw Object.assign(new Error(`spawn ${program} ENOENT`), { code: 'ENOENT' });
  if (!BATCH_FILE.test(file)) return { program: file, args };
  if ([file, ...args].some((one) => UNSAFE_IN_QUOTES.test(one)))
    throw new Error(
      `${file} is a batch file, and an argument with a quote, %, ! or a line break can’t be given to one`,
    );
  const line = [file, ...args].map(quoted).join(' ');
  // Without what the registry runs first (/d), extensions of the syntax off by default (/v:off); /s: the outer quotes are taken away.
  return { program: commandProcessor(machine), args: ['/d', '/v:off', '/s', '/c', `"${line}"`], verbatim: true };
}

/** Backslashes before the closing quote are doubled: the program that the batch file calls would take it for an escaped one. */
function quoted(argument: string): string {
  return `"${argument.replace(/\\+$/u, '$&$&')}"`;
}

/** Of the system itself, not the first of that name on the PATH. */
function commandProcessor(machine: Machine): string {
  return systemProgram('cmd.exe', machine.environment);
}

export function systemProgram(name: string, environment: Machine['environment']): string {
  return path.win32.join(environment['SystemRoot'] ?? environment['SYSTEMROOT'] ?? 'C:\\Windows', 'System32', name);
}
