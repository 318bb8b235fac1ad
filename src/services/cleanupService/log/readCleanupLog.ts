import { LineSplitter, LOG_ENCODING, parseLogLine, type LogLine } from '../../containers/logLines.ts';
import { LogPattern } from './logPattern.ts';
import { runsIn, type CleanupRuns } from './runs.ts';
import { saidBy, saidInAll } from './said.ts';

/** By the table of phrases, or by a person's own pattern. Throws a `Problem` when that takes too long. */
export function readLines(lines: readonly LogLine[], pattern: LogPattern, now: Date, clockAheadMs = 0): CleanupRuns {
  const texts = lines.map((line) => line.text);
  const said = pattern.isOwn
    ? pattern.match(texts).map((fields, i) => saidBy(fields, texts[i] ?? ''))
    : saidInAll(texts);
  return runsIn(lines, said, now, clockAheadMs);
}

/**
 * The runs that the log of a cleanup service tells of, oldest first, and when the next is due; lines with or without a leading
 * RFC 3339 time of the engine. `pattern`: see `LOG_GROUPS`; it stands in the place of the words that are known. Throws a
 * `Problem` when the pattern can't be used.
 */
export function readCleanupLog(text: string, options: { readonly now: Date; readonly pattern?: string }): CleanupRuns {
  const splitter = new LineSplitter();
  // Lines are cut apart as an engine's are: a character for each byte.
  const bytes = Buffer.from(text, 'utf8').toString(LOG_ENCODING);
  const lines = [...splitter.push(bytes), ...splitter.flush()].map((line) => parseLogLine(line));
  return readLines(lines, new LogPattern(options.pattern), options.now);
}
