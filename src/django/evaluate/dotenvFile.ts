import dotenv from 'dotenv';

/**
 * Python's readers of `.env` differ in ways that matter for a password: `PASSWORD=a#b` is `a#b` for all of them, but `a`
 * for the `dotenv` package of npm, and `"a\\nb"` is a line break for one and two characters for the others. So each has its
 * own reading: python-dotenv by the npm package, corrected; django-environ and python-decouple line by line, as they do.
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

const UNQUOTED = /^[^\S\n]*(?:export[^\S\n]+)?([^=#\s]+)[^\S\n]*=[^\S\n]*([^'"\s][^\n]*)$/gm;

function readPythonDotenv(text: string, current: (name: string) => string | undefined): Variables {
  const normalized = text.replace(/\r\n?/g, '\n');
  const parsed = new Map(Object.entries(dotenv.parse(normalized)));
  for (const [, name = '', raw = ''] of normalized.matchAll(UNQUOTED)) {
    // Only a value that npm's reader cut at a '#': a line inside a longer quoted value is not one.
    const value = raw.replace(/\s+#.*$/, '').trimEnd();
    const read = parsed.get(name);
    if (read !== undefined && value.includes('#') && value.startsWith(read)) parsed.set(name, value);
  }
  const resolved: Variables = new Map();
  for (const [name, value] of parsed) {
    resolved.set(
      name,
      value.replace(/\$\{([^}:]*)(?::-([^}]*))?\}/g, (_, other: string, fallback?: string) => {
        return current(other) ?? resolved.get(other) ?? fallback ?? '';
      }),
    );
  }
  return resolved;
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
