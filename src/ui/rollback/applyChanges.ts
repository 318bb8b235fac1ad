import { realpath, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import * as vscode from 'vscode';
import { Problem } from '../../common/problem.ts';
import { sleep } from '../../common/timers.ts';
import { runCommand } from '../common/runCommand.ts';
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
    const real = await elsewhere(file);
    if (real !== undefined) warnings.push(`${name} is a link, and what is changed is ${real}.`);
    if (await isReadOnly(file)) {
      warnings.push(`${name} is read-only on the disk: the change may stay in the editor, unsaved.`);
    }
  }
  return warnings;
}

/** Where a file really lies, when that is not where the open folder has it: a link of the repository may lead anywhere. */
async function elsewhere(file: string): Promise<string | undefined> {
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file))?.uri.fsPath ?? dirname(file);
  try {
    const real = await realpath(file);
    return relative(join(await realpath(folder), relative(folder, file)), real) === '' ? undefined : real;
  } catch {
    // It has gone: isReadOnly says so.
    return undefined;
  }
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

/**
 * Changes the files in one step that one Undo takes back, and saves them; the only place from which the extension changes a
 * text. 'outdated': a text, in the editor or on the disk, is not the one that the change was planned for, and nothing was
 * changed. Throws a Problem when VS Code refuses the change, or something else came of it.
 */
export async function applyChanges(changes: readonly FileChange[]): Promise<Applied | 'outdated'> {
  const parts = await Promise.all(changes.map(open));
  // From here to applyEdit nothing waits: the offsets are those of the text that is compared. VS Code itself refuses the edit
  // when the version of the document is another by the time it arrives.
  if (parts.some(isOutdated)) return 'outdated';
  const edit = new vscode.WorkspaceEdit();
  for (const { document, before, after } of parts) {
    const { from, to, insert } = difference(before, after);
    edit.replace(document.uri, new vscode.Range(document.positionAt(from), document.positionAt(to)), insert);
  }
  if (!(await vscode.workspace.applyEdit(edit))) throw REFUSED;
  if (parts.some(({ document, after }) => document.getText() !== after)) throw await takenBack(parts);
  const unsaved: string[] = [];
  // The first file last, so that it is the one that stays in front.
  for (const { file, document, before, after } of parts.toReversed()) {
    const at = document.positionAt(difference(before, after).from);
    await vscode.window.showTextDocument(document, { selection: new vscode.Range(at, at), preview: false });
    // A formatter that runs on saving could wrap the comment that a restore reads.
    await runCommand('workbench.action.files.saveWithoutFormatting');
    if (document.isDirty) unsaved.push(file);
  }
  return { unsaved };
}

interface Part extends FileChange {
  readonly document: vscode.TextDocument;
  /** undefined: it is not compared, because the editor has changes of its own. */
  readonly disk: string | undefined;
}

async function open(change: FileChange): Promise<Part> {
  const document = await vscode.workspace.openTextDocument(change.file);
  return { ...change, document, disk: document.isDirty ? undefined : await textOnDisk(document) };
}

/** Whether a text is not the one any more that the change was planned for, so that there is nothing to ask about. */
export async function areOutdated(changes: readonly FileChange[]): Promise<boolean> {
  return (await Promise.all(changes.map(open))).some(isOutdated);
}

/** How long an editor may take to show what another program has written, in milliseconds. */
const FOLLOWS_MS = 5_000;
const LOOKS_EVERY_MS = 100;

/**
 * Waits until the editors show what is on the disk, which another program may have changed a moment ago. Throws a Problem when
 * one does not: so it stays, for example, when an undo crosses an automatic save, until it is reverted or saved.
 */
export async function untilEditorsFollow(changes: readonly FileChange[]): Promise<void> {
  const deadline = performance.now() + FOLLOWS_MS;
  for (;;) {
    const behind = (await Promise.all(changes.map(open))).find(isBehindDisk);
    if (behind === undefined) return;
    if (performance.now() > deadline) throw editorDiffers(behind.file);
    await sleep(LOOKS_EVERY_MS);
  }
}

function isOutdated(part: Part): boolean {
  return part.document.getText() !== part.before || isBehindDisk(part);
}

/** An editor without changes of its own shows another text than is on the disk. */
function isBehindDisk({ document, disk }: Part): boolean {
  // The editor shows one kind of line breaks where the file has two.
  return disk !== undefined && !document.isDirty && withoutBreaks(disk) !== withoutBreaks(document.getText());
}

const withoutBreaks = (text: string): string => text.replaceAll(/\r\n?/g, '\n');

async function textOnDisk({ uri, encoding }: vscode.TextDocument): Promise<string> {
  return vscode.workspace.decode(await vscode.workspace.fs.readFile(uri), { encoding });
}

/** Puts back what stands where the change was made, as far as it does; returns what to tell. */
async function takenBack(parts: readonly Part[]): Promise<Problem> {
  const edit = new vscode.WorkspaceEdit();
  let found = true;
  for (const { document, before, after } of parts) {
    const back = difference(after, before);
    const range = new vscode.Range(document.positionAt(back.from), document.positionAt(back.to));
    if (document.getText(range) === after.slice(back.from, back.to)) edit.replace(document.uri, range, back.insert);
    else found = false;
  }
  return (await vscode.workspace.applyEdit(edit)) && found ? TAKEN_BACK : NOT_TAKEN_BACK;
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

function editorDiffers(file: string): Problem {
  const name = vscode.workspace.asRelativePath(file, false);
  return new Problem({
    code: 'editor-differs',
    what: 'The settings were not changed',
    why: `${name} on the disk is not what its editor shows, though the editor has no unsaved changes.`,
    next: 'Take what is on the disk with "File: Revert File", or keep what you see by saving it, and try again.',
    transient: false,
  });
}

const REFUSED = new Problem({
  code: 'edit-refused',
  what: 'The settings were not changed',
  why: 'VS Code did not accept the change: the file may be open in an editor that can’t be written to, or have changed meanwhile.',
  next: 'Look at the file, and try again.',
  transient: false,
});

const TAKEN_BACK = new Problem({
  code: 'edit-collided',
  what: 'The change of the settings was taken back',
  why: 'Something else changed the file at the same moment, so that it did not say what was planned.',
  next: 'Look at the file, and try again.',
  transient: false,
});

const NOT_TAKEN_BACK = new Problem({
  code: 'edit-collided',
  what: 'The settings do not say what was planned',
  why: 'Something else changed the file at the same moment. It was not saved.',
  next: 'Use Undo in the editor of the file, and try again.',
  transient: false,
});
