import { numberIn, optionalNumber, UnreadableOutput, type ImportedRound } from './imported.ts';

/** Where one output of wrk begins. */
export const WRK_BEGIN = /^Running \S+ test @ /mu;

const IN_SECONDS: Readonly<Record<string, number>> = { us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };

/** One output of wrk 4 (or wrk2). @throws UnreadableOutput */
export function readWrk(text: string): ImportedRound {
  const address = /^Running \S+ test @ (\S+)/mu.exec(text)?.[1];
  if (address === undefined || !URL.canParse(address))
    throw new UnreadableOutput('it has no line "Running … test @ …"');
  const url = new URL(address);
  const [, count = '', amount = '', unit = ''] = /^\s+(\d+) requests in ([\d.]+)([a-z]+),/mu.exec(text) ?? [];
  const seconds = Number(amount) * (IN_SECONDS[unit] ?? NaN);
  if (count === '' || !Number.isFinite(seconds)) throw new UnreadableOutput('it has no line "… requests in …"');
  const socket = /^\s+Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/mu.exec(text) ?? [];
  // What timed out was answered late, or is among the requests: it counts as failed once.
  const errors = socket.slice(1).reduce((sum, value) => sum + Number(value), 0);
  const other = optionalNumber(text, /^\s+Non-2xx or 3xx responses: (\d+)/mu) ?? 0;
  const hasTimes = /^\s+Latency Distribution/mu.test(text);
  return {
    by: 'wrk',
    url: `${url.origin}${url.pathname}`,
    connections: numberIn(text, /threads? and (\d+) connections/u, '… threads and … connections'),
    seconds,
    answered: Math.max(0, Number(count) - other),
    failed: other + errors,
    p50: hasTimes ? latency(text, 50) : null,
    p95: hasTimes ? latency(text, 95) : null,
    p99: hasTimes ? latency(text, 99) : null,
    notes: hasTimes
      ? ['wrk does not say the 95th percentile: whether response times are stable can’t be told from it.']
      : ['It was run without --latency: its percentiles are not known.'],
  };
}

function latency(text: string, percent: number): number | null {
  const [, amount, unit = ''] =
    new RegExp(String.raw`^\s+${percent}(?:\.0+)?%\s+([\d.]+)(us|ms|s|m)\b`, 'mu').exec(text) ?? [];
  return amount === undefined ? null : Number(amount) * (IN_SECONDS[unit] ?? NaN) * 1000;
}
