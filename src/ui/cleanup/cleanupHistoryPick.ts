import * as vscode from 'vscode';
import { formatAge } from '../../common/format.ts';
import { cleanupDetail, cleanupTitle } from '../../presentation/texts/recordTexts.ts';
import { showInformationMessage, showQuickPick } from '../common/messages.ts';
import type { Cleanup } from './cleanup.ts';

/** Every run on this database from here: when, who asked, counts, time, outcome. Picking one copies it. */
export async function showCleanupHistory(cleanup: Cleanup): Promise<void> {
  const { records } = cleanup;
  if (records.length === 0) {
    void showInformationMessage('No cleanup was run from here on this database yet.');
    return;
  }
  const now = new Date();
  const items = records.map((record) => ({
    label: cleanupTitle(record),
    description: formatAge(new Date(record.startedAt), now),
    detail: [cleanupDetail(record), ...record.notes].join(' · '),
    record,
  }));
  const chosen = await showQuickPick(items, {
    title: 'Cleanups of this database from here',
    placeHolder: 'Choose one to copy it as JSON',
    matchOnDetail: true,
  });
  if (chosen === undefined) return;
  await vscode.env.clipboard.writeText(JSON.stringify(chosen.record, undefined, 2));
  vscode.window.setStatusBarMessage('$(copy) Copied', 3000);
}
