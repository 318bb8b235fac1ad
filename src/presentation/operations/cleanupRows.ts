import { formatAge } from '../../common/format.ts';
import type { CleanupProgress } from '../../postgres/cleanup/plan/types.ts';
import type { CleanupRecord } from '../../postgres/cleanup/run/records.ts';
import type { Row } from '../rows/row.ts';
import { rowAge } from '../rows/rowAge.ts';
import { progressText } from '../texts/cleanupTexts.ts';
import { escapeMarkdown, paragraphs } from '../texts/hover.ts';
import { cleanupDetail, cleanupTitle } from '../texts/recordTexts.ts';

/** What the rows of the cleanup are drawn from. */
export interface Cleanups {
  /** Of the connection that is watched, newest first. */
  readonly records: readonly CleanupRecord[];
  readonly running?: { readonly progress?: CleanupProgress; readonly paused: boolean };
  /** There is a connection on which one could be run. */
  readonly possible: boolean;
}

const RUNNING_ID = 'operation/cleanup/running';

export function cleanupRow({ records, running, possible }: Cleanups, now: Date): Row | undefined {
  if (!possible) return undefined;
  const [last] = records;
  if (running !== undefined) return runningRow(running);
  const children = records.map((record) => recordRow(record, now));
  return {
    id: 'operation/cleanup',
    label: 'Cleanup',
    description: last === undefined ? 'none from here yet' : `last ${rowAge(new Date(last.startedAt), now)} ago`,
    icon: { id: 'clear-all' },
    context: ['canClear'],
    accessible: `Cleanup of expired sessions, ${last === undefined ? 'none from here yet' : cleanupDetail(last)}`,
    hover: () =>
      'Clears expired sessions in small transactions, after showing what would go. Below: what was run from here.',
    ...(children.length === 0 ? {} : { children }),
  };
}

/**
 * What moves stands in a row of its own, below the one with the buttons: it is drawn some times a second, and a press that is
 * under way while its row is drawn is dropped by VS Code. It has an id of its own, so that it is open however the records are.
 */
function runningRow({ progress, paused }: NonNullable<Cleanups['running']>): Row {
  const text = progress === undefined ? 'beginning…' : progressText(progress);
  return {
    id: RUNNING_ID,
    label: 'Cleanup',
    description: paused ? 'paused' : 'running',
    icon: { id: paused ? 'debug-pause' : 'loading~spin' },
    context: [paused ? 'cleanupPaused' : 'cleanupRunning', 'canCancelCleanup'],
    accessible: paused ? 'Cleanup is paused.' : 'Cleanup runs.',
    hover: () => escapeMarkdown(text),
    expanded: true,
    children: [
      {
        id: `${RUNNING_ID}/progress`,
        label: 'Progress',
        description: text,
        accessible: `Progress of the cleanup: ${text}`,
        hover: () => escapeMarkdown(text),
      },
    ],
  };
}

const RECORD_ICONS: Partial<Record<CleanupRecord['outcome'], NonNullable<Row['icon']>>> = {
  done: { id: 'check' },
  running: { id: 'loading~spin' },
};

function recordRow(record: CleanupRecord, now: Date): Row {
  const detail = cleanupDetail(record);
  const age = formatAge(new Date(record.startedAt), now);
  return {
    id: `cleanup/${record.startedAt}`,
    label: cleanupTitle(record),
    description: `${age} · ${detail}`,
    icon: RECORD_ICONS[record.outcome] ?? { id: 'warning', color: 'list.warningForeground' },
    context: ['value'],
    copy: `${record.startedAt} ${cleanupTitle(record)}: ${detail}`,
    accessible: `${cleanupTitle(record)}, ${age}: ${detail}`,
    hover: () =>
      paragraphs([
        `**${escapeMarkdown(cleanupTitle(record))}**`,
        escapeMarkdown(`${record.startedAt}, ${record.table} of ${record.target}`),
        escapeMarkdown(detail),
        ...record.notes.map(escapeMarkdown),
      ]),
  };
}
