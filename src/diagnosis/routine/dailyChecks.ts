import { formatAge, formatBytes, formatBytesPerDay, formatDuration, formatNumber } from '../../common/format.ts';
import { isKnown } from '../../common/measured.ts';
import { lastRuns } from '../../services/cleanupService/facts.ts';
import { VERDICTS } from '../../services/cleanupService/verdict.ts';
import { thresholdOf } from './checkParts.ts';
import { fails, look, succeeds, told, type CheckPart } from './checkVerdict.ts';
import type { CheckEvidence, RoutineCheck } from './routineCheck.ts';

const DAY_S = 86_400;

export const DAILY_CHECKS: readonly RoutineCheck[] = [
  {
    id: 'cleanup-logs',
    period: 'daily',
    title: 'Check session cleanup logs',
    short: 'Cleanup logs',
    what:
      'What the log of the cleanup service tells of its runs in the last day, with the state of its container and what the table says. ' +
      'It passes where a run succeeded in time and none failed.',
    needs: ['sessions.expired'],
    judge: (evidence) => [...cleanupLog(evidence), ...expiredNow(evidence)],
  },
  {
    id: 'table-size',
    period: 'daily',
    title: 'Verify session table size is stable',
    short: 'Table size',
    what:
      'How much the table with its indexes grew in the last day, against the threshold of the alert on its growth. It passes where it is ' +
      'known over half a day and more.',
    needs: ['table.total', 'sessions.total'],
    judge: (evidence) => [...growth(evidence), ...largeNow(evidence), ...rowsToo(evidence)],
  },
];

function cleanupLog({ service, isServiceOld, range, now }: CheckEvidence): CheckPart[] {
  if (service === undefined) return [look('The cleanup service has not been looked at yet.')];
  const { setup, reading, status } = service;
  if (setup.service === undefined) {
    const [problem] = setup.problems;
    const why =
      problem === undefined ? 'No cleanup service is known, so that there is no log to look at.' : problem.message;
    return [look(why)];
  }
  if (reading === undefined || status === undefined)
    return [look('The cleanup service is being read for the first time.')];
  // Without the lines of its log: what somebody wrote into them is not kept.
  const says = status.sentence;
  if (VERDICTS[status.verdict].isTrouble) return [fails(says)];
  if (status.verdict !== 'healthy') return [look(says)];
  if (isServiceOld) return [look(`It was last read ${formatAge(reading.at, now)}. ${says}`)];
  const { lastSuccess } = lastRuns(reading);
  if (lastSuccess === undefined) return [look(`Its log tells of no run that succeeded. ${says}`)];
  const inDay = (reading.log?.runs ?? []).filter(({ startedAt, lastLineAt }) => {
    const at = startedAt ?? lastLineAt;
    return at !== undefined && at >= range.from;
  });
  const failed = inDay.filter(({ outcome }) => outcome === 'failed');
  const done = inDay.filter(({ outcome }) => outcome === 'succeeded');
  const deleted = done.reduce((sum, run) => sum + (run.deleted ?? 0), 0);
  const counted = done.some((run) => run.deleted !== undefined) ? `, ${formatNumber(deleted)} sessions deleted` : '';
  const runs = told(
    `In the last day ${runText(done.length)} succeeded${counted}, and ${formatNumber(failed.length)} failed.`,
  );
  return failed.length === 0
    ? [succeeds(says), runs]
    : [look(`${runText(failed.length)} failed in the last day. ${says}`), runs];
}

const runText = (count: number): string => `${formatNumber(count)} ${count === 1 ? 'run' : 'runs'}`;

/** Expired rows right after a day's cleanup are what that is for; it decides nothing. */
function expiredNow({ snapshot }: CheckEvidence): CheckPart[] {
  if (!isKnown(snapshot)) return [];
  const { expired, oldestExpired } = snapshot.value.metrics.sessions;
  if (!isKnown(expired)) return [];
  const oldest = isKnown(oldestExpired) && oldestExpired.value !== null;
  const age = oldest ? `, the oldest expired ${formatAge(oldestExpired.value, snapshot.value.metrics.serverTime)}` : '';
  return [told(`${formatNumber(expired.value)} expired sessions are in the table now${age}.`)];
}

/** Of a shorter time a day's growth can't be told: sizes go up and down with the hours. */
const LEAST_SPAN_S = DAY_S / 2;

function growth(evidence: CheckEvidence): CheckPart[] {
  const ends = evidence.ends.get('table.total');
  if (ends === undefined) return [look('The size of the table is not known: nobody watched it in the last day.')];
  const { first, last } = ends;
  const seconds = (last.at.getTime() - first.at.getTime()) / 1000;
  if (seconds === 0)
    return [look(`The size of the table is known of one moment of the last day only: ${formatBytes(last.value)}.`)];
  const change = last.value - first.value;
  const limit = thresholdOf(evidence, 'table-growth');
  const sizes = `from ${formatBytes(first.value)} to ${formatBytes(last.value)} in ${formatDuration(seconds)}`;
  const by = change === 0 ? 'The size of the table did not change' : `The table ${change > 0 ? 'grew' : 'shrank'}`;
  if (change > limit) return [fails(`${by} ${sizes}, by more than the ${formatBytes(limit)} that a day may bring.`)];
  if (seconds < LEAST_SPAN_S)
    return [
      look(
        `Only ${formatDuration(seconds)} of the last day are known, too little to tell its growth. ${by}: ${sizes}.`,
      ),
    ];
  const perDay = (change / seconds) * DAY_S;
  const rate = `${by} ${sizes}: ${perDay === 0 ? '0 B a day' : formatBytesPerDay(perDay)}, where ${formatBytes(limit)} a day are too much.`;
  return [perDay > limit ? fails(rate) : succeeds(rate)];
}

function largeNow({ alerts }: CheckEvidence): CheckPart[] {
  const alert = alerts.find(({ rule }) => rule.id === 'table-size');
  return alert?.status === 'firing' ? [look(`The alert on the size of the table fires: ${alert.message}`)] : [];
}

function rowsToo({ ends }: CheckEvidence): CheckPart[] {
  const rows = ends.get('sessions.total');
  if (rows === undefined) return [];
  return [told(`Sessions went from ${formatNumber(rows.first.value)} to ${formatNumber(rows.last.value)}.`)];
}
