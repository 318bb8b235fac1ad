import * as vscode from 'vscode';

/**
 * The open folders of which files can be read: on the machine where this extension runs. The path of a virtual folder, such as a
 * repository that is looked at without a clone, would be that of something else here.
 */
export function foldersOnDisk(): readonly vscode.WorkspaceFolder[] {
  return vscode.workspace.workspaceFolders?.filter(({ uri }) => uri.scheme === 'file') ?? [];
}
