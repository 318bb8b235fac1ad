import { runInWorker } from '../../src/benchmark/load/runInWorker.ts';
import type { BenchmarkPlan } from '../../src/benchmark/run/plan.ts';
import type { BenchmarkRun } from '../../src/benchmark/run/record.ts';
import { runBenchmark, type BenchmarkParts } from '../../src/benchmark/run/runBenchmark.ts';
import type { SessionWay } from '../../src/benchmark/site/sessions.ts';
import type { Database } from '../../src/postgres/connect/connection.ts';
import { SITE_USER } from '../kit/benchmarkSite.ts';

const WORKER = new URL('../../src/benchmark/load/worker.ts', import.meta.url);
export const TABLE = { name: 'django_session' } as const;
export const NO_TRUST = { caFile: '', acceptAnyCertificate: false } as const;

export const inWorker: BenchmarkParts['load'] = (round, signal, onProgress) =>
  runInWorker(WORKER, round, signal, onProgress);

export function byForm(site: string): SessionWay {
  return { kind: 'form', login: new URL('login/', site), user: SITE_USER.name, password: SITE_USER.password };
}

/** A run as the command does it, but for its questions. */
export function benchmark(
  db: Database,
  plan: Pick<BenchmarkPlan, 'url' | 'way'> & Partial<BenchmarkPlan>,
  parts: Partial<BenchmarkParts> = {},
): Promise<BenchmarkRun> {
  const size = { connections: 4, rounds: 3, requestsPerRound: 20, timeoutSeconds: 10 };
  const whole = { kind: 'baseline', arms: ['session', 'noSession'], cookieName: 'sessionid', trust: NO_TRUST } as const;
  return runBenchmark(
    { ...whole, ...size, ...plan },
    {
      db,
      table: TABLE,
      load: inWorker,
      authorities: '',
      throttle: '',
      made: new Set(),
      signal: new AbortController().signal,
      report: () => undefined,
      ...parts,
    },
  );
}
