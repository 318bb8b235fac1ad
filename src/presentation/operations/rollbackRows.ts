import { basename } from 'node:path';
import { formatAge } from '../../common/format.ts';
import type { Row } from '../rows/row.ts';
import { rowAge } from '../rows/rowAge.ts';
import { effectSummary } from '../texts/effectSummary.ts';
import { escapeMarkdown, paragraphs } from '../texts/hover.ts';
import { ACTION_NAMES, type RollbackRecord } from '../texts/rollbackTypes.ts';
import { classOf } from './throttleRow.ts';

export function rollbackTitle({ action, middleware }: RollbackRecord): string {
  return `${ACTION_NAMES[action].title} of ${classOf(middleware)}`;
}

/** Where, by what, how the restart ended, and what was seen of it. */
export function rollbackDetail(
  { origin, files, restart, effect, undone }: RollbackRecord,
  name: (file: string) => string,
): string {
  const how = origin === 'palette' ? 'from the command palette' : `from the ${origin}`;
  return [
    `${files.map((file) => name(file)).join(', ')}, ${how}`,
    ...(restart === undefined
      ? []
      : [restart.command.length === 0 ? 'restarted' : `restarted by ${restart.command.join(' ')}`]),
    ...(effect === undefined ? [] : [effectSummary(effect)]),
    ...(undone === true ? ['undone'] : []),
  ].join(' · ');
}

/** The newest record that still keeps the throttle off in a file can be restored from. */
export function rollbackHistoryRow(records: readonly RollbackRecord[], now: Date): Row | undefined {
  const [newest] = records;
  if (newest === undefined) return undefined;
  const seen = new Set<string>();
  const children = records.map((record): Row => {
    const isLast = record.undone !== true && record.files.some((file) => !seen.has(file));
    if (record.undone !== true) for (const file of record.files) seen.add(file);
    return recordRow(record, isLast && record.action !== 'restore', now);
  });
  return {
    id: 'operation/history',
    label: 'Rollbacks',
    description: `${String(records.length)}, last ${formatAge(new Date(newest.at), now)}`,
    icon: { id: 'history' },
    hover: () => 'What was rolled back and restored in this workspace, when, and what came of it.',
    children,
  };
}

function recordRow(record: RollbackRecord, restorable: boolean, now: Date): Row {
  const detail = rollbackDetail(record, basename);
  const age = `${rowAge(new Date(record.at), now)} ago`;
  return {
    id: `rollback/${record.id}`,
    label: ACTION_NAMES[record.action].title,
    description: `${age} · ${detail}`,
    icon: { id: record.action === 'restore' ? 'debug-restart' : 'discard' },
    context: restorable ? ['value', 'canRestore'] : ['value'],
    copy: `${record.at} ${rollbackTitle(record)}: ${detail}`,
    accessible: `${rollbackTitle(record)}, ${age}, ${detail}`,
    hover: () =>
      paragraphs([
        `**${escapeMarkdown(rollbackTitle(record))}**`,
        escapeMarkdown(record.at),
        ...record.files.map((file) => escapeMarkdown(file)),
        escapeMarkdown(detail),
      ]),
  };
}
