import type * as vscode from 'vscode';
import { formatBytes, formatNumber } from '../../common/format.ts';
import { openToRead } from '../../monitoring/watch/openDatabase.ts';
import type { SessionTable, SessionTableFacts } from '../../postgres/table/readings.ts';
import { showInformationMessage, showQuickPick } from '../common/messages.ts';
import { withCancel } from '../common/progress.ts';
import type { App } from '../connection/app.ts';
import { plainLabel } from '../../presentation/texts/plainLabel.ts';

/** Lists the session tables of the database that is watched, with their sizes, and watches the one that is chosen. */
export async function chooseTable(app: App): Promise<void> {
  const connection = app.active;
  if (connection === undefined) return;
  const tables = await withCancel('Looking for session tables', async ({ signal }) => {
    const { readSessionTables } = await import('../../postgres/readings/sessionTables.ts');
    const db = await openToRead(connection, signal);
    try {
      return await readSessionTables(db, connection.table, { statements: 0, serverMs: 0 });
    } finally {
      await db.close();
    }
  });
  const found = tables.value ?? [];
  if (found.length === 0) {
    void showInformationMessage(`No session table was found in ${connection.target}.`);
    return;
  }
  const own: TableItem = { label: '$(discard) As the settings and the project say', table: undefined };
  const chosen = await showQuickPick([...found.map(tableItem), own], {
    title: `Choose the session table of ${connection.name}`,
    placeHolder: `${formatNumber(found.length)} tables, ${formatBytes(found.reduce((sum, { bytes }) => sum + bytes, 0))} together`,
    matchOnDescription: true,
  });
  if (chosen !== undefined) await app.chooseTable(chosen.table);
}

interface TableItem extends vscode.QuickPickItem {
  readonly table: SessionTable | undefined;
}

function tableItem(table: SessionTableFacts): TableItem {
  const { schema, name, rows, bytes, watched } = table;
  const count = rows === null ? 'not counted yet' : `≈ ${formatNumber(rows)} rows`;
  return {
    label: `${watched ? '$(check) ' : ''}${plainLabel(`${schema}.${name}`)}`,
    description: `${formatBytes(bytes)}, ${count}`,
    table: { schema, name },
  };
}
