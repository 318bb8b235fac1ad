import { LETTER_ESCAPES } from '../syntax/escapes.ts';

/**
 * Python's readers of `.env` differ from each other, and from the `dotenv` package of npm, in ways that matter for a password:
 * `PASSWORD=a#b` is `a#b` for all of Python's and `a` for npm's; `"a\"b"` keeps its backslash in npm's only; `"a\nb"` is a line break for
 * python-dotenv and two characters for the others. So each is read here as its own package does; test/django compares.
 */
export type DotenvFlavour = 'python-dotenv' | 'django-environ' | 'python-decouple';

type Variables = Map<string, string>;

/** `current`: what the process environment says, for `${NAME}` in python-dotenv. */
export function readDotenv(
  text: string,
  flavour: DotenvFlavour,
  current: (name: string) => string | undefined,
): Variables {
  return READERS[flavour](text.replace(/^\uFEFF/, ''), current);
}

const READERS: Record<DotenvFlavour, (text: string, current: (name: string) => string | undefined) => Variables> = {
  'python-dotenv': readPythonDotenv,
  'django-environ': readDjangoEnviron,
  'python-decouple': readDecouple,
};

/** One binding of python-dotenv: a key, and a value in single quotes, double quotes or none. Values in quotes may span lines. */
const BINDING =
  /\s*(?:export[^\S\n]+)?(?:'([^']+)'|([^=#\s]+))[^\S\n]*(?:=[^\S\n]*(?:'((?:\\[^]|[^'\\])*)'|"((?:\\[^]|[^"\\])*)"|(?!['"])([^\n]*)))?[^\S\n]*(?:#[^\n]*)?(?:\n|$)/y;

function readPythonDotenv(text: string, current: (name: string) => string | undefined): Variables {
  const lines = text.replace(/\r\n?/g, '\n');
  const found: Variables = new Map();
  for (let at = 0; at < lines.length;) {
    BINDING.lastIndex = at;
    const match = BINDING.exec(lines);
    if (match === null) {
      // A comment, or a line that python-dotenv warns of and leaves out.
      at = endOfLine(lines, skipWhiteSpace(lines, at));
      continue;
    }
    at = BINDING.lastIndex;
    const [, quotedKey, key = quotedKey ?? '', single, double, plain] = match;
    const value =
      single?.replace(/\\([\\'])/g, '$1') ??
      double?.replace(/\\([\\'"abfnrtv])/g, (_, c: string) => LETTER_ESCAPES[c] ?? c) ??
      plain?.replace(/\s#.*$/, '').trimEnd();
    if (value !== undefined) found.set(key, value);
  }
  const resolved: Variables = new Map();
  for (const [name, value] of found) {
    const substituted = substitute(value, (other) => current(other) ?? resolved.get(other));
    resolved.set(name, substituted);
  }
  return resolved;
}

/** Of what is put in, in characters: lines that name each other would fill the memory. */
const MAX_LENGTH = 100_000;

/**
 * Puts in `${NAME}` and `${NAME:-default}`. Not by a regular expression, which would read a line of nothing but beginnings to its end from
 * each of them.
 */
function substitute(value: string, of: (name: string) => string | undefined): string {
  let done = '';
  let [at, end, colon] = [0, 0, 0];
  for (let next = value.indexOf('${'); next !== -1; next = value.indexOf('${', at)) {
    done += value.slice(at, next);
    at = next + 2;
    if (end < at) end = value.indexOf('}', at);
    if (end === -1) return done + value.slice(next);
    if (colon !== -1 && colon < at) colon = value.indexOf(':', at);
    const hasDefault = colon !== -1 && colon < end;
    if (hasDefault && value[colon + 1] !== '-') {
      done += '${';
      continue;
    }
    const name = value.slice(at, hasDefault ? colon : end);
    done += of(name) ?? (hasDefault ? value.slice(colon + 2, end) : '');
    if (done.length > MAX_LENGTH) return value;
    at = end + 1;
  }
  return done + value.slice(at);
}

function skipWhiteSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charAt(at).trim() === '') at++;
  return at;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end + 1;
}

function readDjangoEnviron(text: string): Variables {
  const found: Variables = new Map();
  for (const line of text.split(/\r\n|\r|\n/)) {
    const match = /^(?:export )?([A-Za-z_0-9]+)=(.*)$/.exec(line);
    if (match === null) continue;
    const [, name = '', raw = ''] = match;
    const value = raw.length >= 2 && raw.startsWith("'") && raw.endsWith("'") ? raw.slice(1, -1) : raw;
    const doubled = value.length >= 2 && value.startsWith('"') && value.endsWith('"');
    // \n, \r and \t stay as written, every other escape loses its backslash (django-environ, read_env).
    const escape = (_: string, c: string): string => ('rnt'.includes(c) ? `\\${c}` : c);
    found.set(name, doubled ? value.slice(1, -1).replace(/\\(.)/g, escape) : value);
  }
  return found;
}

function readDecouple(text: string): Variables {
  const found: Variables = new Map();
  for (const raw of text.split(/\r\n|\r|\n/)) {
    const line = raw.trim();
    const equals = line.indexOf('=');
    if (line.startsWith('#') || equals === -1) continue;
    const value = line.slice(equals + 1).trim();
    const quoted = value.length >= 2 && /^(['"])[^]*\1$/.test(value);
    found.set(line.slice(0, equals).trim(), quoted ? value.slice(1, -1) : value);
  }
  return found;
}
