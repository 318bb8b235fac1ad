import { formatDuration } from '../../common/format.ts';
import type { CleanupReading } from '../../services/cleanupService/reading.ts';
import { begin } from '../../services/cleanupService/sentences.ts';
import type { Container } from '../../services/containers/container.ts';
import { timeOf, type LogLine } from '../../services/containers/logLines.ts';
import type { RestartResult } from '../../services/containers/restartContainer.ts';
import { readAge } from './readAge.ts';

/** What is told of following the log and of a restart. */

/** "2025-11-09 14:00:00  [Session Cleanup] …", by this machine's clock and time zone. */
export function logText(line: LogLine, clockAheadMs: number): string {
  const at = timeOf(line, clockAheadMs);
  return at === undefined ? line.text : `${localTime(at)}  ${line.text}`;
}

export function localTime(at: Date): string {
  const two = (n: number): string => String(n).padStart(2, '0');
  const date = [at.getFullYear(), at.getMonth() + 1, at.getDate()].map(two).join('-');
  return `${date} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':')}`;
}

/** "stopped with exit code 137" */
export function containerText({ phase, status, exitCode, health }: Container): string {
  if (phase === 'stopped') return `stopped${exitCode === undefined ? '' : ` with exit code ${String(exitCode)}`}`;
  return health === undefined ? status : `${status}, ${health}`;
}

export interface RestartText {
  readonly ok: boolean;
  readonly text: string;
}

/** How a restart has ended: the state before and after, and the last line where it did not stay up. */
export function restartText(name: string, result: RestartResult): RestartText {
  const { outcome, before, after, lines, tookMs, watchedMs } = result;
  const took = formatDuration(Math.round(tookMs / 100) / 10);
  const was = before === undefined ? '' : `: ${containerText(before)} before`;
  const what = `${begin(name)} was restarted in ${took}`;
  switch (outcome) {
    case 'running': {
      const is = after === undefined ? 'The status command says that it runs.' : `${containerText(after)} now`;
      const watched = watchedMs > 0 ? `, and stays up (${formatDuration(Math.round(watchedMs / 1000))} watched)` : '';
      return { ok: true, text: after === undefined ? `${what}. ${is}` : `${what}${was}, ${is}${watched}.` };
    }
    case 'asked':
      return { ok: true, text: `${what}. Whether it runs is not known: no status command is set.` };
    case 'ended': {
      const is = after === undefined ? 'but does not run' : `but is ${containerText(after)} now`;
      const last = lines.at(-1)?.text;
      return { ok: false, text: `${what}${was}, ${is}.${last === undefined ? '' : ` Its last line: ${last}`}` };
    }
  }
}

/** For the question before a restart. */
export function beforeText({ name, container, statusLine: said, state, at }: CleanupReading, now: Date): string {
  const is = container === undefined ? (said ?? state) : containerText(container);
  return `${begin(name)}: ${is} (read ${readAge(at, now)}).`;
}
