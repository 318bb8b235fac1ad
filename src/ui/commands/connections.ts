import * as vscode from 'vscode';
import { COMMANDS } from '../../contributions.ts';
import { needsDatabase } from '../../monitoring/metricsCommand/commandProblems.ts';
import type { Connection, ConnectionSource } from '../../monitoring/watch/connection.ts';
import { resolveTarget } from '../../postgres/target/target.ts';
import { showInformationMessage, showInputBox, showQuickPick, showWarningMessage } from '../common/messages.ts';
import { runCommand } from '../common/runCommand.ts';
import { badgeText, type DatabaseState } from '../../presentation/rows/databaseState.ts';
import { databaseIcon, databaseLine } from '../../presentation/databases/databaseTexts.ts';
import type { App } from '../connection/app.ts';
import type { ProductionMarks } from '../connection/django/productionMarks.ts';
import type { SavedConnections } from '../connection/savedConnections.ts';
import type { Unconfirmed } from '../connection/storedPasswords.ts';
import { plainLabel } from '../../presentation/texts/plainLabel.ts';

export async function chooseConnection(app: App): Promise<void> {
  const items = app.databases.map(databaseItem);
  const add = { label: '$(plug) Connect to another database…', connection: undefined };
  const chosen = await showQuickPick([...items, add], {
    title: 'Choose the connection to show',
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (chosen === undefined) return;
  if (chosen.connection === undefined) await runCommand(COMMANDS.connect);
  else await app.choose(chosen.connection.id);
}

/** Only connections made by hand can be removed: the others stand in the project's own settings. */
export async function removeConnection(app: App, saved: SavedConnections): Promise<void> {
  const own = app.connections.filter((c) => c.source !== 'django');
  if (own.length === 0) {
    void showInformationMessage(
      'There is no connection to remove: those found in a Django project stand in its settings.',
    );
    return;
  }
  const chosen = await showQuickPick(
    own.map((connection) => connectionItem(connection, app.active)),
    { title: 'Remove which connection?' },
  );
  if (chosen?.connection === undefined) return;
  const remove = 'Remove';
  const answer = await showWarningMessage(
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

const USE = 'Use It';
const PROJECTS = 'Use the Project’s';
const ANOTHER = 'Enter Another…';

/** Asks for a password, or whether one that is known may go to the target as it is now; kept for that target only. */
export async function enterPassword(app: App, { passwords }: SavedConnections): Promise<void> {
  const connection = app.active ?? (await pickConnection(app));
  if (connection === undefined) return;
  if (connection.command !== undefined) throw needsDatabase();
  const { id, connectionString } = connection;
  const { key, description } = resolveTarget(connectionString);
  const to = `${description} as ${key.user}`;
  const known = await passwords.unconfirmed(connection);
  const choice = known === undefined ? ANOTHER : await confirm(to, known, connection.ownPassword !== undefined);
  if (choice === undefined) return;
  if (choice === ANOTHER) {
    const password = await showInputBox({
      title: `Password for ${to}`,
      prompt: 'Kept in the secret storage of VS Code for this target only. Leave it empty to forget it.',
      password: true,
      ignoreFocusOut: true,
    });
    if (password === undefined) return;
    if (password === '') await passwords.forget(id);
    else await passwords.store(id, key, password);
  } else await passwords.store(id, key, choice === USE ? known?.password : undefined);
  await app.reload({ reconnect: true });
}

function confirm(to: string, { why }: Unconfirmed, hasOwn: boolean): Thenable<string | undefined> {
  const detail = `${why} Whoever runs that server may read the password.`;
  const buttons = hasOwn ? [USE, PROJECTS, ANOTHER] : [USE, ANOTHER];
  return showWarningMessage(`Send the password to ${to}?`, { modal: true, detail }, ...buttons);
}

async function pickConnection(app: App): Promise<Connection | undefined> {
  const chosen = await showQuickPick(
    app.connections.map((connection) => connectionItem(connection, undefined)),
    { title: 'Password of which connection?' },
  );
  return chosen?.connection;
}

/** Remembered for the person, in no file of the project. Asks before it takes the second question of all writes away. */
export async function markProduction(app: App, marks: ProductionMarks, is: boolean): Promise<void> {
  const { active } = app;
  if (active === undefined || !(is || (await confirmNoProduction(active)))) return;
  await marks.set(active, is);
  await app.reload();
}

async function confirmNoProduction({ name, target, productionWhy = '' }: Connection): Promise<boolean> {
  const afterwards = 'Afterwards whatever writes asks once, and no name has to be typed for it.';
  const detail = `${target}\n\n${productionWhy} ${afterwards}`;
  const question = `Count "${name}" as no production?`;
  return (await showWarningMessage(question, { modal: true, detail }, NO_PRODUCTION)) === NO_PRODUCTION;
}

const NO_PRODUCTION = 'Count as No Production';

interface ConnectionItem extends vscode.QuickPickItem {
  readonly connection: Connection | undefined;
}

export const ORIGINS: Readonly<Record<ConnectionSource, string>> = {
  django: 'from the Django project',
  settings: 'made by hand',
  workspace: 'from the settings of the workspace',
};

/** How it stands, with a few figures. */
function databaseItem(state: DatabaseState): ConnectionItem {
  const { connection, badge, shown } = state;
  const alerts = badge.critical + badge.warning === 0 ? [] : [`alerts: ${badgeText(badge)}`];
  const line = databaseLine(state, new Date(), vscode.env.language);
  const detail = [ORIGINS[connection.source], line, ...alerts].filter((part) => part !== '').join(' · ');
  const icon = shown ? 'check' : databaseIcon(state).id;
  return {
    label: `$(${icon}) ${plainLabel(connection.name)}`,
    description: plainLabel(connection.target),
    detail,
    connection,
  };
}

function connectionItem(connection: Connection, active: Connection | undefined): ConnectionItem {
  const from = ORIGINS[connection.source];
  return {
    label: `${connection.id === active?.id ? '$(check) ' : ''}${plainLabel(connection.name)}`,
    description: plainLabel(connection.target),
    detail: connection.production ? `${from} · production` : from,
    connection,
  };
}
