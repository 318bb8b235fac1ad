import * as vscode from 'vscode';
import { showInformationMessage } from '../common/messages.ts';
import type { App } from '../connection/app.ts';

/** Opens the settings file where DATABASES stands. */
export async function openDatabaseSettings(app: App): Promise<void> {
  const place = app.active?.location ?? app.databaseSettings;
  if (place === undefined) {
    void showInformationMessage(
      'No settings file is known: this connection was made by hand, or no Django project was found.',
    );
    return;
  }
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(place.file));
  const at = document.positionAt(place.offset);
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(at, at) });
}
