import { formatDuration, formatMilliseconds, formatNumber, formatPercent } from '../../common/format.ts';
import { isKnown } from '../../common/measured.ts';
import type { RangeFigures } from '../../reports/compareFigures.ts';
import type { StatementMetrics } from '../../postgres/table/readings.ts';
import { knownFigures, thresholdOf, watched } from './checkParts.ts';
import { fails, look, succeeds, told, type CheckPart } from './checkVerdict.ts';
import type { CheckEvidence, RoutineCheck } from './routineCheck.ts';

export const WEEKLY_CHECKS: readonly RoutineCheck[] = [
  {
    id: 'query-performance',
    period: 'weekly',
    title: 'Review database query performance',
    short: 'Query performance',
    what:
      'Mean time of the statements on the session table against the week before, cache hits, temporary files and the longest transaction of ' +
      'the last week. It fails where statements take half as long again, or where fewer than 95% of the pages come from the cache.',
    needs: [
      'statements.calls',
      'statements.totalTime',
      'database.cacheHitShare',
      'database.tempRate',
      'connections.longestTransaction',
    ],
    compares: true,
    judge: (evidence) => [
      watched(evidence),
      meanTime(evidence),
      cacheHits(evidence),
      longestTransaction(evidence),
      ...temporaryFiles(evidence),
    ],
  },
  {
    id: 'slow-queries',
    period: 'weekly',
    title: 'Check for slow queries related to sessions',
    short: 'Slow queries',
    what:
      'The mean time of each statement on the session table in pg_stat_statements. Those that requests make should take well under 10 ms; ' +
      'a cleanup or a report that is run now and then may take up to a second.',
    needs: [],
    judge: slowStatements,
  },
  {
    id: 'connection-pool',
    period: 'weekly',
    title: 'Verify no connection pool exhaustion',
    short: 'Connection pool',
    what:
      'The highest share of the connections of the server that was in use in the last week, against the threshold of the alert. It passes ' +
      'where enough of the week was watched.',
    needs: ['connections.usedShare', 'connections.used', 'connections.waiting'],
    judge: (evidence) => [watched(evidence), ...connections(evidence)],
  },
];

/** Statements that take so much longer than a week before are slower, however fast. */
const SLOWER = 1.5;
/** A difference of less is noise of the clock. */
const SLOWER_MS = 0.05;

function meanTime({ figures, before }: CheckEvidence): CheckPart {
  const now = meanIn(figures);
  if (typeof now === 'string') return look(`The mean time of statements is not known: ${now}`);
  const earlier = before === undefined ? 'the week before was not read.' : meanIn(before);
  const text = `Statements on the session table took ${formatMilliseconds(now)} on average`;
  if (typeof earlier === 'string') return look(`${text}; there is nothing to compare it with: ${earlier}`);
  const compared = `${text}, ${formatMilliseconds(earlier)} in the week before.`;
  return now > earlier * SLOWER && now - earlier > SLOWER_MS ? fails(compared) : succeeds(compared);
}

/** The counters only rise, so that the difference of their ends is what was done between; or why that is not known. */
function meanIn(range: RangeFigures): number | string {
  const calls = knownFigures(range, 'statements.calls');
  const total = knownFigures(range, 'statements.totalTime');
  if (calls === undefined || total === undefined) return 'pg_stat_statements was not read.';
  if (calls.max > calls.last || total.max > total.last) return 'its statistics were reset in that time.';
  const made = calls.last - calls.first;
  return made > 0 ? (total.last - total.first) / made : 'no statement was made in the time that was watched.';
}

/** A rule of thumb: what OLTP servers with enough shared_buffers have. */
const LEAST_HITS = 0.95;

function cacheHits({ figures }: CheckEvidence): CheckPart {
  const hits = knownFigures(figures, 'database.cacheHitShare');
  if (hits === undefined) return look('The share of cache hits is not known.');
  const text = `${formatPercent(hits.median)} of the pages came from the cache (median), where 95% are enough.`;
  return hits.median < LEAST_HITS ? fails(text) : succeeds(text);
}

