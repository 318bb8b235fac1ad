import * as vscode from 'vscode';

/** Opens a file with the cursor at a place. UTF-16 offsets. */
export async function showPlace(file: string, from: number, to: number): Promise<void> {
  const document = await vscode.workspace.openTextDocument(file);
  const selection = new vscode.Range(document.positionAt(from), document.positionAt(to));
  await vscode.window.showTextDocument(document, { selection });
}
