import { formatAge, formatDuration } from '../../common/format.ts';
import { unknown, type Measured } from '../../common/measured.ts';
import {
  endsAfterEachRun,
  factsOf,
  isCrashing,
  isThere,
  tableLooksClean,
  upLongEnough,
  type CleanupEvidence,
  type CleanupFacts,
} from './facts.ts';
import type { CleanupRun } from './log/runs.ts';
import {
  ago,
  begin,
  describeContradiction,
  describeEnd,
  describeRun,
  dueSoon,
  sourcesOf,
  summaryOf,
  whyNoRun,
} from './sentences.ts';
import { VERDICTS, type CleanupAction, type Verdict } from './verdict.ts';

/** Where the cleanup service stands, for the tree, the alert and a person. */
export interface CleanupStatus {
  readonly verdict: Verdict;
  /** Short, for a row: "healthy, 150 deleted 3 h ago, next in 21 h". */
  readonly summary: string;
  /** One or two sentences: what is so, and how that is known. */
  readonly sentence: string;
  /** What to do, a sentence; undefined: nothing. */
  readonly next?: string;
  readonly actions: readonly CleanupAction[];
  /** The line of the log that says what goes wrong. */
  readonly logLine?: string;
  readonly lastRun?: CleanupRun;
  readonly lastSuccess?: CleanupRun;
  readonly nextDue?: Date;
  /** Seconds between runs, and who says so. */
  readonly interval: number;
  readonly intervalFrom: CleanupFacts['intervalFrom'];
  /** Runs that are missing by now, at least 1 when the service is in trouble: what the alert judges. */
  readonly missedRuns: Measured;
  /** What each source says, a line each, for a hover. */
  readonly sources: readonly string[];
}

interface Row {
  readonly verdict: Verdict;
  readonly when: (f: CleanupFacts) => boolean;
  readonly sentence: (f: CleanupFacts) => string;
  readonly next?: (f: CleanupFacts) => string;
  readonly actions: readonly CleanupAction[];
  readonly logLine?: (f: CleanupFacts) => string | undefined;
}

const failureOf = ({ lastRun }: CleanupFacts): string | undefined => lastRun?.failure;
const lastWords = (f: CleanupFacts): string | undefined => failureOf(f) ?? f.reading.log?.lines.at(-1)?.text;

const LOOK: readonly CleanupAction[] = ['followLog', 'restart', 'openComposeFile', 'clearSessions'];

