import { COMMANDS, type CodeArgument } from '../../../contributions.ts';
import { formatAge, formatDuration, formatNumber } from '../../../common/format.ts';
import { isKnown, type Known } from '../../../common/measured.ts';
import type { CleanupCandidate } from '../../../services/cleanupService/findCleanupService.ts';
import type { ServiceState } from '../../../monitoring/cleanupService/serviceState.ts';
import type { Snapshot } from '../../../monitoring/snapshot/snapshot.ts';
import { neverComes } from '../../../services/cleanupService/neverComes.ts';
import type { CleanupSchedule } from '../../../services/cleanupService/schedules.ts';
import type { CleanupAction, Verdict } from '../../../services/cleanupService/verdict.ts';
import { cause, type Cause, type CauseJudgement, type Remedy } from '../../cause.ts';
import type { Exhibit } from '../../exhibit.ts';
import { allKnown, figure, isJudgement, openingCode, outOf, ruledOut, fraction, unseen } from '../judgements.ts';

/**
 * What should clear expired sessions does not. The share of each is that of the expired rows among all rows, by the light reading: what a
 * cleanup would take away.
 */

const CLEAR: Remedy = { title: 'Clear expired sessions', command: COMMANDS.clearExpired };

/** What each action of a status is as a remedy. */
const ACTIONS: Readonly<Record<CleanupAction, Remedy>> = {
  clearSessions: CLEAR,
  restart: { title: 'Restart the cleanup service', command: COMMANDS.restartCleanupService },
  followLog: { title: 'Follow its log', command: COMMANDS.followCleanupLog },
  openComposeFile: { title: 'Open its compose file', command: COMMANDS.openComposeFile },
  openSettings: { title: 'Open the settings', command: COMMANDS.openSettings },
};

interface Row {
  readonly id: string;
  readonly title: string;
  /** Of the service, by all its sources together: see triangulate. */
  readonly verdicts: readonly Verdict[];
}

const ROWS: readonly Row[] = [
  { id: 'cleanup-late', title: 'The cleanup runs late or not at all', verdicts: ['late', 'stopped', 'notFound'] },
  { id: 'cleanup-failing', title: 'The cleanup fails', verdicts: ['failing'] },
  { id: 'cleanup-deletes-nothing', title: 'The cleanup deletes nothing', verdicts: ['deletingNothing'] },
];

/** A cleanup that runs once a day leaves what has expired since yesterday. */
const FRESH_SECONDS = 2 * 86_400;
/** Fewer expired rows are no growth. */
const FEW_SHARE = 0.05;

function expiredOf({
  value: { metrics },
}: Known<Snapshot>): { readonly expired: number; readonly total: number } | CauseJudgement {
  const { expired, total } = metrics.sessions;
  return allKnown({ expired, total });
}

function ofVerdict({ id, title, verdicts }: Row): Cause {
  return cause({
    id,
    title,
    symptoms: ['growth'],
    needs: ['cleanupService', 'snapshot'],
    judge: ({ cleanupService: { value: state }, snapshot }) => {
      const { status, setup } = state;
      if (status === undefined) {
        return setup.service === undefined
          ? ruledOut('No service is known that could: see whether anything clears sessions at all.')
          : unseen('The cleanup service has not been read yet.', 'Wait for its first reading.');
      }
      if (status.verdict === 'engineUnreachable' || status.verdict === 'unknown')
        return unseen(status.sentence, status.next);
      if (!verdicts.includes(status.verdict)) return ruledOut(status.sentence);
      if (neverRuns(state).length > 0) return ruledOut('It is not late: its time never comes.');
      const counts = expiredOf(snapshot);
      if (isJudgement(counts)) return counts;
      const { expired, total } = counts;
      return {
        verdict: 'found',
        share: fraction(expired, total),
        confidence: 'certain',
        sentence: `${status.sentence} ${outOf(expired, total, 'rows')} have expired.`,
        exhibits: [
          ...status.sources.map(figure),
          ...(status.logLine === undefined ? [] : [logLine(status.logLine, state)]),
        ],
        remedies: [
          CLEAR,
          ...status.actions.filter((action) => action !== 'clearSessions').map((action) => ACTIONS[action]),
          ...(status.next === undefined ? [] : [{ title: status.next }]),
        ],
      };
    },
  });
}

function logLine(text: string, { reading }: ServiceState): Exhibit {
  return { kind: 'log', text: text.slice(0, 240), source: reading?.name ?? 'the log of the cleanup service' };
}

/** What never comes, in a sentence, and where it stands. */
interface NeverRun {
  readonly sentence: string;
  readonly text: string;
  readonly place: CodeArgument;
}

function neverRuns({ setup }: ServiceState): NeverRun[] {
  return [...inCommand(setup.candidate), ...setup.schedules.flatMap(inSchedule)];
}

