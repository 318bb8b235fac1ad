import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../common/disposable.ts';
import { nodeFileSystem } from '../../common/fileSystem.ts';
import { foldersAbove } from '../../compose/findFiles.ts';
import { foldersOnDisk } from './foldersOnDisk.ts';

/** What counts of the folders above an open one: VS Code looks into those themselves and not below. */
const ABOVE = '{*.yml,*.yaml,.env,.env.*}';

/**
 * Tells of each file of the workspace that comes, changes or goes and fits the pattern; and of compose files and `.env` above an open
 * folder, as far as they belong to the same repository (`findFilesAround`).
 */
export function watchFiles(pattern: string, changed: (file: string) => void): Disposable {
  const store = new DisposableStore();
  const watch = (glob: vscode.GlobPattern): Disposable => {
    const own = new DisposableStore();
    const files = own.add(vscode.workspace.createFileSystemWatcher(glob));
    for (const event of [files.onDidChange, files.onDidCreate, files.onDidDelete])
      own.add(event(({ fsPath }) => changed(fsPath)));
    return own;
  };
  store.add(watch(pattern));
  let above: DisposableStore | undefined;
  const watchAbove = async (): Promise<void> => {
    const opened = foldersOnDisk().map(({ uri }) => uri.fsPath);
    const found = await Promise.all(opened.map((folder) => foldersAbove(nodeFileSystem, folder)));
    above?.dispose();
    above = store.add(new DisposableStore());
    for (const folder of new Set(found.flat()))
      if (!opened.includes(folder)) above.add(watch(new vscode.RelativePattern(vscode.Uri.file(folder), ABOVE)));
  };
  void watchAbove();
  store.add(vscode.workspace.onDidChangeWorkspaceFolders(() => void watchAbove()));
  return store;
}
