import { unknown } from '../../../../src/common/measured.ts';
import { Problem } from '../../../../src/common/problem.ts';
import type { ApplicationSetup } from '../../../../src/monitoring/application/applicationState.ts';
import type { ApplicationReading } from '../../../../src/services/applicationMetrics/applicationReading.ts';
import { exact, START } from '../samples.ts';

export const ADDRESS = 'http://127.0.0.1:8000/metrics';

/** A reading that knows all but the share of errors. @param windowSeconds undefined: the first, without rates */
export function readingAt(at: Date = START, windowSeconds: number | undefined = 60): ApplicationReading {
  const figures = {
    p50: exact(12, at),
    p95: exact(40, at),
    p99: exact(90, at),
    requests: exact(3, at),
    errors: exact(0, at),
    errorShare: unknown('No request was answered.'),
  };
  const window = windowSeconds === 0 ? {} : { windowSeconds };
  return { at, address: ADDRESS, from: 'metrics', figures, notes: ['2 lines left out.'], tookMs: 3, ...window };
}

export function problem(code: string, transient = true): Problem {
  const text = { what: `Cannot read the metrics of ${ADDRESS}`, why: 'It is gone.', next: 'Start it.', transient };
  return new Problem({ code, ...text });
}

/** A setup whose source answers as it is told. */
export function setupOf(
  read: (signal?: AbortSignal) => Promise<ApplicationReading>,
  more: Partial<ApplicationSetup> = {},
): ApplicationSetup {
  return { sources: { live: { address: ADDRESS, read }, problems: [] }, problems: [], key: 'one', ...more };
}