function inCommand(candidate: CleanupCandidate | undefined): NeverRun[] {
  const { composeFile: file, findings = [] } = candidate ?? {};
  if (file === undefined) return [];
  return findings
    .filter(({ code }) => code === 'window-missed')
    .map(({ message, from, to }) => ({
      sentence: message,
      text: message,
      place: { file, from, to },
    }));
}

function inSchedule(schedule: CleanupSchedule): NeverRun[] {
  const why = neverComes(schedule);
  if (why === undefined) return [];
  const { file, from, to, name, how, when = '' } = schedule;
  return [
    {
      sentence: `${how} runs ${name} at ${when}: ${why}.`,
      text: `${name}: ${when}`,
      place: { file, from, to },
    },
  ];
}

const missing = cause({
  id: 'cleanup-missing',
  title: 'Nothing clears expired sessions',
  symptoms: ['growth'],
  needs: ['cleanupService', 'cleanups', 'snapshot'],
  judge: ({ cleanupService: { value }, cleanups, snapshot }, at) => {
    const { setup } = value;
    if (setup.service !== undefined) return ruledOut('A cleanup service is known.');
    const [problem] = setup.problems;
    if (problem !== undefined) return unseen(`${problem.what}: ${problem.why}`, problem.next);
    const oldest = snapshot.value.metrics.sessions.oldestExpired;
    if (!isKnown(oldest)) return unseen(oldest.reason, oldest.next);
    if (oldest.value === null) return ruledOut('No row has expired: something clears them.');
    const counts = expiredOf(snapshot);
    if (isJudgement(counts)) return counts;
    const { expired, total } = counts;
    const age = (at.getTime() - oldest.value.getTime()) / 1000;
    if (age < FRESH_SECONDS || expired < FEW_SHARE * total) {
      return ruledOut(`The row that expired first did so ${formatDuration(age)} ago: something clears them.`);
    }
    if (setup.schedules.some((schedule) => neverComes(schedule) !== undefined)) {
      return ruledOut('Something should clear them: its time never comes.');
    }
    const [schedule] = setup.schedules;
    const [last] = cleanups.value;
    return {
      verdict: 'found',
      share: fraction(expired, total),
      confidence: schedule === undefined ? 'certain' : 'likely',
      sentence:
        `${outOf(expired, total, 'rows')} have expired, the first of them ${formatAge(oldest.value, at)}; ` +
        (schedule === undefined
          ? 'neither a compose file nor a schedule of the workspace runs clearsessions.'
          : `${schedule.how} should run ${schedule.name}, and what is in the table says that it does not.`),
      exhibits: [
        ...(last === undefined
          ? [figure('Nothing was cleared from here yet.')]
          : [
              figure(
                `Cleared from here last: ${formatNumber(last.deleted)} rows, ${formatAge(new Date(last.startedAt), at)}.`,
              ),
            ]),
        ...setup.schedules.map(({ name, when = '', file, from, to }): Exhibit => ({
          kind: 'code',
          text: `${name}: ${when}`,
          place: { file, from, to },
        })),
      ],
      remedies: [
        CLEAR,
        {
          title: 'Run clearsessions every day',
          text: 'Run "python manage.py clearsessions" once a day, by cron, a systemd timer, Celery beat or a service of the compose file.',
        },
        { title: 'Choose the cleanup service', command: COMMANDS.chooseCleanupService },
      ],
    };
  },
});

const windowMissed = cause({
  id: 'cleanup-never-comes',
  title: 'The time of the cleanup never comes',
  symptoms: ['growth'],
  needs: ['cleanupService', 'snapshot'],
  judge: ({ cleanupService: { value: state }, snapshot }) => {
    const { setup } = state;
    if (setup.candidate === undefined && setup.schedules.length === 0) {
      return ruledOut('No compose file and no schedule of the workspace says when sessions are cleared.');
    }
    const found = neverRuns(state);
    if (found.length === 0) return ruledOut('The times at which sessions are to be cleared come.');
    const counts = expiredOf(snapshot);
    if (isJudgement(counts)) return counts;
    const { expired, total } = counts;
    if (expired < FEW_SHARE * total) return ruledOut(`Only ${outOf(expired, total, 'rows')} have expired.`);
    return {
      verdict: 'found',
      share: fraction(expired, total),
      confidence: 'certain',
      sentence: `${found[0]?.sentence ?? ''} ${outOf(expired, total, 'rows')} have expired.`,
      exhibits: found.map(({ text, place }): Exhibit => ({ kind: 'code', text, place })),
      remedies: [{ title: 'Correct the time', ...openingCode(found[0]?.place) }, CLEAR],
    };
  },
});

export const CLEANUP_CAUSES: readonly Cause[] = [windowMissed, ...ROWS.map(ofVerdict), missing];