/** The first row that fits is what is so: the sources that can be surer stand before those that infer. */
const ROWS: readonly Row[] = [
  {
    verdict: 'engineUnreachable',
    when: ({ reading }) => reading.problem !== undefined,
    sentence: ({ reading: { problem } }) => `${problem?.what ?? ''}: ${problem?.why ?? ''}`,
    next: ({ reading: { problem } }) => problem?.next ?? '',
    actions: ['openSettings'],
  },
  {
    verdict: 'notFound',
    when: ({ reading }) => reading.state === 'notFound',
    sentence: ({ reading }) =>
      `${reading.by} has no container for ${reading.name}, neither by its name nor by its labels.`,
    next: () => 'Start it with "docker compose up -d", or name the container in the settings.',
    actions: ['openComposeFile', 'openSettings', 'clearSessions'],
  },
  {
    verdict: 'stopped',
    when: ({ reading }) => reading.state === 'paused',
    sentence: ({ reading }) => `${begin(reading.name)} is paused: its processes are frozen.`,
    next: () => 'Restart it.',
    actions: ['restart', 'followLog', 'clearSessions'],
  },
  {
    verdict: 'stopped',
    when: (f) => f.reading.state === 'stopped' && !endsAfterEachRun(f),
    sentence: describeEnd,
    next: ({ reading }) =>
      reading.container?.outOfMemory === true
        ? 'Give it more memory, then restart it.'
        : 'Read its last lines, then restart it.',
    actions: ['restart', 'followLog', 'openComposeFile', 'clearSessions'],
    logLine: lastWords,
  },
  {
    verdict: 'failing',
    when: (f) => f.reading.state === 'restarting' || isCrashing(f),
    sentence: ({ reading: { name, container } }) =>
      `${begin(name)} ends again and again` +
      `${container === undefined ? '' : ` (${container.restartCount} restarts, exit code ${container.exitCode ?? 'unknown'})`}.`,
    next: () => 'Read its last lines: it can’t do its work.',
    actions: LOOK,
    logLine: lastWords,
  },
  {
    verdict: 'failing',
    when: ({ failedRuns, lastRun }) => failedRuns > 0 && lastRun?.outcome !== 'succeeded',
    sentence: (f) =>
      `${f.failedRuns === 1 ? 'The last run' : `The last ${f.failedRuns} runs`} of ${f.reading.name} failed` +
      `${f.lastSuccess === undefined ? '' : `; the last success was ${ago(f.lastSuccess, f.now)}`}.`,
    next: () => 'Correct what the log says; meanwhile clear expired sessions from here.',
    actions: LOOK,
    logLine: failureOf,
  },
  {
    verdict: 'failing',
    when: ({ reading }) => reading.container?.health === 'unhealthy',
    sentence: ({ reading }) => `${begin(reading.name)} runs, but its health check fails.`,
    next: () => 'Read what the health check and the log say.',
    actions: LOOK,
    logLine: ({ reading }) => reading.container?.healthOutput,
  },
  {
    verdict: 'late',
    when: ({ overdue }) => overdue !== undefined && overdue > 0,
    sentence: (f) =>
      `${begin(f.reading.name)} ${isThere(f) ? 'runs, but ' : ''}` +
      `${f.lastSuccess === undefined ? 'its log tells of no run that succeeded' : `last cleared sessions ${ago(f.lastSuccess, f.now)}`}; ` +
      `a run was due ${f.nextDue === undefined ? '' : formatAge(f.nextDue, f.now)}` +
      `${f.lastRun?.outcome === 'unfinished' ? `, and the one that began ${ago(f.lastRun, f.now)} has not ended` : ''}.`,
    next: () => 'Read its log; restart it if it hangs.',
    actions: LOOK,
  },
  {
    verdict: 'deletingNothing',
    when: (f) => f.confirmed === false || (f.survivors && f.confirmed !== true),
    sentence: describeContradiction,
    next: () => 'Compare its database settings and its SESSION_ENGINE with those of the application.',
    actions: ['followLog', 'openComposeFile', 'clearSessions', 'restart'],
  },
  {
    verdict: 'healthy',
    when: ({ overdue, lastSuccess }) => overdue !== undefined && lastSuccess !== undefined,
    sentence: (f) => `${begin(f.reading.name)} works: ${describeRun(f.lastSuccess, f.now)}` + `${dueSoon(f)}.`,
    actions: [],
  },
  {
    verdict: 'late',
    when: (f) => tableLooksClean(f) === false && upLongEnough(f),
    sentence: (f) =>
      `${begin(f.reading.name)} ${isThere(f) ? 'runs, but ' : ''}a session that expired ${formatDuration(f.oldestAge ?? 0)} ago is still there, ` +
      `where a run is expected every ${formatDuration(f.interval)}. ${whyNoRun(f)}`,
    next: () => 'Read its log, and check its interval in the settings.',
    actions: LOOK,
  },
  {
    verdict: 'healthy',
    when: (f) => tableLooksClean(f) === true && isThere(f),
    sentence: (f) =>
      `${begin(f.reading.name)} runs, and no session has been expired for longer than ${formatDuration(f.interval)}, as with a cleanup that works. ${whyNoRun(f)}`,
    actions: [],
  },
  {
    verdict: 'unknown',
    when: () => true,
    sentence: (f) =>
      `Whether ${f.reading.name} clears sessions is not known. ${whyNoRun(f).replace(/\.$/u, '')}${dueSoon(f)}.`,
    next: (f) => f.reading.log?.problem?.next ?? 'Set the log pattern to what its log says, or wait for the next run.',
    actions: ['followLog', 'openSettings'],
  },
];

/** Pure: the same evidence always gives the same status. */
export function triangulate(evidence: CleanupEvidence): CleanupStatus {
  const facts = factsOf(evidence);
  const row = ROWS.find((candidate) => candidate.when(facts));
  if (row === undefined) throw new Error('The last row fits everything.');
  const next = row.next?.(facts);
  const logLine = row.logLine?.(facts);
  const { lastRun, lastSuccess, nextDue, interval, intervalFrom } = facts;
  return {
    verdict: row.verdict,
    summary: summaryOf(row.verdict, facts),
    sentence: row.sentence(facts),
    actions: row.actions,
    ...(next !== undefined && { next }),
    ...(logLine !== undefined && { logLine }),
    ...(lastRun && { lastRun }),
    ...(lastSuccess && { lastSuccess }),
    ...(nextDue && { nextDue }),
    interval,
    intervalFrom,
    missedRuns: missedRuns(row.verdict, facts, row.sentence(facts)),
    sources: sourcesOf(facts),
  };
}

function missedRuns(verdict: Verdict, facts: CleanupFacts, sentence: string): Measured {
  const { reading, overdue, interval, failedRuns } = facts;
  if (verdict === 'healthy') return { how: 'exact', value: 0, at: reading.at };
  if (!VERDICTS[verdict].isTrouble) return unknown(sentence);
  const due = overdue === undefined || overdue <= 0 ? 0 : Math.floor(overdue / interval) + 1;
  return { how: 'exact', value: Math.max(1, due, failedRuns), at: reading.at };
}
