import { formatAge, formatDuration, formatMeasured, formatNumber } from '../../common/format.ts';
import { isKnown } from '../../common/measured.ts';
import type { ServiceState } from '../../monitoring/cleanupService/serviceState.ts';
import type { CleanupRun } from '../../services/cleanupService/log/runs.ts';
import type { Row } from '../rows/row.ts';
import { escapeMarkdown } from '../texts/hover.ts';

interface Detail {
  readonly key: string;
  readonly label: string;
  /** undefined: there is nothing to tell. */
  readonly text: (state: Known) => string | undefined;
  readonly about: string;
}

/** A state that has been read; ages are told as of its reading. */
type Known = ServiceState & Required<Pick<ServiceState, 'reading' | 'status'>>;

const DETAILS: readonly Detail[] = [
  {
    key: 'lastRun',
    label: 'Last run',
    text: ({ status, reading }) => (reading.log === undefined ? undefined : runText(status.lastRun, reading.at)),
    about: 'The newest run that its log tells of.',
  },
  {
    key: 'logLine',
    label: 'Log line',
    text: ({ status }) => status.logLine,
    about: 'The line of its log that says what goes wrong.',
  },
  {
    key: 'deleted',
    label: 'Deleted',
    text: deletedText,
    about: 'What the last successful run says that it deleted, and what the table’s own counters say since it began.',
  },
  {
    key: 'remaining',
    label: 'Expired now',
    text: remainingText,
    about: 'Expired sessions that are in the table now: what the next run will find.',
  },
  {
    key: 'nextRun',
    label: 'Next run',
    text: nextText,
    about: 'When the next run is due, by the last one and the interval.',
  },
  {
    key: 'state',
    label: 'State',
    text: stateText,
    about: 'What the engine, or the status command, says.',
  },
  {
    key: 'note',
    label: 'Note',
    text: ({ reading }) => (reading.notes.length === 0 ? undefined : reading.notes.join(' ')),
    about: 'What is not as expected.',
  },
];

/** What the row of the cleanup service rests on, a row each; ages as of the reading. Their ids begin with `parent`. */
export function detailRows(state: ServiceState, parent: string): Row[] {
  const { reading, status } = state;
  if (reading === undefined || status === undefined) return [];
  return DETAILS.flatMap(({ key, label, text, about }) => {
    const description = text({ ...state, reading, status });
    if (description === undefined) return [];
    const hover = (): string => `**${label}:** ${escapeMarkdown(description)}\n\n${escapeMarkdown(about)}`;
    return [{ id: `${parent}/${key}`, label, description, context: ['value'], copy: description, hover }];
  });
}

const OUTCOMES: Readonly<Record<CleanupRun['outcome'], string>> = {
  succeeded: 'succeeded',
  failed: 'failed',
  skipped: 'skipped',
  unfinished: 'not ended yet',
};

function runText(run: CleanupRun | undefined, now: Date): string {
  if (run === undefined) return 'none in its log';
  const at = run.startedAt ?? run.lastLineAt;
  return `${at === undefined ? 'at an unknown time' : formatAge(at, now)}, ${OUTCOMES[run.outcome]}`;
}

function deletedText({ status, table: { deletedSince } }: Known): string | undefined {
  const { lastSuccess } = status;
  if (lastSuccess === undefined) return undefined;
  const { deleted, remaining } = lastSuccess;
  const parts = [
    deleted === undefined ? 'not in its log' : `${formatNumber(deleted)} by its log`,
    ...(isKnown(deletedSince) ? [`${formatMeasured(deletedSince, 'count')} by the table’s counters`] : []),
    ...(remaining === undefined ? [] : [`${formatNumber(remaining)} sessions left`]),
  ];
  return parts.join(', ');
}

function remainingText({ table: { expired, oldestExpired }, reading }: Known): string {
  const oldest = isKnown(oldestExpired) ? oldestExpired.value : null;
  const age = oldest === null ? '' : `, oldest ${formatDuration(Math.max(0, seconds(oldest, reading.at)))}`;
  return `${formatMeasured(expired, 'count')}${isKnown(expired) ? age : ''}`;
}

function nextText({ status, reading }: Known): string | undefined {
  if (reading.log === undefined) return undefined;
  const { nextDue, interval, intervalFrom } = status;
  const from = { setting: 'as set', log: 'as its log says', assumed: 'assumed' }[intervalFrom];
  const every = `every ${formatDuration(interval)}, ${from}`;
  if (nextDue === undefined) return `unknown; ${every}`;
  return `${nextDue > reading.at ? '' : 'was due '}${formatAge(nextDue, reading.at)}; ${every}`;
}

function stateText({ reading }: Known): string {
  const { container, statusLine: said, state, by, problem } = reading;
  if (problem !== undefined) return problem.why;
  if (container === undefined) return `${said ?? state} · ${by}`;
  const health = container.health === undefined ? '' : `, ${container.health}`;
  return `${container.status}${health} · ${container.name} · ${by}`;
}

const seconds = (from: Date, to: Date): number => (to.getTime() - from.getTime()) / 1000;
