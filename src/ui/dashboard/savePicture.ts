import * as vscode from 'vscode';
import { Problem } from '../../common/problem.ts';
import { foldersOnDisk } from '../common/foldersOnDisk.ts';

/** What every PNG begins with. */
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Asks where to, and saves a PNG that is given in base64. Throws a Problem for what is no PNG. */
export async function savePicture(name: string, base64: string): Promise<void> {
  const bytes = Buffer.from(base64, 'base64');
  if (!bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE)) throw new Problem(NO_PICTURE);
  const folder = foldersOnDisk()[0]?.uri;
  const file = `${name.replaceAll(/[^\p{L}\p{N}]+/gu, '-').toLowerCase()}.png`;
  const target = await vscode.window.showSaveDialog({
    title: 'Save Chart as Picture',
    filters: { 'PNG picture': ['png'] },
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, file) }),
  });
  if (target === undefined) return;
  await vscode.workspace.fs.writeFile(target, bytes);
  vscode.window.setStatusBarMessage(`$(save) Saved ${vscode.workspace.asRelativePath(target)}`, 5000);
}

const NO_PICTURE = {
  code: 'no-picture',
  what: 'The chart could not be saved',
  why: 'The dashboard did not send a picture.',
  next: 'Copy it as a table instead, and see the log.',
  transient: false,
};
