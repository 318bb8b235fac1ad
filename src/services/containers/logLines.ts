import { stripVTControlCharacters } from 'node:util';

/** One line of the log of a service. */
export interface LogLine {
  readonly text: string;
  readonly stream: 'stdout' | 'stderr';
  /** When the engine took it, by the engine's clock, in nanoseconds since 1970; undefined when the line carries no time. */
  readonly nanoseconds?: bigint;
}

/** A longer line is shortened: nobody reads more, and a log without any newline must not fill the memory. */
const MAX_LINE = 8_192;

/**
 * Logs are read with a character for each byte ('latin1') until a line is whole: the engine may put a time between the bytes
 * of one character.
 */
export const LOG_ENCODING = 'latin1';

/** Lines of a stream that comes in chunks which end anywhere. */
export class LineSplitter {
  #rest = '';

  push(chunk: string): string[] {
    const parts = chunk.split('\n');
    const last = parts.pop() ?? '';
    const lines = parts.map((part, i) => (i === 0 ? this.#rest + part : part).slice(0, MAX_LINE));
    const rest = lines.length === 0 ? this.#rest + last : last;
    this.#rest = rest.slice(0, MAX_LINE);
    return lines;
  }

  /** What came after the last newline. */
  flush(): string[] {
    const rest = this.#rest;
    this.#rest = '';
    return rest === '' ? [] : [rest];
  }
}

const STAMP = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?(Z|[+-]\d\d:?\d\d)(?: |$)/u;
/** "session-cleanup-1  | " of `docker compose logs`, where a time follows. */
const COMPOSE_PREFIX = /^[\w.-]+ +\| (?=\d{4}-\d\d-\d\dT)/u;
const AT_START = new RegExp(`^${STAMP.source}`, 'u');
const ANYWHERE = new RegExp(STAMP.source, 'gu');

/** `raw` has a character for each byte. Takes the time off a line that the engine (`logs --timestamps`), kubectl or journalctl (`-o short-iso`) put before it. */
export function parseLogLine(raw: string, stream: LogLine['stream'] = 'stdout'): LogLine {
  const line = raw.replace(/\r$/u, '').replace(COMPOSE_PREFIX, '');
  const stamp = AT_START.exec(line);
  const nanoseconds = stamp === null ? undefined : nanosecondsOf(stamp);
  if (stamp === null || nanoseconds === undefined) return { text: printable(line), stream };
  return { text: printable(rejoin(line.slice(stamp[0].length), stamp, nanoseconds)), stream, nanoseconds };
}

/** The characters that the bytes stand for, without colours and what would move a cursor. */
function printable(bytes: string): string {
  return stripVTControlCharacters(Buffer.from(bytes, LOG_ENCODING).toString('utf8')).replace(/[^\P{Cc}\t]/gu, '');
}

/**
 * An engine that takes a line in pieces (podman when it is written in pieces, docker from 16 kB on) puts a time before each piece,
 * in the middle of the line. Those times look like the one at the start and are no earlier; one that a program wrote has
 * fewer digits, or stands behind a space.
 */
function rejoin(text: string, first: RegExpExecArray, startedAt: bigint): string {
  return text.replace(ANYWHERE, (whole, ...rest) => {
    const [, fraction, zone, at] = rest as [string, string | undefined, string, number];
    const alike = fraction?.length === first[2]?.length && zone === first[3];
    const time = nanosecondsOf([whole, ...(rest as string[])]);
    const glued = fraction?.length === 9 || (at > 0 && !/\s/u.test(text[at - 1] ?? ''));
    return alike && glued && time !== undefined && time >= startedAt ? '' : whole;
  });
}

function nanosecondsOf(stamp: readonly (string | undefined)[]): bigint | undefined {
  const [, seconds = '', fraction = '', zone = ''] = stamp;
  const ms = Date.parse(seconds + zone.replace(/^([+-]\d\d)(\d\d)$/u, '$1:$2'));
  return Number.isNaN(ms) ? undefined : BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}

/** The two streams of a program in the order of their times; each keeps its own order, and a line without time its place. */
export function mergeByTime(a: readonly LogLine[], b: readonly LogLine[]): LogLine[] {
  const merged: LogLine[] = [];
  let j = 0;
  for (const line of a) {
    for (let next = b[j]; next !== undefined && isBefore(next, line); next = b[++j]) merged.push(next);
    merged.push(line);
  }
  return [...merged, ...b.slice(j)];
}

function isBefore(a: LogLine, b: LogLine): boolean {
  if (a.nanoseconds === undefined) return true;
  return b.nanoseconds !== undefined && a.nanoseconds < b.nanoseconds;
}

/** When the engine took the line, by this machine's clock. */
export function timeOf(line: LogLine, clockAheadMs: number): Date | undefined {
  return line.nanoseconds === undefined ? undefined : new Date(Number(line.nanoseconds / 1_000_000n) - clockAheadMs);
}
