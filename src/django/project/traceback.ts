/** The last line of a Python traceback, fit to be shown: what is quoted in it may be the value of a secret. */

/** Exceptions whose quoted texts are names of modules, keys or files. */
const NAMES_THINGS =
  /^(?:\w+\.)*(?:ModuleNotFoundError|ImportError|KeyError|NameError|AttributeError|FileNotFoundError|ImproperlyConfigured|UndefinedValueError)\b/;

const SECRET_VARIABLE = /pass|secret|token|key|url|dsn|credential/i;

export function lastErrorLine(stderr: string, environment: Readonly<Record<string, string | undefined>>): string {
  const lines = stderr.split(/\r?\n/).filter((line) => line.trim() !== '');
  // The last line that starts an exception: its message may go on over several.
  const line = lines.findLast((candidate) =>
    /^[A-Za-z_][\w.]*(?:Error|Exception|Warning|Configured|Interrupt|Exit)?\b(?::|$)/.test(candidate),
  );
  if (line === undefined) return '';
  let text = line.length > 300 ? `${line.slice(0, 299)}…` : line;
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && value.length >= 4 && SECRET_VARIABLE.test(name)) text = text.replaceAll(value, '…');
  }
  text = text.replace(/(\w+:\/\/)[^\s/'"]*@/g, '$1…@');
  const shown = NAMES_THINGS.test(text) ? text : text.replace(/(['"]).*\1/g, "'…'");
  return /[.!?]$/.test(shown) ? shown : `${shown}.`;
}
