import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import { Problem } from '../../common/problem.ts';
import type { FileChange } from './changePreview.ts';

/** What came of writing a change. */
export interface Applied {
  /** Files that are changed in the editor, but could not be saved. */
  readonly unsaved: readonly string[];
}

/** What a person should know of the files before they are changed: unsaved changes, and files that can't be written. */
export async function unsavedWarnings(changes: readonly FileChange[]): Promise<string[]> {
  const warnings: string[] = [];
  for (const { file } of changes) {
    const name = vscode.workspace.asRelativePath(file, false);
    const document = await vscode.workspace.openTextDocument(file);
    if (document.isDirty) warnings.push(`${name} has other changes that are not saved: they are saved with this one.`);
    if (await isReadOnly(file)) {
      warnings.push(`${name} is read-only on the disk: the change may stay in the editor, unsaved.`);
    }
  }
  return warnings;
}

const WRITABLE_BITS = 0o222;

async function isReadOnly(file: string): Promise<boolean> {
  try {
    const { mode } = await stat(file);
    return (mode & WRITABLE_BITS) === 0;
  } catch (error) {
    // The editor still has its text, but there is nothing to write to.
    throw new Problem(
      {
        code: 'settings-gone',
        what: 'The settings were not changed',
        why: `${vscode.workspace.asRelativePath(file, false)} can't be found any more.`,
        next: 'Look where it went, and start again there.',
        transient: false,
      },
      { cause: error },
    );
  }
}

/** Changes the files in one step that one Undo takes back, and saves them; a Problem when VS Code refuses the change. */
export async function applyChanges(changes: readonly FileChange[]): Promise<Applied> {
  const edit = new vscode.WorkspaceEdit();
  for (const { file, before, after } of changes) {
    const document = await vscode.workspace.openTextDocument(file);
    const { from, to, insert } = difference(before, after);
    edit.replace(document.uri, new vscode.Range(document.positionAt(from), document.positionAt(to)), insert);
  }
  if (!(await vscode.workspace.applyEdit(edit))) throw REFUSED;
  const unsaved: string[] = [];
  // The first file last, so that it is the one that stays in front.
  for (const { file, before, after } of changes.toReversed()) {
    const document = await vscode.workspace.openTextDocument(file);
    const at = document.positionAt(difference(before, after).from);
    await vscode.window.showTextDocument(document, { selection: new vscode.Range(at, at), preview: false });
    // A formatter that runs on saving could wrap the comment that a restore reads.
    await vscode.commands.executeCommand('workbench.action.files.saveWithoutFormatting');
    if (document.isDirty) unsaved.push(file);
  }
  return { unsaved };
}

/** From the first to the last character that differs: the smallest single change, so that cursors and folds stay. */
export function difference(before: string, after: string): { from: number; to: number; insert: string } {
  const shorter = Math.min(before.length, after.length);
  let from = 0;
  while (from < shorter && before[from] === after[from]) from++;
  let behind = 0;
  while (behind < shorter - from && before.at(-1 - behind) === after.at(-1 - behind)) behind++;
  return { from, to: before.length - behind, insert: after.slice(from, after.length - behind) };
}

const REFUSED = new Problem({
  code: 'edit-refused',
  what: 'The settings were not changed',
  why: 'VS Code did not accept the change: the file may be open in an editor that can’t be written to, or have changed meanwhile.',
  next: 'Look at the file, and try again.',
  transient: false,
});
