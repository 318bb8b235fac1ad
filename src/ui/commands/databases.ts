import type * as vscode from 'vscode';
import type { RowArgument } from '../../contributions.ts';
import type { Connection } from '../../monitoring/watch/connection.ts';
import { databaseIdOf } from '../../presentation/databases/databaseRows.ts';
import { rowArgument } from '../../presentation/rows/rowArgument.ts';
import { showQuickPicks } from '../common/messages.ts';
import { ORIGINS } from './connections.ts';
import type { App } from '../connection/app.ts';
import { plainLabel } from '../../presentation/texts/plainLabel.ts';

/** From the row of a database: its figures fill the view and the dashboard. */
export async function showDatabase(app: App, row: RowArgument | undefined): Promise<void> {
  const id = idOf(row);
  if (id !== undefined) await app.choose(id);
}

/** From the row of a database: it is watched whichever is shown, or no more. */
export async function watchDatabase(app: App, row: RowArgument | undefined, watch: boolean): Promise<void> {
  const id = idOf(row);
  if (id === undefined) return;
  const others = [...app.chosen].filter((one) => one !== id);
  await app.watch(watch ? [...others, id] : others);
}

/** All of them at once. */
export async function chooseWatched(app: App): Promise<void> {
  const { chosen } = app;
  const picked = await showQuickPicks(
    app.connections.map((connection) => itemOf(connection, chosen)),
    {
      title: 'Choose the databases to watch beside the one that is shown',
      placeHolder:
        'Each is read once in the hidden interval, has alerts and a history, and is watched in this workspace only',
      matchOnDescription: true,
    },
  );
  if (picked !== undefined) await app.watch(picked.map(({ id }) => id));
}

function itemOf(
  { id, name, target, source, production }: Connection,
  chosen: ReadonlySet<string>,
): vscode.QuickPickItem & { readonly id: string } {
  const detail = production ? `${ORIGINS[source]} · production` : ORIGINS[source];
  return { id, label: plainLabel(name), description: plainLabel(target), detail, picked: chosen.has(id) };
}

function idOf(argument: RowArgument | undefined): string | undefined {
  const row = rowArgument(argument);
  return row === undefined ? undefined : databaseIdOf(row.rowId);
}
