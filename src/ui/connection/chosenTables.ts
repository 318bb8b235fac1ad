import type * as vscode from 'vscode';
import type { Connection } from '../../monitoring/watch/connection.ts';
import type { SessionTable } from '../../postgres/table/readings.ts';
import { shown } from '../../postgres/table/tableName.ts';

/** Which session table of a connection was chosen, where its database has several: kept for the workspace, and in no file of it. */
const KEY = 'chosenTables';

type Chosen = Readonly<Record<string, SessionTable>>;

export function withChosenTable(connection: Connection, memory: vscode.Memento): Connection {
  const table = memory.get<Chosen>(KEY)?.[connection.id];
  if (table === undefined) return connection;
  const note = `You chose to watch ${shown(table)}; "Choose Session Table…" changes it.`;
  return { ...connection, table, notes: [...connection.notes, note] };
}

/** @param table undefined: as the settings and the project say */
export async function keepChosenTable(
  id: string,
  table: SessionTable | undefined,
  memory: vscode.Memento,
): Promise<void> {
  const { [id]: _before, ...others } = memory.get<Chosen>(KEY) ?? {};
  await memory.update(KEY, table === undefined ? others : { ...others, [id]: table });
}
