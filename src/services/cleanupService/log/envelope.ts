/** A line of a log without what carries it: the JSON of a structured log, the prefix of Compose, of syslog or of a logger. */
export interface Unwrapped {
  /** Level, message and the other fields of a structured line as one text; any other line as it is. */
  readonly text: string;
  /** The message alone, from its first word on. */
  readonly bare: string;
}

const MESSAGES = ['message', 'msg', 'event', 'log', 'MESSAGE', 'text'];
const TIMES = ['time', 'timestamp', '@timestamp', 'ts', 'asctime', 'datetime', '__REALTIME_TIMESTAMP'];
const COMPOSE = /^[\w.-]{1,80} +\| /u;
/** Dates, levels, names in brackets, signs: nothing in it can be read in two ways, so that it takes one pass. */
const PREFIX =
  /^(?:[\s\-|>*•#=~:,–—✓✔\p{Extended_Pictographic}\ufe0f]+|\[[^[\]]{0,80}\]|\(\d+\)|\d[\d:.,/TZ+-]*(?![\w.,'])|(?:[A-Za-z_][\w.]*[ .])?(?:DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|CRITICAL|FATAL)\b)*/u;

export function unwrap(line: string): Unwrapped {
  const whole = line.replace(COMPOSE, '');
  const text = whole.startsWith('{') ? (fromJson(whole) ?? whole) : whole;
  const bare = text.replace(PREFIX, '').trim();
  // "[executed]" is all that some say.
  return { text, bare: bare === '' ? text.replace(/[^\w ]/gu, '') : bare };
}

function fromJson(line: string): string | undefined {
  let fields: Record<string, unknown>;
  try {
    fields = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined; // cut, or no JSON: its words are looked at as they are
  }
  const level = /^(?:level|levelname|severity)$/iu;
  const scalars = Object.entries(fields).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value));
  const order = (name: string): number =>
    TIMES.includes(name) ? 0 : level.test(name) ? 1 : MESSAGES.includes(name) ? 2 : 3;
  const say = (name: string, value: unknown): string =>
    [
      () => timeText(value),
      () => String(value).toUpperCase(),
      () => words(String(value)),
      () => `${name}=${String(value)}`,
    ][order(name)]?.() ?? '';
  return scalars
    .sort(([a], [b]) => order(a) - order(b))
    .map(([name, value]) => say(name, value))
    .join(' ')
    .trim();
}

/** Seconds, milliseconds or microseconds since 1970 as an ISO date. */
function timeText(value: unknown): string {
  const number =
    typeof value === 'number' ? value : /^\d{10,}(?:\.\d+)?$/u.test(String(value)) ? Number(value) : undefined;
  if (number === undefined) return String(value);
  const ms = number > 1e14 ? number / 1e3 : number > 1e11 ? number : number * 1e3;
  return ms < 8.64e15 ? new Date(ms).toISOString() : '';
}

/** Events are names in structured logs: session_cleanup_completed. */
const words = (message: string): string => (/^[\w.]+$/u.test(message) ? message.replace(/[_.]/gu, ' ') : message);
