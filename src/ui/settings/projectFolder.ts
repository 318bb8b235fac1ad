import * as vscode from 'vscode';
import { foldersOnDisk } from '../common/foldersOnDisk.ts';

/**
 * The workspace folder whose settings and files hold for a project: the one that it lies in, else the first on this machine.
 * @param root folder of the project's manage.py; undefined: there is no project
 */
export function projectFolder(root: string | undefined): vscode.WorkspaceFolder | undefined {
  const own = root === undefined ? undefined : vscode.workspace.getWorkspaceFolder(vscode.Uri.file(root));
  return own ?? foldersOnDisk()[0];
}
