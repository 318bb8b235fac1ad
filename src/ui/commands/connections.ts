import * as vscode from 'vscode';
import { COMMANDS } from '../../contributions.ts';
import type { App } from '../app.ts';
import type { Connection } from '../connections.ts';
import type { SavedConnections } from '../savedConnections.ts';

export async function chooseConnection(app: App): Promise<void> {
  const items = app.connections.map((connection) => connectionItem(connection, app.active));
  const add = { label: '$(plug) Connect to another database…', connection: undefined };
  const chosen = await vscode.window.showQuickPick([...items, add], {
    title: 'Choose the connection to watch',
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (chosen === undefined) return;
  if (chosen.connection === undefined) await vscode.commands.executeCommand(COMMANDS.connect);
  else await app.choose(chosen.connection.id);
}

/** Only connections made by hand can be removed: the others stand in the project's own settings. */
export async function removeConnection(app: App, saved: SavedConnections): Promise<void> {
  const own = app.connections.filter((c) => c.source === 'settings');
  if (own.length === 0) {
    void vscode.window.showInformationMessage(
      'There is no connection to remove: those found in a Django project stand in its settings.',
    );
    return;
  }
  const chosen = await vscode.window.showQuickPick(
    own.map((connection) => connectionItem(connection, app.active)),
    { title: 'Remove which connection?' },
  );
  if (chosen?.connection === undefined) return;
  const remove = 'Remove';
  const answer = await vscode.window.showWarningMessage(
    `Remove the connection "${chosen.connection.name}"?`,
    {
      modal: true,
      detail: 'It goes from the settings, and its password from the secret storage. The database is not touched.',
    },
    remove,
  );
  if (answer !== remove) return;
  await saved.remove(chosen.connection.id);
  await app.reload();
}

export async function enterPassword(app: App, saved: SavedConnections): Promise<void> {
  const connection = app.active ?? (await pickConnection(app));
  if (connection === undefined) return;
  const password = await vscode.window.showInputBox({
    title: `Password for ${connection.target}`,
    prompt: 'Kept in the secret storage of VS Code. Leave it empty to forget it.',
    password: true,
    ignoreFocusOut: true,
  });
  if (password === undefined) return;
  await saved.setPassword(connection.id, password === '' ? undefined : password);
  await app.reload({ reconnect: true });
}

async function pickConnection(app: App): Promise<Connection | undefined> {
  const chosen = await vscode.window.showQuickPick(
    app.connections.map((connection) => connectionItem(connection, undefined)),
    { title: 'Password of which connection?' },
  );
  return chosen?.connection;
}

interface ConnectionItem extends vscode.QuickPickItem {
  readonly connection: Connection | undefined;
}

function connectionItem(connection: Connection, active: Connection | undefined): ConnectionItem {
  const from = connection.source === 'django' ? 'from the Django project' : 'made by hand';
  return {
    label: `${connection.id === active?.id ? '$(check) ' : ''}${connection.name}`,
    description: connection.target,
    detail: connection.production ? `${from} · production` : from,
    connection,
  };
}
