import { numberIn, optionalNumber, UnreadableOutput, type ImportedRound } from './imported.ts';

/** Where one output of ab begins. */
export const AB_BEGIN = /^This is ApacheBench/mu;
/** Of what was copied without its head. */
const AB_WORDS = /^(?:Server Hostname|Concurrency Level|Document Path):/mu;

export function isAb(text: string): boolean {
  return AB_BEGIN.test(text) || AB_WORDS.test(text);
}

/** One output of ApacheBench 2.3 or later. @throws UnreadableOutput */
export function readAb(text: string): ImportedRound {
  if (
    /^apr_(?:socket|pollset|sockaddr)|^ab: |Total of \d+ requests completed/mu.test(text) &&
    !/^Requests per second:/mu.test(text)
  ) {
    throw new UnreadableOutput('ab gave up before it was done');
  }
  const complete = numberIn(text, /^Complete requests:\s+(\d+)/mu, 'Complete requests');
  const failed = numberIn(text, /^Failed requests:\s+(\d+)/mu, 'Failed requests');
  const length = optionalNumber(text, /^\s+\(Connect:.*\bLength:\s*(\d+)/mu) ?? 0;
  const other = optionalNumber(text, /^Non-2xx responses:\s+(\d+)/mu) ?? 0;
  // ab calls an answer failed that is not as long as the first: pages with a token or a time in them are not.
  const really = Math.min(complete, failed - length + other);
  const percentile = (percent: number): number | null =>
    optionalNumber(text, new RegExp(String.raw`^\s+${percent}%\s+(\d+)`, 'mu')) ?? null;
  return {
    by: 'ab',
    url: urlOf(text),
    connections: numberIn(text, /^Concurrency Level:\s+(\d+)/mu, 'Concurrency Level'),
    seconds: numberIn(text, /^Time taken for tests:\s+([\d.]+)/mu, 'Time taken for tests'),
    answered: complete - really,
    failed: really,
    p50: percentile(50),
    p95: percentile(95),
    p99: percentile(99),
    notes: [
      ...(length > 0
        ? [
            `ab calls ${length} answers failed because their lengths differ, which is usual for pages of Django; they count as answered.`,
          ]
        : []),
      'ab says response times in whole milliseconds.',
      ...(percentile(50) === null ? ['Its table of percentiles is missing: response times are not known.'] : []),
    ],
  };
}

function urlOf(text: string): string {
  const of = (label: string): string | undefined => new RegExp(`^${label}:[ \\t]+(\\S+)`, 'mu').exec(text)?.[1];
  const host = of('Server Hostname');
  if (host === undefined) throw new UnreadableOutput('it has no line "Server Hostname"');
  const port = of('Server Port') ?? '80';
  const secure = of('SSL/TLS Protocol') !== undefined;
  const [path = '/'] = (of('Document Path') ?? '/').split('?', 1);
  return `${secure ? 'https' : 'http'}://${host}${port === (secure ? '443' : '80') ? '' : `:${port}`}${path}`;
}