/** Seconds. Minutes are too long for a web application; an hour keeps VACUUM from freeing what thousands of saves left dead. */
const LONG_S = 300;
const TOO_LONG_S = 3600;

function longestTransaction({ figures }: CheckEvidence): CheckPart {
  const longest = knownFigures(figures, 'connections.longestTransaction');
  if (longest === undefined) return look('The longest transaction is not known.');
  const text = `The longest transaction was open for ${formatDuration(longest.max)}`;
  if (longest.max >= TOO_LONG_S) return fails(`${text}: VACUUM could not free dead rows meanwhile.`);
  return longest.max >= LONG_S ? look(`${text}, more than 5 min.`) : succeeds(`${text}.`);
}

function temporaryFiles({ figures }: CheckEvidence): CheckPart[] {
  const rate = knownFigures(figures, 'database.tempRate');
  if (rate === undefined || rate.max === 0) return [];
  return [told('Queries wrote temporary files, which session queries need none of.')];
}

/** Milliseconds. A session is looked up by its primary key. */
const SLOW_MS = 10;
const RARE_SLOW_MS = 1000;
/** What is called less often is no part of requests. */
const OFTEN = 1000;

function slowStatements({ snapshot }: CheckEvidence): CheckPart[] {
  if (!isKnown(snapshot)) return [look(snapshot.reason)];
  const statements = snapshot.value.detail?.statements;
  if (statements === undefined) return [look('The statements have not been read yet.')];
  if (!isKnown(statements)) return [look([statements.reason, statements.next].filter(Boolean).join(' '))];
  const { value } = statements;
  const since = 'since the statistics began';
  if (value.length === 0) return [look(`pg_stat_statements knows no statement on the session table ${since}.`)];
  const often = value.filter(({ calls }) => calls >= OFTEN);
  const rare = value.filter(({ calls }) => calls < OFTEN);
  const slow = often.filter(({ meanMs }) => meanMs >= SLOW_MS);
  const slowRare = rare.filter(({ meanMs }) => meanMs >= RARE_SLOW_MS);
  const slowest = value.toSorted((a, b) => b.meanMs - a.meanMs).slice(0, 1);
  return [
    ...slow.map((one) => fails(`${statementText(one)}, where 10 ms are too much for what requests wait for.`)),
    ...slowRare.map((one) => look(`${statementText(one)}, more than a second.`)),
    ...(slow.length + slowRare.length > 0
      ? []
      : slowest.map((one) => succeeds(`None is slow ${since}. ${statementText(one)}, the longest.`))),
    told(
      `${formatNumber(value.length)} statements are on the session table, ${formatNumber(often.length)} of them called ${formatNumber(OFTEN)} times and more.`,
    ),
  ];
}

/** By its verb: texts may have values in them, and are kept and sent around with the results. */
function statementText({ query, calls, meanMs }: StatementMetrics): string {
  const verb = /\b(SELECT|INSERT|UPDATE|DELETE|MERGE|COPY)\b/iu.exec(query)?.[1]?.toUpperCase() ?? 'statement';
  const article = /^[AEIOU]/u.test(verb) ? 'An' : 'A';
  const times = calls === 1 ? 'once' : `${formatNumber(calls)} times`;
  return `${article} ${verb} that was called ${times} takes ${formatMilliseconds(meanMs)} on average`;
}

function connections(evidence: CheckEvidence): CheckPart[] {
  const share = knownFigures(evidence.figures, 'connections.usedShare');
  const used = knownFigures(evidence.figures, 'connections.used');
  const waiting = knownFigures(evidence.figures, 'connections.waiting');
  if (share === undefined) return [look('How many connections were in use is not known.')];
  const limit = thresholdOf(evidence, 'connections-exhausted');
  const count = used === undefined ? '' : ` (${formatNumber(used.max)} connections)`;
  const text = `At most ${formatPercent(share.max)} of the connections were in use${count}, ${formatPercent(share.median)} in the median; the alert fires at ${formatPercent(limit)}.`;
  return [
    share.max >= limit ? fails(text) : succeeds(text),
    ...(waiting === undefined ? [] : [told(`At most ${formatNumber(waiting.max)} connections waited for a lock.`)]),
  ];
}
