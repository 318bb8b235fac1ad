import { unknown } from '../../common/measured.ts';
import type { DetailMetrics, SessionMetrics } from '../../postgres/table/readings.ts';
import type { Reader } from '../poll/monitorTypes.ts';
import { NEEDS_DATABASE, needsDatabase } from './commandProblems.ts';
import type { MetricsCommand } from './metricsCommand.ts';

/** Reads by running a command each time. Nothing is run before the first reading, and nothing goes on after `close`. */
export function openCommandReader(command: MetricsCommand): Promise<Reader> {
  const abort = new AbortController();
  return Promise.resolve({
    light: () => read(command, abort.signal),
    detail: () => Promise.resolve(noDetail(new Date())),
    exact: () => Promise.reject(needsDatabase()),
    close: () => {
      abort.abort();
      return Promise.resolve();
    },
  });
}

async function read({ words, cwd, refusal }: MetricsCommand, signal: AbortSignal): Promise<SessionMetrics> {
  const [{ runMetricsCommand }, { parseMetrics }] = await Promise.all([
    import('../../services/metricsCommand/runMetricsCommand.ts'),
    import('./parseMetrics.ts'),
  ]);
  const why = refusal();
  if (why !== undefined) throw why;
  const began = performance.now();
  const text = await runMetricsCommand(words, { signal, ...(cwd === undefined ? {} : { cwd }) });
  const metrics = parseMetrics(text, new Date());
  // As long as all of it took: the pace of the readings goes by it.
  return { ...metrics, cost: { ...metrics.cost, roundTripMs: performance.now() - began } };
}

/** What only the database itself can tell. */
function noDetail(at: Date): DetailMetrics {
  const missing = unknown(NEEDS_DATABASE.why, NEEDS_DATABASE.next);
  return {
    at,
    statements: missing,
    indexes: missing,
    sample: missing,
    saves: missing,
    tables: missing,
    space: missing,
    cost: { statements: 0, serverMs: 0, roundTripMs: 0 },
  };
}
