import * as vscode from 'vscode';
import { formatAge } from '../../common/format.ts';
import { OUTCOMES } from '../../diagnosis/routine/checkVerdict.ts';
import { checkOfRow } from '../../presentation/routine/checkRows.ts';
import { inertIcons } from '../../presentation/texts/inertText.ts';
import { showInformationMessage, showQuickPick } from '../common/messages.ts';
import type { Routine } from './routine.ts';

/** Every result that is kept, of the check of the row or of all; picking one copies it. */
export async function showCheckHistory(routine: Routine, row: string | undefined): Promise<void> {
  const id = checkOfRow(row);
  const records = routine.records.filter(({ check }) => id === undefined || check === id);
  if (records.length === 0) {
    void showInformationMessage(
      id === undefined ? 'No routine check has been made on this database yet.' : 'This check has not been made yet.',
    );
    return;
  }
  const now = new Date();
  const items = records.map((record) => ({
    label: inertIcons(`${OUTCOMES[record.outcome].word}: ${record.title}`),
    description: `${formatAge(new Date(record.at), now)}${record.by === 'person' ? ', marked' : ''}`,
    detail: inertIcons([...(record.note === '' ? [] : [`Note: ${record.note}`]), ...record.evidence].join(' ')),
    record,
  }));
  const chosen = await showQuickPick(items, {
    title: 'Results of routine checks',
    placeHolder: 'Choose one to copy it as JSON',
    matchOnDetail: true,
  });
  if (chosen === undefined) return;
  await vscode.env.clipboard.writeText(JSON.stringify(chosen.record, undefined, 2));
  vscode.window.setStatusBarMessage('$(copy) Copied', 3000);
}
