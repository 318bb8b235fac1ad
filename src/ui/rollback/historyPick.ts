import * as vscode from 'vscode';
import { formatAge } from '../../common/format.ts';
import { rollbackDetail, rollbackTitle } from '../../presentation/operations/rollbackRows.ts';
import { showInformationMessage, showQuickPick } from '../common/messages.ts';
import type { Rollback } from './rollback.ts';

/** The history as a list to choose from: restore from there, or open the file. */
export async function showRollbackHistory(rollback: Rollback): Promise<void> {
  const { history } = rollback;
  const { records } = history;
  if (records.length === 0) {
    void showInformationMessage('Nothing has been rolled back or restored in this workspace.');
    return;
  }
  const now = new Date();
  const items = records.map((record) => ({
    label: rollbackTitle(record),
    description: formatAge(new Date(record.at), now),
    detail: rollbackDetail(record, (file) => vscode.workspace.asRelativePath(file, false)),
    record,
  }));
  const chosen = await showQuickPick(items, {
    title: 'Rollbacks and restores in this workspace',
    placeHolder: 'Choose one to restore from it, or to open its file',
    matchOnDetail: true,
  });
  const file = chosen?.record.files[0];
  if (chosen === undefined || file === undefined) return;
  if (history.offSince(file) === undefined) {
    await vscode.window.showTextDocument(vscode.Uri.file(file));
    return;
  }
  await rollback.start({ action: 'restore', origin: 'history', file });
}
