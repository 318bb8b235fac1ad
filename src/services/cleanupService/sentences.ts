import { formatAge, formatDuration, formatMeasured, formatNumber } from '../../common/format.ts';
import { isKnown } from '../../common/measured.ts';
import type { CleanupFacts } from './facts.ts';
import { byOurClock } from './reading.ts';
import type { CleanupRun } from './log/runs.ts';
import { VERDICTS, type Verdict } from './verdict.ts';

/** How the facts about the cleanup service are said to a person. */

/** A name of a container stays as it is; "the service x" begins a sentence as "The service x". */
export const begin = (name: string): string => (name.startsWith('the ') ? `T${name.slice(1)}` : name);

const timeOfRun = (run: CleanupRun | undefined): Date | undefined => run?.startedAt ?? run?.lastLineAt;

export function ago(run: CleanupRun | undefined, now: Date): string {
  const at = timeOfRun(run);
  return at === undefined ? 'at an unknown time' : formatAge(at, now);
}

/** "150 sessions deleted 3 h ago, 1,250 left" */
export function describeRun(run: CleanupRun | undefined, now: Date): string {
  if (run === undefined) return 'no run is known';
  if (run.deleted === undefined) return `its last run was ${ago(run, now)}`;
  const sessions = `${formatNumber(run.deleted)} ${run.deleted === 1 ? 'session' : 'sessions'}`;
  const left = run.remaining === undefined ? '' : `, ${formatNumber(run.remaining)} left`;
  return `${sessions} deleted ${ago(run, now)}${left}`;
}

/** Why a container is not running. */
export function describeEnd({ reading, now }: CleanupFacts): string {
  const { container, statusLine: measuredText } = reading;
  const name = begin(reading.name);
  if (container === undefined)
    return `${name} is stopped${measuredText === undefined || measuredText === '' ? '' : ` ("${measuredText}")`}.`;
  const { startedAt, finishedAt, exitCode, error, outOfMemory } = container;
  if (startedAt === undefined && finishedAt === undefined) {
    return `${name} has never been started${error === undefined ? '' : `: ${error}`}.`;
  }
  const ended = finishedAt === undefined ? '' : ` ${formatAge(byOurClock(finishedAt, reading.clockAheadMs), now)}`;
  const why = outOfMemory ? ': it ran out of memory' : exitCode === undefined ? '' : ` with exit code ${exitCode}`;
  return `${name} ${ended === '' ? 'has stopped' : `stopped${ended}`}${why}${error === undefined ? '' : ` (${error})`}.`;
}

/** Its log and the table contradict each other. */
export function describeContradiction({
  reading,
  lastSuccess,
  deletedSince,
  oldestAge,
  survivors,
  now,
}: CleanupFacts): string {
  const claim =
    lastSuccess?.deleted === undefined
      ? `${begin(reading.name)} ran ${ago(lastSuccess, now)} without an error`
      : `${begin(reading.name)} says that it deleted ${formatNumber(lastSuccess.deleted)} sessions ${ago(lastSuccess, now)}`;
  const counted =
    isKnown(deletedSince) && lastSuccess?.deleted !== undefined && lastSuccess.deleted > 0
      ? [`only ${formatMeasured(deletedSince, 'count')} rows have been deleted from this table since then`]
      : [];
  const left =
    survivors && typeof oldestAge === 'number'
      ? [`a session that expired ${formatDuration(oldestAge)} ago is still in this table`]
      : [];
  return `${claim}, but ${[...counted, ...left].join(', and ')}. It may work on another database.`;
}

/** Why the log tells no run, or no time of one. */
export function whyNoRun({ reading }: CleanupFacts): string {
  const { log } = reading;
  if (log === undefined) return reading.notes.at(-1) ?? 'No logs command is set.';
  if (log.problem !== undefined) return `${log.problem.what}: ${log.problem.why}`;
  if (log.runs.some((run) => run.outcome === 'unfinished')) return 'Its log tells of a run, but not of its end.';
  if (log.runs.length > 0) return 'The lines of its log carry no time that can be read.';
  if (log.looked === 0) return 'Its log is empty.';
  const lines = `${formatNumber(log.looked)} ${log.looked === 1 ? 'line' : 'lines'}`;
  return `Its log tells of no run (${log.complete ? 'all' : 'the last'} ${lines}).`;
}

/** For a row of a tree: "healthy, 150 deleted 3 h ago, next in 21 h". */
export function summaryOf(verdict: Verdict, { lastSuccess, nextDue, now }: CleanupFacts): string {
  const deleted = lastSuccess?.deleted === undefined ? 'last run' : `${formatNumber(lastSuccess.deleted)} deleted`;
  const last = timeOfRun(lastSuccess) === undefined ? [] : [`${deleted} ${ago(lastSuccess, now)}`];
  const next = nextDue === undefined || verdict === 'stopped' ? [] : [dueText(nextDue, now)];
  return [VERDICTS[verdict].title, ...last, ...next].join(', ');
}

function dueText(nextDue: Date, now: Date): string {
  return `${nextDue > now ? 'next' : 'was due'} ${formatAge(nextDue, now)}`;
}

/** For the end of a sentence about a service that is in time. */
export function dueSoon({ nextDue, now }: CleanupFacts): string {
  if (nextDue === undefined) return '';
  return nextDue > now ? `; the next run is due ${formatAge(nextDue, now)}` : '; a run is due now';
}

/** What each source says, a line each. */
export function sourcesOf(facts: CleanupFacts): string[] {
  const { reading, deletedSince, oldestExpired, lastRun, now, interval, intervalFrom } = facts;
  const { container, log } = reading;
  const state = container === undefined ? (reading.statusLine ?? reading.state) : container.status;
  const health = container?.health === undefined ? '' : `, ${container.health}`;
  const from = { setting: 'as set', log: 'as its log says', assumed: 'assumed' }[intervalFrom];
  const since = facts.lastSuccess === undefined ? [] : [`Rows deleted since: ${said(deletedSince, 'count')}`];
  return [
    ...(reading.problem === undefined ? [`State (${reading.by}): ${state}${health}`] : []),
    ...(log === undefined
      ? []
      : [`Log: ${lastRun === undefined ? whyNoRun(facts) : `${lastRun.outcome}, ${describeRun(lastRun, now)}`}`]),
    `A run every ${formatDuration(interval)}, ${from}`,
    ...since,
    `Oldest expired session: ${isKnown(oldestExpired) ? ageOf(oldestExpired.value, now) : oldestExpired.reason}`,
    ...clockText(reading.clockAheadMs),
    ...reading.notes,
  ];
}

function said(measured: CleanupFacts['deletedSince'], unit: 'count'): string {
  return isKnown(measured) ? formatMeasured(measured, unit) : measured.reason;
}

const ageOf = (date: Date | null, now: Date): string => (date === null ? 'none' : `expired ${formatAge(date, now)}`);

function clockText(ahead: CleanupFacts['reading']['clockAheadMs']): string[] {
  if (!isKnown(ahead) || ahead.value === 0) return [];
  const seconds = formatDuration(Math.abs(ahead.value) / 1000);
  return [
    `The engine’s clock is ${seconds} ${ahead.value > 0 ? 'ahead of' : 'behind'} this machine’s; times are corrected`,
  ];
}
