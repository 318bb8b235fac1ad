import { formatAge, formatBytes, formatDuration, formatMeasured, formatNumber } from '../../common/format.ts';
import { isKnown, type Measured } from '../../common/measured.ts';
import type {
  CleanupPreview,
  CleanupProgress,
  CleanupResult,
  DeleteAllPreview,
  VacuumResult,
} from '../../postgres/cleanup/cleanup.ts';
import type { Obstacle } from '../../postgres/cleanup/cleanup.ts';
import { deletedText } from './recordTexts.ts';

/** What is said before, during and after a cleanup. Pure. */

/** What a cleanup would do, a line each. */
export function previewLines(preview: CleanupPreview, now: Date): string[] {
  const { expired, share, oldest, newest, stay, reusableBytes, seconds, graceSeconds } = preview;
  return [
    `${formatMeasured(expired, 'count')} of ${formatMeasured(preview.total, 'count')} sessions would be deleted (${formatMeasured(share, 'share')})${sure(expired)}.`,
    ...(isKnown(oldest) && oldest.value !== null
      ? [`They expired ${between(dateAge(oldest, now), dateAge(newest, now))}.`]
      : []),
    ...keptLines(preview),
    `${formatMeasured(stay, 'count')} sessions stay${graceSeconds > 0 ? `, those among them that expired less than ${formatDuration(graceSeconds)} ago` : ''}.`,
    `${formatMeasured(reusableBytes, 'bytes')} become reusable for new sessions; the files do not shrink.`,
    `It takes ${timeText(seconds.gentle)} gently, ${timeText(seconds.fast)} fast${howLong(seconds.fast)}. Gently rests between batches, so that saves hardly notice.`,
  ];
}

/** Django's foreign keys are NO ACTION in the database: what CASCADE is to do is done by Django alone. */
function keptLines({ kept }: CleanupPreview): string[] {
  if (kept.value === 0) return [];
  if (!isKnown(kept)) return [`How many expired sessions rows of other tables keep is not known: ${kept.reason}`];
  return [
    `${formatMeasured(kept, 'count')} expired sessions stay, because rows of other tables refer to them. Django's clearsessions deletes them, and with on_delete=CASCADE those rows too.`,
  ];
}

function sure(measured: Measured): string {
  return measured.how === 'exact' ? ', counted now' : ', estimated';
}

function dateAge(measured: Measured<Date | null>, now: Date): string {
  if (!isKnown(measured) || measured.value === null) return 'an unknown time';
  return formatAge(measured.value, now);
}

function between(oldest: string, newest: string): string {
  return oldest === newest ? oldest : `between ${oldest} and ${newest}`;
}

/** An estimate says what it rests on. */
function howLong(seconds: Measured): string {
  return isKnown(seconds) && seconds.note !== undefined ? ` (estimated ${seconds.note})` : '';
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function timeText(seconds: Measured): string {
  if (!isKnown(seconds)) return 'an unknown time';
  return seconds.value < 1 ? 'less than a second' : `about ${formatDuration(seconds.value)}`;
}

const SEVERITY_WORDS: Readonly<Record<Obstacle['severity'], string>> = {
  blocks: 'In the way',
  slows: 'Slows it down or leaves something',
  note: 'To know',
};

export function obstacleLines(obstacles: readonly Obstacle[]): string[] {
  return obstacles.map(
    ({ severity, text, next }) => `${SEVERITY_WORDS[severity]}: ${text}${next === undefined ? '' : ` ${next}`}`,
  );
}

const PHASES: Readonly<Record<CleanupProgress['phase'], string>> = {
  looking: 'looking',
  clearing: '',
  // It rests for a moment after each batch: said each time, it would flicker. Longer rests have a note.
  resting: '',
  waiting: 'waiting for the table',
  paused: 'paused',
  reconnecting: 'connection lost, reconnecting',
  checking: 'looking what is left',
};

/** "120,000 of ≈ 500,000 deleted · 12,000/s · 40 s left · resting" */
export function progressText({ phase, deleted, expected, perSecond, secondsLeft, note }: CleanupProgress): string {
  const of = expected === undefined ? '' : ` of ≈ ${formatNumber(Number(expected.toPrecision(3)))}`;
  return [
    `${formatNumber(deleted)}${of} deleted`,
    ...(perSecond > 0 ? [`${formatNumber(perSecond)}/s`] : []),
    ...(secondsLeft === undefined ? [] : [`${formatDuration(secondsLeft)} left`]),
    ...(PHASES[phase] === '' ? [] : [PHASES[phase]]),
    ...(note === undefined ? [] : [note]),
  ].join(' · ');
}

const OUTCOMES: Readonly<Record<CleanupResult['outcome'], string>> = {
  done: 'Cleared',
  cancelled: 'Cancelled: what was deleted stays deleted',
  stopped: 'Stopped: what was deleted stays deleted',
};

/** Counts before and after, time, batches, dead tuples, and why some remain. `previewed`: expired rows as the preview saw them. */
export function resultText(result: CleanupResult, previewed?: Measured): string {
  const { outcome, before, after, remaining, elapsedMs, batches, longestBatchMs, reasons, problem } = result;
  const dead =
    after === undefined ? [] : [`${formatMeasured(after.deadTuples, 'count')} dead tuples wait for a vacuum.`];
  return [
    `${OUTCOMES[outcome]}. ${capitalized(deletedText(result))} expired sessions deleted in ${formatDuration(elapsedMs / 1000)}:`,
    `${formatMeasured(previewed?.how === 'exact' ? previewed : before.expired, 'count')} expired before, ${remainingText(remaining)};`,
    `${formatNumber(batches)} batches, the longest ${formatNumber(longestBatchMs)} ms.`,
    ...(problem === undefined ? [] : [problem.message]),
    ...reasons,
    ...dead,
  ].join(' ');
}

/** A sample that finds none says just that, and is asked only where counting took too long. */
function remainingText(remaining: Measured): string {
  const left = `${formatMeasured(remaining, 'count')} expired left`;
  if (remaining.how === 'exact') return `${left} (counted)`;
  const none = remaining.how === 'estimated' && remaining.value === 0;
  return none ? 'none expired in a page sample, as counting what is left took too long' : left;
}

export function deleteAllLines({ total, active, signedIn, warnings, truncateProblem }: DeleteAllPreview): string[] {
  const people = isKnown(signedIn)
    ? `${formatMeasured(signedIn, 'count')} of them are signed in and would be logged out`
    : 'How many of them are signed in is not known';
  return [
    `All ${formatNumber(total)} sessions would be deleted, ${formatNumber(active)} of them active.`,
    `${people}. This can’t be undone.`,
    ...warnings,
    ...(truncateProblem === undefined ? [] : [truncateProblem]),
  ];
}

export function vacuumText({
  cancelled,
  elapsedMs,
  bytesBefore,
  bytesAfter,
  deadBefore,
  deadAfter,
}: VacuumResult): string {
  const what = cancelled ? 'The vacuum was cancelled' : 'Vacuumed';
  const sizes =
    bytesBefore === bytesAfter
      ? `still ${formatBytes(bytesAfter)}`
      : `${formatBytes(bytesBefore)} before, ${formatBytes(bytesAfter)} now`;
  const left = deadAfter > 0 ? ' An open transaction may still see the rest: vacuum again when it has ended.' : '';
  return `${what} in ${formatDuration(elapsedMs / 1000)}: dead tuples ${formatNumber(deadBefore)} before, ${formatNumber(deadAfter)} now; the table with its indexes is ${sizes}.${left}`;
}
