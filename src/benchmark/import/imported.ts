/** What another tool has measured in one go. */
export interface ImportedRound {
  readonly by: 'ab' | 'wrk';
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  readonly answered: number;
  readonly failed: number;
  /** Milliseconds; null: the tool does not say it. */
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly notes: readonly string[];
}

/** A line that is missing from an output, or not as the tool writes it. */
export class UnreadableOutput extends Error {}

/** The number that a pattern captures in a text. @param line what it is, for the message */
export function numberIn(text: string, pattern: RegExp, line: string): number {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new UnreadableOutput(`it has no line "${line}"`);
  const value = Number(found);
  if (!Number.isFinite(value)) throw new UnreadableOutput(`"${line}" is not a number`);
  return value;
}

/** The same of a line that may be missing. */
export function optionalNumber(text: string, pattern: RegExp): number | undefined {
  const found = Number(pattern.exec(text)?.[1]);
  return Number.isFinite(found) ? found : undefined;
}
