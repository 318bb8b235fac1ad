/** Variables in compose files, as Compose resolves them. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** The environment wins over the `.env` beside the compose file. */
export function composeVariables(dotenv: string | undefined, environment: Variables): Variables {
  if (dotenv === undefined) return environment;
  const found = readEnvFile(dotenv, environment);
  return { ...Object.fromEntries([...found].map(([name, { value }]) => [name, value])), ...environment };
}

const NAME = /[A-Za-z_]\w*/y;
const BRACED = /^([A-Za-z_]\w*)(?:(:?[-?+])([^]*))?$/u;

/**
 * Replaces $NAME, ${NAME}, ${NAME:-default}, ${NAME-default}, ${NAME:+other}, ${NAME+other} and $$, also within each other;
 * ${NAME:?message} of a variable that is missing becomes empty. `missing` gets the names without which the text is not known.
 * @see https://docs.docker.com/reference/compose-file/interpolation/
 */
export function interpolate(text: string, variables: Variables, missing = new Set<string>(), depth = 0): string {
  let done = '';
  let closing: ReadonlyMap<number, number> | undefined;
  for (let at = 0; at < text.length;) {
    const dollar = text.indexOf('$', at);
    if (dollar === -1) return done + text.slice(at);
    done += text.slice(at, dollar);
    at = dollar + 1;
    if (text[at] === '$') {
      done += '$';
      at++;
      continue;
    }
    const end = text[at] === '{' ? (closing ??= closingBraces(text)).get(at) : undefined;
    const braced = end === undefined ? null : BRACED.exec(text.slice(at + 1, end));
    NAME.lastIndex = at;
    const bare = end === undefined ? NAME.exec(text)?.[0] : undefined;
    if (end !== undefined && braced !== null && depth < MAX_NESTED) {
      const [, name = '', operator = '', word = ''] = braced;
      done += valueOf(name, operator, () => interpolate(word, variables, missing, depth + 1), variables, missing);
      at = end + 1;
      if (done.length > MAX_LENGTH) return tooLong(name, missing);
    } else if (bare !== undefined) {
      done += valueOf(bare, '', () => '', variables, missing);
      at += bare.length;
      if (done.length > MAX_LENGTH) return tooLong(bare, missing);
    } else done += '$';
  }
  return done;
}

const MAX_NESTED = 20;
/** Of characters. Ten lines, each of which names the one before ten times, would make a text that fills the memory. */
const MAX_LENGTH = 100_000;

function tooLong(name: string, missing: Set<string>): string {
  missing.add(name);
  return '';
}

function valueOf(
  name: string,
  operator: string,
  word: () => string,
  variables: Variables,
  missing: Set<string>,
): string {
  const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
  const isSet = operator.startsWith(':') ? value !== undefined && value !== '' : value !== undefined;
  if (operator.endsWith('-')) return isSet ? (value ?? '') : word();
  if (operator.endsWith('+')) return isSet ? word() : '';
  if (!isSet) missing.add(name);
  return value ?? '';
}

/** Of each brace that is closed, where; found in one pass, for a text may be nothing but braces. */
function closingBraces(text: string): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  const open: number[] = [];
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '{') open.push(at);
    else if (text[at] === '}' && open.length > 0) found.set(open.pop() ?? 0, at);
  }
  return found;
}

export interface EnvFileEntry {
  readonly value: string;
  /** 1-based. */
  readonly line: number;
  /** Variables that it is made from and that are not set. */
  readonly missing: readonly string[];
}

const RAW_ENTRY = /^[^\S\n]*([A-Za-z_][\w.-]*)=([^\n]*)/gmu;
const ENTRY =
  /^[^\S\n]*(?:export[^\S\n]+)?([A-Za-z_][\w.-]*)[^\S\n]*[=:][^\S\n]*(?:'((?:\\'|[^'])*)'|"((?:\\[^]|[^"\\])*)"|([^\n]*))/gmu;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', $: '$$' };

/**
 * A `.env` or env_file as Compose reads it, which differs from Python's readers; `raw`: without quotes, comments and variables.
 * @see https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/#env-file-syntax
 */
export function readEnvFile(text: string, variables: Variables, raw = false): Map<string, EnvFileEntry> {
  const found = new Map<string, EnvFileEntry>();
  const known: Record<string, string | undefined> = { ...variables };
  const lines = text.replace(/^\uFEFF/u, '').replace(/\r\n?/gu, '\n');
  let line = 1;
  let counted = 0;
  for (const match of lines.matchAll(raw ? RAW_ENTRY : ENTRY)) {
    const [, name = '', single, double, plain = ''] = match;
    for (; counted < match.index; counted++) if (lines[counted] === '\n') line++;
    const missing = new Set<string>();
    const resolve = (value: string): string => interpolate(value, known, missing);
    const value = raw
      ? (single ?? '')
      : single !== undefined
        ? single.replaceAll("\\'", "'")
        : double !== undefined
          ? resolve(double.replace(/\\([^])/gu, (_, c: string) => ESCAPES[c] ?? c))
          : resolve(plain.replace(/(?:^|\s)#.*$/u, '').trimEnd());
    if (!Object.hasOwn(variables, name)) known[name] = value;
    found.set(name, { value, line, missing: [...missing] });
  }
  return found;
}

/**
 * The name of the project without one being set: that of the folder, in lower case, without what is not a letter, digit,
 * hyphen or underscore.
 * @see https://docs.docker.com/compose/how-tos/project-name/
 */
export function projectNameOf(folderName: string): string {
  return folderName
    .toLowerCase()
    .replace(/[^a-z0-9_-]/gu, '')
    .replace(/^[_-]+/u, '');
}
