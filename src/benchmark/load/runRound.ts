import run from 'autocannon/lib/run.js';
import { onAbort } from '../../common/onAbort.ts';
import { later } from '../../common/timers.ts';
import { mendClient } from './mendClient.ts';
import { MOST_FAILURES, type RoundPlan, type RoundProgress, type RoundResult } from './round.ts';

/** Every latency is kept as it is: there is nothing to count in histograms. */
const NO_HISTOGRAM = { __custom: true, recordValue: () => undefined, destroy: () => undefined } as const;
const LOOK_MS = 10;
/** For the answers to what was sent before it was stopped: the sessions that they make are to be known. */
const STOP_MS = 1_000;

/**
 * Runs one in this thread. Resolves also when requests failed or it was stopped, which the result says: after the signal's abort
 * nothing more is sent.
 */
export function runRound(
  plan: RoundPlan,
  stop: AbortSignal,
  onAnswer: (progress: RoundProgress) => void,
): Promise<Omit<RoundResult, 'machine'>> {
  const latencies: number[] = [];
  const statuses: Record<string, number> = {};
  const failures: Record<string, number> = {};
  const began = performance.now();
  let [answers, ended, client] = [0, began, 0];
  const made: string[] = [];
  const tell = (): void => onAnswer({ answers, made: made.splice(0) });
  const { promise, resolve, reject } = Promise.withResolvers<Omit<RoundResult, 'machine'>>();
  const tracker = run(
    {
      url: plan.url,
      method: 'GET',
      headers: { 'User-Agent': 'Django Session Monitor (benchmark)', Accept: 'text/html,*/*' },
      connections: plan.connections,
      amount: plan.requests,
      pipelining: 1,
      timeout: plan.timeoutSeconds,
      sampleInt: LOOK_MS,
      bailout: MOST_FAILURES,
      requests: [{}],
      tlsOptions: plan.authorities === '' ? {} : { ca: plan.authorities },
      histograms: { latencies: NO_HISTOGRAM, requests: NO_HISTOGRAM, throughput: NO_HISTOGRAM },
      skipAggregateResult: true,
      setupClient: (one) => {
        mendClient(one, plan.acceptAnyCertificate, () => stop.aborted);
        const cookie = plan.cookies[client++ % Math.max(1, plan.cookies.length)];
        if (cookie !== undefined) one.setHeaders({ Cookie: cookie });
        one.on('headers', ({ headers }) => made.push(...setCookies(headers, plan.cookieName)));
      },
    },
    undefined,
    (error) => {
      forget();
      tell();
      if (error === null) {
        resolve({ latenciesMs: Float64Array.from(latencies), seconds: (ended - began) / 1000, statuses, failures });
      } else reject(error);
    },
  );
  const forget = onAbort(stop, () => later(() => tracker.stop(), STOP_MS));
  tracker.on('response', (_, status, _bytes, ms) => {
    ended = performance.now();
    statuses[status] = (statuses[status] ?? 0) + 1;
    if (status >= 200 && status < 300) latencies.push(ms);
    answers++;
    tell();
  });
  tracker.on('reqError', ({ code = 'TIMEOUT' }) => {
    failures[code] = (failures[code] ?? 0) + 1;
  });
  return promise;
}

/** @param headers names and values in turn */
function setCookies(headers: readonly string[], name: string): readonly string[] {
  return headers.flatMap((header, i) => {
    if (i % 2 !== 0 || header.toLowerCase() !== 'set-cookie') return [];
    const [pair = ''] = (headers[i + 1] ?? '').split(';', 1);
    const value = pair.startsWith(`${name}=`) ? pair.slice(name.length + 1).replaceAll('"', '') : '';
    return value === '' ? [] : [value];
  });
}
